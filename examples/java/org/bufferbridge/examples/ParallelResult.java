package org.bufferbridge.examples;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * An image of the Mandelbrot set that many Java threads write while Python reads it. It is rows x columns of 32-bit
 * step counts, 0 where nothing is computed yet.
 *
 * <p><b>The rule.</b> An export is no lock. While it is out, all threads of both languages read and write the
 * same memory at the same time. Code that needs an order makes one. A thread counts a row after it has written it. A
 * thread that has seen the count sees the row.
 *
 * <p><b>Lifetime.</b> The memory belongs to an automatic arena. So the threads can use it after Python has let
 * go of it.
 */
public final class ParallelResult implements BufferExporter {
    private final int rows;
    private final int columns;
    private final int mostSteps;
    private final BufferView steps;
    private final AtomicInteger rowsTaken = new AtomicInteger();
    private final AtomicInteger rowsDone = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    public ParallelResult(int rows, int columns, int mostSteps) {
        this.rows = rows;
        this.columns = columns;
        this.mostSteps = mostSteps;
        MemorySegment memory = Arena.ofAuto().allocate(ValueLayout.JAVA_INT, (long) rows * columns);
        this.steps = BufferView.of(memory, BufferFormat.INT32, rows, columns);
    }

    @Override
    public BufferView getBuffer(BufferRequest request) {
        return steps;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    /** Starts this number of threads; each takes row after row. */
    public synchronized void start(int threadCount) {
        for (int i = 0; i < threadCount; i++) {
            Thread thread = new Thread(this::work);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void work() {
        for (int row = rowsTaken.getAndIncrement(); row < rows; row = rowsTaken.getAndIncrement()) {
            for (int column = 0; column < columns; column++) {
                double real = -2.2 + 3.2 * column / columns;
                double imaginary = -1.2 + 2.4 * row / rows;
                steps.setInt(escape(real, imaginary), row, column);
            }
            rowsDone.getAndIncrement(); // after the writes: a thread that sees the count sees them
        }
    }

    /**
     * In how many steps z = z * z + c leaves the circle of radius 2. It is at least 1, because 0 means not computed.
     */
    private int escape(double real, double imaginary) {
        double x = 0;
        double y = 0;
        int step = 0;
        while (step < mostSteps && x * x + y * y <= 4) {
            double next = x * x - y * y + real;
            y = 2 * x * y + imaginary;
            x = next;
            step++;
        }
        return step;
    }

    /** How many rows are complete. */
    public int rowsDone() {
        return rowsDone.get();
    }

    /** Waits for the last row. */
    public synchronized void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }
}

package org.bufferbridge.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The cost of a view in Java alone: a sum of 10,000 doubles, by each way to read them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ViewBenchmark {
    private static final int ITEMS = 10_000;

    private final double[] array = new double[ITEMS];
    private final MemorySegment memory = Arena.ofAuto().allocate(ITEMS * (long) Double.BYTES, 64);
    private final BufferView view = BufferView.of(memory, BufferFormat.FLOAT64, ITEMS);

    @Benchmark
    public double heapArray() {
        double sum = 0;
        for (int i = 0; i < ITEMS; i++) {
            sum += array[i];
        }
        return sum;
    }

    @Benchmark
    public double segment() {
        double sum = 0;
        for (int i = 0; i < ITEMS; i++) {
            sum += memory.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
        }
        return sum;
    }

    @Benchmark
    public double viewItemByItem() {
        double sum = 0;
        for (int i = 0; i < ITEMS; i++) {
            sum += view.getDouble(i);
        }
        return sum;
    }

    @Benchmark
    public double viewRowByRow() {
        double[] sum = new double[1];
        view.forEachRow((row, first) -> {
            double ofRow = 0;
            for (int i = 0; i < ITEMS; i++) {
                ofRow += row.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
            }
            sum[0] += ofRow;
        });
        return sum[0];
    }

    @Benchmark
    public double viewToArray() {
        return view.toDoubleArray()[ITEMS - 1];
    }
}

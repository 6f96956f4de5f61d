package org.bufferbridge.examples;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.ExportGuard;
import org.bufferbridge.GuardedExporter;

/**
 * A list of doubles that grows, as {@code array.array} does in Python.
 *
 * <p><b>The rule.</b> What is exported neither moves nor changes its length. Every change of the memory is made inside
 * of {@link ExportGuard#change}, also the end of its arena. While an export is out, the change is refused ("existing
 * exports"). Python sees {@code BufferError}, as it does of {@code bytearray}.
 *
 * <p><b>The cost.</b> An export calls no Java. Before the first one, and after a change, the bridge asks for the view.
 *
 * <p><b>Threads.</b> Any: the guard lets grants and changes exclude each other.
 */
public final class GrowingBuffer implements GuardedExporter, AutoCloseable {
    private final ExportGuard guard = new ExportGuard();
    private Arena arena = Arena.ofShared();
    private MemorySegment memory = arena.allocate(ValueLayout.JAVA_DOUBLE, 4);
    private long size;

    @Override
    public ExportGuard guard() {
        return guard;
    }

    @Override
    public BufferView view() {
        return BufferView.of(memory, BufferFormat.FLOAT64, size);
    }

    /**
     * Adds numbers at the end.
     *
     * @throws org.bufferbridge.BufferException while the list is exported
     */
    public void append(double... values) {
        guard.change(() -> {
            reserve(size + values.length);
            long end = size * Double.BYTES;
            MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_DOUBLE, end, values.length);
            size += values.length;
        });
    }

    /** Moves to a larger memory when this one is too small. */
    private void reserve(long needed) {
        long capacity = memory.byteSize() / Double.BYTES;
        if (needed <= capacity) {
            return;
        }
        Arena larger = Arena.ofShared();
        try {
            long newCapacity = Math.max(needed, 2 * capacity);
            memory = larger.allocate(ValueLayout.JAVA_DOUBLE, newCapacity).copyFrom(memory);
        } catch (Throwable e) {
            larger.close();
            throw e;
        }
        arena.close(); // nothing is exported, so nothing keeps it open
        arena = larger;
    }

    /** How many exports are out. */
    public long exports() {
        return guard.exports();
    }

    /**
     * Frees the memory; there is no use of the list afterwards.
     *
     * @throws org.bufferbridge.BufferException while it is exported
     */
    @Override
    public void close() {
        guard.change(() -> arena.close());
    }
}

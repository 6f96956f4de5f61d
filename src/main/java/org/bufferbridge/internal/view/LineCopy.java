package org.bufferbridge.internal.view;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bufferbridge.internal.element.MemoryAccess;

/**
 * Copies lines of items from one segment to another, with a stride on each side.
 *
 * <p>Parts of heap memory go through a small native buffer, in bulk, because {@link LineLoops} takes native memory.
 *
 * <p>Each access is checked by its segment. Not safe for use by several threads at once.
 */
final class LineCopy implements AutoCloseable {
    /** Items of more bytes are copied one by one, each in bulk. */
    private static final long MAX_LOOPED = 32;
    /** Fewer items are copied one by one. */
    private static final long MIN_THROUGH_BUFFER = 16;

    private static final long BUFFER_BYTES = 4 << 10;

    private final MemorySegment source;
    private final MemorySegment target;
    private final boolean isNative;
    private Arena arena;
    private MemorySegment read;
    private MemorySegment written;

    LineCopy(MemorySegment source, MemorySegment target) {
        this.source = source;
        this.target = target;
        this.isNative = source.isNative() && target.isNative();
    }

    void copyBlock(long s, long t, long byteSize) {
        try {
            MemorySegment.copy(source, s, target, t, byteSize);
        } catch (IllegalStateException e) { // closed by another thread since the copy began
            throw MemoryAccess.closed(e);
        }
    }

    /** Copies a line. The result is as if its items were copied one after the other. */
    void copy(long s, long fromStride, long t, long toStride, long count, long itemSize) {
        try {
            copyLine(s, fromStride, t, toStride, count, itemSize);
        } catch (IllegalStateException e) {
            throw MemoryAccess.closed(e);
        }
    }

    private void copyLine(long s, long fromStride, long t, long toStride, long count, long itemSize) {
        boolean isApart = Math.abs(toStride) >= itemSize;
        if (itemSize > MAX_LOOPED || !isApart) {
            copyInOrder(s, fromStride, t, toStride, count, itemSize);
        } else if (isNative) {
            LineLoops.copy(source, s, fromStride, target, t, toStride, count, itemSize);
        } else {
            copyThroughBuffers(s, fromStride, t, toStride, count, itemSize);
        }
    }

    private void copyInOrder(long s, long fromStride, long t, long toStride, long count, long itemSize) {
        for (long i = 0; i < count; i++, s += fromStride, t += toStride) {
            MemorySegment.copy(source, s, target, t, itemSize);
        }
    }

    private void copyThroughBuffers(long s, long fromStride, long t, long toStride, long count, long itemSize) {
        boolean reads = !source.isNative();
        boolean writes = !target.isNative();
        boolean isDense = !reads || Math.abs(fromStride) <= 8 * itemSize;
        if (count < MIN_THROUGH_BUFFER || !isDense || writes && toStride != itemSize) {
            copyInOrder(s, fromStride, t, toStride, count, itemSize);
            return;
        }
        makeBuffers(reads, writes);
        long step = reads ? Math.max(itemSize, Math.abs(fromStride)) : itemSize;
        long part = (BUFFER_BYTES - itemSize) / step;
        for (long begin = 0; begin < count; begin += part) {
            long length = Math.min(part, count - begin);
            long from = s + begin * fromStride;
            long to = t + begin * toStride;
            long lowest = Math.min(0, (length - 1) * fromStride);
            if (reads) {
                MemorySegment.copy(source, from + lowest, read, 0, Math.abs((length - 1) * fromStride) + itemSize);
            }
            LineLoops.copy(
                    reads ? read : source,
                    reads ? -lowest : from,
                    fromStride,
                    writes ? written : target,
                    writes ? 0 : to,
                    toStride,
                    length,
                    itemSize);
            if (writes) {
                MemorySegment.copy(written, 0, target, to, length * itemSize);
            }
        }
    }

    private void makeBuffers(boolean reads, boolean writes) {
        if (arena == null) {
            arena = Arena.ofConfined();
            read = reads ? arena.allocate(BUFFER_BYTES, Long.BYTES) : null;
            written = writes ? arena.allocate(BUFFER_BYTES, Long.BYTES) : null;
        }
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }
}

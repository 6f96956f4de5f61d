package org.bufferbridge.internal.view;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bufferbridge.BufferView;
import org.bufferbridge.Order;
import org.bufferbridge.internal.element.Element;

/**
 * Copies the items of one view into another of the same shape and matching format, byte for byte.
 *
 * <p>Inner dimensions without gaps in both views form blocks, and each block is copied at once.
 */
public final class ItemCopy {
    private static final ViewAccess VIEWS = ViewAccess.VIEWS;

    private ItemCopy() {}

    /**
     * Copies all items. The result is as if the whole source had been read before the first write.
     *
     * @throws IllegalArgumentException      if shapes or formats differ
     * @throws UnsupportedOperationException if the target is read-only
     */
    public static void copy(BufferView source, BufferView target) {
        VIEWS.requireWritable(target);
        if (!Arrays.equals(VIEWS.geometry(source).shape, VIEWS.geometry(target).shape)) {
            throw new IllegalArgumentException("the source has shape "
                    + Arrays.toString(VIEWS.geometry(source).shape)
                    + ", the target " + Arrays.toString(VIEWS.geometry(target).shape) + "; they must be equal");
        }
        if (!source.format().matches(target.format())) {
            throw new IllegalArgumentException("the source has format \"" + source.format() + "\", the target \""
                    + target.format() + "\"; they must match, as nothing is converted");
        }
        if (source.itemCount() == 0) {
            return;
        }
        boolean isOneBlock = source.isContiguous(Order.C) && target.isContiguous(Order.C);
        if (isOneBlock || !mayOverlap(source, target)) {
            copyRows(source, target);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(source.byteSize(), Long.BYTES);
            BufferView between = BufferView.of(memory, source.format().unaligned(), VIEWS.geometry(source).shape);
            copyRows(source, between);
            copyRows(between, target);
        }
    }

    private static boolean mayOverlap(BufferView source, BufferView target) {
        if (source.isIndirect() || target.isIndirect()) {
            return true;
        }
        return source.memory().asOverlappingSlice(target.memory()).isPresent();
    }

    private static void copyRows(BufferView source, BufferView target) {
        int blockDimensions =
                Math.min(blockDimensions(VIEWS.geometry(source)), blockDimensions(VIEWS.geometry(target)));
        if (blockDimensions > 0) {
            copyBlocks(source, target, source.dimensions() - blockDimensions);
        } else {
            copyLines(source, target);
        }
    }

    /** How many of the last dimensions lie without gaps and without pointers. */
    private static int blockDimensions(Geometry geometry) {
        long expected = geometry.itemSize;
        int count = 0;
        for (int d = geometry.dimensions() - 1; d >= 0; d--) {
            boolean isGapless = geometry.shape[d] == 1 || geometry.strides[d] == expected;
            if (!isGapless || geometry.hasSuboffset(d)) {
                break;
            }
            expected *= geometry.shape[d];
            count++;
        }
        return count;
    }

    private static void copyBlocks(BufferView source, BufferView target, int outerDimensions) {
        long byteCount = source.itemSize();
        for (int d = outerDimensions; d < source.dimensions(); d++) {
            byteCount *= VIEWS.geometry(source).shape[d];
        }
        RowCursor from = new RowCursor(source, outerDimensions);
        RowCursor to = new RowCursor(target, outerDimensions);
        while (from.next() && to.next()) {
            MemorySegment.copy(from.segment(), from.byteOffset(), to.segment(), to.byteOffset(), byteCount);
        }
    }

    private static void copyLines(BufferView source, BufferView target) {
        int outer = Math.max(RowCursor.outerDimensions(source), RowCursor.outerDimensions(target));
        boolean isLine = outer < source.dimensions();
        long count = isLine ? VIEWS.geometry(source).shape[outer] : 1;
        long fromStride = isLine ? VIEWS.geometry(source).strides[outer] : 0;
        long toStride = isLine ? VIEWS.geometry(target).strides[outer] : 0;
        RowCursor from = new RowCursor(source, outer);
        RowCursor to = new RowCursor(target, outer);
        while (from.next() && to.next()) {
            copyLine(from, fromStride, to, toStride, count, source.itemSize());
        }
    }

    private static void copyLine(
            RowCursor from, long fromStride, RowCursor to, long toStride, long count, long itemSize) {
        MemorySegment source = from.segment();
        MemorySegment target = to.segment();
        long s = from.byteOffset();
        long t = to.byteOffset();
        for (long i = 0; i < count; i++, s += fromStride, t += toStride) {
            if (itemSize == Long.BYTES) {
                target.set(Element.LONG, t, source.get(Element.LONG, s));
            } else if (itemSize == Integer.BYTES) {
                target.set(Element.INT, t, source.get(Element.INT, s));
            } else if (itemSize == Byte.BYTES) {
                target.set(Element.BYTE, t, source.get(Element.BYTE, s));
            } else {
                MemorySegment.copy(source, s, target, t, itemSize);
            }
        }
    }
}

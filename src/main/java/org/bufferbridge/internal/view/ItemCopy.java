package org.bufferbridge.internal.view;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bufferbridge.BufferView;
import org.bufferbridge.Order;
import org.bufferbridge.internal.element.MemoryAccess;

/**
 * Copies the items of one view into another of the same shape and matching format, byte for byte.
 *
 * <p>Views without pointers are copied along a {@link CopyRoute}. With pointers, the rows behind them are copied one
 * after the other.
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
            copyApart(source, target);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(source.byteSize(), Long.BYTES);
            BufferView between = BufferView.of(memory, source.format().unaligned(), VIEWS.geometry(source).shape);
            copyApart(source, between);
            copyApart(between, target);
        }
    }

    private static boolean mayOverlap(BufferView source, BufferView target) {
        if (source.isIndirect() || target.isIndirect()) {
            return true;
        }
        return source.memory().asOverlappingSlice(target.memory()).isPresent();
    }

    private static void copyApart(BufferView source, BufferView target) {
        if (source.isIndirect() || target.isIndirect()) {
            copyRows(source, target);
            return;
        }
        MemoryAccess.requireAlive(source.memory());
        MemoryAccess.requireAlive(target.memory());
        try (LineCopy lines = new LineCopy(source.memory(), target.memory())) {
            new CopyRoute(VIEWS.geometry(source), VIEWS.geometry(target)).follow(lines);
        }
    }

    private static void copyRows(BufferView source, BufferView target) {
        int outer = Math.max(RowCursor.outerDimensions(source), RowCursor.outerDimensions(target));
        boolean isLine = outer < source.dimensions();
        long count = isLine ? VIEWS.geometry(source).shape[outer] : 1;
        long fromStride = isLine ? VIEWS.geometry(source).strides[outer] : 0;
        long toStride = isLine ? VIEWS.geometry(target).strides[outer] : 0;
        long itemSize = source.itemSize();
        boolean isBlock = count == 1 || fromStride == itemSize && toStride == itemSize;
        RowCursor from = new RowCursor(source, outer);
        RowCursor to = new RowCursor(target, outer);
        while (from.next() && to.next()) {
            try (LineCopy lines = new LineCopy(from.segment(), to.segment())) {
                if (isBlock) {
                    lines.copyBlock(from.byteOffset(), to.byteOffset(), count * itemSize);
                } else {
                    lines.copy(from.byteOffset(), fromStride, to.byteOffset(), toStride, count, itemSize);
                }
            }
        }
    }
}

package org.bufferbridge.internal.view;

/**
 * The order in which the items of one geometry are copied to another of the same shape. Neither has pointers.
 *
 * <p>The dimensions are ordered by the target's strides, the smallest last. Neighbouring dimensions that lie without
 * gaps in both geometries become one. Items without gaps become one larger item. So a transposed copy of transposed
 * items is one block, and all other copies are lines with a stride on each side.
 *
 * <p>Where items of the target overlap, as with a stride of 0, their order decides what remains. It then stays C order.
 */
final class CopyRoute {
    /** Lines are cut after this many items if the next line reads the same cache lines, as in a transposition. */
    private static final long TILE = 256;

    private final int dimensions;
    private final long[] shape;
    private final long[] from;
    private final long[] to;
    private final long fromOffset;
    private final long toOffset;
    private final long itemSize;
    private final boolean isTargetApart;

    CopyRoute(Geometry source, Geometry target) {
        int all = source.dimensions();
        long[] lengths = new long[all];
        long[] sources = new long[all];
        long[] targets = new long[all];
        int count = 0;
        for (int d = 0; d < all; d++) {
            if (source.shape[d] != 1) {
                lengths[count] = source.shape[d];
                sources[count] = source.strides[d];
                targets[count++] = target.strides[d];
            }
        }
        this.shape = lengths;
        this.from = sources;
        this.to = targets;
        this.fromOffset = source.byteOffset;
        this.toOffset = target.byteOffset;
        this.isTargetApart = isApart(count, source.itemSize);
        if (isTargetApart) {
            sort(count);
        }
        count = joined(count);
        boolean isBlock = count > 0 && from[count - 1] == source.itemSize && to[count - 1] == source.itemSize;
        this.itemSize = isBlock ? source.itemSize * shape[count - 1] : source.itemSize;
        this.dimensions = isBlock ? count - 1 : count;
    }

    /** Whether each item of the target surely lies behind all items of the inner dimensions, in some order of them. */
    private boolean isApart(int count, long size) {
        boolean[] isUsed = new boolean[count];
        long extent = size;
        for (int n = 0; n < count; n++) {
            int least = -1;
            for (int d = 0; d < count; d++) {
                if (!isUsed[d] && (least < 0 || Math.abs(to[d]) < Math.abs(to[least]))) {
                    least = d;
                }
            }
            if (Math.abs(to[least]) < extent) {
                return false;
            }
            isUsed[least] = true;
            extent += Math.abs(to[least]) * (shape[least] - 1);
        }
        return true;
    }

    private void sort(int count) {
        for (int d = 1; d < count; d++) {
            for (int e = d; e > 0 && Math.abs(to[e - 1]) < Math.abs(to[e]); e--) {
                swap(shape, e);
                swap(from, e);
                swap(to, e);
            }
        }
    }

    private static void swap(long[] values, int i) {
        long value = values[i];
        values[i] = values[i - 1];
        values[i - 1] = value;
    }

    private int joined(int count) {
        int last = 0;
        for (int d = 1; d < count; d++) {
            if (from[last] == from[d] * shape[d] && to[last] == to[d] * shape[d]) {
                shape[last] *= shape[d];
            } else {
                last++;
                shape[last] = shape[d];
            }
            from[last] = from[d];
            to[last] = to[d];
        }
        return Math.min(count, last + 1);
    }

    void follow(LineCopy lines) {
        if (dimensions == 0) {
            lines.copyBlock(fromOffset, toOffset, itemSize);
        } else {
            walk(lines, 0, fromOffset, toOffset);
        }
    }

    private void walk(LineCopy lines, int d, long s, long t) {
        if (d == dimensions - 1) {
            line(lines, s, t, shape[d]);
            return;
        }
        boolean isTransposition = d == dimensions - 2 && Math.abs(from[d]) < Math.abs(from[d + 1]) && isTargetApart;
        if (isTransposition && shape[d + 1] > TILE) {
            for (long begin = 0; begin < shape[d + 1]; begin += TILE) {
                long count = Math.min(TILE, shape[d + 1] - begin);
                for (long i = 0; i < shape[d]; i++) {
                    line(lines, s + i * from[d] + begin * from[d + 1], t + i * to[d] + begin * to[d + 1], count);
                }
            }
            return;
        }
        for (long i = 0; i < shape[d]; i++) {
            walk(lines, d + 1, s + i * from[d], t + i * to[d]);
        }
    }

    private void line(LineCopy lines, long s, long t, long count) {
        lines.copy(s, from[dimensions - 1], t, to[dimensions - 1], count, itemSize);
    }
}

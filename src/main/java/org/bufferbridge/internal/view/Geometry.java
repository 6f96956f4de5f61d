package org.bufferbridge.internal.view;

import java.util.Arrays;
import org.bufferbridge.BufferException;
import org.bufferbridge.internal.base.Exact;
import org.bufferbridge.internal.format.NativeSizes;

/**
 * Where the items of a view lie: shape in items, strides and suboffsets in bytes. Also the byte offset of the first
 * item from the beginning of the memory.
 *
 * <p>This class only computes; it never touches memory. Instances are immutable and share no array with their
 * callers. The strides of an empty geometry are those of a C-contiguous one, and it has no suboffsets. Suboffsets
 * that are all negative lead through no pointer and are dropped, as {@code PyBUF_INDIRECT} demands.
 */
public final class Geometry {
    /** CPython's {@code PyBUF_MAX_NDIM}. */
    public static final int MAX_DIMENSIONS = 64;

    private static final long NO_SUBOFFSET = -1;

    public final long itemSize;
    public final long byteOffset;
    public final long[] shape;
    public final long[] strides;
    /** One suboffset for each dimension, -1 for a dimension without one; {@code null} if no dimension has one. */
    public final long[] suboffsets;

    public final long itemCount;
    public final long byteSize;
    public final boolean isCContiguous;
    public final boolean isFContiguous;

    private Geometry(long itemSize, long byteOffset, long[] shape, long[] strides, long[] suboffsets) {
        this.itemSize = itemSize;
        this.byteOffset = byteOffset;
        this.shape = shape;
        this.itemCount = itemCount(shape);
        this.byteSize = Exact.product(itemCount, itemSize, "the bytes of all items");
        boolean isEmpty = itemCount == 0;
        this.strides = isEmpty || strides == null ? contiguousStrides(itemSize, shape) : strides;
        this.suboffsets = isEmpty || !hasSuboffset(suboffsets) ? null : suboffsets;
        this.isCContiguous = this.suboffsets == null && isContiguous(true);
        this.isFContiguous = this.suboffsets == null && isContiguous(false);
    }

    /** A C-contiguous geometry. */
    public static Geometry contiguous(long itemSize, long byteOffset, long[] shape) {
        return of(itemSize, byteOffset, shape, null, null);
    }

    /**
     * A geometry that is consistent in itself; {@link #requireInside} checks it against memory.
     *
     * @param strides    {@code null} for C-contiguous
     * @param suboffsets {@code null} for none; negative ones lead through no pointer
     * @throws IllegalArgumentException with the numbers, for more than {@value #MAX_DIMENSIONS} dimensions,
     *                                  arrays of different lengths, a negative length, or sizes beyond 64
     *                                  bits
     */
    public static Geometry of(long itemSize, long byteOffset, long[] shape, long[] strides, long[] suboffsets) {
        requireLengths(shape, strides, "strides");
        requireLengths(shape, suboffsets, "suboffsets");
        if (shape.length > MAX_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "the shape has " + shape.length + " dimensions; at most " + MAX_DIMENSIONS + " are possible");
        }
        for (long length : shape) {
            if (length < 0) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has a negative length");
            }
        }
        try {
            return new Geometry(
                    itemSize,
                    byteOffset,
                    shape.clone(),
                    strides == null ? null : strides.clone(),
                    suboffsets == null ? null : normalised(suboffsets));
        } catch (IllegalArgumentException overflow) { // Exact throws it: nothing else is refused here
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " of items of " + itemSize + " bytes exceeds " + Long.MAX_VALUE
                            + " bytes",
                    overflow);
        }
    }

    private static void requireLengths(long[] shape, long[] others, String name) {
        if (others != null && others.length != shape.length) {
            throw new IllegalArgumentException(name + " " + Arrays.toString(others) + " have " + others.length
                    + " dimensions; the shape " + Arrays.toString(shape) + " has " + shape.length);
        }
    }

    private static long[] normalised(long[] suboffsets) {
        return Arrays.stream(suboffsets)
                .map(suboffset -> Math.max(suboffset, NO_SUBOFFSET))
                .toArray();
    }

    private static boolean hasSuboffset(long[] suboffsets) {
        return suboffsets != null && Arrays.stream(suboffsets).anyMatch(suboffset -> suboffset >= 0);
    }

    /** The product of the lengths. It is 0 as soon as one length is 0, however large the product of the others is. */
    private static long itemCount(long[] shape) {
        long count = 1;
        for (long length : shape) {
            if (length == 0) {
                return 0;
            }
        }
        for (long length : shape) {
            count = Exact.product(count, length, "the items of shape ", shape);
        }
        return count;
    }

    /**
     * The strides of {@code init_strides_from_shape} in memoryobject.c. Without items a stride leads to no place; a
     * stride that exceeds 64 bits is then 0.
     */
    static long[] contiguousStrides(long itemSize, long[] shape) {
        boolean isEmpty = itemCount(shape) == 0;
        long[] strides = new long[shape.length];
        long stride = itemSize;
        for (int d = shape.length - 1; d >= 0; d--) {
            strides[d] = stride;
            boolean isBeyond = isEmpty && Math.multiplyHigh(stride, shape[d]) != (stride * shape[d]) >> 63;
            stride = isBeyond ? 0 : Exact.product(stride, shape[d], "the stride of dimension ", d);
        }
        return strides;
    }

    /** The rules of {@code PyBuffer_IsContiguous}. A dimension of one item may have any stride. */
    private boolean isContiguous(boolean lastFastest) {
        if (itemCount == 0) {
            return true;
        }
        long expected = itemSize;
        for (int i = 0; i < shape.length; i++) {
            int d = lastFastest ? shape.length - 1 - i : i;
            if (shape[d] > 1 && strides[d] != expected) {
                return false;
            }
            expected *= shape[d];
        }
        return true;
    }

    public boolean isEmpty() {
        return itemCount == 0;
    }

    public int dimensions() {
        return shape.length;
    }

    public boolean hasSuboffset(int dimension) {
        return suboffsets != null && suboffsets[dimension] >= 0;
    }

    /**
     * The bytes of some dimensions, from the lowest to behind the highest, counted from the beginning of their first
     * unit.
     */
    public record Reach(long lowest, long end) {}

    /**
     * The bytes that units of some size reach over, with all indices of the dimensions from {@code first} to before
     * {@code end}.
     *
     * @throws IllegalArgumentException beyond 64 bits
     */
    public Reach reach(int first, int end, long unitByteSize) {
        long lowest = 0;
        long highest = 0;
        for (int d = first; d < end; d++) {
            long span = Exact.product(shape[d] - 1, strides[d], "the reach of dimension ", d);
            lowest = Exact.sum(lowest, Math.min(span, 0), "the lowest byte");
            highest = Exact.sum(highest, Math.max(span, 0), "the highest byte");
        }
        return new Reach(lowest, Exact.sum(highest, unitByteSize, "the highest byte"));
    }

    /** The first dimension from {@code first} on that has a suboffset; if none has, the number of dimensions. */
    public int nextSuboffset(int first) {
        int d = first;
        while (d < shape.length && !hasSuboffset(d)) {
            d++;
        }
        return d;
    }

    /**
     * Requires that every item lies inside of the memory. With suboffsets, every pointer of the first level must.
     *
     * @throws IllegalArgumentException with the numbers
     */
    public void requireInside(long memoryByteSize) {
        int level = nextSuboffset(0);
        boolean isTable = level < shape.length;
        long lowest;
        long end;
        try {
            Reach reach = isEmpty()
                    ? new Reach(0, 0)
                    : reach(0, isTable ? level + 1 : level, isTable ? NativeSizes.POINTER : itemSize);
            lowest = Exact.sum(byteOffset, reach.lowest, "the lowest byte");
            end = Exact.sum(byteOffset, reach.end, "the highest byte");
        } catch (IllegalArgumentException overflow) {
            throw new IllegalArgumentException(this + " reaches beyond 64 bits", overflow);
        }
        if (lowest < 0 || end > memoryByteSize) {
            throw new IllegalArgumentException((isTable ? "the pointers of " : "") + this
                    + " reach from byte " + lowest
                    + " to byte " + end + "; the memory reaches from byte 0 to byte " + memoryByteSize);
        }
    }

    /**
     * Requires an index of an item.
     *
     * @throws IndexOutOfBoundsException with index and shape
     */
    public void requireIndex(long... index) {
        boolean isInside = index.length == shape.length;
        for (int d = 0; isInside && d < index.length; d++) {
            isInside = index[d] >= 0 && index[d] < shape[d];
        }
        if (!isInside) {
            throw new IndexOutOfBoundsException(
                    index.length == shape.length
                            ? "index " + Arrays.toString(index) + " is outside of shape " + Arrays.toString(shape)
                            : "index " + Arrays.toString(index) + " has " + index.length + " dimensions; shape "
                                    + Arrays.toString(shape) + " has " + shape.length);
        }
    }

    /**
     * Requires a dimension.
     *
     * @throws IndexOutOfBoundsException with dimension and shape
     */
    public void requireDimension(int dimension) {
        if (dimension < 0 || dimension >= shape.length) {
            throw new IndexOutOfBoundsException("dimension " + dimension + " is outside of shape "
                    + Arrays.toString(shape) + ", which has " + shape.length);
        }
    }

    /**
     * Every {@code step}-th item of a dimension.
     *
     * @throws IndexOutOfBoundsException if the range leaves the dimension
     */
    public Geometry slice(int dimension, long start, long stop, long step) {
        requireDimension(dimension);
        long length = shape[dimension];
        boolean isInside = step > 0
                ? 0 <= start && start <= stop && stop <= length
                : -1 <= stop && stop <= start && start < length;
        if (step == 0 || !isInside) {
            throw new IndexOutOfBoundsException("slice from " + start + " to " + stop + " by " + step
                    + " is outside of dimension " + dimension + ", which has " + length + " items");
        }
        long[] newShape = shape.clone();
        long[] newStrides = strides.clone();
        newShape[dimension] = Math.ceilDiv(stop - start, step);
        if (newShape[dimension] > 1) {
            newStrides[dimension] = Exact.product(strides[dimension], step, "the stride of dimension ", dimension);
        }
        if (newShape[dimension] == 0 || isEmpty()) {
            return contiguous(itemSize, byteOffset, newShape);
        }
        return shifted(dimension, start * strides[dimension], itemSize, newShape, newStrides, suboffsets);
    }

    /** The items at one index of a dimension that has no suboffset. The result lacks that dimension. */
    public Geometry at(int dimension, long index) {
        long[] newShape = without(shape, dimension);
        if (isEmpty()) {
            return contiguous(itemSize, byteOffset, newShape);
        }
        return shifted(
                dimension,
                index * strides[dimension],
                itemSize,
                newShape,
                without(strides, dimension),
                suboffsets == null ? null : without(suboffsets, dimension));
    }

    public static long[] without(long[] values, int dimension) {
        long[] rest = new long[values.length - 1];
        System.arraycopy(values, 0, rest, 0, dimension);
        System.arraycopy(values, dimension + 1, rest, dimension, rest.length - dimension);
        return rest;
    }

    /** A part of each item. The dimensions of the part are appended. */
    public Geometry part(long partByteOffset, long partItemSize, long[] partShape) {
        long[] newShape = concatenated(shape, partShape);
        if (isEmpty()) {
            return of(partItemSize, byteOffset, newShape, null, null);
        }
        long[] none = new long[partShape.length];
        Arrays.fill(none, NO_SUBOFFSET);
        requirePossible(newShape.length);
        return shifted(
                dimensions(),
                partByteOffset,
                partItemSize,
                newShape,
                concatenated(strides, contiguousStrides(partItemSize, partShape)),
                suboffsets == null ? null : concatenated(suboffsets, none));
    }

    private static void requirePossible(int dimensions) {
        if (dimensions > MAX_DIMENSIONS) {
            throw new BufferException(
                    "the view would have " + dimensions + " dimensions; at most " + MAX_DIMENSIONS + " are possible");
        }
    }

    private static long[] concatenated(long[] first, long[] second) {
        long[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /**
     * Moves all items by some bytes along a dimension. Behind a suboffset the move must come after the pointer was
     * followed. It therefore goes into the last suboffset in front of the dimension, as in {@code init_slice} of
     * memoryobject.c.
     */
    private Geometry shifted(
            int dimension, long byteCount, long newItemSize, long[] newShape, long[] newStrides, long[] newSuboffsets) {
        int last = dimension - 1;
        while (last >= 0 && !hasSuboffset(last)) {
            last--;
        }
        if (last < 0) {
            return new Geometry(newItemSize, byteOffset + byteCount, newShape, newStrides, newSuboffsets);
        }
        long[] moved = newSuboffsets.clone();
        moved[last] = Exact.sum(moved[last], byteCount, "the suboffset of dimension " + last);
        if (moved[last] < 0) {
            throw new BufferException("suboffset " + moved[last] + " of dimension " + last
                    + " would be negative, and a negative suboffset means no pointer; copy the view first");
        }
        return new Geometry(newItemSize, byteOffset, newShape, newStrides, moved);
    }

    /** The dimensions in another order; only without suboffsets. */
    public Geometry permuted(int[] permutation) {
        long[] newShape = new long[permutation.length];
        long[] newStrides = new long[permutation.length];
        for (int d = 0; d < permutation.length; d++) {
            newShape[d] = shape[permutation[d]];
            newStrides[d] = strides[permutation[d]];
        }
        return new Geometry(itemSize, byteOffset, newShape, newStrides, null);
    }

    /** The same items in the same places under another shape and other strides; only without suboffsets. */
    public Geometry with(long[] newShape, long[] newStrides) {
        return of(itemSize, byteOffset, newShape, newStrides, null);
    }

    @Override
    public String toString() {
        return "shape " + Arrays.toString(shape) + ", strides " + Arrays.toString(strides)
                + (suboffsets == null ? "" : ", suboffsets " + Arrays.toString(suboffsets))
                + ", byte offset " + byteOffset + ", item size " + itemSize;
    }
}

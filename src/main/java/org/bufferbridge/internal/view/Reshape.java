package org.bufferbridge.internal.view;

import java.util.Arrays;

/** Finds strides that give the items of a geometry another shape in their present places. */
public final class Reshape {
    private Reshape() {}

    /**
     * The strides that give the items, in C order, a new shape; {@code null} if there are none.
     *
     * <p>Dimensions of both shapes are grouped from the left into the smallest groups of equal item counts. A group
     * of the old shape can be cut up in any way if its items lie at one distance. Otherwise it cannot be cut up.
     *
     * @param shape   the new shape; it has as many items as the geometry, and at least one
     */
    public static long[] stridesFor(Geometry geometry, long[] shape) {
        int[] wide = wideDimensions(geometry.shape);
        long[] strides = new long[shape.length];
        int oldFirst = 0;
        int newFirst = 0;
        long stride = geometry.itemSize;
        while (newFirst < shape.length && oldFirst < wide.length) {
            int oldEnd = oldFirst + 1;
            int newEnd = newFirst + 1;
            long oldCount = geometry.shape[wide[oldFirst]];
            long newCount = shape[newFirst];
            while (oldCount != newCount) {
                if (newCount < oldCount) {
                    newCount *= shape[newEnd++];
                } else {
                    oldCount *= geometry.shape[wide[oldEnd++]];
                }
            }
            for (int i = oldFirst; i < oldEnd - 1; i++) {
                int inner = wide[i + 1];
                if (geometry.strides[wide[i]] != geometry.shape[inner] * geometry.strides[inner]) {
                    return null;
                }
            }
            stride = geometry.strides[wide[oldEnd - 1]];
            long distance = stride;
            for (int d = newEnd - 1; d >= newFirst; d--) {
                strides[d] = distance;
                distance *= shape[d];
            }
            oldFirst = oldEnd;
            newFirst = newEnd;
        }
        Arrays.fill(strides, newFirst, shape.length, stride);
        return strides;
    }

    /** The dimensions of more than one item. The strides of the others do not matter. */
    private static int[] wideDimensions(long[] shape) {
        int[] wide = new int[shape.length];
        int count = 0;
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] != 1) {
                wide[count++] = d;
            }
        }
        return Arrays.copyOf(wide, count);
    }
}

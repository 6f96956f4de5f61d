package org.bufferbridge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Indices and their offsets by plain enumeration: the oracle of the tests, which knows no formula for
 * contiguity.
 */
final class Enumeration {
    private Enumeration() {}

    /** All indices of a shape in C order. */
    static List<long[]> indices(long... shape) {
        List<long[]> all = new ArrayList<>();
        all.add(new long[0]);
        for (long length : shape) {
            List<long[]> longer = new ArrayList<>();
            for (long[] index : all) {
                for (long i = 0; i < length; i++) {
                    long[] next = Arrays.copyOf(index, index.length + 1);
                    next[index.length] = i;
                    longer.add(next);
                }
            }
            all = longer;
        }
        return all;
    }

    static long byteOffset(long[] index, long[] strides, long byteOffset) {
        long sum = byteOffset;
        for (int d = 0; d < index.length; d++) {
            sum += index[d] * strides[d];
        }
        return sum;
    }

    static long[] reversed(long[] values) {
        long[] reversed = new long[values.length];
        Arrays.setAll(reversed, i -> values[values.length - 1 - i]);
        return reversed;
    }

    /** Whether the items, enumerated in an order, follow each other in memory. */
    static boolean isContiguous(long[] shape, long[] strides, long itemSize, boolean isFortran) {
        long[] order = isFortran ? reversed(shape) : shape;
        long expected = 0;
        for (long[] index : indices(order)) {
            if (byteOffset(isFortran ? reversed(index) : index, strides, 0) != expected) {
                return false;
            }
            expected += itemSize;
        }
        return true;
    }

    /** A shape of up to three dimensions of up to four items each, seldom none. */
    static long[] randomShape(Random random) {
        long[] shape = new long[random.nextInt(4)];
        Arrays.setAll(shape, d -> random.nextInt(16) == 0 ? 0 : random.nextLong(1, 5));
        return shape;
    }

    /** Strides, often contiguous ones or nearly so, in multiples of a unit. */
    static long[] randomStrides(Random random, long[] shape, long itemSize, long unit) {
        long[] strides = new long[shape.length];
        boolean isFortran = random.nextBoolean();
        long stride = itemSize;
        for (int i = 0; i < shape.length; i++) {
            int d = isFortran ? i : shape.length - 1 - i;
            strides[d] = stride;
            stride *= Math.max(shape[d], 1);
        }
        for (int d = 0; d < shape.length; d++) {
            switch (random.nextInt(8)) {
                case 0 -> strides[d] = -strides[d];
                case 1 -> strides[d] = unit * random.nextLong(-5, 6);
                case 2 -> strides[d] *= 2;
                default -> {}
            }
        }
        return strides;
    }
}

package org.bufferbridge.fuzz;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;

/**
 * For Jazzer: shapes, strides and offsets of views of a few bytes of memory. A view is refused with
 * IllegalArgumentException, or every item of it can be read and lies where the strides say.
 */
public final class GeometryFuzzer {
    private static final int BYTES = 64;
    private static final long MAX_ITEMS = 10_000;
    private static final MemorySegment MEMORY = Arena.global().allocate(BYTES);

    static {
        for (int i = 0; i < BYTES; i++) {
            MEMORY.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
    }

    private GeometryFuzzer() {}

    /** The input: dimensions, then of each its length and stride, then the offset; small numbers mostly. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuffer numbers = ByteBuffer.wrap(input);
        try {
            int ndim = Math.floorMod(numbers.get(), 5);
            long[] shape = new long[ndim];
            long[] strides = new long[ndim];
            for (int i = 0; i < ndim; i++) {
                shape[i] = number(numbers);
                strides[i] = number(numbers);
            }
            check(shape, strides, number(numbers));
        } catch (BufferUnderflowException tooShort) {
            // another one
        }
    }

    /** One byte, or eight behind a certain one: the largest numbers are what overflows. */
    private static long number(ByteBuffer numbers) {
        byte small = numbers.get();
        return small == Byte.MIN_VALUE ? numbers.getLong() : small;
    }

    private static void check(long[] shape, long[] strides, long offset) {
        BufferView view;
        try {
            view = BufferView.strided(MEMORY, BufferFormat.UINT8, shape, strides, offset);
        } catch (IllegalArgumentException refused) {
            return;
        }
        if (view.itemCount() > 0 && view.itemCount() <= MAX_ITEMS) {
            readAll(view, strides, offset, new long[shape.length], 0);
        }
    }

    private static void readAll(BufferView view, long[] strides, long offset, long[] index, int dimension) {
        if (dimension < index.length) {
            for (index[dimension] = 0; index[dimension] < view.shape()[dimension]; index[dimension]++) {
                readAll(view, strides, offset, index, dimension + 1);
            }
            return;
        }
        long place = offset;
        for (int i = 0; i < index.length; i++) {
            place += index[i] * strides[i];
        }
        long read = view.getLong(index);
        if (read != place) {
            throw new AssertionError(
                    "item " + Arrays.toString(index) + " is that at " + read + "; required at " + place);
        }
    }
}

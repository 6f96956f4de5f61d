package org.bufferbridge.internal.base;

import java.util.Arrays;

/**
 * Arithmetic on sizes, offsets and counts in 64 bits. A refusal names the numbers. The JDK's {@code Math.multiplyExact}
 * and its kin say "long overflow", so nothing but this class uses them.
 */
public final class Exact {
    private Exact() {}

    /**
     * A product.
     *
     * @param what what is computed, for the message
     * @throws IllegalArgumentException beyond 64 bits
     */
    public static long product(long first, long second, String what) {
        try {
            return Math.multiplyExact(first, second);
        } catch (ArithmeticException overflow) {
            throw beyond(what, first + " times " + second, overflow);
        }
    }

    /** A product whose message names {@code what} and a number. That text is made only for a refusal. */
    public static long product(long first, long second, String what, long number) {
        long low = first * second;
        return isProduct(first, second, low) ? low : product(first, second, what + number);
    }

    /** A product for a list of numbers, such as a shape, which the message shows. */
    public static long product(long first, long second, String what, long[] numbers) {
        long low = first * second;
        return isProduct(first, second, low) ? low : product(first, second, what + Arrays.toString(numbers));
    }

    private static boolean isProduct(long first, long second, long low) {
        return Math.multiplyHigh(first, second) == low >> 63;
    }

    /**
     * A sum.
     *
     * @param what what is computed, for the message
     * @throws IllegalArgumentException beyond 64 bits
     */
    public static long sum(long first, long second, String what) {
        try {
            return Math.addExact(first, second);
        } catch (ArithmeticException overflow) {
            throw beyond(what, first + " plus " + second, overflow);
        }
    }

    private static IllegalArgumentException beyond(String what, String numbers, ArithmeticException overflow) {
        return new IllegalArgumentException(
                what + ": " + numbers + " goes beyond 64 bits; at most " + Long.MAX_VALUE + " is possible", overflow);
    }

    /** Whether {@link #product} or {@link #sum} threw this. */
    public static boolean isOverflow(IllegalArgumentException refused) {
        return refused.getCause() instanceof ArithmeticException;
    }

    /**
     * The length of a Java array.
     *
     * @param what what the array is, for the message
     * @throws IllegalArgumentException if no Java array is that long
     */
    public static int arrayLength(long length, String what) {
        if ((int) length != length || length < 0) {
            throw new IllegalArgumentException(
                    what + " has " + length + " items; a Java array has at most " + Integer.MAX_VALUE);
        }
        return (int) length;
    }
}

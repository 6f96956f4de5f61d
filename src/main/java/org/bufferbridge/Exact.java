package org.bufferbridge;

/**
 * Arithmetic on sizes, offsets and counts, all of them in 64 bits. What goes beyond them is refused with its numbers:
 * the JDK's own {@code Math.multiplyExact} and its kin say "long overflow", so nothing but this class uses them.
 */
final class Exact {
    private Exact() {}

    /**
     * A product.
     *
     * @param what what is computed, for the message
     * @throws IllegalArgumentException beyond 64 bits
     */
    static long product(long first, long second, String what) {
        try {
            return Math.multiplyExact(first, second);
        } catch (ArithmeticException overflow) {
            throw beyond(what, first + " times " + second, overflow);
        }
    }

    /**
     * A sum.
     *
     * @param what what is computed, for the message
     * @throws IllegalArgumentException beyond 64 bits
     */
    static long sum(long first, long second, String what) {
        try {
            return Math.addExact(first, second);
        } catch (ArithmeticException overflow) {
            throw beyond(what, first + " plus " + second, overflow);
        }
    }

    private static IllegalArgumentException beyond(String what, String numbers, ArithmeticException overflow) {
        return new IllegalArgumentException(what + ": " + numbers + " goes beyond 64 bits; at most " + Long.MAX_VALUE
                + " is possible", overflow);
    }

    /** Whether {@link #product} or {@link #sum} has refused. */
    static boolean isOverflow(IllegalArgumentException refused) {
        return refused.getCause() instanceof ArithmeticException;
    }

    /**
     * The length of a Java array.
     *
     * @param what what the array is, for the message
     * @throws IllegalArgumentException if Java has no array as long
     */
    static int arrayLength(long length, String what) {
        if ((int) length != length || length < 0) {
            throw new IllegalArgumentException(what + " has " + length + " items; a Java array has at most "
                    + Integer.MAX_VALUE);
        }
        return (int) length;
    }
}

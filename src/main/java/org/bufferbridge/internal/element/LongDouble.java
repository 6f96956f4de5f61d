package org.bufferbridge.internal.element;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.internal.format.NativeSizes;

/**
 * C's {@code long double} of x86-64: x87 extended precision. It has 64 bits of mantissa with an explicit leading bit,
 * then sign and 15 bits of exponent. 6 bytes of padding follow.
 *
 * <p>Reading rounds to the nearest double; writing is exact. Both are refused on platforms with another
 * {@code long double}.
 */
public final class LongDouble {
    private static final long MANTISSA_BYTES = 8;
    private static final int EXPONENT_MASK = 0x7fff;
    private static final int SIGN_BIT = 0x8000;
    /** The stored exponent of 1.0, and the distance in bits from the mantissa's leading bit to its lowest. */
    private static final int BIAS = 16383;

    private static final int LOWEST_BIT = 63;
    /**
     * For a double: the exponent of the smallest lowest bit, and the number of bits behind the leading one.
     */
    private static final int MIN_DOUBLE_EXPONENT = -1074;

    private static final int FRACTION_BITS = 52;

    private LongDouble() {}

    /**
     * The nearest double.
     *
     * @throws ArithmeticException           if the value is finite and exceeds the largest double
     * @throws UnsupportedOperationException where a long double has another representation
     */
    static double get(MemorySegment memory, long byteOffset) {
        requireX87();
        long mantissa = MemoryAccess.getLong(memory, byteOffset);
        int head = (int) MemoryAccess.getLong(memory, byteOffset + MANTISSA_BYTES);
        double magnitude = magnitude(mantissa, head & EXPONENT_MASK);
        return (head & SIGN_BIT) == 0 ? magnitude : -magnitude;
    }

    /**
     * The nearest float; infinite even where a finite value exceeds the largest float. It can differ from the float
     * nearest to the nearest double, because that one is rounded twice.
     */
    static float getFloat(MemorySegment memory, long byteOffset) {
        requireX87();
        long mantissa = MemoryAccess.getLong(memory, byteOffset);
        int head = (int) MemoryAccess.getLong(memory, byteOffset + MANTISSA_BYTES);
        int storedExponent = head & EXPONENT_MASK;
        double magnitude;
        if (storedExponent == EXPONENT_MASK) {
            magnitude = magnitude(mantissa, storedExponent);
        } else {
            // A double holds all bits that decide the rounding. The lowest bit kept says whether more bits were set
            // below it.
            int dropped = Long.SIZE - (FRACTION_BITS + 1);
            long kept = mantissa >>> dropped | ((mantissa & (1L << dropped) - 1) == 0 ? 0 : 1);
            magnitude = Math.scalb((double) kept, storedExponent - BIAS - LOWEST_BIT + dropped);
        }
        return (float) ((head & SIGN_BIT) == 0 ? magnitude : -magnitude);
    }

    private static double magnitude(long mantissa, int storedExponent) {
        if (storedExponent == EXPONENT_MASK) {
            return mantissa << 1 == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        if (mantissa == 0) {
            return 0;
        }
        int exponent = Math.max(storedExponent, 1) - BIAS - LOWEST_BIT;
        int leadingBit = exponent + LOWEST_BIT - Long.numberOfLeadingZeros(mantissa);
        if (leadingBit < Double.MIN_EXPONENT) {
            return Double.longBitsToDouble(shifted(mantissa, MIN_DOUBLE_EXPONENT - exponent));
        }
        double value = Math.scalb(unsigned(mantissa), Math.min(exponent, Double.MAX_EXPONENT));
        if (Double.isInfinite(value)) {
            throw new ArithmeticException("a long double of about 2 to the power of " + leadingBit
                    + " does not fit double; required at most " + Double.MAX_VALUE);
        }
        return value;
    }

    private static double unsigned(long value) {
        return value < 0 ? 2.0 * (double) (value >>> 1 | value & 1) : (double) value;
    }

    /** An unsigned value without its lowest bits, rounded to the nearest, ties to even. */
    private static long shifted(long value, int bitCount) {
        if (bitCount > Long.SIZE) {
            return 0;
        }
        if (bitCount <= 0) {
            return value << -bitCount;
        }
        long kept = bitCount == Long.SIZE ? 0 : value >>> bitCount;
        long dropped = value << (Long.SIZE - bitCount);
        boolean isAboveHalf = dropped < 0 && (dropped & Long.MAX_VALUE) != 0;
        boolean isHalf = dropped == Long.MIN_VALUE;
        return isAboveHalf || isHalf && (kept & 1) != 0 ? kept + 1 : kept;
    }

    /** Writes a double, exactly. */
    static void set(MemorySegment memory, long byteOffset, double value) {
        int sign = Double.doubleToRawLongBits(value) < 0 ? SIGN_BIT : 0;
        double magnitude = Math.abs(value);
        if (magnitude == 0) {
            set(memory, byteOffset, sign, 0);
        } else if (Double.isInfinite(magnitude)) {
            set(memory, byteOffset, sign | EXPONENT_MASK, Long.MIN_VALUE);
        } else if (Double.isNaN(magnitude)) {
            set(memory, byteOffset, sign | EXPONENT_MASK, Long.MIN_VALUE >> 1);
        } else {
            boolean isNormal = magnitude >= Double.MIN_NORMAL;
            long fraction = Double.doubleToRawLongBits(magnitude) & (1L << FRACTION_BITS) - 1;
            long bits = isNormal ? fraction | 1L << FRACTION_BITS : fraction;
            int exponent = isNormal ? Math.getExponent(magnitude) - FRACTION_BITS : MIN_DOUBLE_EXPONENT;
            normalised(memory, byteOffset, sign, bits, exponent);
        }
    }

    /** Writes an integer, exactly. */
    static void set(MemorySegment memory, long byteOffset, long value) {
        if (value == 0) {
            set(memory, byteOffset, 0, 0);
        } else {
            normalised(memory, byteOffset, value < 0 ? SIGN_BIT : 0, Math.abs(value), 0);
        }
    }

    /** Writes {@code bits}, unsigned and not 0, times 2 to the power of {@code exponent}. */
    private static void normalised(MemorySegment memory, long byteOffset, int sign, long bits, int exponent) {
        int shift = Long.numberOfLeadingZeros(bits);
        set(memory, byteOffset, sign | exponent - shift + LOWEST_BIT + BIAS, bits << shift);
    }

    private static void set(MemorySegment memory, long byteOffset, int head, long mantissa) {
        requireX87();
        MemoryAccess.setLong(memory, byteOffset, mantissa);
        MemoryAccess.setLong(memory, byteOffset + MANTISSA_BYTES, head);
    }

    private static void requireX87() {
        if (!NativeSizes.LONG_DOUBLE_IS_X87) {
            throw new UnsupportedOperationException("a long double can be converted where it is x87 extended"
                    + " precision, on x86-64; this platform has another");
        }
    }
}

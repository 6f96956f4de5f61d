package org.bufferbridge.internal.element;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatItem;

/** Integers of 1, 2, 4 and 8 bytes, signed or not, and booleans, which are the integers 0 and 1. */
public final class IntegerElement extends Element {
    private static final double TWO_TO_63 = 0x1p63;
    private static final double TWO_TO_64 = 0x1p64;

    private final ElementType type;
    private final int byteSize;
    private final boolean isSwapped;
    private final boolean isBoolean;
    private final boolean isUnsignedLong;
    /** The range of the format. For a {@code uint64} it ends where a {@code long} ends. */
    private final long least;

    private final long most;
    /** The bits of the value. Those of a signed integer are extended with its sign. */
    private final long mask;

    IntegerElement(BufferFormat format, FormatItem.Leaf leaf) {
        super(format);
        this.type = leaf.type().standard();
        this.byteSize = type.byteSize();
        this.isSwapped = !leaf.isNativeOrder();
        this.isBoolean = type == ElementType.BOOLEAN;
        this.isUnsignedLong = type == ElementType.UINT64;
        boolean isSigned = type.kind() == ElementType.Kind.SIGNED;
        int bitCount = isBoolean ? 1 : 8 * byteSize;
        this.least = isSigned ? -1L << (bitCount - 1) : 0;
        this.most = isSigned || isUnsignedLong ? -1L >>> (Long.SIZE - bitCount + 1) : (1L << bitCount) - 1;
        this.mask = isSigned || isUnsignedLong || isBoolean ? -1 : most;
    }

    /** The value; for a {@code uint64}, its bits. */
    private long value(MemorySegment memory, long byteOffset) {
        long bits = bits(memory, byteOffset, byteSize, isSwapped) & mask;
        return isBoolean ? truth(bits) : bits;
    }

    private static long truth(long bits) {
        // A consumer that writes through a cast to bytes may leave any byte here.
        return bits != 0 ? 1 : 0;
    }

    @Override
    long longAt(MemorySegment memory, long byteOffset) {
        long value = value(memory, byteOffset);
        if (value < 0 && isUnsignedLong) {
            throw tooLarge(value);
        }
        return value;
    }

    private ArithmeticException tooLarge(long value) {
        return doesNotFit(Long.toUnsignedString(value), "long", Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    double doubleAt(MemorySegment memory, long byteOffset) {
        long value = value(memory, byteOffset);
        return value < 0 && isUnsignedLong ? doubleOfUnsigned(value) : value;
    }

    /** The double nearest to a {@code uint64}, which is given as its bits. */
    public static double doubleOfUnsigned(long bits) {
        // An unsigned value that is halved, with its last bit kept, rounds as the whole value would.
        return bits < 0 ? 2.0 * (double) (bits >>> 1 | bits & 1) : bits;
    }

    @Override
    float floatAt(MemorySegment memory, long byteOffset) {
        long value = value(memory, byteOffset);
        return value < 0 && isUnsignedLong ? floatOfUnsigned(value) : value;
    }

    private static float floatOfUnsigned(long value) {
        return 2.0f * (float) (value >>> 1 | value & 1);
    }

    @Override
    public Object get(MemorySegment memory, long byteOffset) {
        long value = value(memory, byteOffset);
        return switch (type) {
            case BOOLEAN -> value != 0;
            case INT8 -> (byte) value;
            case INT16 -> (short) value;
            case UINT8, UINT16, INT32 -> (int) value;
            case UINT64 -> value < 0 ? new BigInteger(Long.toUnsignedString(value)) : BigInteger.valueOf(value);
            default -> value;
        };
    }

    @Override
    void putLong(MemorySegment memory, long byteOffset, long value) {
        requireRange(value);
        setBits(memory, byteOffset, byteSize, isSwapped, value);
    }

    private void requireRange(long value) {
        if (value < least || value > most) {
            throw outOfRange(value, least, mostText());
        }
    }

    @Override
    void putDouble(MemorySegment memory, long byteOffset, double value) {
        if (value != Math.rint(value) || !(value >= -TWO_TO_63 && value < TWO_TO_64)) {
            throw outOfRange(value, least, mostText() + ", whole");
        }
        if (value < TWO_TO_63) {
            putLong(memory, byteOffset, (long) value);
        } else if (isUnsignedLong) {
            setBits(memory, byteOffset, byteSize, isSwapped, (long) (value - TWO_TO_63) ^ Long.MIN_VALUE);
        } else {
            throw outOfRange(value, least, mostText());
        }
    }

    @Override
    void setBigInteger(MemorySegment memory, long byteOffset, BigInteger value) {
        if (isUnsignedLong && value.signum() >= 0 && value.bitLength() <= Long.SIZE) {
            setBits(memory, byteOffset, byteSize, isSwapped, value.longValue());
            return;
        }
        if (value.bitLength() >= Long.SIZE) {
            throw outOfRange(value, least, mostText());
        }
        putLong(memory, byteOffset, value.longValue());
    }

    private String mostText() {
        return isUnsignedLong ? Long.toUnsignedString(-1) : Long.toString(most);
    }
}

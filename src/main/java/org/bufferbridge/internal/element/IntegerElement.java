package org.bufferbridge.internal.element;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteOrder;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatItem;

/** Integers of 1, 2, 4 and 8 bytes, signed or not, and booleans, which are the integers 0 and 1. */
public final class IntegerElement extends Element {
    private static final double TWO_TO_63 = 0x1p63;
    private static final double TWO_TO_64 = 0x1p64;

    private final ElementType type;
    private final int byteSize;
    private final ByteOrder order;
    private final boolean isBoolean;
    private final boolean isUnsignedLong;
    /** The range of the format. For a {@code uint64} it ends where a {@code long} ends. */
    private final long least;

    private final long most;

    IntegerElement(BufferFormat format, FormatItem.Leaf leaf) {
        super(format);
        this.type = leaf.type().standard();
        this.byteSize = type.byteSize();
        this.order = leaf.order();
        this.isBoolean = type == ElementType.BOOLEAN;
        this.isUnsignedLong = type == ElementType.UINT64;
        boolean isSigned = type.kind() == ElementType.Kind.SIGNED;
        int bitCount = isBoolean ? 1 : 8 * byteSize;
        this.least = isSigned ? -1L << (bitCount - 1) : 0;
        this.most = isSigned || isUnsignedLong ? -1L >>> (Long.SIZE - bitCount + 1) : (1L << bitCount) - 1;
    }

    /** The value; for a {@code uint64}, its bits. */
    private long value(MemorySegment memory, long byteOffset) {
        long bits = bits(memory, byteOffset, byteSize, order);
        if (isBoolean) {
            // A consumer that writes through a cast to bytes may leave any byte here.
            return bits != 0 ? 1 : 0;
        }
        return least < 0 || isUnsignedLong ? bits : bits & most;
    }

    @Override
    public long getLong(MemorySegment memory, long byteOffset) {
        long value = value(memory, byteOffset);
        if (isUnsignedLong && value < 0) {
            throw doesNotFit(Long.toUnsignedString(value), "long", Long.MIN_VALUE, Long.MAX_VALUE);
        }
        return value;
    }

    @Override
    public double getDouble(MemorySegment memory, long byteOffset) {
        long value = value(memory, byteOffset);
        // An unsigned value that is halved, with its last bit kept, rounds as the whole value would.
        return isUnsignedLong && value < 0 ? 2.0 * (double) (value >>> 1 | value & 1) : (double) value;
    }

    @Override
    public float getFloat(MemorySegment memory, long byteOffset) {
        long value = value(memory, byteOffset);
        return isUnsignedLong && value < 0 ? 2.0f * (float) (value >>> 1 | value & 1) : (float) value;
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
    public void setLong(MemorySegment memory, long byteOffset, long value) {
        if (value < least || value > most) {
            throw outOfRange(value, least, mostText());
        }
        setBits(memory, byteOffset, byteSize, order, value);
    }

    @Override
    public void setDouble(MemorySegment memory, long byteOffset, double value) {
        if (value != Math.rint(value) || !(value >= -TWO_TO_63 && value < TWO_TO_64)) {
            throw outOfRange(value, least, mostText() + ", whole");
        }
        if (value < TWO_TO_63) {
            setLong(memory, byteOffset, (long) value);
        } else if (isUnsignedLong) {
            setBits(memory, byteOffset, byteSize, order, (long) (value - TWO_TO_63) ^ Long.MIN_VALUE);
        } else {
            throw outOfRange(value, least, mostText());
        }
    }

    @Override
    public void setBigInteger(MemorySegment memory, long byteOffset, BigInteger value) {
        if (isUnsignedLong && value.signum() >= 0 && value.bitLength() <= Long.SIZE) {
            setBits(memory, byteOffset, byteSize, order, value.longValue());
            return;
        }
        if (value.bitLength() >= Long.SIZE) {
            throw outOfRange(value, least, mostText());
        }
        setLong(memory, byteOffset, value.longValue());
    }

    private String mostText() {
        return isUnsignedLong ? Long.toUnsignedString(-1) : Long.toString(most);
    }
}

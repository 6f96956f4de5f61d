package org.bufferbridge.internal.element;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatItem;

/** Half, single, double and extended precision. */
public final class FloatingElement extends Element {
    private final ElementType type;
    private final boolean isSwapped;

    FloatingElement(BufferFormat format, FormatItem.Leaf leaf) {
        super(format);
        this.type = leaf.type();
        this.isSwapped = !leaf.isNativeOrder();
    }

    @Override
    double doubleAt(MemorySegment memory, long byteOffset) {
        return type == ElementType.FLOAT32
                ? Float.intBitsToFloat(four(memory, byteOffset, isSwapped))
                : otherDouble(memory, byteOffset);
    }

    private double otherDouble(MemorySegment memory, long byteOffset) {
        return type == ElementType.FLOAT64
                ? Double.longBitsToDouble(eight(memory, byteOffset, isSwapped))
                : rareDouble(memory, byteOffset);
    }

    private double rareDouble(MemorySegment memory, long byteOffset) {
        return type == ElementType.FLOAT16
                ? Float.float16ToFloat(two(memory, byteOffset, isSwapped))
                : LongDouble.get(memory, byteOffset);
    }

    @Override
    float floatAt(MemorySegment memory, long byteOffset) {
        // On the way through a double, a signalling NaN would become a quiet one.
        return type == ElementType.FLOAT32
                ? Float.intBitsToFloat(four(memory, byteOffset, isSwapped))
                : rareFloat(memory, byteOffset);
    }

    private float rareFloat(MemorySegment memory, long byteOffset) {
        return type == ElementType.LONG_DOUBLE
                ? floatOfLongDouble(memory, byteOffset)
                : toFloat(doubleAt(memory, byteOffset));
    }

    private float floatOfLongDouble(MemorySegment memory, long byteOffset) {
        float nearest = LongDouble.getFloat(memory, byteOffset);
        return Float.isInfinite(nearest) ? toFloat(doubleAt(memory, byteOffset)) : nearest;
    }

    private float toFloat(double value) {
        float nearest = (float) value;
        if (Float.isInfinite(nearest)) {
            requireInfinite(value);
        }
        return nearest;
    }

    private void requireInfinite(double value) {
        if (!Double.isInfinite(value)) {
            throw doesNotFit(value, "float", -Float.MAX_VALUE, Float.MAX_VALUE);
        }
    }

    @Override
    long longAt(MemorySegment memory, long byteOffset) {
        if (type == ElementType.LONG_DOUBLE) {
            // A long double has 64 bits of precision. On the way through a double, its integers would be rounded.
            throw refusal("an integer");
        }
        return whole(doubleAt(memory, byteOffset));
    }

    private long whole(double value) {
        long integer = (long) value;
        // 2**63 becomes the largest long, which no double equals.
        if (integer != value || integer == Long.MAX_VALUE) {
            throw doesNotFit(value, "an integer", Long.MIN_VALUE, Long.MAX_VALUE + ", whole");
        }
        return integer;
    }

    @Override
    public Object get(MemorySegment memory, long byteOffset) {
        double value = getDouble(memory, byteOffset);
        if (type == ElementType.FLOAT16 || type == ElementType.FLOAT32) {
            return (float) value;
        }
        return value;
    }

    @Override
    void putDouble(MemorySegment memory, long byteOffset, double value) {
        if (type == ElementType.FLOAT32) {
            setBits(memory, byteOffset, 4, isSwapped, Float.floatToRawIntBits(single((float) value, value)));
        } else {
            putOther(memory, byteOffset, value);
        }
    }

    private void putOther(MemorySegment memory, long byteOffset, double value) {
        if (type == ElementType.FLOAT64) {
            setBits(memory, byteOffset, 8, isSwapped, Double.doubleToRawLongBits(value));
        } else {
            putRare(memory, byteOffset, value);
        }
    }

    private void putRare(MemorySegment memory, long byteOffset, double value) {
        if (type == ElementType.FLOAT16) {
            setBits(memory, byteOffset, 2, isSwapped, half(value));
        } else {
            LongDouble.set(memory, byteOffset, value);
        }
    }

    @Override
    void putLong(MemorySegment memory, long byteOffset, long value) {
        switch (type) {
            // Through a double the value would be rounded twice.
            case FLOAT32 -> setBits(memory, byteOffset, 4, isSwapped, Float.floatToRawIntBits((float) value));
            case LONG_DOUBLE -> LongDouble.set(memory, byteOffset, value);
            default -> putDouble(memory, byteOffset, value);
        }
    }

    /** Refuses every value that {@link #setDouble} refuses, for writes that must not stop halfway. */
    void requireFit(double value) {
        if (type == ElementType.FLOAT32) {
            single((float) value, value);
        }
    }

    private float single(float nearest, double value) {
        if (Float.isInfinite(nearest) && !Double.isInfinite(value)) {
            throw outOfRange(value, -Float.MAX_VALUE, Float.MAX_VALUE);
        }
        return nearest;
    }

    private short half(double value) {
        short bits = Float.floatToFloat16(roundedToOdd(value));
        if (Float.isInfinite(Float.float16ToFloat(bits)) && !Double.isInfinite(value)) {
            throw outOfRange(value, -65504, 65504);
        }
        return bits;
    }

    /**
     * The double itself if a float holds it exactly. Otherwise the next float towards 0, with its last bit set. A
     * second rounding, to half precision, gives the half nearest to the double. From the nearest float it might give
     * another half.
     */
    private static float roundedToOdd(double value) {
        float nearest = (float) value;
        if (nearest == value || value != value || Float.isInfinite(nearest)) {
            return nearest;
        }
        int bits = Float.floatToRawIntBits(nearest);
        boolean isTooLarge = Math.abs((double) nearest) > Math.abs(value);
        return Float.intBitsToFloat((isTooLarge ? bits - 1 : bits) | 1);
    }
}

package org.bufferbridge.internal.element;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatItem;

/** Half, single, double and extended precision. */
public final class FloatingElement extends Element {
    private static final double TWO_TO_63 = 0x1p63;

    private final ElementType type;
    private final ByteOrder order;

    FloatingElement(BufferFormat format, FormatItem.Leaf leaf) {
        super(format);
        this.type = leaf.type();
        this.order = leaf.order();
    }

    @Override
    public double getDouble(MemorySegment memory, long byteOffset) {
        return switch (type) {
            case FLOAT16 -> Float.float16ToFloat((short) bits(memory, byteOffset, 2, order));
            case FLOAT32 -> Float.intBitsToFloat((int) bits(memory, byteOffset, 4, order));
            case FLOAT64 -> Double.longBitsToDouble(bits(memory, byteOffset, 8, order));
            default -> LongDouble.get(memory, byteOffset);
        };
    }

    @Override
    public float getFloat(MemorySegment memory, long byteOffset) {
        if (type == ElementType.LONG_DOUBLE) {
            float nearest = LongDouble.getFloat(memory, byteOffset);
            return Float.isInfinite(nearest) ? toFloat(getDouble(memory, byteOffset)) : nearest;
        }
        return toFloat(getDouble(memory, byteOffset));
    }

    private float toFloat(double value) {
        float nearest = (float) value;
        if (Float.isInfinite(nearest) && !Double.isInfinite(value)) {
            throw doesNotFit(value, "float", -Float.MAX_VALUE, Float.MAX_VALUE);
        }
        return nearest;
    }

    @Override
    public long getLong(MemorySegment memory, long byteOffset) {
        if (type == ElementType.LONG_DOUBLE) {
            // A long double has 64 bits of precision. On the way through a double, its integers would be rounded.
            throw refusal("an integer");
        }
        double value = getDouble(memory, byteOffset);
        if (value != Math.rint(value) || !(value >= -TWO_TO_63 && value < TWO_TO_63)) {
            throw doesNotFit(value, "an integer", Long.MIN_VALUE, Long.MAX_VALUE + ", whole");
        }
        return (long) value;
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
    public void setDouble(MemorySegment memory, long byteOffset, double value) {
        switch (type) {
            case FLOAT16 -> setBits(memory, byteOffset, 2, order, half(value));
            case FLOAT32 ->
                setBits(memory, byteOffset, 4, order, Float.floatToRawIntBits(single((float) value, value)));
            case FLOAT64 -> setBits(memory, byteOffset, 8, order, Double.doubleToRawLongBits(value));
            default -> LongDouble.set(memory, byteOffset, value);
        }
    }

    @Override
    public void setLong(MemorySegment memory, long byteOffset, long value) {
        switch (type) {
            // Through a double the value would be rounded twice.
            case FLOAT32 -> setBits(memory, byteOffset, 4, order, Float.floatToRawIntBits((float) value));
            case LONG_DOUBLE -> LongDouble.set(memory, byteOffset, value);
            default -> setDouble(memory, byteOffset, value);
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

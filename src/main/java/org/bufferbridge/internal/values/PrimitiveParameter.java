package org.bufferbridge.internal.values;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.Locale;
import org.apache.commons.lang3.ClassUtils;

/**
 * A primitive type. A conversion that would change an integer's value, or make a finite number infinite, is out of
 * range. A conversion that rounds to a floating-point type is taken, as in Java's widening.
 */
public final class PrimitiveParameter extends Parameter {
    private enum Kind {
        BOOLEAN,
        CHAR,
        BYTE,
        SHORT,
        INT,
        LONG,
        FLOAT,
        DOUBLE
    }

    private final Kind kind;

    PrimitiveParameter(Class<?> type) {
        super(type);
        this.kind = Kind.valueOf(type.getName().toUpperCase(Locale.ROOT));
    }

    @Override
    public Object convert(long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.INT -> fromInt(Slots.payload(slot));
            case Slots.FLOAT -> fromFloat(Slots.floating(slot));
            case Slots.BOOL -> kind == Kind.BOOLEAN ? (Object) (Slots.payload(slot) != 0) : REFUSED;
            case Slots.STR -> fromStr((String) Slots.reference(slot, refs));
            case Slots.BIGINT -> fromBigInt(slot, refs);
            case Slots.OBJECT -> unbox(Slots.reference(slot, refs));
            case Slots.DESCRIBED -> fromDescribed(slot);
            default -> REFUSED;
        };
    }

    private Object fromInt(long value) {
        return switch (kind) {
            case INT -> (int) value == value ? (Object) (int) value : OUT_OF_RANGE;
            case LONG -> value;
            case DOUBLE -> (double) value;
            case FLOAT -> (float) value;
            case SHORT -> (short) value == value ? (Object) (short) value : OUT_OF_RANGE;
            case BYTE -> (byte) value == value ? (Object) (byte) value : OUT_OF_RANGE;
            case BOOLEAN, CHAR -> REFUSED;
        };
    }

    private Object fromFloat(double value) {
        return switch (kind) {
            case DOUBLE -> value;
            case FLOAT -> fitsFloat(value) ? (Object) (float) value : OUT_OF_RANGE;
            default -> REFUSED;
        };
    }

    public static boolean fitsFloat(double value) {
        return !Float.isInfinite((float) value) || Double.isInfinite(value);
    }

    private Object fromStr(String text) {
        return kind == Kind.CHAR && text.length() == 1 ? (Object) text.charAt(0) : REFUSED;
    }

    private Object fromBigInt(long slot, Object[] refs) {
        return switch (kind) {
            case BYTE, SHORT, INT, LONG -> OUT_OF_RANGE;
            case FLOAT -> {
                float value = bigInteger(slot, refs).floatValue();
                yield Float.isInfinite(value) ? OUT_OF_RANGE : (Object) value;
            }
            case DOUBLE -> {
                double value = bigInteger(slot, refs).doubleValue();
                yield Double.isInfinite(value) ? OUT_OF_RANGE : (Object) value;
            }
            case BOOLEAN, CHAR -> REFUSED;
        };
    }

    private Object fromDescribed(long slot) {
        if (kind != Kind.FLOAT && kind != Kind.DOUBLE) {
            return REFUSED;
        }
        if (Described.isBeyondDouble(slot)) {
            return OUT_OF_RANGE;
        }
        long rounded = Described.rounded(slot);
        return rounded == 0 ? REFUSED : fromFloat(Slots.floating(rounded));
    }

    private Object unbox(Object box) {
        if (box == null || !ClassUtils.isAssignable(box.getClass(), type, true)) {
            return REFUSED;
        }
        return switch (kind) {
            case BOOLEAN, CHAR, BYTE -> box;
            case SHORT -> ((Number) box).shortValue();
            case INT -> box instanceof Character unit ? (int) unit : ((Number) box).intValue();
            case LONG -> box instanceof Character unit ? (long) unit : ((Number) box).longValue();
            case FLOAT -> box instanceof Character unit ? (float) unit : ((Number) box).floatValue();
            case DOUBLE -> box instanceof Character unit ? (double) unit : ((Number) box).doubleValue();
        };
    }

    /**
     * Converts into an array of this primitive type.
     *
     * @return {@link #REFUSED}, {@link #OUT_OF_RANGE}, or any other object if the element was stored
     */
    Object store(Object array, int index, long slot, Object[] refs) {
        // Common lists are stored without a box for each element.
        int tag = Slots.tag(slot);
        switch (kind) {
            case DOUBLE -> {
                if (tag == Slots.FLOAT || tag == Slots.INT) {
                    ((double[]) array)[index] = tag == Slots.FLOAT ? Slots.floating(slot) : Slots.payload(slot);
                    return null;
                }
            }
            case LONG -> {
                if (tag == Slots.INT) {
                    ((long[]) array)[index] = Slots.payload(slot);
                    return null;
                }
            }
            case INT -> {
                int narrowed = (int) Slots.payload(slot);
                if (tag == Slots.INT && narrowed == Slots.payload(slot)) {
                    ((int[]) array)[index] = narrowed;
                    return null;
                }
            }
            case BYTE -> {
                byte narrowed = (byte) Slots.payload(slot);
                if (tag == Slots.INT && narrowed == Slots.payload(slot)) {
                    ((byte[]) array)[index] = narrowed;
                    return null;
                }
            }
            default -> {}
        }
        Object value = convert(slot, refs);
        if (isValue(value)) {
            Array.set(array, index, value);
        }
        return value;
    }

    /**
     * Converts the first items into an array of this primitive type, as long as they are plain ints or floats that fit.
     *
     * @return how many were stored
     */
    int storeFirst(Object array, PackedItems items) {
        return switch (array) {
            case double[] doubles -> storeFirst(doubles, items.slots());
            case long[] longs -> storeFirst(longs, items.slots());
            case int[] ints -> storeFirst(ints, items.slots());
            default -> 0;
        };
    }

    private static int storeFirst(double[] array, long slots) {
        for (int i = 0; i < array.length; i++) {
            long slot = Slots.at(slots, i);
            int tag = Slots.tag(slot);
            if (tag == Slots.FLOAT) {
                array[i] = Slots.floating(slot);
            } else if (tag == Slots.INT) {
                array[i] = Slots.payload(slot);
            } else {
                return i;
            }
        }
        return array.length;
    }

    private static int storeFirst(long[] array, long slots) {
        for (int i = 0; i < array.length; i++) {
            long slot = Slots.at(slots, i);
            if (Slots.tag(slot) != Slots.INT) {
                return i;
            }
            array[i] = Slots.payload(slot);
        }
        return array.length;
    }

    private static int storeFirst(int[] array, long slots) {
        for (int i = 0; i < array.length; i++) {
            long slot = Slots.at(slots, i);
            long value = Slots.payload(slot);
            if (Slots.tag(slot) != Slots.INT || (int) value != value) {
                return i;
            }
            array[i] = (int) value;
        }
        return array.length;
    }

    /** Whether a float has the value. */
    public static boolean isFloat(long value) {
        float nearest = value;
        return nearest != 0x1p63f && (long) nearest == value;
    }

    /** Whether a double has the value. */
    public static boolean isDouble(long value) {
        double nearest = value;
        return nearest != 0x1p63 && (long) nearest == value;
    }

    @Override
    public int rank(long slot, Object[] refs) {
        int rounding = rankOfRounding(slot, refs);
        if (rounding != 0) {
            return rounding;
        }
        if (Boxes.type(slot) != null) {
            return Boxes.rankOfPrimitive(type, slot);
        }
        return switch (Slots.tag(slot)) {
            case Slots.INT -> kind == Kind.BYTE || kind == Kind.SHORT ? PYTHON : STRICT;
            case Slots.FLOAT -> kind == Kind.FLOAT ? PYTHON : STRICT;
            case Slots.BOOL -> STRICT;
            case Slots.OBJECT -> LOOSE;
            default -> PYTHON;
        };
    }

    /** The rank of a number that is no float in Python, and that this floating-point type rounds; 0 for others. */
    int rankOfRounding(long slot, Object[] refs) {
        if (kind != Kind.FLOAT && kind != Kind.DOUBLE) {
            return 0;
        }
        boolean isFloat = kind == Kind.FLOAT;
        boolean isExact =
                switch (Slots.tag(slot)) {
                    case Slots.INT -> isFloat ? isFloat(Slots.payload(slot)) : isDouble(Slots.payload(slot));
                    case Slots.BIGINT -> isExact(bigInteger(slot, refs), isFloat);
                    case Slots.DESCRIBED -> false;
                    default -> true;
                };
        if (isExact) {
            return 0;
        }
        return isFloat ? ROUNDED_TO_FLOAT : ROUNDED_TO_DOUBLE;
    }

    /** Whether the bits of a number, from the first to the last that is set, fit the type. */
    private static boolean isExact(BigInteger value, boolean isFloat) {
        return value.abs().bitLength() - value.getLowestSetBit() <= (isFloat ? Float.PRECISION : Double.PRECISION);
    }

    @Override
    public String misfit(long slot, Object[] refs) {
        return super.misfit(slot, refs)
                + switch (kind) {
                    case BYTE -> range(Byte.MIN_VALUE, Byte.MAX_VALUE);
                    case SHORT -> range(Short.MIN_VALUE, Short.MAX_VALUE);
                    case INT -> range(Integer.MIN_VALUE, Integer.MAX_VALUE);
                    case LONG -> range(Long.MIN_VALUE, Long.MAX_VALUE);
                    case FLOAT -> " (-" + Float.MAX_VALUE + ".." + Float.MAX_VALUE + ")";
                    case DOUBLE -> " (-" + Double.MAX_VALUE + ".." + Double.MAX_VALUE + ")";
                    case BOOLEAN, CHAR -> "";
                };
    }

    private static String range(long first, long last) {
        return " (" + first + ".." + last + ")";
    }

    @Override
    public int sensitivity() {
        return switch (kind) {
            case BYTE, SHORT, INT -> INT_MATTERS;
            case FLOAT -> FLOAT_MATTERS | ROUNDING_MATTERS;
            case DOUBLE -> ROUNDING_MATTERS;
            case CHAR -> STR_MATTERS;
            case BOOLEAN, LONG -> 0;
        };
    }
}

package org.bufferbridge.internal.values;

import java.math.BigInteger;
import org.apache.commons.lang3.ClassUtils;

/**
 * The Java classes that a Python number or text can remember, in the aux of its slot. C has the same numbers in {@code
 * boxes.h}, and {@code boxes.py} the Python classes.
 *
 * <p>A number of numpy remembers the class of its width. It is a primitive of that width, which Java boxes where an
 * object is wanted. All others are boxes, which Java unboxes.
 *
 * <p>Each of Python's own types stands for a Java class: a float for Double, a str for String. An int stands for the
 * first of Integer, Long and BigInteger that has the value. Such a value remembers nothing.
 *
 * <p>This class holds no state.
 */
final class Boxes {
    /** A value whose type is Python's own. */
    static final int NONE = 0;

    static final int BYTE = 1;
    static final int SHORT = 2;
    static final int LONG = 4;
    static final int BIG_INTEGER = 5;
    static final int FLOAT = 6;
    static final int CHARACTER = 8;

    /** The bits of a class. */
    private static final int KINDS = 15;

    /** The bit of a value that is a primitive, and no box. */
    private static final int PRIMITIVE = 16;

    private static final Class<?>[] TYPES = {
        null,
        Byte.class,
        Short.class,
        Integer.class,
        Long.class,
        BigInteger.class,
        Float.class,
        Double.class,
        Character.class
    };

    private Boxes() {}

    /** The class that the value in a slot remembers; null if there is none. */
    static Class<?> type(long slot) {
        return TYPES[Slots.box(slot) & KINDS];
    }

    /** Whether the value in a slot remembers a class that a type is a superclass or an interface of. */
    static boolean fits(Class<?> type, long slot) {
        Class<?> box = type(slot);
        return box != null && type.isAssignableFrom(box);
    }

    /** The rank of a value that {@link #fits}. */
    static int rank(long slot) {
        return isPrimitive(slot) ? Parameter.LOOSE : Parameter.STRICT;
    }

    /** The rank of a value that remembers a class, where a primitive type is wanted. */
    static int rankOfPrimitive(Class<?> primitive, long slot) {
        if (!ClassUtils.isAssignable(type(slot), primitive, true)) {
            return Parameter.PYTHON;
        }
        return isPrimitive(slot) ? Parameter.STRICT : Parameter.LOOSE;
    }

    private static boolean isPrimitive(long slot) {
        return (Slots.box(slot) & PRIMITIVE) != 0;
    }

    /** The name of a value that remembers a class, in messages. */
    static String name(long slot) {
        if (!isPrimitive(slot)) {
            return "Java" + type(slot).getSimpleName();
        }
        Class<?> primitive = ClassUtils.wrapperToPrimitive(type(slot));
        return primitive == null ? "uint64" : primitive.getName(); // no primitive is as wide
    }

    /** The value in a slot that remembers a class; {@link Parameter#OUT_OF_RANGE} if the class does not have it. */
    static Object of(long slot, Object[] refs) {
        Object box =
                switch (Slots.tag(slot)) {
                    case Slots.INT -> of(Slots.aux(slot) & KINDS, Slots.payload(slot));
                    case Slots.FLOAT -> of(Slots.aux(slot) & KINDS, Slots.floating(slot));
                    default -> of((String) Slots.reference(slot, refs));
                };
        return box == null ? Parameter.OUT_OF_RANGE : box;
    }

    private static Object of(int box, long value) {
        return switch (box) {
            case BYTE -> (byte) value == value ? (Object) (byte) value : null;
            case SHORT -> (short) value == value ? (Object) (short) value : null;
            case LONG -> value;
            case BIG_INTEGER -> BigInteger.valueOf(value);
            default -> (int) value == value ? (Object) (int) value : null;
        };
    }

    private static Object of(int box, double value) {
        if (box != FLOAT) {
            return value;
        }
        return PrimitiveParameter.fitsFloat(value) ? (Object) (float) value : null;
    }

    private static Object of(String text) {
        return text.length() == 1 ? (Object) text.charAt(0) : null;
    }
}

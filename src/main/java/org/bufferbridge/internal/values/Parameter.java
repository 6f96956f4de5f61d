package org.bufferbridge.internal.values;

import java.lang.reflect.Type;
import java.math.BigInteger;
import org.apache.commons.lang3.ClassUtils;
import org.bufferbridge.internal.classes.Generics;

/**
 * One Java type that a Python value can be passed as. It is the type of a parameter, of a field, or of the elements of
 * an array or a collection.
 *
 * <p>{@link #convert} alone decides what is applicable. {@link #rank} says how well an applicable value fits. The
 * rules are those of {@code Overloads}.
 *
 * <p>Parameters are immutable and may be used by any thread.
 */
public abstract sealed class Parameter
        permits PrimitiveParameter, BoxParameter, ReferenceParameter, ArrayParameter, BufferParameter {
    /** The result of {@link #convert} when the type does not take the value at all. */
    public static final Object REFUSED = new Object();

    /** The result of {@link #convert} when only the range of the type excludes the value. */
    public static final Object OUT_OF_RANGE = new Object();

    /** The result of {@link #convert} when items of a Python container have to be read first. */
    public static final Object UNREAD = new Object();

    public static final int STRICT = 1;
    static final int LOOSE = 2;
    public static final int PYTHON = 3;

    /** The rank of a number that a double rounds. */
    static final int ROUNDED_TO_DOUBLE = 4;

    /** The rank of a number that a float rounds. */
    static final int ROUNDED_TO_FLOAT = 5;

    /** An array made of a sequence ranks this much above the worst of its elements. */
    static final int ARRAY = 10;

    /** The range of an int decides whether a value is taken. */
    public static final int INT_MATTERS = 1;

    /** The range of a float decides whether a value is taken. */
    public static final int FLOAT_MATTERS = 2;

    /** Whether a floating-point type rounds an int decides how well a parameter takes it. */
    public static final int ROUNDING_MATTERS = 8;

    /** The text of a str decides whether a value is taken. */
    public static final int NAMES_MATTER = 16;

    /** The items of Java's memory decide whether it is taken. */
    public static final int ITEMS_MATTER = 32;

    /** The length of a str decides whether a value is taken. */
    public static final int STR_MATTERS = 4;

    /** Larger ints are not written out in messages. */
    private static final int MAX_BITS = 129;

    public final Class<?> type;

    Parameter(Class<?> type) {
        this.type = type;
    }

    /**
     * The parameter of a type.
     *
     * @param type the raw type
     * @param generic the same type with its type arguments; those of collections are read from it
     */
    public static Parameter of(Class<?> type, Type generic) {
        return of(type, generic, PythonValues.Use.AS_GRANTED);
    }

    /**
     * The parameter of a type.
     *
     * @param access the declared use of a buffer, or of the buffers of an array or a list
     */
    public static Parameter of(Class<?> type, Type generic, PythonValues.Use access) {
        if (BufferParameter.isBuffer(type)) {
            return new BufferParameter(type, access);
        }
        if (type.isPrimitive() && type != void.class) {
            return new PrimitiveParameter(type);
        }
        if (type.isArray()) {
            return new ArrayParameter(type, Generics.component(generic), access);
        }
        return ClassUtils.isPrimitiveWrapper(type) && type != Void.class
                ? new BoxParameter(type)
                : new ReferenceParameter(type, generic, access);
    }

    /**
     * Converts the value in a slot.
     *
     * @return the value, null included; or {@link #REFUSED}, {@link #OUT_OF_RANGE} or {@link #UNREAD}
     */
    public abstract Object convert(long slot, Object[] refs);

    /**
     * Reads the items of Python containers that the next {@link #convert} wants. This runs Python code, and takes the
     * items of iterators, so it follows the choice of the overload.
     */
    public void read(long slot, Object[] refs) {}

    /** Converts the value in a slot, and reads the items of containers for it; never {@link #UNREAD}. */
    public final Object convertRead(long slot, Object[] refs) {
        Object value = convert(slot, refs);
        while (value == UNREAD) {
            read(slot, refs);
            value = convert(slot, refs);
        }
        return value;
    }

    /** The Java object in a slot, if it is of the type. */
    final Object instance(long slot, Object[] refs) {
        Object object = Slots.reference(slot, refs);
        return object == null || type.isInstance(object) ? object : REFUSED;
    }

    /** Ranks a value that {@link #convert} takes; a lower rank is better. */
    public abstract int rank(long slot, Object[] refs);

    /** Says, of a value that is out of range, which value does not fit which type. */
    public String misfit(long slot, Object[] refs) {
        Class<?> taker = Boxes.fits(type, slot) ? Boxes.type(slot) : type;
        return literal(slot, refs) + " does not fit " + Signatures.shortName(taker);
    }

    /** Says why a value is refused; null where the value's kind alone says it. */
    public String obstacle(long slot, Object[] refs) {
        if (Slots.tag(slot) == Slots.STR && (type == char.class || type == Character.class)) {
            return "a char is a text of one UTF-16 unit";
        }
        return Slots.tag(slot) == Slots.DESCRIBED ? Described.obstacle(slot, refs) : null;
    }

    /** Says why a value is refused; by its kind where that alone says it. */
    final String refusal(long slot, Object[] refs) {
        String obstacle = obstacle(slot, refs);
        return obstacle == null ? Signatures.kind(slot, refs) + " is no " + Signatures.shortName(type) : obstacle;
    }

    /** The functional interface that the type is; null if it is none. */
    public Functional functional() {
        return null;
    }

    /** Whether the parameter declares its use of buffers. */
    public boolean declares() {
        return false;
    }

    /**
     * Tells the buffers in a slot how the parameter uses them, once the overload is chosen. The caller then repeats
     * earlier conversions.
     *
     * @throws org.bufferbridge.BufferException if an exporter refuses
     */
    public void declare(long slot, Object[] refs) {}

    /** The properties of values, in addition to their kind, that decide whether the parameter takes them. */
    public int sensitivity() {
        return 0;
    }

    public static boolean isValue(Object converted) {
        return converted != REFUSED && converted != OUT_OF_RANGE && converted != UNREAD;
    }

    static BigInteger bigInteger(long slot, Object[] refs) {
        return new BigInteger((byte[]) Slots.reference(slot, refs));
    }

    /** A value in a message. */
    static String literal(long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.INT -> Long.toString(Slots.payload(slot));
            case Slots.FLOAT -> Double.toString(Slots.floating(slot));
            case Slots.BIGINT -> {
                BigInteger number = bigInteger(slot, refs);
                yield number.bitLength() <= MAX_BITS ? number.toString() : "an int of " + number.bitLength() + " bits";
            }
            case Slots.DESCRIBED -> Described.literal(slot, refs);
            default -> Signatures.kind(slot, refs);
        };
    }
}

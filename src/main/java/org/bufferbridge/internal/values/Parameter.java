package org.bufferbridge.internal.values;

import java.lang.reflect.Type;
import java.math.BigInteger;
import org.apache.commons.lang3.ClassUtils;
import org.bufferbridge.internal.classes.Generics;

/**
 * One Java type a Python value can be passed as: the type of a parameter, of a field, or of the
 * elements of an array or a collection. {@link #convert} alone decides what is applicable; {@link
 * #rank} says how good a fit an applicable value is. The rules are those of {@code Overloads}.
 *
 * <p>Parameters are immutable and may be used by any thread.
 */
public abstract sealed class Parameter
        permits PrimitiveParameter, BoxParameter, ReferenceParameter, ArrayParameter, BufferParameter {
    /** What {@link #convert} answers when the type does not take the value at all. */
    public static final Object REFUSED = new Object();

    /** What {@link #convert} answers when nothing but the range of the type is in the way. */
    public static final Object OUT_OF_RANGE = new Object();

    public static final int STRICT = 1;
    static final int LOOSE = 2;
    public static final int PYTHON = 3;

    /** An array from a sequence ranks this much above the worst of its elements. */
    static final int ARRAY = 3;

    /** Whether a value is taken depends on the range of an int. */
    public static final int INT_MATTERS = 1;

    /** Whether a value is taken depends on the range of a float. */
    public static final int FLOAT_MATTERS = 2;

    /** Whether a value is taken depends on the length of a str. */
    public static final int STR_MATTERS = 4;

    private static final int LONGEST_DIGITS = 40;

    public final Class<?> type;

    Parameter(Class<?> type) {
        this.type = type;
    }

    /**
     * The parameter of a type.
     *
     * @param type the raw type
     * @param generic the same type with its type arguments, from which those of collections are
     *     taken
     */
    public static Parameter of(Class<?> type, Type generic) {
        return of(type, generic, Leases.Use.AS_GRANTED);
    }

    /**
     * The parameter of a type.
     *
     * @param access what it declares to do with a buffer, or with those of an array or a list
     */
    public static Parameter of(Class<?> type, Type generic, Leases.Use access) {
        if (BufferParameter.isBuffer(type)) {
            return new BufferParameter(type, access);
        }
        if (type.isPrimitive()) {
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
     * @return the value, null included; or {@link #REFUSED} or {@link #OUT_OF_RANGE}
     */
    public abstract Object convert(long slot, Object[] refs);

    /** Ranks a value that {@link #convert} takes; the lower the better. */
    public abstract int rank(long slot, Object[] refs);

    /** Says of a value that is out of range what does not fit where. */
    public String misfit(long slot, Object[] refs) {
        return literal(slot, refs) + " does not fit " + ClassUtils.getShortClassName(type);
    }

    /** Says why a value is refused, where its kind alone does not say it; else null. */
    public String obstacle(long slot, Object[] refs) {
        return null;
    }

    /** Whether it declares what is done with buffers. */
    public boolean declares() {
        return false;
    }

    /**
     * Tells the buffers in a slot what is done with them, once the overload is chosen. What was converted before is
     * then to be converted anew.
     *
     * @throws org.bufferbridge.BufferException if an exporter refuses
     */
    public void declare(long slot, Object[] refs) {}

    /** Which properties of values, besides their kind, decide if they are taken. */
    public int sensitivity() {
        return 0;
    }

    public static boolean isValue(Object converted) {
        return converted != REFUSED && converted != OUT_OF_RANGE;
    }

    static BigInteger bigInteger(long slot, Object[] refs) {
        return new BigInteger((String) Slots.reference(slot, refs));
    }

    private static String literal(long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.INT -> Long.toString(Slots.payload(slot));
            case Slots.FLOAT -> Double.toString(Slots.floating(slot));
            case Slots.BIGINT -> {
                String digits = (String) Slots.reference(slot, refs);
                yield digits.length() <= LONGEST_DIGITS
                        ? digits
                        : "an int of " + digits.length() + " digits";
            }
            default -> Signatures.kind(slot, refs);
        };
    }
}

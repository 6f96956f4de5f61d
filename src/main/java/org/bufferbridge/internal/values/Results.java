package org.bufferbridge.internal.values;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.bufferbridge.internal.classes.KnownClass;

/**
 * Writes a Java value into a slot. The tag follows the value, and the declared type has no part in it. A method
 * declared to return {@code Object} gives Python an int when it returns an Integer.
 *
 * <p>A box comes back to Java as a box of its class. Where Python's own type stands for another class, the slot has the
 * box ({@link Boxes}). A primitive needs none.
 *
 * <p>This class holds no state.
 */
public final class Results {
    private Results() {}

    /** Writes an object: {@link #write(long, Object, boolean)}. */
    public static Object write(long slot, Object value) {
        return write(slot, value, false);
    }

    /**
     * Writes a result.
     *
     * @param isPrimitive whether the value is a primitive, which the caller has in a box
     * @return the object that C needs in addition to the slot; null if it needs none. It is the String of a STR, the
     *         object of an OBJECT, the bytes of a BIGINT or DECIMAL
     */
    public static Object write(long slot, Object value, boolean isPrimitive) {
        // A switch over types would slow the start of Python, by its setup on first use.
        if (value == null) {
            Slots.write(slot, Slots.NONE, 0, 0);
        } else if (value instanceof Integer number) {
            Slots.write(slot, Slots.INT, 0, number);
        } else if (value instanceof String) {
            Slots.write(slot, Slots.STR, 0, 0);
            return value;
        } else if (value instanceof Double number) {
            Slots.write(slot, Slots.FLOAT, 0, Double.doubleToRawLongBits(number));
        } else if (value instanceof Boolean truth) {
            Slots.write(slot, Slots.BOOL, 0, truth ? 1 : 0);
        } else if (value instanceof Long number) {
            boolean isPlain = isPrimitive || number.intValue() != number;
            Slots.write(slot, Slots.INT, isPlain ? Boxes.NONE : Boxes.LONG, number);
        } else if (value instanceof Float number) {
            Slots.write(slot, Slots.FLOAT, isPrimitive ? Boxes.NONE : Boxes.FLOAT, Double.doubleToRawLongBits(number));
        } else if (value instanceof Character unit) {
            Slots.write(slot, Slots.CHAR, isPrimitive ? Boxes.NONE : Boxes.CHARACTER, unit);
        } else if (value instanceof Short number) {
            Slots.write(slot, Slots.INT, isPrimitive ? Boxes.NONE : Boxes.SHORT, number);
        } else if (value instanceof Byte number) {
            Slots.write(slot, Slots.INT, isPrimitive ? Boxes.NONE : Boxes.BYTE, number);
        } else if (PythonValues.VALUES.isBuffer(value) || PythonValues.VALUES.isObject(value)) {
            Slots.write(slot, Slots.PYTHON, 0, PythonValues.VALUES.newReference(value));
        } else if (value instanceof Proxy) {
            return proxy(slot, value);
        } else if (value instanceof Itself(Object object)) {
            return object(slot, object);
        } else if (value.getClass() == BigInteger.class) {
            return integer(slot, (BigInteger) value);
        } else if (value.getClass() == BigDecimal.class) {
            BigDecimal decimal = (BigDecimal) value;
            Slots.write(slot, Slots.DECIMAL, decimal.scale(), 0);
            return decimal.unscaledValue().toByteArray();
        } else {
            return object(slot, value);
        }
        return null;
    }

    private static Object object(long slot, Object value) {
        Slots.write(slot, Slots.OBJECT, KnownClass.of(value).id(), 0);
        return value;
    }

    /** A proxy that stands for a Python function is that function. */
    private static Object proxy(long slot, Object value) {
        Object function = PythonValues.VALUES.functionBehind(value);
        if (function == null) {
            return object(slot, value);
        }
        Slots.write(slot, Slots.PYTHON, 0, PythonValues.VALUES.newReference(function));
        return null;
    }

    /** A result that stays a Java object in Python, even if it stands for a Python object. */
    public record Itself(Object object) {}

    private static Object integer(long slot, BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            Slots.write(slot, Slots.INT, Boxes.BIG_INTEGER, value.longValue());
            return null;
        }
        Slots.write(slot, Slots.BIGINT, 0, 0);
        return value.toByteArray();
    }
}

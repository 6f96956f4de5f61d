package org.bufferbridge.internal.values;

import java.util.function.LongPredicate;

/**
 * Converts a Python object to a Java value on Java's request, by the rules for arguments of a call.
 *
 * <p>This class holds no state.
 */
public final class Conversion {
    /** The result for Object if no Java value but the Python object itself will do. */
    public static final Object ITSELF = new Object();

    private Conversion() {}

    /**
     * Converts the value in a slot.
     *
     * @return the value, null included, or {@link #ITSELF}
     * @throws ClassCastException if the type does not take it
     */
    public static Object convert(Class<?> type, long slot, Object[] refs) {
        return Slots.tag(slot) == Slots.BUFFER && isOfPrimitives(type)
                ? copy(type, slot, refs)
                : convert(Parameter.of(type, type), slot, refs);
    }

    /**
     * Converts the result of a function.
     *
     * @param parameter the {@link Parameter} of the type that the function's caller wants
     * @throws ClassCastException if the type does not take it
     */
    public static Object result(Object parameter, long slot, Object[] refs) {
        Object value = convert((Parameter) parameter, slot, refs);
        return value == ITSELF ? PythonValues.VALUES.pythonObject(Slots.object(slot)) : value;
    }

    private static Object convert(Parameter parameter, long slot, Object[] refs) {
        Class<?> type = parameter.type;
        boolean isBuffer = Slots.tag(slot) == Slots.BUFFER;
        boolean holdsBuffer = holds(slot, item -> Slots.tag(item) == Slots.BUFFER);
        boolean isItself =
                isBuffer || holdsBuffer || isOnlyItself(slot, refs) || holds(slot, item -> isOnlyItself(item, refs));
        if (type == Object.class && isItself) {
            return ITSELF;
        }
        if (isBuffer && !type.isArray()) {
            throw refusal(slot, refs, type, "; buffer() leases its memory");
        }
        if (isBuffer && parameter.type == byte[].class && Slots.isBytes(slot)) {
            return copy(type, slot, refs);
        }
        if (holdsBuffer) {
            throw refusal(slot, refs, type, ", without buffers among its items; asList() has the items as they are");
        }
        Object value = parameter.convert(slot, refs);
        if (value == Parameter.OUT_OF_RANGE) {
            throw new ClassCastException("the Python object " + parameter.misfit(slot, refs));
        }
        if (value == Parameter.REFUSED) {
            String obstacle = isBuffer ? "buffer() leases its memory, whose view().toArray() copies" : null;
            if (!isBuffer) {
                obstacle = parameter.obstacle(slot, refs);
            }
            throw refusal(slot, refs, type, obstacle == null ? "" : "; " + obstacle);
        }
        if (value == null && type.isPrimitive()) {
            throw refusal(slot, refs, type, "");
        }
        return value;
    }

    /** A copy, which the caller asks for by the name of an array. */
    private static Object copy(Class<?> type, long slot, Object[] refs) {
        Object buffer = BufferParameter.pythonBuffer(slot, refs);
        try {
            return PythonValues.VALUES.copyAs(buffer, type);
        } finally {
            PythonValues.VALUES.endCall(buffer);
        }
    }

    private static boolean isOfPrimitives(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return type.isArray() && element.isPrimitive();
    }

    /** Whether Object takes the value only as the Python object that it is. */
    private static boolean isOnlyItself(long slot, Object[] refs) {
        return Slots.tag(slot) == Slots.OPAQUE
                || Slots.tag(slot) == Slots.DESCRIBED
                        && Described.convert(Object.class, slot, refs) == Parameter.REFUSED;
    }

    /** Whether such a value is among a sequence's items. A buffer's lease would end before the caller sees it. */
    private static boolean holds(long slot, LongPredicate test) {
        if (Slots.tag(slot) != Slots.SEQUENCE) {
            return false;
        }
        for (int i = 0; i < Slots.aux(slot); i++) {
            long item = Slots.at(Slots.payload(slot), i);
            if (test.test(item) || holds(item, test)) {
                return true;
            }
        }
        return false;
    }

    private static ClassCastException refusal(long slot, Object[] refs, Class<?> type, String wayOut) {
        return new ClassCastException("the Python object is " + Signatures.kind(slot, refs) + "; a value that "
                + Signatures.shortName(type) + " takes is required" + wayOut);
    }
}

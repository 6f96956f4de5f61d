package org.bufferbridge.internal.values;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Converts a Python object to a Java value on Java's request, by the rules for arguments of a call.
 *
 * <p>This class holds no state.
 */
public final class Conversion {
    /** The result for Object if no Java value but the Python object itself will do. */
    public static final Object ITSELF = new Object();

    private static final String HOLDS_BUFFER = ", without buffers among its items; asList() has the items as they are";

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
        boolean holdsBuffer = holdsBuffer(slot, refs);
        boolean isItself =
                isBuffer || holdsBuffer || isOnlyItself(slot, refs) || holds(slot, refs, Conversion::isOnlyItself);
        if (type == Object.class && isItself) {
            return ITSELF;
        }
        if (isBuffer && !type.isArray()) {
            throw refusal(slot, refs, type, "; " + wayOutOfBuffer(type));
        }
        if (isBuffer && parameter.type == byte[].class && Slots.isBytes(slot)) {
            return copy(type, slot, refs);
        }
        Object value = holdsBuffer ? Parameter.UNREAD : parameter.convert(slot, refs);
        while (value == Parameter.UNREAD) {
            if (holdsBuffer(slot, refs)) {
                throw refusal(slot, refs, type, HOLDS_BUFFER);
            }
            parameter.read(slot, refs);
            value = holdsBuffer(slot, refs) ? Parameter.UNREAD : parameter.convert(slot, refs);
        }
        if (value == Parameter.OUT_OF_RANGE) {
            String subject = isContainer(slot) ? "is " + Signatures.kind(slot, refs) + "; " : "";
            throw new ClassCastException("the Python object " + subject + parameter.misfit(slot, refs));
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
        return switch (Slots.tag(slot)) {
            case Slots.OPAQUE, Slots.ITERABLE -> true;
            case Slots.DESCRIBED -> Described.convert(Object.class, slot, refs) == Parameter.REFUSED;
            default -> false;
        };
    }

    /** Whether a message about the value names one of its items. */
    private static boolean isContainer(long slot) {
        return Slots.tag(slot) == Slots.SEQUENCE || Slots.tag(slot) == Slots.ITERABLE;
    }

    private static boolean holdsBuffer(long slot, Object[] refs) {
        return holds(slot, refs, (item, itemRefs) -> Slots.tag(item) == Slots.BUFFER);
    }

    /** A question about the value in a slot. */
    private interface Question {
        boolean ask(long slot, Object[] refs);
    }

    /**
     * Whether there is such a value among the items of a sequence, or of a container that was read. A buffer's lease
     * would end before the caller sees it.
     */
    private static boolean holds(long slot, Object[] refs, Question question) {
        PackedItems items =
                switch (Slots.tag(slot)) {
                    case Slots.SEQUENCE -> PackedItems.ofSequence(slot, refs);
                    case Slots.ITERABLE -> Iterables.known(slot, refs);
                    default -> null;
                };
        for (int i = 0; items != null && i < items.count(); i++) {
            if (question.ask(items.at(i), items.refs()) || holds(items.at(i), items.refs(), question)) {
                return true;
            }
        }
        return false;
    }

    private static String wayOutOfBuffer(Class<?> type) {
        if (type == Optional.class) {
            return "Optional.of(x.buffer()) has a lease of its memory";
        }
        return type.isAssignableFrom(List.class) || Collection.class.isAssignableFrom(type)
                ? "as(double[].class) copies its numbers, asList() has its items, buffer() leases its memory"
                : "buffer() leases its memory";
    }

    private static ClassCastException refusal(long slot, Object[] refs, Class<?> type, String wayOut) {
        return new ClassCastException("the Python object is " + Signatures.kind(slot, refs) + "; a value that "
                + Signatures.shortName(type) + " takes is required" + wayOut);
    }
}

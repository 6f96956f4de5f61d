package org.bufferbridge.calls;

import org.apache.commons.lang3.ClassUtils;

/**
 * A Python object as a Java value, when Java asks for it: by the rules for arguments of a call.
 *
 * <p>This class holds no state.
 */
public final class Conversion {
    /** The answer for Object where only the Python object itself will do. */
    public static final Object ITSELF = new Object();

    private Conversion() {}

    /**
     * Converts the value in a slot.
     *
     * @return the value, null included, or {@link #ITSELF}
     * @throws ClassCastException if the type does not take it
     */
    public static Object convert(Class<?> type, long slot, Object[] refs) {
        boolean isBuffer = Slots.tag(slot) == Slots.BUFFER;
        if (isBuffer && type == Object.class) {
            return ITSELF;
        }
        if (isBuffer && !type.isArray()) {
            throw refusal(slot, refs, type, "; buffer() leases its memory");
        }
        Parameter parameter = Parameter.of(type, type);
        Object value = parameter.convert(slot, refs);
        if (value == Parameter.OUT_OF_RANGE) {
            throw new ClassCastException("the Python object " + parameter.misfit(slot, refs));
        }
        if (value == Parameter.REFUSED) {
            if (type == Object.class) {
                return ITSELF;
            }
            throw refusal(slot, refs, type, isBuffer ? "; buffer() leases its memory, whose view().toArray() copies" : "");
        }
        if (value == null && type.isPrimitive()) {
            throw refusal(slot, refs, type, "");
        }
        return value;
    }

    private static ClassCastException refusal(long slot, Object[] refs, Class<?> type, String wayOut) {
        return new ClassCastException("the Python object is " + Signatures.kind(slot, refs) + "; what "
                + ClassUtils.getShortClassName(type) + " takes is required" + wayOut);
    }
}

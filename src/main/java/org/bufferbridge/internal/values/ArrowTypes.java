package org.bufferbridge.internal.values;

import org.apache.commons.lang3.ClassUtils;

/**
 * The classes of Arrow Java whose objects have Arrow's C interface in Python. They are known by their names, so Arrow
 * Java need not be there.
 *
 * <p>This class holds no state.
 */
public final class ArrowTypes {
    private static final String PACKAGE = "org.apache.arrow.vector.";
    private static final String VECTOR = PACKAGE + "FieldVector";
    private static final String ANY_VECTOR = PACKAGE + "ValueVector";
    private static final String BATCH = PACKAGE + "VectorSchemaRoot";
    private static final String READER = PACKAGE + "ipc.ArrowReader";

    private static final int IS_VECTOR = 1;
    private static final int IS_BATCH = 2;
    private static final int IS_READER = 4;

    // What Python objects have, as in arrow.py.
    private static final int HAS_ARRAY = 1;
    private static final int HAS_STREAM = 2;

    /** A stream that can be read again: a column, or a table. */
    private static final int HAS_LENGTH = 4;

    private ArrowTypes() {}

    /** 1 for a vector, 2 for a batch, 4 for a reader; 0 for other classes. */
    public static int of(Class<?> type) {
        for (Class<?> above = type; above != null; above = above.getSuperclass()) {
            if (above.getName().equals(BATCH)) {
                return IS_BATCH;
            }
            if (above.getName().equals(READER)) {
                return IS_READER;
            }
        }
        return isVector(type) ? IS_VECTOR : 0;
    }

    private static boolean isVector(Class<?> type) {
        return type.getName().equals(VECTOR)
                || ClassUtils.getAllInterfaces(type).stream()
                        .anyMatch(above -> above.getName().equals(VECTOR));
    }

    /** What a parameter of a type takes by Arrow's C interface: an answer of {@link #of}; 0 for other types. */
    static int taken(Class<?> type) {
        return switch (type.getName()) {
            case VECTOR, ANY_VECTOR -> IS_VECTOR;
            case BATCH -> IS_BATCH;
            case READER -> IS_READER;
            default -> isOneOfVectors(type) ? IS_VECTOR : 0;
        };
    }

    /** Whether it is a class of vectors, or an interface that some of them have. */
    private static boolean isOneOfVectors(Class<?> type) {
        return type.getName().startsWith(PACKAGE)
                && ClassUtils.getAllInterfaces(type).stream()
                        .anyMatch(above -> above.getName().equals(ANY_VECTOR));
    }

    /** Whether the items decide if a parameter takes a value, so that no choice of an overload can be remembered. */
    static boolean dependsOnItems(Class<?> type) {
        return taken(type) == IS_VECTOR
                && !type.getName().equals(VECTOR)
                && !type.getName().equals(ANY_VECTOR);
    }

    /** Whether Python has to be asked if a parameter takes a value that has the methods. */
    static boolean isOpen(Class<?> type, long slot) {
        return dependsOnItems(type) || isColumn(taken(type), slot);
    }

    /** Whether the value in a slot is a stream that becomes a vector, if it has one array. */
    static boolean isColumn(int taken, long slot) {
        return taken == IS_VECTOR && (PythonValues.VALUES.arrowKinds(Slots.object(slot)) & HAS_ARRAY) == 0;
    }

    /** Whether a parameter of Arrow Java takes the value in a slot, by the methods that the value's type has. */
    static boolean takes(int taken, Class<?> type, long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.OPAQUE, Slots.ITERABLE, Slots.DESCRIBED, Slots.BUFFER -> {
                int kinds = PythonValues.VALUES.arrowKinds(Slots.object(slot));
                yield switch (taken) {
                    case IS_VECTOR -> (kinds & (HAS_ARRAY | HAS_LENGTH)) != 0;
                    case IS_READER -> (kinds & HAS_STREAM) != 0;
                    default -> kinds != 0;
                };
            }
            case Slots.OBJECT -> taken == IS_VECTOR && isMemory(type, slot, Slots.reference(slot, refs));
            default -> false;
        };
    }

    /** Whether Java's object becomes a vector: memory, or what was made of it before. */
    private static boolean isMemory(Class<?> type, long slot, Object object) {
        if (object == null || type.isInstance(object)) {
            return false;
        }
        return object instanceof ArrowImport
                || of(object.getClass()) == 0 && (PythonValues.VALUES.arrowKinds(Slots.object(slot)) & HAS_ARRAY) != 0;
    }

    /** Why a parameter of Arrow Java refuses a value. */
    static String obstacle(int taken) {
        return switch (taken) {
            case IS_VECTOR -> "an object with __arrow_c_array__ becomes one, such as pyarrow.array(x)";
            case IS_READER -> "an object with __arrow_c_stream__ becomes one, such as pyarrow.table(x)";
            default -> "an object with __arrow_c_array__ or __arrow_c_stream__ becomes one, such as pyarrow.table(x)";
        };
    }
}

package org.bufferbridge.internal.calls;

import java.util.Objects;
import org.bufferbridge.internal.members.JavaType;

/**
 * The operations that Python has for any Java object: {@code str(x)}, {@code x == y}, {@code x < y},
 * {@code hash(x)}, {@code isinstance(x, T)}, {@code with x}. An exception of the object's own code propagates as it is.
 *
 * <p>This class holds no state.
 */
public final class ObjectProtocol {
    private ObjectProtocol() {}

    /** The text of an object. It is "null" for an object whose {@code toString()} returns null. */
    public static String text(Object object) {
        String text = String.valueOf(object);
        return text == null ? "null" : text;
    }

    public static boolean same(Object left, Object right) {
        return left == right;
    }

    public static boolean equal(Object left, Object right) {
        return Objects.equals(left, right);
    }

    /** Whether the left object comes before the right one (below 0), after it (above 0), or neither. */
    @SuppressWarnings("unchecked")
    public static int compare(Object left, Object right) {
        return ((Comparable<Object>) left).compareTo(right);
    }

    public static int hash(Object object) {
        return Objects.hashCode(object);
    }

    public static boolean isInstance(JavaType type, Object object) {
        return type.type().isInstance(object);
    }

    /** Closes an object that is AutoCloseable, and does nothing for other objects: {@code with} takes any object. */
    public static void close(Object object) throws Exception {
        if (object instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}

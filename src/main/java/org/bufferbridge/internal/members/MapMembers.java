package org.bufferbridge.internal.members;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import org.bufferbridge.internal.classes.Declared;
import org.bufferbridge.internal.overloads.Overload;
import org.bufferbridge.internal.values.Parameter;
import org.bufferbridge.internal.values.PythonValues;

/**
 * The method {@code get} with a default, which Python's mappings have. Python's {@code match} statement calls it.
 *
 * <p>This class holds no state.
 */
final class MapMembers {
    private static final String NAME = "get";

    private MapMembers() {}

    /** Whether a map's class has a method {@code get}, and none of two parameters. */
    static boolean lacksDefault(Class<?> type, String name, List<Overload> found) {
        if (!name.equals(NAME) || found.isEmpty() || !Map.class.isAssignableFrom(type)) {
            return false;
        }
        for (Overload overload : found) {
            if (overload.accepts(2)) {
                return false;
            }
        }
        return true;
    }

    /** {@code get(key, default)}. The default is a Python object, and comes back as itself. */
    static Overload getWithDefault(Class<?> type) {
        Class<?> object = PythonValues.VALUES.objectType();
        MethodType declared = MethodType.methodType(Object.class, Object.class, object);
        return new Overload(
                new Declared(type, NAME, Modifier.PUBLIC, declared, null),
                MapMembers.class,
                new Parameter[] {Parameter.of(Object.class, Object.class), Parameter.of(object, object)},
                handle());
    }

    private static MethodHandle handle() {
        try {
            MethodType type = MethodType.methodType(Object.class, Object.class, Object.class, Object.class);
            return MethodHandles.lookup().findStatic(MapMembers.class, "valueOrDefault", type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the bufferbridge jar is incomplete", e);
        }
    }

    /** A key that the map refuses to look for is not in it, as in {@code Items}. */
    private static Object valueOrDefault(Object map, Object key, Object otherwise) {
        Map<?, ?> entries = (Map<?, ?>) map;
        try {
            Object value = entries.get(key);
            return value != null || entries.containsKey(key) ? value : otherwise;
        } catch (ClassCastException refused) {
            return otherwise;
        } catch (NullPointerException e) {
            if (key == null) {
                return otherwise;
            }
            throw e;
        }
    }
}

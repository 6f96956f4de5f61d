package org.bufferbridge.internal.objects;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bufferbridge.PythonObject;
import org.bufferbridge.internal.jni.PythonCalls;
import org.bufferbridge.internal.values.Arguments;

/** Calls a Python object with Java values, by position and by keyword. Stateless. */
public final class PythonInvocation {
    private static final String[] NO_KEYWORDS = {};

    private PythonInvocation() {}

    /**
     * Calls an object, or its method.
     *
     * @param method null for the object itself
     * @return a new reference to the result
     */
    public static long call(PythonObject target, String method, Map<String, ?> keywords, Object... arguments) {
        Objects.requireNonNull(keywords, "keywords");
        Objects.requireNonNull(arguments, "arguments");
        List<String> names = new ArrayList<>();
        // javac makes an Object[] of several arguments. It takes any other array of objects for that array.
        Object[] given = arguments.getClass() == Object[].class ? arguments : new Object[] {arguments};
        Object[] all = given;
        if (!keywords.isEmpty()) {
            List<Object> values = new ArrayList<>();
            Collections.addAll(values, given);
            for (Map.Entry<String, ?> keyword : keywords.entrySet()) {
                names.add(Objects.requireNonNull(keyword.getKey(), "keyword"));
                values.add(keyword.getValue());
            }
            all = values.toArray();
        }
        PythonReference reference = ObjectAccess.OBJECTS.reference(target);
        long object = reference.acquire();
        try (Arguments packed = Arguments.of(all)) {
            return PythonCalls.call(
                    object, method, packed.slots(), all.length, packed.refs(), names.toArray(NO_KEYWORDS));
        } finally {
            reference.release(target);
        }
    }

    /**
     * Calls a function of a module.
     *
     * @return a new reference to the result
     */
    public static long function(String module, String name, Object... arguments) {
        try (PythonObject imported = ObjectAccess.OBJECTS.unscoped(PythonCalls.importModule(module))) {
            return call(imported, name, Map.of(), arguments);
        }
    }

    /** Calls a function of a module for the truth of its result. */
    public static boolean truth(String module, String name, Object... arguments) {
        try (PythonObject result = ObjectAccess.OBJECTS.unscoped(function(module, name, arguments))) {
            return result.asBoolean();
        }
    }

    /** Calls a function of a module, and drops its result. */
    public static void run(String module, String name, Object... arguments) {
        ObjectAccess.OBJECTS.unscoped(function(module, name, arguments)).close();
    }
}

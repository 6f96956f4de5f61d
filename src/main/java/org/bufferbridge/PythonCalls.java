package org.bufferbridge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bufferbridge.calls.Arguments;

/**
 * The native methods behind {@link PythonObject} and {@link Python}: Java calls Python. Objects are addresses; a result is
 * a new reference. Each takes the GIL, on any thread, and throws {@link PythonException} for what Python raises, or
 * IllegalStateException once Python has ended.
 *
 * <p>Slots and references are those of {@link Arguments}.
 */
final class PythonCalls {
    private static final String[] NO_KEYWORDS = {};

    private PythonCalls() {}

    static native long importModule(String name);

    static native long attribute(long object, String name);

    static native void setAttribute(long object, String name, long slots, Object[] refs);

    /**
     * Calls an object or, with a name, its method.
     *
     * @param method null for the object itself
     * @param count how many arguments there are, those by keyword included, which come last
     */
    static native long call(long object, String method, long slots, int count, Object[] refs, String[] keywords);

    static native long item(long object, long slots, Object[] refs);

    static native void setItem(long object, long slots, Object[] refs);

    static native long length(long object);

    static native long iterator(long object);

    /** 0 at the end. */
    static native long next(long iterator);

    /** {@code bool(object)}. */
    static native boolean truth(long object);

    /** The object as a value of a Java type, by the rules for a parameter of that type. */
    static native Object convert(long object, Class<?> type);

    /**
     * A lease with one owner, Java.
     *
     * @throws BufferException if the exporter refuses
     */
    static native long lease(long object, int flags);

    static native boolean isNone(long object);

    /** Whether this thread is in a call of Python, and cannot wait for its end. */
    static native boolean isInside();

    /** Runs a task with the GIL. What it throws is thrown. */
    static native void hold(Runnable task);

    /** Does, with the GIL, what was put off; nothing once Python has ended. */
    static native void runDeferred();

    /** Calls an object, or its method, with arguments and keyword arguments. */
    static PythonObject call(PythonObject target, String method, Map<String, ?> keywords, Object... arguments) {
        Objects.requireNonNull(keywords, "keywords");
        Objects.requireNonNull(arguments, "arguments");
        List<String> names = new ArrayList<>();
        Object[] all = arguments;
        if (!keywords.isEmpty()) {
            List<Object> values = new ArrayList<>();
            Collections.addAll(values, arguments);
            for (Map.Entry<String, ?> keyword : keywords.entrySet()) {
                names.add(Objects.requireNonNull(keyword.getKey(), "keyword"));
                values.add(keyword.getValue());
            }
            all = values.toArray();
        }
        long object = target.acquire();
        try (Arguments packed = Arguments.of(all)) {
            return PythonObject.taking(call(object, method, packed.slots(), all.length, packed.refs(),
                    names.toArray(NO_KEYWORDS)));
        } finally {
            target.release();
        }
    }
}

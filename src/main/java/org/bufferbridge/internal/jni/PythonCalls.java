package org.bufferbridge.internal.jni;

import org.bufferbridge.BufferException;

/**
 * The native methods behind {@code PythonObject} and {@code Python}: Java calls Python. Objects are addresses; a result
 * is a new reference. Each takes the GIL, on any thread, and throws {@code PythonException} for what Python raises, or
 * IllegalStateException once Python has ended.
 *
 * <p>Slots and references are those of {@code Arguments}.
 */
public final class PythonCalls {
    private PythonCalls() {}

    public static native long importModule(String name);

    public static native long attribute(long object, String name);

    public static native void setAttribute(long object, String name, long slots, Object[] refs);

    /**
     * Calls an object or, with a name, its method.
     *
     * @param method null for the object itself
     * @param count how many arguments there are, those by keyword included, which come last
     */
    public static native long call(long object, String method, long slots, int count, Object[] refs, String[] keywords);

    public static native long item(long object, long slots, Object[] refs);

    public static native void setItem(long object, long slots, Object[] refs);

    public static native long length(long object);

    public static native long iterator(long object);

    /** 0 at the end. */
    public static native long next(long iterator);

    /** {@code bool(object)}. */
    public static native boolean truth(long object);

    /** The object as a value of a Java type, by the rules for a parameter of that type. */
    public static native Object convert(long object, Class<?> type);

    /**
     * A lease with one owner, Java.
     *
     * @throws BufferException if the exporter refuses
     */
    public static native long lease(long object, int flags);

    public static native boolean isNone(long object);

    /** Whether this thread is in a call of Python, and cannot wait for its end. */
    public static native boolean isInside();

    /** Whether this thread has the GIL while it runs Java, so that no other thread can enter Python. */
    public static native boolean hasGil();

    /** Runs a task with the GIL. What it throws is thrown. */
    public static native void hold(Runnable task);

    /** Does, with the GIL, what was put off; nothing once Python has ended. */
    public static native void runDeferred();
}

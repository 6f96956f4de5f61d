package org.bufferbridge.internal.jni;

import org.bufferbridge.BufferException;

/**
 * The native methods behind {@code PythonObject}, {@code Python}, proxies of functions, and the iterables among the
 * arguments of a call: Java calls Python. Objects are addresses; a result is a new reference.
 *
 * <p>All but {@link #isNone}, {@link #isInside} and {@link #hasGil} take the GIL, on any thread. They throw {@code
 * PythonException} for what Python raises. Once Python has ended, they throw IllegalStateException, except {@link
 * #runDeferred}.
 *
 * <p>{@code Arguments} makes slots and references.
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
     * @param count the number of arguments, including those by keyword, which come last
     */
    public static native long call(long object, String method, long slots, int count, Object[] refs, String[] keywords);

    public static native long item(long object, long slots, Object[] refs);

    public static native void setItem(long object, long slots, Object[] refs);

    public static native long length(long object);

    public static native long iterator(long object);

    /** The next item; 0 at the end. */
    public static native long next(long iterator);

    /**
     * Calls a function for Java code that wants a value of a Java type.
     *
     * @param slots the arguments; afterwards, if a result is wanted, slot 0 has it
     * @param count the number of arguments
     * @param wanted nothing, the truth of the result, or its value, as in {@code Functional}
     * @param parameter the {@code Parameter} that takes the value
     * @return the one reference of the slot's value, or the value itself if the slot's tag is CONVERTED
     */
    public static native Object function(
            long object, long slots, int count, Object[] refs, int wanted, Object parameter);

    /**
     * Asks what an iterable among the arguments of this thread's call is, and notes the answer in its slot. May run
     * Python code.
     */
    public static native int iterableKind(long slot);

    /**
     * Leases, for this thread's call, the memory that an iterable among its arguments lends by a protocol such as
     * Arrow's. Runs Python code.
     *
     * @return the address of the lease, or 0 if the iterable has no memory
     */
    public static native long lendIterable(long slot);

    /**
     * Reads all items of an iterable among the arguments of this thread's call. Runs Python code.
     *
     * @param how as in {@code Iterables}
     * @param found gets the address and the number of the items' slots, which live as long as the call
     * @return the objects that the slots refer to; null if they refer to none
     */
    public static native Object[] items(long slot, int how, long[] found);

    /** {@code hash(object)}. */
    public static native long hash(long object);

    /** Whether an object is the value in slot 0, or equal to it. */
    public static native boolean equal(long object, long slots, Object[] refs);

    /** What {@link #integer} returns for all that it does not read, and for this number. */
    public static final long NO_INTEGER = Long.MIN_VALUE + 0x5eed;

    /** What {@link #number} returns for all that it does not read: a NaN that no computation makes. */
    public static final double NO_NUMBER = Double.longBitsToDouble(0x7ff8000000005eedL);

    /** The value of an int of 64 bits; {@link #NO_INTEGER} for any other object, also of a subclass. */
    public static native long integer(long object);

    /** The value of a float; {@link #NO_NUMBER}, by its bits, for any other object, also of a subclass. */
    public static native double number(long object);

    /** What {@link #plain} is to read: a String of a str, or an array of the numbers of a list or tuple. */
    public static final int WANT_STRING = 1;

    public static final int WANT_INTS = 2;
    public static final int WANT_LONGS = 3;
    public static final int WANT_DOUBLES = 4;

    /**
     * The value of an object of Python's own types, and of none derived from them. An array takes ints that its
     * element type has, and a {@code double[]} also floats.
     *
     * @param wanted one of the four constants
     * @return null for any other object
     */
    public static native Object plain(long object, int wanted);

    /** {@code bool(object)}. */
    public static native boolean truth(long object);

    /** Converts an object to a value of a Java type, by the rules for a parameter of that type. */
    public static native Object convert(long object, Class<?> type);

    /**
     * Makes a lease with one owner, Java.
     *
     * @throws BufferException if the exporter refuses
     */
    public static native long lease(long object, int flags);

    /** Throws an exception object of Python, as if Python had raised it. */
    public static native void raise(long exception);

    public static native boolean isNone(long object);

    /** Whether this thread is in a call of Python, so that it cannot wait for Python's end. */
    public static native boolean isInside();

    /** Whether this thread holds the GIL while it runs Java. Then no other thread can enter Python. */
    public static native boolean hasGil();

    /** Runs a task with the GIL, and throws what the task throws. */
    public static native void runWithGil(Runnable task);

    /** Does the deferred work, with the GIL. Does nothing once Python has ended. */
    public static native void runDeferred();
}

package org.bufferbridge.internal.values;

import org.bufferbridge.internal.base.Secrets;

/**
 * How calls reach Python buffers, objects, functions, iterables and exceptions: the few operations on {@code
 * PythonBuffer}, {@code PythonObject} and their like that are not for users. A package above this one implements it;
 * see {@link Secrets}.
 *
 * <p>Threads: the implementation is stateless; one instance serves all threads.
 */
public interface PythonValues {
    /** The one implementation. It knows the classes that this package does not know. */
    PythonValues VALUES = Secrets.of(PythonValues.class, "org.bufferbridge.internal.objects.CallValues");

    /** How a parameter uses a value: as its annotation declares, or as its method stores or compares arguments. */
    enum Use {
        AS_GRANTED,
        WRITABLE,
        READ_ONLY,

        /** The value outlives the call, as that of a field does. A lease of the call would be dead there. */
        KEPT,

        /** The value is compared with values that were kept, as that of {@code Map.get}. */
        COMPARED
    }

    /** What is wanted of the items of an iterable. C has the same order. */
    enum Reading {
        VALUES,

        /** Each slot has the Python object, too. */
        OBJECTS,

        /** Keys and values by turns. */
        PAIRS
    }

    /** The class {@code PythonBuffer}. */
    Class<?> bufferType();

    /** The class {@code BufferView}. */
    Class<?> viewType();

    /** The class {@code PythonObject}. */
    Class<?> objectType();

    /** Whether an object is a PythonBuffer. */
    boolean isBuffer(Object value);

    /** Whether an object is a PythonObject. */
    boolean isObject(Object value);

    /** Whether a throwable is a Python exception that is to end the program, as PythonException.isExit says. */
    boolean isExit(Throwable thrown);

    /** A PythonBuffer for a lease of the running call. */
    Object open(long leaseAddress);

    /**
     * Converts a PythonBuffer to an object that a parameter of some type takes.
     *
     * @return null if the buffer's geometry or format does not allow it, or if no view has it
     */
    Object as(Object pythonBuffer, Class<?> type);

    /**
     * Adapts a PythonBuffer to the declaration of a parameter. For a writable parameter, requests the buffer again,
     * writable, unless it is writable already. For a read-only parameter, makes its views read-only.
     *
     * @throws org.bufferbridge.BufferException if the exporter refuses
     */
    void declare(Object pythonBuffer, Use use);

    /**
     * Why {@link #as} returns null.
     *
     * @throws org.bufferbridge.BufferException if no view has the buffer
     */
    String obstacle(Object pythonBuffer, Class<?> type);

    /** A copy of the items of a PythonBuffer of bytes; null if an array cannot have as many. */
    byte[] copy(Object pythonBuffer);

    /**
     * A copy of the items of a PythonBuffer as an array of a type that the caller has named.
     *
     * @throws ClassCastException if the array does not take the items
     */
    Object copyAs(Object pythonBuffer, Class<?> arrayType);

    /** Java memory as a BufferView or a MemorySegment; null if it cannot be one. */
    Object memoryAs(Object memory, Class<?> type);

    /**
     * Java memory for a parameter that declares {@code @ReadOnly}.
     *
     * @return a read-only BufferView, MemorySegment or NIO buffer of the same memory; any other object is returned
     *         itself
     */
    Object readOnly(Object memory);

    /**
     * Refuses read-only Java memory for a parameter that declares {@code @Writable}.
     *
     * @throws org.bufferbridge.BufferException if it is read-only
     */
    void requireWritable(Object memory);

    /** Ends the call that a PythonBuffer was opened for. */
    void endCall(Object pythonBuffer);

    /** The address of a new reference to the Python object behind a PythonBuffer or PythonObject. */
    long newReference(Object value);

    /** Whether the Python object at an address has its memory by a protocol of arrays that numpy knows. */
    boolean isArray(long address);

    /** A PythonObject with a reference of its own to the object at an address. */
    Object pythonObject(long address);

    /** A PythonObject that takes over the reference at an address. */
    Object taking(long address);

    /** A new object of a functional interface, with a reference of its own to the Python function at an address. */
    Object function(long address, Functional type);

    /** The PythonObject of the function that an object was made of; null for any other object. */
    Object functionBehind(Object value);

    /** Whether the Python function at an address takes that many arguments, as far as it tells. */
    boolean takesArguments(long address, int count);

    /** Throws the exception of Python at an address. */
    void raise(long exception);

    /** A PythonObject of bytes, which equals others of equal bytes. It has a reference of its own. */
    Object bytesObject(long address);

    /** Whether the type of the Python object at an address has Arrow's C interface, in the bits of arrow.py. */
    int arrowKinds(long address);

    /** Whether the vector of the Python object at an address would be of the type. */
    boolean fitsArrow(long address, Class<?> type);

    /** Why it would not be; null if it would. Throws the exception with which the object refuses. */
    String arrowObstacle(long address, Class<?> type);

    /** The object of Arrow Java that takes over what the Python object at an address exports. */
    Object arrow(long address, int wanted, Class<?> type);

    /** Asks what the iterable in a slot is, and notes the answer there. */
    int iterableKind(long slot);

    /**
     * Leases the memory of the iterable in a slot for the call.
     *
     * @return a PythonBuffer, the exception with which the iterable refuses, or null if it has no memory
     */
    Object bufferOfIterable(long slot);

    /** Reads all items of the iterable in a slot. */
    PackedItems items(long slot, Reading how);

    /**
     * The address of the object behind a PythonObject. It is valid until {@link #giveBack}, even if the PythonObject
     * is closed meanwhile.
     */
    long lend(Object pythonObject);

    /** Ends the loan that {@link #lend} began. */
    void giveBack(Object pythonObject);

    /** The PythonObject behind a PythonBuffer; the caller calls {@link #close} on it. */
    Object exporterOf(Object pythonBuffer);

    /** Closes a PythonObject. */
    void close(Object pythonObject);
}

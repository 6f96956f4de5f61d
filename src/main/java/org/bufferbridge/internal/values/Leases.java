package org.bufferbridge.internal.values;

import org.bufferbridge.internal.base.Secrets;

/**
 * How calls get at Python buffers: the few operations on {@code PythonBuffer} and {@code PythonObject} that are not for
 * users. What implements it lies above; see {@link Secrets}.
 *
 * <p>Threads: the implementation is stateless; one instance serves all.
 */
public interface Leases {
    /** The one implementation, which knows the classes that this package does not. */
    Leases LEASES = Secrets.of(Leases.class, "org.bufferbridge.internal.objects.CallLeases");

    /** What a parameter declares with {@code @Writable} or {@code @ReadOnly}. */
    enum Use {
        AS_GRANTED,
        WRITABLE,
        READ_ONLY
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

    /** A PythonBuffer for a lease of the running call. */
    Object open(long leaseAddress);

    /**
     * A PythonBuffer as what a parameter of some type takes.
     *
     * @return null if the buffer's geometry or format is in the way
     */
    Object as(Object pythonBuffer, Class<?> type);

    /**
     * Makes a PythonBuffer what a parameter declares: requests it again, writable, unless it was; or lets its views be
     * read-only.
     *
     * @throws org.bufferbridge.BufferException if the exporter refuses
     */
    void declare(Object pythonBuffer, Use use);

    /** Why {@link #as} answers null. */
    String obstacle(Object pythonBuffer, Class<?> type);

    /** Java memory as a BufferView or MemorySegment, or null if it cannot be one. */
    Object memoryAs(Object memory, Class<?> type);

    /**
     * Java memory as a parameter that declares {@code @ReadOnly} sees it.
     *
     * @return a read-only BufferView, MemorySegment or NIO buffer of the same memory; of any other object, that object
     */
    Object readOnly(Object memory);

    /**
     * Refuses read-only Java memory, for a parameter that declares {@code @Writable}.
     *
     * @throws org.bufferbridge.BufferException if it is read-only
     */
    void requireWritable(Object memory);

    /** Ends the call a PythonBuffer was opened for. */
    void endCall(Object pythonBuffer);

    /** The address of a new reference to the Python object behind a PythonBuffer or PythonObject. */
    long newReference(Object value);

    /** A PythonObject with a reference of its own to the object at an address. */
    Object pythonObject(long address);

    /** The address of the object behind a PythonObject, valid until {@link #giveBack}, also if it is closed meanwhile. */
    long lend(Object pythonObject);

    /** Ends what {@link #lend} began. */
    void giveBack(Object pythonObject);

    /** The PythonObject behind a PythonBuffer, for the caller to {@link #close}. */
    Object ownerOf(Object pythonBuffer);

    /** Closes a PythonObject. */
    void close(Object pythonObject);
}

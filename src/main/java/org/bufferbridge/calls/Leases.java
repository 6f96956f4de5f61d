package org.bufferbridge.calls;

import java.lang.invoke.MethodHandles;

/**
 * How calls get at Python buffers: the few operations on {@code PythonBuffer} and {@code PythonObject} that are not for
 * users. The public package implements it and leaves the implementation here when its classes are initialised.
 *
 * <p>Threads: the implementation is stateless; one instance serves all.
 */
public abstract class Leases {
    private static volatile Leases implementation;

    /** The implementation. */
    static Leases get() {
        Leases known = implementation;
        if (known == null) {
            try {
                MethodHandles.lookup().ensureInitialized(org.bufferbridge.PythonBuffer.class);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
            known = implementation;
        }
        return known;
    }

    /** Called once, by the implementation. */
    public static void install(Leases leases) {
        implementation = leases;
    }

    /** A PythonBuffer for a lease of the running call. */
    public abstract Object open(long leaseAddress);

    /**
     * A PythonBuffer as what a parameter of some type takes.
     *
     * @return null if the buffer's geometry or format is in the way
     */
    public abstract Object as(Object pythonBuffer, Class<?> type);

    /**
     * Makes a PythonBuffer what a parameter declares: requests it again, writable, unless it was; or lets its views be
     * read-only.
     *
     * @throws org.bufferbridge.BufferException if the exporter refuses
     */
    public abstract void declare(Object pythonBuffer, Access access);

    /** Why {@link #as} answers null. */
    public abstract String obstacle(Object pythonBuffer, Class<?> type);

    /** Java memory as a BufferView or MemorySegment, or null if it cannot be one. */
    public abstract Object memoryAs(Object memory, Class<?> type);

    /**
     * Java memory as a parameter that declares {@code @ReadOnly} sees it.
     *
     * @return a read-only BufferView, MemorySegment or NIO buffer of the same memory; of any other object, that object
     */
    public abstract Object readOnly(Object memory);

    /**
     * Refuses read-only Java memory, for a parameter that declares {@code @Writable}.
     *
     * @throws org.bufferbridge.BufferException if it is read-only
     */
    public abstract void requireWritable(Object memory);

    /** Ends the call a PythonBuffer was opened for. */
    public abstract void endCall(Object pythonBuffer);

    /** The address of a new reference to the Python object behind a PythonBuffer or PythonObject. */
    public abstract long newReference(Object value);

    /** A PythonObject with a reference of its own to the object at an address. */
    public abstract Object pythonObject(long address);

    /** The address of the object behind a PythonObject, valid until {@link #giveBack}, also if it is closed meanwhile. */
    public abstract long lend(Object pythonObject);

    /** Ends what {@link #lend} began. */
    public abstract void giveBack(Object pythonObject);

    /** What a parameter declares with {@code @Writable} or {@code @ReadOnly}. */
    public enum Access {
        AS_GRANTED,
        WRITABLE,
        READ_ONLY
    }
}

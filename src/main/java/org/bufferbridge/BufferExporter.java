package org.bufferbridge;

/**
 * An object whose memory Python may use as a buffer. It is the counterpart of {@code __buffer__} and
 * {@code __release_buffer__} (PEP 688).
 *
 * <p>An exporter describes its memory completely, whatever the request. The bridge reduces the description to the
 * consumer's request. It refuses requests that the view cannot satisfy, by the rules of
 * {@link BufferView#satisfies(BufferRequest)}. An exporter therefore needs no logic for the flags. It may read them,
 * for example to refuse a writable export.
 *
 * <p>The bridge passes each view that {@link #getBuffer} granted to {@link #releaseBuffer} once. An exporter may grant
 * one view many times, or a fresh view each time. All of them show the same memory. The memory must stay valid and in
 * its place until the last view of it is released. Memory that changes in between is guarded by an {@link ExportGuard};
 * a {@link GuardedExporter} of it costs the least.
 *
 * <p><b>Threads.</b> Any thread may call both methods, at the same time as other threads and while other exports are
 * out. Another thread than that of the request may release. If {@link #mayBlock()} is {@code false}, neither method may
 * wait for a thread that needs Python's global lock.
 */
public interface BufferExporter {
    /**
     * Grants an export, or refuses it.
     *
     * @param request the request of the consumer
     * @return the complete description of the memory; never {@code null}
     * @throws BufferException to refuse; Python sees {@code BufferError}. Any other exception refuses too and
     *                         reaches Python as its own kind
     */
    BufferView getBuffer(BufferRequest request);

    /**
     * Releases an export. The bridge calls it exactly once for each view granted, with that same object.
     *
     * <p>An exception thrown here undoes nothing: the export has ended. Python reports it as unraisable.
     *
     * @param view the object that {@link #getBuffer} returned
     */
    default void releaseBuffer(BufferView view) {}

    /**
     * Whether {@link #getBuffer} and {@link #releaseBuffer} may wait for something: a lock, I/O, another
     * thread.
     *
     * @return {@code true}, the default, if both are to be called without Python's global lock. {@code false} if they
     *         may be called with it held. That is faster, and deadlocks if they wait for a thread that needs the lock
     */
    default boolean mayBlock() {
        return true;
    }
}

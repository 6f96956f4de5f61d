package org.bufferbridge;

/**
 * An object whose memory Python may use as a buffer; the counterpart of {@code __buffer__} and
 * {@code __release_buffer__} (PEP 688).
 *
 * <p>An exporter describes its memory completely, whatever the request; the bridge reduces the description to
 * what the consumer asked for, and refuses what the view cannot satisfy, by the rules of
 * {@link BufferView#satisfies(BufferRequest)}. An exporter therefore needs no logic for the flags; it may
 * look at them to decide whether it wants to grant, for example, a writable export.
 *
 * <p>Each view granted by {@link #getBuffer} is given back once to {@link #releaseBuffer}. An exporter may
 * grant one view many times or a fresh one each time; all of them show the same memory. The memory has to
 * stay valid and in its place until the last view granted over it is released.
 *
 * <p><b>Threads.</b> Both methods may be called on any thread, concurrently and while other exports are out.
 * The release may come from another thread than the request. Neither may wait for a thread that needs
 * Python's global lock, unless {@link #mayBlock()} is {@code true}.
 */
public interface BufferExporter {
    /**
     * Grants an export, or refuses it.
     *
     * @param request what the consumer asks for
     * @return the complete description of the memory; never {@code null}
     * @throws BufferException to refuse; Python sees {@code BufferError}. Any other exception refuses too and
     *                         reaches Python as its own kind
     */
    BufferView getBuffer(BufferRequest request);

    /**
     * Takes an export back. Called exactly once for each view granted, with that same object.
     *
     * <p>An exception thrown here undoes nothing: the export is over. Python reports it as unraisable.
     *
     * @param view the object that {@link #getBuffer} returned
     */
    default void releaseBuffer(BufferView view) {
    }

    /**
     * Whether {@link #getBuffer} and {@link #releaseBuffer} may wait for something: a lock, I/O, another
     * thread.
     *
     * @return {@code true}, the default, to have both called without Python's global lock; {@code false} to
     *         have them called with it held, which is faster, and deadlocks if they do wait for a thread that
     *         needs it
     */
    default boolean mayBlock() {
        return true;
    }
}

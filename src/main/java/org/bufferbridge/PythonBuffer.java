package org.bufferbridge;

import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.lease.BufferLease;
import org.bufferbridge.internal.objects.BufferAccess;

/**
 * A lease: a Python buffer that Java has. The memory is Python's own, live in both languages. While the lease is open,
 * the Python object is locked ({@code bytearray.append} raises BufferError). Closing unlocks it at once.
 *
 * <p><b>Lifetime.</b> A buffer passed to a Java method is leased for the call. After the method has returned, every
 * access through the view throws IllegalStateException. So does every access through a segment or NIO buffer made from
 * the view, or through a slice. {@link #retain()} makes the lease an owned one, which lasts until {@link #close()}.
 * Then call {@link #view()} again, because earlier views still end with the call. A lease that Java requested itself
 * ({@link PythonObject#buffer}) is owned from the start.
 *
 * <pre>
 *   of a call --retain()--&gt; owned --close()--&gt; closed
 *       |                                        ^
 *       +---- the method returns, or close() ----+
 * </pre>
 *
 * <p>Python may keep memory of a view after the call, if Java passed it to a callback. The memory stays valid for
 * Python, and the Python object is unlocked when Python lets go of it. The result of the call does not change.
 *
 * <p><b>Threads.</b> Views of a call belong to the thread of the call. Views of a lease that Java requested belong to
 * the thread that first calls {@link #view()}. On other threads an access throws WrongThreadException, and so does
 * {@code view()}. When that thread has ended, {@code view()} returns views for all threads. After {@link #share()}, or
 * after retaining a lease of a call, new views are for all threads. Earlier views stay with their thread. Any thread
 * may call all other methods.
 *
 * <p>Any thread may close, at once. Closing while other threads read is safe: they get IllegalStateException, not freed
 * memory. The thread of the view closes fast. On another thread, closing costs a handshake with all threads, some 20
 * microseconds. So it does after a view for all threads was made. A JDK whose arenas cannot have an owner makes this
 * handshake at each close. There, all threads can read a view of a lease that Java requested.
 *
 * <p>A forgotten owned lease is released when the garbage collector finds no reachable view, segment or NIO buffer of
 * it. This is a leak, and is reported ({@link Leaks}).
 *
 * <p>A PythonBuffer that is returned to Python is the original Python object.
 */
public final class PythonBuffer implements AutoCloseable {
    static {
        Secrets.install(BufferAccess.class, new Access());
    }

    private final BufferLease lease;

    /** For a lease of a call, or one that Java requested. */
    PythonBuffer(BufferLease lease) {
        this.lease = lease;
    }

    /**
     * The Python memory.
     *
     * @return the view; read-only if the exporter says so
     * @throws IllegalStateException if the lease is closed
     * @throws WrongThreadException before {@link #share()}, on another thread than the one that may have the view. That
     *                              is the thread of the call, or the first that called this for a lease that Java
     *                              requested. A lease of a call can also be retained
     * @throws BufferException if the exporter's description contradicts itself, or its format cannot be seen from Java
     */
    public BufferView view() {
        return lease.view();
    }

    /**
     * The Python object that was leased.
     *
     * @return the object; the caller closes it
     * @throws IllegalStateException if the lease is closed
     */
    public PythonObject owner() {
        return PythonObject.taking(lease.newReference());
    }

    /**
     * The request to the exporter.
     *
     * @return the request
     * @throws IllegalStateException if the lease is closed
     */
    public BufferRequest request() {
        return lease.request();
    }

    /**
     * Whether the memory can be used.
     *
     * @return false after {@link #close()}, and after the call if the lease was not retained
     */
    public boolean isOpen() {
        return !lease.isClosed();
    }

    /**
     * Keeps the lease beyond the call, until {@link #close()}. Earlier views end with the call. {@link #view()} then
     * returns one that does not, for all threads. This does nothing for a lease that is owned already.
     *
     * @return this
     * @throws IllegalStateException if the lease is closed
     */
    public PythonBuffer retain() {
        lease.retain();
        return this;
    }

    /**
     * Makes later results of {@link #view()} usable on all threads. They are usable until {@link #close()}, or, for a
     * lease of a call, until the call ends. Earlier views stay with their thread. This does nothing for a retained
     * lease. Closing a shared lease costs a handshake with all threads, some 20 microseconds.
     *
     * @return this
     * @throws IllegalStateException if the lease is closed
     */
    public PythonBuffer share() {
        lease.share();
        return this;
    }

    /**
     * Releases the lease, at once, on any thread. A second call does nothing, and neither does a call after Python's
     * end. A thread that accesses the memory meanwhile gets an IllegalStateException. The JDK may leave that thread
     * interrupted ({@link Thread#isInterrupted}), as when any shared arena is closed.
     *
     * @throws IllegalStateException if Python holds memory of a view of this lease, with each holder; if the call of
     *     another thread still has a view from before {@link #retain()}; if a call of the JDK uses the memory, such as
     *     a channel that reads into it. The lease is open then, and can be closed later
     */
    @Override
    public void close() {
        lease.close();
    }

    /**
     * Format and geometry, for messages. Throws nothing; any thread may call it.
     *
     * @return for example {@code PythonBuffer[BufferView[format=d, shape=[3], strides=[8], address=0x7f10a0]]}; for a
     *     buffer that Java cannot see, its size and the reason
     */
    @Override
    public String toString() {
        return "PythonBuffer[" + lease + "]";
    }

    private static final class Access implements BufferAccess {
        @Override
        public PythonBuffer of(BufferLease lease) {
            return new PythonBuffer(lease);
        }

        @Override
        public BufferLease lease(PythonBuffer buffer) {
            return buffer.lease;
        }
    }
}

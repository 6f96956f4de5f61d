package org.bufferbridge;

import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.lease.CallLease;
import org.bufferbridge.internal.lease.Lease;
import org.bufferbridge.internal.lease.LeasedMemory;
import org.bufferbridge.internal.lease.OwnedLease;
import org.bufferbridge.internal.objects.BufferAccess;
import org.bufferbridge.internal.trace.LeakReports;
import org.bufferbridge.internal.trace.Tracing;

/**
 * A lease: a Python buffer that Java holds. The memory is Python's own, live in both languages; as long as the lease is
 * open the Python object is locked ({@code bytearray.append} raises BufferError), and closing unlocks it at once.
 *
 * <p><b>Lifetime.</b> A buffer passed to a Java method is leased for the call: when the method returns, every later
 * access through the view, through a segment or NIO buffer made from it, or through their slices, throws
 * IllegalStateException. {@link #retain()} makes it a lease that is owned: it lasts until {@link #close()}. Then call
 * {@link #view()} anew, because a view from before ends with the call all the same. A lease that Java asked for itself
 * ({@link PythonObject#buffer}) is owned from the start.
 *
 * <pre>
 *   of a call --retain()--&gt; owned --close()--&gt; closed
 *       |                                        ^
 *       +---- the method returns, or close() ----+
 * </pre>
 *
 * <p>Memory of a view that Python keeps after the call, because a callback was given it, stays valid for Python: the
 * Python object is unlocked when Python lets go of it. The result of the call is not touched by that.
 *
 * <p><b>Threads.</b> Views of a call belong to the thread of the call. Those of a lease that Java asked for belong to
 * the thread that first calls {@link #view()}. On other threads an access throws WrongThreadException, and so does
 * {@code view()}; when the thread has ended, {@code view()} gives views for all threads. {@link #share()} makes views
 * for all threads, and so does retaining a lease of a call. Views from before stay with their thread. All other methods
 * may be called on any thread.
 *
 * <p>Closing works on any thread, at once. Closing while others read is safe: they get IllegalStateException, not freed
 * memory. The thread of the view closes fast. Closing on another thread, or where a view for all threads was made,
 * costs a handshake with all threads, some 20 microseconds. A JDK whose arenas cannot have an owner makes this handshake
 * at each close; there a view of a lease that Java asked for can be read on all threads.
 *
 * <p>An owned lease that is forgotten is released once the garbage collector finds that no view, segment or NIO buffer
 * of it can be reached; that is a leak, and reported ({@link Leaks}).
 *
 * <p>A PythonBuffer that is returned to Python is the original Python object.
 */
public final class PythonBuffer implements AutoCloseable {
    static {
        Secrets.install(BufferAccess.class, new Access());
    }

    private final LeasedMemory memory;

    // All guarded by `this`. The GIL is not waited for while the monitor is held, for threads that hold the GIL enter
    // it (Python.run); but for requireWritable(), before any other thread can know of this lease.
    private CallLease ofCall; // null if Java asked for the lease, and when the call has ended
    private OwnedLease owned; // null until it is retained
    private boolean isClosed;
    private boolean isReadOnly;

    private PythonBuffer(long lease) {
        memory = new LeasedMemory(lease);
    }

    /** For a lease of the running call. */
    private static PythonBuffer forCall(long lease) {
        Lease.own(lease);
        Lease.opened(lease);
        PythonBuffer buffer = new PythonBuffer(lease);
        buffer.ofCall = new CallLease(buffer.memory);
        return buffer;
    }

    /** For a lease that Java asked for, and alone owns. */
    static PythonBuffer owned(long lease) {
        Lease.opened(lease);
        PythonBuffer buffer = new PythonBuffer(lease);
        buffer.owned = new OwnedLease(buffer, buffer.memory, false);
        if (LeakReports.wantStacks()) {
            Lease.lend(lease);
            Natives.leaseRetained(lease, Tracing.place());
        }
        return buffer;
    }

    /**
     * The Python memory.
     *
     * @return the view; read-only if the exporter says so
     * @throws IllegalStateException if the lease is closed
     * @throws WrongThreadException on another thread than that of the call, or than the one that has a view of a lease
     *     that Java asked for, before {@link #share()}; a lease of a call can be retained as well
     * @throws BufferException if the exporter's description contradicts itself, or its format cannot be seen from Java
     */
    public synchronized BufferView view() {
        requireOpen();
        return owned != null ? owned.view(isReadOnly) : ofCall.view(isReadOnly);
    }

    /**
     * The Python object that was leased.
     *
     * @return the object; to be closed by the caller
     * @throws IllegalStateException if the lease is closed
     */
    public PythonObject owner() {
        return PythonObject.taking(newReference());
    }

    /**
     * What was asked of the exporter.
     *
     * @return the request
     * @throws IllegalStateException if the lease is closed
     */
    public synchronized BufferRequest request() {
        requireOpen();
        return Lease.request(memory.lease);
    }

    /**
     * Whether the memory can be used.
     *
     * @return false after the call, or after {@link #close()}
     */
    public synchronized boolean isOpen() {
        return !isClosed;
    }

    /**
     * Keeps the lease beyond the call, until {@link #close()}. Views from before end with the call; {@link #view()}
     * gives one that does not, for all threads. Of a lease that is owned already, nothing changes.
     *
     * @return this
     * @throws IllegalStateException if the lease is closed
     */
    public PythonBuffer retain() {
        boolean notesStack;
        synchronized (this) {
            requireOpen();
            notesStack = owned == null && LeakReports.wantStacks();
            if (owned == null) {
                owned = new OwnedLease(this, memory, true);
            }
            if (notesStack) {
                Lease.lend(memory.lease);
            }
        }
        if (notesStack) {
            Natives.leaseRetained(memory.lease, Tracing.place());
        }
        return this;
    }

    /**
     * Makes the views that {@link #view()} gives from now on usable on all threads: of a lease of a call until the call
     * ends, else until {@link #close()}. Views from before stay with their thread. Of a lease that was retained nothing
     * changes. Closing a shared lease costs a handshake with all threads, some 20
     * microseconds.
     *
     * @return this
     * @throws IllegalStateException if the lease is closed
     */
    public synchronized PythonBuffer share() {
        requireOpen();
        if (owned != null) {
            owned.share();
        } else {
            ofCall.share();
        }
        return this;
    }

    /**
     * Gives the buffer back to Python, at once, on any thread. A second call does nothing. After Python's end nothing
     * is left to give back, and nothing happens. A thread that is amid an access then gets an IllegalStateException;
     * the JDK may leave it interrupted ({@link Thread#isInterrupted}), as where any shared arena is closed.
     *
     * @throws IllegalStateException if Python holds memory of a view made from this lease; the message names each
     *     holder. Or
     *     if another thread's call still has a view from before {@link #retain()}. Or if a call of the JDK uses the
     *     memory at this moment, such as a channel that reads into it. The lease is open then, and can be closed later
     */
    @Override
    public void close() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            closeViews();
            memory.closed();
            isClosed = true;
            if (owned != null) {
                owned.released();
            }
        }
        Reference.reachabilityFence(this);
        Lease.closed(memory.lease);
        Natives.leaseRelease(memory.lease);
    }

    /** All views, so that the buffer can be given back; or throws, and the lease is open. */
    private void closeViews() {
        if (ofCall != null) {
            ofCall.requireClosable();
        }
        memory.startClosing();
        try {
            if (ofCall != null) {
                ofCall.close();
            }
            if (owned != null) {
                owned.close();
            }
        } catch (IllegalStateException inUse) {
            memory.reopen();
            throw new IllegalStateException("the Python buffer cannot be closed while a call of the JDK uses its"
                    + " memory, such as a channel that reads into it; close it when that has returned", inUse);
        }
    }

    /**
     * The method that the buffer was passed to has returned; on its thread. What is thrown is for the log only: all is
     * done that can be.
     */
    private void endCall() {
        Releases ofViews;
        boolean isOver;
        synchronized (this) {
            if (ofCall == null) {
                return;
            }
            ofViews = ofCall.end();
            ofCall = null;
            boolean ends = owned == null && !isClosed;
            isClosed |= ends;
            isOver = ends && memory.end();
        }
        if (isOver) {
            try {
                Lease.closed(memory.lease);
            } finally {
                Lease.disown(memory.lease);
            }
        }
        if (ofViews != null) {
            ofViews.rethrow();
        }
    }

    /** Asks the exporter again, for a writable buffer, if the first request did not get one. */
    private synchronized void requireWritable() {
        requireOpen();
        if (Lease.request(memory.lease).isWritable()) {
            return;
        }
        closeViews();
        memory.reopen();
        String refusal = Natives.leaseMakeWritable(memory.lease);
        if (refusal != null) {
            throw new BufferException("a writable buffer is required: " + refusal);
        }
    }

    /** From now on views are read-only, also where the exporter would allow writing. */
    private synchronized void onlyRead() {
        isReadOnly = true;
    }

    /** The address of a new reference to the Python object. */
    private long newReference() {
        synchronized (this) {
            requireOpen();
            Lease.lend(memory.lease);
        }
        long object = Natives.objectOfLease(memory.lease);
        if (object == 0) {
            throw new IllegalStateException("Python has ended");
        }
        return object;
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException(owned != null
                    ? "the Python buffer was closed"
                    : "the Python buffer is closed: a lease ends with the call it was passed to; retain() keeps it"
                            + " until close()");
        }
    }

    /**
     * Format and geometry, for messages. Throws nothing, on any thread.
     *
     * @return for example {@code PythonBuffer[BufferView[format=d, shape=[3], strides=[8], address=0x7f10a0]]}; of a
     *     buffer that Java cannot see, its size and the reason
     */
    @Override
    public synchronized String toString() {
        if (isClosed) {
            return "PythonBuffer[closed]";
        }
        try {
            BufferView view = Lease.view(memory.lease, Arena.global()); // nobody gets it
            return "PythonBuffer[" + (isReadOnly ? view.asReadOnly() : view) + "]";
        } catch (RuntimeException unseen) {
            return "PythonBuffer[" + Lease.byteSize(memory.lease) + " bytes, " + unseen.getMessage() + "]";
        }
    }

    private static final class Access implements BufferAccess {
        @Override
        public PythonBuffer forCall(long lease) {
            return PythonBuffer.forCall(lease);
        }

        @Override
        public void requireWritable(PythonBuffer buffer) {
            buffer.requireWritable();
        }

        @Override
        public void onlyRead(PythonBuffer buffer) {
            buffer.onlyRead();
        }

        @Override
        public void endCall(PythonBuffer buffer) {
            buffer.endCall();
        }

        @Override
        public long newReference(PythonBuffer buffer) {
            return buffer.newReference();
        }
    }
}

package org.bufferbridge;

import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.concurrent.locks.LockSupport;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.base.SpinLock;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.lease.CallLease;
import org.bufferbridge.internal.lease.Lease;
import org.bufferbridge.internal.lease.LeasedMemory;
import org.bufferbridge.internal.lease.MemoryInUse;
import org.bufferbridge.internal.lease.OwnedLease;
import org.bufferbridge.internal.objects.BufferAccess;
import org.bufferbridge.internal.trace.LeakReports;
import org.bufferbridge.internal.trace.Tracing;

/**
 * A lease: a Python buffer that Java has. The memory is Python's own, live in both languages. While the lease is open,
 * the Python object is locked ({@code bytearray.append} raises BufferError). Closing unlocks it at once.
 *
 * <p><b>Lifetime.</b> A buffer passed to a Java method is leased for the call. After the method has returned, every
 * access through the view, through a segment or NIO buffer made from it, or through their slices, throws
 * IllegalStateException. {@link #retain()} makes the lease an owned one, which lasts until {@link #close()}. Then call
 * {@link #view()} again, because earlier views still end with the call. A lease that Java requested itself
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
 * memory. The thread of the view closes fast. On another thread, or after a view for all threads was made, closing
 * costs a handshake with all threads, some 20 microseconds. A JDK whose arenas cannot have an owner makes this
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

    /** How long a thread waits for another one that closes the views, whose cleanup actions may never return. */
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private static final long PAUSE_NANOS = 10_000;

    /*
     * OPEN --close(), the call's end--> CLOSING --> CLOSED
     *  ^                                   |
     *  +- an error; the lease is retained -+
     *
     * The thread that changes the state to CLOSING closes alone. It does what takes long or may run user code without
     * the lock.
     */
    private enum State {
        OPEN,
        CLOSING,
        CLOSED
    }

    private final LeasedMemory memory;

    // No monitor: threads with the GIL enter here (Python.run), and a thread in the buffer's monitor may wait for the
    // GIL. A thread that has the lock neither waits for the GIL nor runs user code.
    private final SpinLock lock = new SpinLock();

    // Guarded by `lock`. In CLOSING they belong to the thread that closes, which alone ends CLOSING.
    private volatile State state = State.OPEN;
    private Thread closer;
    private CallLease ofCall; // null if Java requested the lease, and after the call
    private OwnedLease owned; // null until it is retained
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

    /** For a lease that Java requested, and alone owns. */
    static PythonBuffer owned(long lease) {
        Lease.opened(lease);
        PythonBuffer buffer = new PythonBuffer(lease);
        buffer.owned = new OwnedLease(buffer, buffer.memory, false);
        if (LeakReports.wantStacks()) {
            Lease.addOwner(lease);
            Natives.leaseNoteStack(lease, Tracing.place());
        }
        return buffer;
    }

    /**
     * The Python memory.
     *
     * @return the view; read-only if the exporter says so
     * @throws IllegalStateException if the lease is closed
     * @throws WrongThreadException on another thread than that of the call, or than the one that first called this for
     *     a lease that Java requested, before {@link #share()}; a lease of a call can also be retained
     * @throws BufferException if the exporter's description contradicts itself, or its format cannot be seen from Java
     */
    public BufferView view() {
        BufferException refusal;
        String exporter;
        int flags;
        lockOpen();
        try {
            return owned != null ? owned.view(isReadOnly) : ofCall.view(isReadOnly);
        } catch (BufferException e) {
            refusal = e;
            exporter = Lease.exporterType(memory.lease);
            flags = Lease.request(memory.lease).flags();
        } finally {
            lock.taken = 0;
        }
        Tracing.refused(exporter, flags, refusal.getMessage());
        throw refusal;
    }

    /**
     * The Python object that was leased.
     *
     * @return the object; the caller closes it
     * @throws IllegalStateException if the lease is closed
     */
    public PythonObject owner() {
        return PythonObject.taking(newReference());
    }

    /**
     * The request to the exporter.
     *
     * @return the request
     * @throws IllegalStateException if the lease is closed
     */
    public BufferRequest request() {
        lockOpen();
        try {
            return Lease.request(memory.lease);
        } finally {
            lock.taken = 0;
        }
    }

    /**
     * Whether the memory can be used.
     *
     * @return false after {@link #close()}, and after the call if the lease was not retained
     */
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    /**
     * Keeps the lease beyond the call, until {@link #close()}. Earlier views end with the call. {@link #view()} then
     * returns one that does not, for all threads. This does nothing for a lease that is owned already.
     *
     * @return this
     * @throws IllegalStateException if the lease is closed
     */
    public PythonBuffer retain() {
        Natives.requireStack();
        boolean notesStack;
        lockOpen();
        try {
            notesStack = owned == null && LeakReports.wantStacks();
            if (owned == null) {
                owned = new OwnedLease(this, memory, true);
            }
            if (notesStack) {
                Lease.addOwner(memory.lease);
            }
        } finally {
            lock.taken = 0;
        }
        if (notesStack) {
            Natives.leaseNoteStack(memory.lease, Tracing.place());
        }
        return this;
    }

    /**
     * Makes later results of {@link #view()} usable on all threads: until the call ends for a lease of a call,
     * otherwise until {@link #close()}. Earlier views stay with their thread. This does nothing for a retained lease.
     * Closing a shared lease costs a handshake with all threads, some 20 microseconds.
     *
     * @return this
     * @throws IllegalStateException if the lease is closed
     */
    public PythonBuffer share() {
        lockOpen();
        try {
            if (owned != null) {
                owned.share();
            } else {
                ofCall.share();
            }
            return this;
        } finally {
            lock.taken = 0;
        }
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
        Natives.requireStack();
        if (!startClosing(PATIENCE_NANOS)) {
            return;
        }
        State next = State.OPEN;
        try {
            closeViews();
            memory.closed();
            next = State.CLOSED;
        } finally {
            stopClosing(next);
        }
        boolean isGivenBack = false;
        try {
            try {
                Lease.closed(memory.lease);
            } finally {
                Natives.leaseRelease(memory.lease);
                isGivenBack = true;
            }
        } finally {
            if (!isGivenBack) { // the native method did not begin, and nothing would release a closed lease
                state = State.OPEN;
                memory.reopen();
            }
        }
        if (owned != null) {
            owned.released();
        }
        Reference.reachabilityFence(this);
    }

    /** Closes all views, on the thread that closes. If it throws, the lease is open. */
    private void closeViews() {
        if (ofCall != null) {
            ofCall.requireClosable();
        }
        memory.startClosing();
        boolean isDone = false;
        try {
            if (ofCall != null) {
                ofCall.close();
            }
            if (owned != null) {
                owned.close();
            }
            isDone = true;
        } catch (MemoryInUse inUse) {
            throw new IllegalStateException(
                    "the Python buffer cannot be closed while a call of the JDK uses its"
                            + " memory, such as a channel that reads into it; close it when that has returned",
                    inUse);
        } finally {
            if (!isDone) {
                memory.reopen();
            }
        }
    }

    /**
     * The method that the buffer was passed to has returned; on its thread. An exception is for the log only: all is
     * done that can be done.
     */
    private void endCall() {
        if (!startClosing(Long.MAX_VALUE)) { // no limit: this thread has no GIL, and the call cannot end before
            return;
        }
        Releases ofViews = null;
        State next = State.OPEN;
        boolean isOver = false;
        try {
            if (ofCall != null) {
                ofViews = ofCall.end();
                ofCall = null;
                if (owned == null) {
                    isOver = memory.end();
                    next = State.CLOSED;
                }
            }
        } finally {
            stopClosing(next);
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

    /** Requests a writable buffer if the first request did not. No other thread has this object yet. */
    private void requireWritable() {
        if (request().isWritable()) {
            return;
        }
        closeViews();
        memory.reopen();
        String refusal = Natives.leaseMakeWritable(memory.lease);
        if (refusal != null) {
            throw new BufferException("a writable buffer is required: " + refusal);
        }
    }

    /** Makes later views read-only, even if the exporter allows writing. */
    private void onlyRead() {
        lock.take();
        isReadOnly = true;
        lock.taken = 0;
    }

    /** The address of a new reference to the Python object. */
    private long newReference() {
        Natives.requireStack();
        lockOpen();
        try {
            Lease.addOwner(memory.lease);
        } finally {
            lock.taken = 0;
        }
        long object = Natives.objectOfLease(memory.lease);
        if (object == 0) {
            throw new IllegalStateException("Python has ended");
        }
        return object;
    }

    // ----------------------------------------------------------------------------------------------------- states

    /** Takes the lock of an open lease. */
    private void lockOpen() {
        lock.take();
        while (state == State.CLOSING) {
            lock.taken = 0;
            awaitCloser(PATIENCE_NANOS);
            lock.take();
        }
        if (state == State.CLOSED) {
            lock.taken = 0;
            throw new IllegalStateException(
                    owned != null
                            ? "the Python buffer was closed"
                            : "the Python buffer is closed: a lease ends with the call it was passed to; retain()"
                                    + " keeps it until close()");
        }
    }

    /** Changes OPEN to CLOSING. Returns false if the lease is closed. */
    private boolean startClosing(long patienceNanos) {
        Thread current = Thread.currentThread();
        while (true) {
            lock.take();
            State found = state;
            if (found == State.OPEN) {
                state = State.CLOSING;
                closer = current;
            }
            lock.taken = 0;
            if (found != State.CLOSING) {
                return found == State.OPEN;
            }
            awaitCloser(patienceNanos);
        }
    }

    private void stopClosing(State next) {
        closer = null;
        state = next;
    }

    /** Waits with a limit, because the thread that closes may run a cleanup action that waits for this thread. */
    private void awaitCloser(long patienceNanos) {
        Thread known = closer;
        if (known == Thread.currentThread()) {
            throw new IllegalStateException("the Python buffer is being closed by this very thread, in a cleanup action"
                    + " of its memory; it can be used, or closed again, when that has returned");
        }
        long begin = System.nanoTime();
        while (state == State.CLOSING) {
            if (System.nanoTime() - begin > patienceNanos) {
                throw new IllegalStateException("the Python buffer is being closed by another thread, " + known
                        + ", which has not finished within 1 s");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /**
     * Format and geometry, for messages. Throws nothing; any thread may call it.
     *
     * @return for example {@code PythonBuffer[BufferView[format=d, shape=[3], strides=[8], address=0x7f10a0]]}; for a
     *     buffer that Java cannot see, its size and the reason
     */
    @Override
    public String toString() {
        lock.take();
        try {
            if (state != State.OPEN) {
                return state == State.CLOSED ? "PythonBuffer[closed]" : "PythonBuffer[being closed]";
            }
            BufferView view = Lease.view(memory.lease, Arena.global()); // used for its text only
            return "PythonBuffer[" + (isReadOnly ? view.asReadOnly() : view) + "]";
        } catch (RuntimeException unseen) {
            return "PythonBuffer[" + Lease.byteSize(memory.lease) + " bytes, " + unseen.getMessage() + "]";
        } finally {
            lock.taken = 0;
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

package org.bufferbridge;

import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import org.bufferbridge.calls.Leases;

/**
 * A lease: a Python buffer that Java holds. The memory is Python's own, live in both languages; as long as the lease is
 * open the Python object is locked ({@code bytearray.append} raises BufferError), and closing unlocks it at once.
 *
 * <p><b>Lifetime.</b> A buffer passed to a Java method is leased for the call: when the method returns, every later
 * access through the view, through a segment or NIO buffer made from it, or through their slices, throws
 * IllegalStateException. {@link #retain()} keeps the lease until {@link #close()}; then call {@link #view()} anew,
 * because a view from before ends with the call all the same.
 *
 * <pre>
 *   for the call --retain()--> kept --close()--> closed
 *        |                                         ^
 *        +---- the method returns, or close() -----+
 * </pre>
 *
 * <p><b>Threads.</b> The view of a call belongs to the thread of the call; {@link #share()} makes views that all threads
 * may use. Those of a retained lease are such always. Every method may be called on any thread. Closing while others read
 * is safe: they get IllegalStateException, not freed memory.
 *
 * <p>A lease that Java asked for itself ({@link PythonObject#buffer}) is open until {@link #close()}; its views belong to the
 * thread that asked, until {@link #share()}.
 *
 * <p>A kept lease that is forgotten is released once the garbage collector finds that no view, segment or NIO buffer of
 * it can be reached; that is a leak, and reported ({@link Leaks}).
 *
 * <p>A PythonBuffer that is returned to Python is the original Python object.
 */
public final class PythonBuffer implements AutoCloseable {
    private enum State {
        FOR_THE_CALL,
        KEPT,
        CLOSED
    }

    static {
        Leases.install(new CallLeases());
    }

    private final long lease;

    // All guarded by `this`. The GIL is not waited for while the monitor is held, for threads that hold the GIL enter it
    // (Python.run); but for requireWritable(), before any other thread can know of this lease.
    private State state = State.FOR_THE_CALL;
    private boolean isReadOnly;
    private final Thread callThread = Thread.currentThread();
    private Arena ownArena;
    private BufferView ownView;
    private Arena sharedArena;
    private BufferView sharedView;
    private ForgottenLease forgotten;

    private PythonBuffer(long lease) {
        this.lease = lease;
    }

    /** For a lease of the running call. */
    static PythonBuffer forCall(long lease) {
        Lease.own(lease);
        Tracing.leased(lease);
        return new PythonBuffer(lease);
    }

    /** For a lease that Java asked for, and alone owns: open until it is closed, by this thread until it is shared. */
    static PythonBuffer kept(long lease) {
        Lease.markRetained(lease);
        Tracing.leased(lease);
        PythonBuffer buffer = new PythonBuffer(lease);
        if (Leaks.wantStacks()) {
            Lease.lend(lease);
            NativeLibrary.leaseRetained(lease, Tracing.javaStack());
        }
        buffer.state = State.KEPT;
        buffer.forgotten = new ForgottenLease(buffer);
        buffer.forgotten.watch();
        return buffer;
    }

    /**
     * The Python memory.
     *
     * @return the view; read-only if the exporter says so
     * @throws IllegalStateException if the lease is closed
     * @throws WrongThreadException on another thread than that of the call, before {@link #share()} or {@link #retain()}
     * @throws BufferException if the exporter's description contradicts itself, or its format cannot be seen from Java
     */
    public synchronized BufferView view() {
        requireOpen();
        if (sharedArena != null) {
            if (sharedView == null) {
                sharedView = newView(sharedArena);
            }
            return sharedView;
        }
        if (ownView == null) {
            if (Thread.currentThread() != callThread) {
                throw new WrongThreadException("the buffer belongs to " + callThread + ", not to " + Thread.currentThread()
                        + "; share() or retain() make it usable on all threads");
            }
            ownArena = Arena.ofConfined();
            if (forgotten != null) {
                forgotten.watchAlso(ownArena.scope());
            }
            ownView = newView(ownArena);
        }
        return ownView;
    }

    private BufferView newView(Arena arena) {
        BufferView view;
        try {
            view = Lease.view(lease, arena);
        } catch (BufferException refusal) {
            Tracing.refused(Lease.ownerType(lease), Lease.request(lease).flags(), refusal.getMessage());
            throw refusal;
        }
        return isReadOnly ? view.asReadOnly() : view;
    }

    /**
     * The Python object that was leased.
     *
     * @return the object; to be closed by the caller
     * @throws IllegalStateException if the lease is closed
     */
    public Object owner() {
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
        return Lease.request(lease);
    }

    /**
     * Whether the memory can be used.
     *
     * @return false after the call, or after {@link #close()}
     */
    public synchronized boolean isOpen() {
        return state != State.CLOSED;
    }

    /**
     * Keeps the lease beyond the call, until {@link #close()}. Views from before end with the call; {@link #view()} gives
     * one that does not.
     *
     * @return this
     * @throws IllegalStateException if the lease is closed
     */
    public PythonBuffer retain() {
        boolean notesStack;
        synchronized (this) {
            requireOpen();
            notesStack = state == State.FOR_THE_CALL && Leaks.wantStacks();
            if (state == State.FOR_THE_CALL) {
                keep();
            }
            if (notesStack) {
                Lease.lend(lease);
            }
        }
        if (notesStack) {
            NativeLibrary.leaseRetained(lease, Tracing.javaStack());
        }
        return this;
    }

    private void keep() {
        state = State.KEPT;
        Lease.markRetained(lease);
        forgotten = new ForgottenLease(this);
        forgotten.watch();
        if (ownArena != null) {
            forgotten.watchAlso(ownArena.scope());
        }
        if (sharedArena != null) {
            forgotten.watchAlso(sharedArena.scope());
        }
        share();
    }

    /**
     * Makes the views that {@link #view()} gives from now on usable on all threads. Closing a shared lease costs a
     * handshake with all threads, some 20 microseconds.
     *
     * @return this
     * @throws IllegalStateException if the lease is closed
     */
    public synchronized PythonBuffer share() {
        requireOpen();
        if (sharedArena == null) {
            sharedArena = Arena.ofShared();
            if (forgotten != null) {
                forgotten.watchAlso(sharedArena.scope());
            }
        }
        return this;
    }

    /**
     * Gives the buffer back to Python, at once. A second call does nothing. After Python's end nothing is left to give
     * back, and nothing happens.
     *
     * @throws IllegalStateException if Python holds memory of a view made from this lease, or another thread's call still
     *     has a view from before {@link #retain()}
     */
    @Override
    public void close() {
        synchronized (this) {
            if (state == State.CLOSED) {
                return;
            }
            closeViews();
            state = State.CLOSED;
            if (forgotten != null) {
                forgotten.released();
            }
        }
        Reference.reachabilityFence(this);
        Tracing.closed(lease);
        NativeLibrary.leaseRelease(lease);
    }

    /** The method returned that the buffer was passed to; on its thread. */
    synchronized void endCall() {
        switch (state) {
            case FOR_THE_CALL -> {
                try {
                    closeViews();
                } catch (IllegalStateException exported) {
                    keep(); // Python holds memory of a view: the lease lasts until nobody can reach that
                    forgotten.isNobodysFault = true;
                    return;
                }
                state = State.CLOSED;
                Tracing.closed(lease);
                Lease.disown(lease);
            }
            case KEPT -> closeOwnArena();
            case CLOSED -> { }
        }
    }

    private void closeViews() {
        if (ownArena != null && ownArena.scope().isAlive() && Thread.currentThread() != callThread) {
            throw new IllegalStateException("the buffer has a view of " + callThread
                    + ", whose call has not ended; call share() or retain() before view()");
        }
        closeOwnArena();
        if (sharedArena != null && sharedArena.scope().isAlive()) {
            sharedArena.close();
        }
    }

    private void closeOwnArena() {
        if (ownArena != null && ownArena.scope().isAlive()) {
            ownArena.close();
        }
    }

    /** Asks the exporter again, for a writable buffer, if the first request did not get one. */
    synchronized void requireWritable() {
        requireOpen();
        if (Lease.request(lease).isWritable()) {
            return;
        }
        closeViews();
        ownView = null;
        sharedArena = null;
        sharedView = null;
        String refusal = NativeLibrary.leaseMakeWritable(lease);
        if (refusal != null) {
            throw new BufferException("a writable buffer is required: " + refusal);
        }
    }

    /** From now on views are read-only, also where the exporter would allow writing. */
    synchronized void onlyRead() {
        isReadOnly = true;
        ownView = ownView == null ? null : ownView.asReadOnly();
    }

    /** The address of a new reference to the Python object. */
    long newReference() {
        synchronized (this) {
            requireOpen();
            Lease.lend(lease);
        }
        long object = NativeLibrary.objectOfLease(lease);
        if (object == 0) {
            throw new IllegalStateException("Python has ended");
        }
        return object;
    }

    private void requireOpen() {
        if (state == State.CLOSED) {
            throw new IllegalStateException("the Python buffer is closed: a lease ends with the call it was passed to;"
                    + " retain() keeps it until close()");
        }
    }

    @Override
    public synchronized String toString() {
        if (state == State.CLOSED) {
            return "PythonBuffer[closed]";
        }
        boolean usable = sharedArena != null || Thread.currentThread() == callThread;
        return "PythonBuffer[" + (usable ? view() : "of " + callThread) + "]";
    }

    /** Releases a kept lease when it and the scopes of all its views are unreachable. */
    private static final class ForgottenLease extends Forgotten {
        private final long lease;
        private int watched = 1; // guarded by `this`: through how many holders the memory can be reached
        private boolean isOver; // of a released lease, before its buffer becomes unreachable
        private volatile boolean isNobodysFault; // not the other way round: the first write of a volatile field costs, too

        ForgottenLease(PythonBuffer buffer) {
            super(buffer);
            lease = buffer.lease;
        }

        /** One more through which the memory can be reached: the scope of a view. */
        void watchAlso(Object scope) {
            synchronized (this) {
                watched++;
            }
            new ForgottenScope(scope, this).watch();
        }

        /** From now on there is nothing to do. */
        void released() {
            isOver = true;
        }

        @Override
        boolean isOver() {
            return isOver;
        }

        @Override
        void found() {
            boolean isLast;
            synchronized (this) {
                isLast = --watched == 0;
            }
            if (isLast && !isOver) {
                isOver = true;
                NativeLibrary.forgetLease(lease, !isNobodysFault);
            }
        }
    }

    /** The scope of a view of a kept lease. */
    private static final class ForgottenScope extends Forgotten {
        private final ForgottenLease lease;
        private boolean isFound;

        ForgottenScope(Object scope, ForgottenLease lease) {
            super(scope);
            this.lease = lease;
        }

        @Override
        boolean isOver() {
            return isFound || lease.isOver();
        }

        @Override
        void found() {
            isFound = true;
            lease.found();
        }
    }
}

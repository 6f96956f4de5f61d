package org.bufferbridge.internal.lease;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Forgotten;
import org.bufferbridge.internal.jni.Natives;

/**
 * A lease that is owned: one that was retained, or that Java asked for. It ends on any thread, also when the thread is
 * gone that made it.
 *
 * <pre>
 *   OPEN: views of one thread --share(), or that thread ends--&gt; SHARED: further views are for all threads
 *     |                                                           |
 *     +-- close(), or forgotten: no PythonBuffer and no view can be reached --+--&gt; CLOSED
 * </pre>
 *
 * <p>One that was retained is shared from the start. The view of one thread lies over an {@link OwnedArena}.
 *
 * <p>Threads: guarded by the {@code PythonBuffer}; what was forgotten is found by the thread of {@link
 * Forgotten}.
 */
public final class OwnedLease extends OwnAndSharedViews {
    private final LeasedMemory memory;
    private final ForgottenLease forgotten;
    private boolean isShared;

    public OwnedLease(Object buffer, LeasedMemory memory, boolean isShared) {
        this.memory = memory;
        this.isShared = isShared;
        if (!isShared) {
            OwnedArena.isSupported(); // initialised here, and not under the buffer's lock, because it may tell a logger
        }
        Lease.markRetained(memory.lease);
        forgotten = new ForgottenLease(buffer, memory);
        forgotten.watch();
    }

    /**
     * The view that this thread may use.
     *
     * @throws WrongThreadException on another thread than the one that has a view, before {@link #share}, while that
     *     one lives
     */
    public BufferView view(boolean isReadOnly) {
        if (isShared || own != null && !isOwn()) {
            if (shared == null) {
                shared = watched(LeaseViews.shared(memory));
            }
            return shared.view(isReadOnly);
        }
        if (own == null) {
            own = watched(LeaseViews.owned(memory));
        }
        return own.view(isReadOnly);
    }

    /** Nobody gets views that are not watched: their memory would go back under them. */
    private LeaseViews watched(LeaseViews views) {
        forgotten.watchAlso(views.scope());
        return views;
    }

    /** Whether this thread has the view; if not, and the other has ended, views are for all threads from now on. */
    private boolean isOwn() {
        Thread thread = own.thread();
        if (thread == Thread.currentThread()) {
            return true;
        }
        if (thread.isAlive()) {
            throw new WrongThreadException("the buffer has a view of " + LeaseViews.name(thread) + ", and "
                    + LeaseViews.name(Thread.currentThread())
                    + " asks for one; share() before view() makes views for all threads");
        }
        isShared = true;
        return false;
    }

    /** Views that are given from now on are for all threads. */
    public void share() {
        isShared = true;
    }

    /** From now on there is nothing to find. */
    public void released() {
        forgotten.isOver = true;
    }

    /** Gives the buffer back when its PythonBuffer and the scopes of all its views are unreachable. */
    private static final class ForgottenLease extends Forgotten {
        private static final AtomicIntegerFieldUpdater<ForgottenLease> WATCHED =
                AtomicIntegerFieldUpdater.newUpdater(ForgottenLease.class, "watched");

        private final LeasedMemory memory;
        private volatile int watched = 1; // through how many holders the memory can be reached
        private boolean isOver; // of a released lease, before its buffer becomes unreachable

        ForgottenLease(Object buffer, LeasedMemory memory) {
            super(buffer);
            this.memory = memory;
        }

        /** One more through which the memory can be reached: the scope of a view. */
        void watchAlso(Object scope) {
            ForgottenScope added = new ForgottenScope(scope, this);
            WATCHED.incrementAndGet(this);
            added.watch();
        }

        @Override
        public boolean isOver() {
            return isOver;
        }

        @Override
        public void found() {
            if (WATCHED.decrementAndGet(this) == 0 && !isOver) {
                isOver = true;
                if (memory.end()) {
                    Natives.forgetLease(memory.lease, true);
                }
            }
        }
    }

    /** The scope of a view of an owned lease. */
    private static final class ForgottenScope extends Forgotten {
        private final ForgottenLease lease;
        private boolean isFound;

        ForgottenScope(Object scope, ForgottenLease lease) {
            super(scope);
            this.lease = lease;
        }

        @Override
        public boolean isOver() {
            return isFound || lease.isOver();
        }

        @Override
        public void found() {
            isFound = true;
            lease.found();
        }
    }
}

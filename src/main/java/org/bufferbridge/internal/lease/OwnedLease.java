package org.bufferbridge.internal.lease;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Forgotten;
import org.bufferbridge.internal.jni.Natives;

/**
 * A lease that Java owns: Java has retained it, or acquired it itself. Any thread may end it, also after its thread has
 * ended.
 *
 * <pre>
 *   OPEN: views of one thread --share(), or that thread ends--&gt; SHARED: further views are for all threads
 *     |                                                           |
 *     +-- close(), or forgotten: no PythonBuffer and no view can be reached --+--&gt; CLOSED
 * </pre>
 *
 * <p>A retained lease is shared from the start. The view of one thread lies over an {@link OwnedArena}.
 *
 * <p>Threads: used by the thread whose {@link Turn} it is. The thread of {@link Forgotten}
 * finds what was forgotten.
 */
final class OwnedLease extends OwnAndSharedViews {
    private final LeasedMemory memory;
    private final ForgottenLease forgotten;
    private boolean isShared;

    OwnedLease(Object buffer, LeasedMemory memory, boolean isShared) {
        this.memory = memory;
        this.isShared = isShared;
        if (!isShared) {
            OwnedArena.isSupported(); // initialises the class without a turn: it may call a logger
        }
        Lease.markRetained(memory.lease);
        forgotten = new ForgottenLease(buffer, memory);
        forgotten.watch();
    }

    /**
     * The view that this thread may use.
     *
     * @throws WrongThreadException if another thread has a view and has not ended, before {@link #share}
     */
    BufferView view(boolean isReadOnly) {
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

    /** Has views watched before any other code gets them: otherwise the buffer could be released under them. */
    private LeaseViews watched(LeaseViews views) {
        forgotten.watchAlso(views.scope());
        return views;
    }

    /** Whether this thread has the view. If the thread that has it has ended, views are for all threads from now on. */
    private boolean isOwn() {
        Thread thread = own.thread();
        if (thread == Thread.currentThread()) {
            return true;
        }
        if (thread.isAlive()) {
            throw new WrongThreadException("the buffer has a view of " + LeaseViews.name(thread) + ", and "
                    + LeaseViews.name(Thread.currentThread())
                    + " calls view(); share() before view() makes views for all threads");
        }
        isShared = true;
        return false;
    }

    /** Later views are for all threads. */
    void share() {
        isShared = true;
    }

    /** Nobody has to close it: that it is forgotten is its end, and no leak. */
    void endWithViews() {
        forgotten.isLeak = false;
        Lease.markEndsByItself(memory.lease);
    }

    /** Called when the lease is released: there is nothing to find any more. */
    void released() {
        forgotten.isOver = true;
    }

    /** Releases the buffer when its PythonBuffer and the scopes of all its views are unreachable. */
    private static final class ForgottenLease extends Forgotten {
        private static final AtomicIntegerFieldUpdater<ForgottenLease> WATCHED =
                AtomicIntegerFieldUpdater.newUpdater(ForgottenLease.class, "watched");

        private final LeasedMemory memory;
        private volatile int watched = 1; // how many objects reach the memory
        private boolean isLeak = true; // changed before the PythonBuffer becomes unreachable
        private boolean isOver; // set by the release, before the PythonBuffer becomes unreachable

        ForgottenLease(Object buffer, LeasedMemory memory) {
            super(buffer);
            this.memory = memory;
        }

        /** Watches the scope of a view, which reaches the memory as well. */
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
                    Natives.forgetLease(memory.lease, isLeak);
                }
            }
        }
    }

    /** The scope of a view of an owned lease. */
    private static final class ForgottenScope extends Forgotten {
        private final ForgottenLease lease;

        ForgottenScope(Object scope, ForgottenLease lease) {
            super(scope);
            this.lease = lease;
        }

        @Override
        public boolean isOver() {
            return lease.isOver();
        }

        @Override
        public void found() {
            lease.found();
        }
    }
}

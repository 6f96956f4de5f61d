package org.bufferbridge;

/**
 * A lease that is owned: one that was retained, or that Java asked for. Its views are for all threads, and so is its
 * end, also when the thread is gone that made it.
 *
 * <pre>
 *   OPEN --close()--&gt; CLOSED
 *     |                  ^
 *     +--forgotten: no PythonBuffer and no view can be reached--+
 * </pre>
 *
 * <p>Threads: guarded by the monitor of the {@link PythonBuffer}; what was forgotten is found by the thread of {@link
 * Forgotten}.
 */
final class OwnedLease {
    private final LeasedMemory memory;
    private final ForgottenLease forgotten;
    private LeaseViews views;

    OwnedLease(PythonBuffer buffer, LeasedMemory memory) {
        this.memory = memory;
        Lease.markRetained(memory.lease);
        forgotten = new ForgottenLease(buffer, memory);
        forgotten.watch();
    }

    BufferView view(boolean isReadOnly) {
        if (views == null) {
            views = LeaseViews.shared(memory);
            forgotten.watchAlso(views.scope());
        }
        return views.view(isReadOnly);
    }

    /**
     * Closes the views. Later ones are made anew.
     *
     * @throws IllegalStateException if a call of the JDK uses the memory at this moment
     */
    void close() {
        if (views != null) {
            views.close();
            views = null;
        }
    }

    /** From now on there is nothing to find. */
    void released() {
        forgotten.isOver = true;
    }

    /** Gives the buffer back when its PythonBuffer and the scopes of all its views are unreachable. */
    private static final class ForgottenLease extends Forgotten {
        private final LeasedMemory memory;
        private int watched = 1; // guarded by `this`: through how many holders the memory can be reached
        private boolean isOver; // of a released lease, before its buffer becomes unreachable

        ForgottenLease(PythonBuffer buffer, LeasedMemory memory) {
            super(buffer);
            this.memory = memory;
        }

        /** One more through which the memory can be reached: the scope of a view. */
        void watchAlso(Object scope) {
            synchronized (this) {
                watched++;
            }
            new ForgottenScope(scope, this).watch();
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
                if (memory.end()) {
                    NativeLibrary.forgetLease(memory.lease, true);
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

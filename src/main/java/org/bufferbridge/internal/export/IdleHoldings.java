package org.bufferbridge.internal.export;

import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.base.SpinLock;

/**
 * The holdings of memory that one {@code ExportGuard} guards. A change lets go of them all: at that moment no export is
 * out, so each holds the memory only for the next one.
 *
 * <p>Threads: any. C adds and removes with the GIL, so no user code runs with the lock.
 */
public final class IdleHoldings {
    private final SpinLock lock = new SpinLock();
    private Holding first; // a list by Holding.next and Holding.previous; guarded by the lock

    void add(Holding holding) {
        lock.take();
        try {
            Holding next = first;
            holding.next = next;
            if (next != null) {
                next.previous = holding;
            }
            first = holding;
        } finally {
            lock.taken = 0;
        }
    }

    /** Does nothing if a change has let go of it. */
    void remove(Holding holding) {
        lock.take();
        try {
            Holding next = holding.next;
            Holding previous = holding.previous;
            if (previous == null && first != holding) {
                return;
            }
            if (previous == null) {
                first = next;
            } else {
                previous.next = next;
            }
            if (next != null) {
                next.previous = previous;
            }
            holding.next = null;
            holding.previous = null;
        } finally {
            lock.taken = 0;
        }
    }

    private Holding removeFirst() {
        lock.take();
        try {
            Holding removed = first;
            if (removed != null) {
                Holding next = removed.next;
                first = next;
                if (next != null) {
                    next.previous = null;
                }
                removed.next = null;
            }
            return removed;
        } finally {
            lock.taken = 0;
        }
    }

    /** Lets go of the memory of all. That may close arenas that have waited for it, and so run user code. */
    public void letGo() {
        Releases releases = null;
        for (Holding holding = removeFirst(); holding != null; holding = removeFirst()) {
            releases = releases == null ? new Releases() : releases;
            Runnable rest = holding.letGoBeforeChange(releases);
            if (rest != null) {
                releases.run(rest::run);
            }
        }
        if (releases != null) {
            releases.rethrow();
        }
    }
}

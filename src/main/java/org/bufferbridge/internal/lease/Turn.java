package org.bufferbridge.internal.lease;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets one thread at a time use the views of a lease, or close them.
 *
 * <pre>
 *   FREE --take--&gt; TAKEN --taken = 0--&gt; FREE                             makes a view, or changes the lease
 *   FREE --takeToClose--&gt; CLOSING --closer = null, taken = 0--&gt; FREE     may run cleanup actions of users
 * </pre>
 *
 * <p>Writes to fields give the turn back, not a method. At the bottom of a stack a method may end in a
 * StackOverflowError. Then no thread would ever get the turn again. For the same reason no method here calls another
 * once it has the turn.
 *
 * <p>Threads: any. There is no monitor, because threads with the GIL come here ({@code Python.run}). The JVM may hand a
 * monitor to a thread that waits for the GIL. A thread whose turn it is does not wait for the GIL. It runs no user
 * code, unless it closes.
 */
final class Turn {
    /** How long a thread waits for another one that closes, whose cleanup actions may never return. */
    static final long PATIENCE_NANOS = 1_000_000_000;

    private static final long PAUSE_NANOS = 10_000;
    private static final int SPINS = 1_000;

    private static final AtomicIntegerFieldUpdater<Turn> TAKEN =
            AtomicIntegerFieldUpdater.newUpdater(Turn.class, "taken");

    /** 1 while it is a thread's turn. */
    volatile int taken;

    /**
     * The thread whose turn it is, if it closes. It writes this after {@link #taken} became 1, and null before
     * {@link #taken} becomes 0. Other threads read {@link #taken} first, which is volatile.
     */
    Thread closer;

    /**
     * Takes the turn, for a few microseconds.
     *
     * @throws IllegalStateException if a thread closes, and is this one, or does not finish
     */
    void take() {
        while (!TAKEN.compareAndSet(this, 0, 1)) {
            await(PATIENCE_NANOS);
        }
    }

    /**
     * Takes the turn, to close.
     *
     * @throws IllegalStateException if a thread closes, and is this one, or does not finish
     */
    void takeToClose(long patienceNanos) {
        Thread current = Thread.currentThread();
        while (!TAKEN.compareAndSet(this, 0, 1)) {
            await(patienceNanos);
        }
        closer = current;
    }

    /** Takes the turn; false, and it is not taken, if a thread closes. */
    boolean takeUnlessClosing() {
        for (int waits = 0; !TAKEN.compareAndSet(this, 0, 1); waits++) {
            if (closer != null) {
                return false;
            }
            pause(waits);
        }
        return true;
    }

    /**
     * Waits for the thread whose turn it is. If that thread closes, the wait has a limit, because it may wait for this
     * one.
     */
    private void await(long patienceNanos) {
        long begin = System.nanoTime();
        for (int waits = 0; taken != 0; waits++) {
            Thread known = closer;
            if (known == Thread.currentThread()) {
                throw new IllegalStateException("the Python buffer is being closed by this very thread, in a cleanup"
                        + " action of its memory; it can be used, or closed again, when that has returned");
            }
            if (known != null && System.nanoTime() - begin > patienceNanos) {
                throw new IllegalStateException("the Python buffer is being closed by another thread, " + known
                        + ", which has not finished within 1 s");
            }
            pause(known == null ? waits : SPINS);
        }
    }

    private static void pause(int waits) {
        if (waits < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}

package org.bufferbridge.internal.base;

import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends that could not be made yet, because a call of the JDK still uses the memory. Such a call is a downcall, or a
 * channel reads into the memory. Nothing tells when it returns, so the ends are tried until they succeed, at growing
 * intervals.
 *
 * <p>An end may run user code: a cleanup action, a logger. So each attempt runs on a worker. One worker makes one end
 * after the other, as long as each returns soon. If one does not, the next end gets another worker, and waits no
 * longer.
 *
 * <p>Owns: the ends that are left, the thread that hands them to workers, and the workers.
 *
 * <p>Threads: any thread may add, also with the GIL: {@link #add} waits for nobody.
 */
public final class Retries {
    private static final long SHORTEST_NANOS = 1_000_000;
    private static final long LONGEST_NANOS = 100_000_000;
    private static final long PATIENCE_NANOS = 100_000_000; // with a worker, before the next end gets another one
    private static final long IDLE_SECONDS = 10; // before an idle worker ends

    /** One end. */
    public interface End {
        /**
         * Tries to make the end.
         *
         * @return whether it is made; otherwise it is tried again
         */
        boolean attempt();
    }

    private enum State {
        WAITING,
        UNDER_WAY,
        MADE
    }

    private static final ConcurrentLinkedQueue<Entry> LEFT = new ConcurrentLinkedQueue<>();
    private static final Executor WORKERS = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> daemon(task, "bufferbridge retry"));
    private static final Thread THREAD = daemon(Retries::listen, "bufferbridge retries");

    static {
        THREAD.start();
    }

    private Retries() {}

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setDaemon(true);
        return thread;
    }

    /** Has an end tried until it is made. */
    public static void add(End end) {
        LEFT.add(new Entry(end));
        LockSupport.unpark(THREAD);
    }

    private static void listen() {
        long pause = SHORTEST_NANOS;
        while (true) {
            try {
                attemptAll();
                if (!isAnyWaiting()) { // checked anew: waiting for a worker takes permits of park()
                    pause = SHORTEST_NANOS;
                    LockSupport.park(); // add() and a worker that returns late unpark
                } else {
                    LockSupport.parkNanos(pause);
                    pause = Math.min(2 * pause, LONGEST_NANOS);
                }
            } catch (Throwable shortage) {
                LockSupport.parkNanos(LONGEST_NANOS); // of memory, for an attempt; this thread goes on
            }
        }
    }

    private static void attemptAll() {
        for (Iterator<Entry> entries = LEFT.iterator(); entries.hasNext(); ) {
            Entry entry = entries.next();
            if (entry.state == State.WAITING) {
                entry.attempt();
            }
            if (entry.state == State.MADE) {
                entries.remove();
            }
        }
    }

    private static boolean isAnyWaiting() {
        for (Entry entry : LEFT) {
            if (entry.state != State.UNDER_WAY) {
                return true;
            }
        }
        return false;
    }

    private static final class Entry implements Runnable {
        private final End end;
        private volatile State state = State.WAITING;

        Entry(End end) {
            this.end = end;
        }

        /** Has a worker try, and waits for that, but not for long. */
        void attempt() {
            state = State.UNDER_WAY;
            try {
                WORKERS.execute(this);
            } catch (Throwable noThread) {
                state = State.WAITING;
                throw noThread;
            }
            long begin = System.nanoTime();
            while (state == State.UNDER_WAY && System.nanoTime() - begin < PATIENCE_NANOS) {
                LockSupport.parkNanos(PATIENCE_NANOS);
            }
        }

        @Override
        public void run() {
            State next = State.WAITING;
            try {
                next = end.attempt() ? State.MADE : State.WAITING;
            } catch (VirtualMachineError shortage) {
                next = State.WAITING; // the next attempt may find more memory
            } catch (Throwable thrown) {
                next = State.MADE; // or no attempt can make it
                Releases.report("one that was deferred", thrown);
            } finally {
                state = next;
                LockSupport.unpark(THREAD);
            }
        }
    }
}

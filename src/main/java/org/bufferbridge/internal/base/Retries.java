package org.bufferbridge.internal.base;

import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends that could not be made yet, because somebody in the JDK still uses the memory: a channel that reads into it, a
 * downcall. Nobody says when that is over, so they are tried again until they succeed, at growing intervals.
 *
 * <p>An end may run anybody's code: a cleanup action, a logger. So each attempt runs on a worker. One worker makes one
 * end after the other, as long as each comes back soon. Where one does not, the next end has another worker: one that
 * never comes back keeps no other end waiting.
 *
 * <p>Owns: the ends that are left, the thread that has them tried, and the workers.
 *
 * <p>Threads: any may add, also with the GIL, since it waits for nobody.
 */
public final class Retries {
    private static final long SHORTEST_NANOS = 1_000_000;
    private static final long LONGEST_NANOS = 100_000_000;
    private static final long PATIENCE_NANOS = 100_000_000; // with a worker, before the next end has another one
    private static final long IDLE_SECONDS = 10; // after which a worker ends

    /** One end. */
    public interface End {
        /**
         * Tries to make it.
         *
         * @return whether it is made; if not, it is tried again
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
                if (!isAnyWaiting()) { // looked for anew: waiting for a worker takes permits of park()
                    pause = SHORTEST_NANOS;
                    LockSupport.park(); // who adds, and a worker that comes back late, unparks
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

        /** By a worker; this thread waits for that, but not for long. */
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
                next = State.MADE; // or never can be
                Releases.report("one that was put off", thrown);
            } finally {
                state = next;
                LockSupport.unpark(THREAD);
            }
        }
    }
}

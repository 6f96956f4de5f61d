package org.bufferbridge.internal.base;

import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends that could not be made yet, because somebody in the JDK still uses the memory: a channel that reads into it, a
 * downcall. Nobody says when that is over, so they are tried again until they succeed, at growing intervals.
 *
 * <p>Owns: the ends that are left, and the thread that tries them.
 *
 * <p>Threads: any may add, also with the GIL, since it waits for nobody. The ends run on the thread of this class, and
 * must not wait for the GIL.
 */
public final class Retries {
    private static final long SHORTEST_NANOS = 1_000_000;
    private static final long LONGEST_NANOS = 100_000_000;

    /** One end. */
    public interface End {
        /**
         * Tries to make it.
         *
         * @return whether it is made; if not, it is tried again
         */
        boolean attempt();
    }

    private static final ConcurrentLinkedQueue<End> LEFT = new ConcurrentLinkedQueue<>();
    private static final Thread THREAD = new Thread(null, Retries::listen, "bufferbridge retries", 0, false);

    static {
        THREAD.setDaemon(true);
        THREAD.start();
    }

    private Retries() {}

    /** Has an end tried until it is made. */
    public static void add(End end) {
        LEFT.add(end);
        LockSupport.unpark(THREAD);
    }

    private static void listen() {
        long pause = SHORTEST_NANOS;
        while (true) {
            if (LEFT.isEmpty()) {
                pause = SHORTEST_NANOS;
                LockSupport.park();
            } else {
                boolean isAnyMade = attemptAll();
                pause = isAnyMade ? SHORTEST_NANOS : Math.min(2 * pause, LONGEST_NANOS);
                LockSupport.parkNanos(pause);
            }
        }
    }

    private static boolean attemptAll() {
        boolean isAnyMade = false;
        for (Iterator<End> ends = LEFT.iterator(); ends.hasNext(); ) {
            if (isMade(ends.next())) {
                ends.remove();
                isAnyMade = true;
            }
        }
        return isAnyMade;
    }

    /** Also true when it never can be: it is reported then. */
    private static boolean isMade(End end) {
        try {
            return end.attempt();
        } catch (Throwable thrown) {
            Releases.report("one that was put off", thrown);
            return true;
        }
    }
}

package org.bufferbridge.internal.base;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;

/**
 * Something to do when its holder has become unreachable: the backstop for what was not closed. A
 * {@link java.lang.ref.Cleaner} takes a monitor to add or to drop an entry. Entries that are not dropped cost the
 * collector time until it has found their holders. Here a full list drops entries that have nothing left to do.
 *
 * <p>Owns: the lists that keep these references reachable, and the thread that calls {@link #found}. There are several
 * lists, by threads; a thread that sees one in use takes the next. A full list drops those entries, and becomes twice
 * as long as the rest.
 *
 * <p>No list has a monitor. The JVM may hand a monitor to a virtual thread while all carriers wait for the GIL. A
 * thread that has the GIL ({@code Python.run}) would then wait for the monitor for ever. A list is in use for a few
 * instructions, in which no thread waits.
 *
 * <p>Threads: any may watch. A holder calls {@link java.lang.ref.Reference#reachabilityFence} on itself after it has
 * written what {@link #isOver} reads. So the collector finds the holder later, and {@link #found} sees what was
 * written.
 */
public abstract class Forgotten extends PhantomReference<Object> {
    private static final int LISTS = 16;
    private static final int MIN_CAPACITY = 64;

    private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
    private static final Watched[] WATCHED = new Watched[LISTS];

    static {
        Arrays.setAll(WATCHED, list -> new Watched());
        Thread thread = new Thread(null, Forgotten::listen, "bufferbridge forgotten", 0, false);
        thread.setDaemon(true);
        thread.start();
    }

    private boolean isFound;

    public Forgotten(Object holder) {
        super(holder, QUEUE);
    }

    /** Has {@link #found} called when the holder is unreachable, unless {@link #isOver} is true by then. */
    public final void watch() {
        int list = (int) Thread.currentThread().threadId();
        while (!WATCHED[list & LISTS - 1].add(this)) {
            list++;
            Thread.onSpinWait();
        }
    }

    /** Whether there is nothing to do any more, although the holder was not found. */
    public boolean isOver() {
        return false;
    }

    /** Called when the holder is unreachable, also if {@link #isOver} is true. Must not wait for the GIL. */
    public abstract void found();

    private static void listen() {
        while (true) {
            try {
                takeNext();
            } catch (Throwable shortage) {
                // of memory, while another failure was logged; this thread goes on
                Thread.onSpinWait();
            }
        }
    }

    private static void takeNext() {
        try {
            Forgotten next = (Forgotten) QUEUE.remove();
            next.isFound = true;
            next.found();
        } catch (Throwable e) {
            Log.warn("something forgotten could not be let go", e);
        }
    }

    /** Entries in the order in which they came. */
    private static final class Watched {
        private final SpinLock lock = new SpinLock();
        private Forgotten[] entries = new Forgotten[MIN_CAPACITY];
        private int count;

        /** False, and nothing was done, if another thread uses the list. */
        boolean add(Forgotten entry) {
            if (!lock.tryTake()) {
                return false;
            }
            try {
                if (count == entries.length) {
                    dropWhatIsOver();
                }
                entries[count++] = entry;
                return true;
            } finally {
                lock.taken = 0;
            }
        }

        private void dropWhatIsOver() {
            int kept = 0;
            for (Forgotten entry : entries) {
                if (!entry.isFound && !entry.isOver()) {
                    entries[kept++] = entry;
                }
            }
            Arrays.fill(entries, kept, count, null);
            count = kept;
            int capacity = Math.max(MIN_CAPACITY, 2 * kept);
            if (capacity != entries.length) {
                entries = Arrays.copyOf(entries, capacity);
            }
        }
    }
}

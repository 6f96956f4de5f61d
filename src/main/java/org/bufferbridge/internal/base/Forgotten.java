package org.bufferbridge.internal.base;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;

/**
 * What is to be done once nobody can reach its holder any more: the backstop for what was not closed. A {@link
 * java.lang.ref.Cleaner} does the same, but keeps what is over until the garbage collector has found the holder too,
 * which makes the collector trace everything that was ever closed since the last time. Here what is over is let go with
 * the next entries.
 *
 * <p>Owns: the lists that keep these references reachable, and the thread that {@link #found} runs on. There are
 * several lists, by threads; who finds one in use takes the next. An entry is appended; when a list is full, those that
 * are over are dropped from it, and it becomes twice as long as what is left.
 *
 * <p>No list has a monitor. A thread that has the GIL ({@code Python.run}) would wait for one in vain that is handed to
 * a virtual thread, while all carriers wait for the GIL. A list is in use for a few instructions in which no thread
 * waits.
 *
 * <p>Threads: any may watch. A holder calls {@link java.lang.ref.Reference#reachabilityFence} on itself after it has
 * made this over; then the collector cannot find it before, and {@link #found} sees what was written.
 */
public abstract class Forgotten extends PhantomReference<Object> {
    private static final int LISTS = 16;
    private static final int LEAST_CAPACITY = 64;

    private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
    private static final Watched[] WATCHED = new Watched[LISTS];

    static {
        Arrays.setAll(WATCHED, list -> new Watched());
        Thread thread = new Thread(null, Forgotten::listen, "bufferbridge forgotten", 0, false);
        thread.setDaemon(true);
        thread.start();
    }

    public Forgotten(Object holder) {
        super(holder, QUEUE);
    }

    /** From now on {@link #found} is called when the holder is unreachable, unless this is over by then. */
    public final void watch() {
        int list = (int) Thread.currentThread().threadId();
        while (!WATCHED[list & LISTS - 1].add(this)) {
            list++;
            Thread.onSpinWait();
        }
    }

    /** Whether there is nothing to do any more. */
    public abstract boolean isOver();

    /**
     * The holder is unreachable. Must not wait for the GIL; called when this is over, too, or has been a moment before.
     */
    public abstract void found();

    private static void listen() {
        while (true) {
            try {
                takeNext();
            } catch (Throwable shortage) {
                // of memory, in what should have told of another one; this thread goes on
                Thread.onSpinWait();
            }
        }
    }

    private static void takeNext() {
        try {
            ((Forgotten) QUEUE.remove()).found();
        } catch (Throwable e) {
            Log.warn("something forgotten could not be let go", e);
        }
    }

    /** Entries in the order in which they came. */
    private static final class Watched {
        private final SpinLock lock = new SpinLock();
        private Forgotten[] entries = new Forgotten[LEAST_CAPACITY];
        private int count;

        /** False, and nothing was done, where another thread is at it. */
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
                if (!entry.isOver()) {
                    entries[kept++] = entry;
                }
            }
            Arrays.fill(entries, kept, count, null);
            count = kept;
            int capacity = Math.max(LEAST_CAPACITY, 2 * kept);
            if (capacity != entries.length) {
                entries = Arrays.copyOf(entries, capacity);
            }
        }
    }
}

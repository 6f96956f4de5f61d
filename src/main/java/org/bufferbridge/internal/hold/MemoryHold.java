package org.bufferbridge.internal.hold;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.base.Retries;
import org.bufferbridge.internal.view.ViewAccess;

/**
 * How the memory of a view is kept where it is and as it is, while Python has its address: its arenas stay open, the
 * Python buffer it belongs to stays leased, or its array is pinned by C, which counts them. Behind every export by
 * upcall and every
 * {@code Holding} stands one that was taken. It is made once for a view, because who keeps the memory does not change.
 *
 * <p>Threads: immutable. Each {@link #take} is followed by one {@link #letGo} for the same holder, on any thread; a
 * confined arena's memory is taken on its owner's thread.
 */
public final class MemoryHold {
    /** Who holds, for the one that is asked to close. */
    public interface Holder {
        /** How many exports the holder has out. */
        long exports();
    }

    /** Memory of any arena: the JDK keeps it open. */
    private record KeptByTheJdk(MemorySegment segment) implements Keepers.Keeper {
        @Override
        public void hold(Holder holder) {
            ArenaLock.lock(segment);
        }

        @Override
        public Runnable letGo(Holder holder) {
            ArenaLock.unlock(segment);
            return null;
        }
    }

    private final Object heapArray;
    private final Keepers.Keeper[] keepers;

    private MemoryHold(Object heapArray, Keepers.Keeper... keepers) {
        this.heapArray = heapArray;
        this.keepers = keepers;
    }

    /**
     * That of a view, made on first use.
     *
     * @throws BufferException as {@link #of}
     */
    public static MemoryHold keptBy(BufferView view) {
        MemoryHold made = (MemoryHold) ViewAccess.VIEWS.hold(view);
        if (made == null) {
            made = of(view);
            ViewAccess.VIEWS.keepHold(view, made);
        }
        return made;
    }

    /**
     * For all memory that a view reaches, rows behind pointers included.
     *
     * @throws BufferException if the array under heap memory cannot be told, or memory is confined to another thread
     */
    static MemoryHold of(BufferView view) {
        if (!view.memory().isNative()) {
            return ofArray(HeapArrays.under(view.memory()));
        }
        if (!view.isIndirect()) {
            return new MemoryHold(null, keeper(view.memory()));
        }
        List<Keepers.Keeper> keepers = new ArrayList<>();
        keepers.add(keeper(view.memory()));
        for (MemorySegment segment : ViewAccess.VIEWS.indirection(view).targets()) {
            keepers.add(keeper(segment));
        }
        return new MemoryHold(null, keepers.toArray(new Keepers.Keeper[0]));
    }

    private static Keepers.Keeper keeper(MemorySegment segment) {
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw ArenaLock.ofAnotherThread(null); // whose keeper is known to that thread only
        }
        Keepers.Keeper keeper = Keepers.of(segment);
        return keeper != null ? keeper : new KeptByTheJdk(segment);
    }

    /** For an array of primitives, which C then pins. */
    public static MemoryHold ofArray(Object heapArray) {
        return new MemoryHold(heapArray);
    }

    /**
     * Takes hold.
     *
     * @throws BufferException if an arena is closed or belongs to another thread, or the array cannot be pinned; then
     *     nothing is held
     */
    public void take(Holder holder) {
        if (heapArray != null) {
            Pins.require();
        }
        int taken = 0;
        try {
            for (; taken < keepers.length; taken++) {
                keepers[taken].hold(holder);
            }
        } catch (Throwable refusal) {
            Rest rest = new Rest();
            letGo(holder, taken, rest).suppressIn(refusal);
            rest.putOff();
            throw refusal;
        }
    }

    /** The array that C has to pin, or null. */
    public Object heapArray() {
        return heapArray;
    }

    /**
     * Lets go, of everything whatever fails; after C has unpinned the array. May be called with the GIL.
     *
     * @return what is left to do, without the GIL: null, or the ends of arenas; of what was thrown, they are put off
     */
    public Runnable letGo(Holder holder) {
        Rest rest = new Rest();
        Releases thrown = letGo(holder, keepers.length, rest);
        if (!thrown.isEmpty()) {
            rest.putOff();
        }
        thrown.rethrow();
        return rest.isEmpty() ? null : rest;
    }

    private Releases letGo(Holder holder, int taken, Rest rest) {
        Releases releases = new Releases();
        for (int i = 0; i < taken; i++) {
            try {
                rest.add(keepers[i].letGo(holder));
            } catch (Throwable thrown) {
                releases.add(thrown);
            }
        }
        return releases;
    }

    /** What keepers leave to do. */
    private static final class Rest implements Runnable {
        private List<Runnable> ends = List.of();

        void add(Runnable end) {
            if (end != null) {
                ends = ends.isEmpty() ? new ArrayList<>() : ends;
                ends.add(end);
            }
        }

        boolean isEmpty() {
            return ends.isEmpty();
        }

        /** Soon, on another thread. */
        void putOff() {
            for (Runnable end : ends) {
                Retries.add(() -> {
                    end.run();
                    return true;
                });
            }
        }

        @Override
        public void run() {
            Releases releases = new Releases();
            for (Runnable end : ends) {
                releases.run(end::run);
            }
            releases.rethrow();
        }
    }
}

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
 * Keeps the memory of a view in place while Python has its address. Its arenas stay open, its Python buffer stays
 * leased, or C pins its array and counts the pins. Every export by upcall and every {@code Holding} has taken one. A
 * view has one MemoryHold, because the keepers of its memory do not change.
 *
 * <p>Threads: immutable. One {@link #letGo} for the same holder follows each {@link #take}, on any thread. Only the
 * owner of a confined arena takes its memory.
 */
public final class MemoryHold {
    /** A holder of memory. A refused close names it by its {@code toString()}. */
    public interface Holder {
        /** How many exports the holder has out. */
        long exports();
    }

    /** Memory of an arena that the JDK keeps open. */
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
     * The hold of a view, made at its first use.
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
     * The hold of all memory that a view reaches, with the rows behind its pointers.
     *
     * @throws BufferException if the array under heap memory cannot be found, or memory is confined to another thread
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
            throw ArenaLock.ofAnotherThread(null); // only that thread knows the keeper
        }
        Keepers.Keeper keeper = Keepers.of(segment);
        return keeper != null ? keeper : new KeptByTheJdk(segment);
    }

    /** The hold of an array of primitives, which C pins. */
    public static MemoryHold ofArray(Object heapArray) {
        return new MemoryHold(heapArray);
    }

    /**
     * Holds the memory.
     *
     * @throws BufferException if an arena is closed or belongs to another thread, or the array cannot be pinned. Then
     *                         nothing is held
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
     * Lets go of everything, whatever fails. C has unpinned the array before. May be called with the GIL.
     *
     * @return null, or the ends of arenas, which the caller runs without the GIL. If this throws, it puts them off
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

    /** The ends of arenas that keepers leave to the caller. */
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

        /** Has them run soon, on another thread. */
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

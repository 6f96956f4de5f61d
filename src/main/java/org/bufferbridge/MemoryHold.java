package org.bufferbridge;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * How the memory of a view is kept where it is and as it is, while Python has its address: its arenas stay open, or its
 * array is accounted for and pinned by C. Behind every export by upcall and every {@link Holding} stands one that was
 * taken. It is made once for a view, because which arenas own the memory does not change.
 *
 * <p>Threads: immutable. Each {@link #take} is followed by one {@link #letGo} for the same holder, on any thread; a
 * confined arena's memory is taken on its owner's thread.
 */
final class MemoryHold {
    /** Who holds, for the arena that is asked to close. */
    interface Holder {
        /** How many exports the holder has out. */
        long exports();
    }

    /**
     * Memory that can be kept open.
     *
     * @param arena the ExportArena that owns it; null: the JDK keeps it open
     */
    private record Owned(MemorySegment segment, ExportArena arena) {
        static Owned of(MemorySegment segment) {
            return new Owned(segment, ExportArena.owning(segment));
        }

        void take(Holder holder) {
            if (arena != null) {
                arena.hold(holder);
            } else {
                ArenaLock.lock(segment);
            }
        }

        void letGo(Holder holder) {
            if (arena != null) {
                arena.letGo(holder);
            } else {
                ArenaLock.unlock(segment);
            }
        }
    }

    private final Object heapArray;
    private final Owned[] memory;

    private MemoryHold(Object heapArray, Owned... memory) {
        this.heapArray = heapArray;
        this.memory = memory;
    }

    /**
     * For all memory that a view reaches, rows behind pointers included.
     *
     * @throws BufferException if the array under heap memory cannot be told
     */
    static MemoryHold of(BufferView view) {
        if (!view.memory().isNative()) {
            return ofArray(HeapArrays.under(view.memory()));
        }
        if (!view.isIndirect()) {
            return new MemoryHold(null, Owned.of(view.memory()));
        }
        List<Owned> memory = new ArrayList<>();
        for (MemorySegment segment : view.reachedSegments()) {
            memory.add(Owned.of(segment));
        }
        return new MemoryHold(null, memory.toArray(new Owned[0]));
    }

    /** For an array of primitives, which C then pins. */
    static MemoryHold ofArray(Object heapArray) {
        return new MemoryHold(heapArray);
    }

    /**
     * Takes hold.
     *
     * @throws BufferException if an arena is closed or belongs to another thread, or the array cannot be pinned; then
     *     nothing is held
     */
    void take(Holder holder) {
        if (heapArray != null) {
            Pins.reserve(HeapArrays.byteSize(heapArray));
        }
        int taken = 0;
        try {
            for (; taken < memory.length; taken++) {
                memory[taken].take(holder);
            }
        } catch (Throwable refusal) {
            letGo(holder, taken);
            throw refusal;
        }
    }

    /** The array that C has to pin, or null. */
    Object heapArray() {
        return heapArray;
    }

    /** Lets go; after C has unpinned the array. */
    void letGo(Holder holder) {
        if (heapArray != null) {
            Pins.unreserve(HeapArrays.byteSize(heapArray));
        }
        letGo(holder, memory.length);
    }

    private void letGo(Holder holder, int taken) {
        for (int i = 0; i < taken; i++) {
            memory[i].letGo(holder);
        }
    }
}

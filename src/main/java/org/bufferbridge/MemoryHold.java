package org.bufferbridge;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that is kept where it is and as it is, while Python has its address: its arena stays open, or its array is
 * accounted for and pinned by C. One of these stands behind every export by upcall and every {@link Holding}.
 *
 * <p>Threads: taken and let go once each, on any threads; a confined arena's memory is taken on its owner's thread.
 */
final class MemoryHold {
    /** Who holds, for the arena that is asked to close. */
    interface Holder {
        /** How many exports the holder has out. */
        long exports();
    }

    /**
     * Memory that is kept open.
     *
     * @param arena the ExportArena that holds it open, which is kept reachable meanwhile; null: the JDK does
     */
    private record Kept(MemorySegment segment, ExportArena arena) {}

    private final Holder holder;
    private final Object heapArray;
    private final List<Kept> kept;

    private MemoryHold(Holder holder, Object heapArray, List<Kept> kept) {
        this.holder = holder;
        this.heapArray = heapArray;
        this.kept = kept;
    }

    /**
     * Takes hold of all memory that a view reaches, rows behind pointers included.
     *
     * @throws BufferException if an arena is closed or belongs to another thread, or the array cannot be pinned; then
     *     nothing is held
     */
    static MemoryHold of(BufferView view, Holder holder) {
        MemorySegment memory = view.memory();
        if (!memory.isNative()) {
            return ofArray(HeapArrays.under(memory), holder);
        }
        if (!view.isIndirect()) {
            return new MemoryHold(holder, null, List.of(keepOpen(memory, holder)));
        }
        List<Kept> kept = new ArrayList<>();
        MemoryHold hold = new MemoryHold(holder, null, kept);
        try {
            for (MemorySegment segment : view.reachedSegments()) {
                kept.add(keepOpen(segment, holder));
            }
        } catch (Throwable refusal) {
            hold.letGo();
            throw refusal;
        }
        return hold;
    }

    /** Takes hold of an array of primitives, which C then pins. */
    static MemoryHold ofArray(Object heapArray, Holder holder) {
        Pins.reserve(HeapArrays.byteSize(heapArray));
        return new MemoryHold(holder, heapArray, List.of());
    }

    /** The array that C has to pin, or null. */
    Object heapArray() {
        return heapArray;
    }

    /** Lets go; after C has unpinned the array. */
    void letGo() {
        if (heapArray != null) {
            Pins.unreserve(HeapArrays.byteSize(heapArray));
        }
        for (Kept memory : kept) {
            if (memory.arena != null) {
                memory.arena.letGo(holder);
            } else {
                ArenaLock.unlock(memory.segment);
            }
        }
    }

    private static Kept keepOpen(MemorySegment segment, Holder holder) {
        ExportArena arena = ExportArena.owning(segment);
        if (arena != null) {
            arena.hold(holder);
        } else {
            ArenaLock.lock(segment);
        }
        return new Kept(segment, arena);
    }
}

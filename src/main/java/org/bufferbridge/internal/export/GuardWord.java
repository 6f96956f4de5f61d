package org.bufferbridge.internal.export;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The exports of one {@code ExportGuard}, in one word. C changes it, too, once {@link #address} was called: for each
 * export that it counts itself (guard_word.h).
 *
 * <pre>
 *   bit 63      closed: a change runs, and no export begins
 *   bits 31-62  the epoch: how many changes there were
 *   bit 30      a consumer has the memory for writing, alone
 *   bits 0-29   the exports that are out
 * </pre>
 *
 * <p>An export begins by a compare-and-exchange of the word, in the epoch whose memory it knows. A change closes the
 * word only where no export is out. Each is one step for the other. So no export begins on memory that changes, and
 * none on memory of an earlier epoch.
 *
 * <p>Threads: Java calls all methods with the guard's lock. C moves the word at any time between closings.
 */
public final class GuardWord {
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
    private static final long CLOSED = Long.MIN_VALUE;
    private static final long EPOCH = 1L << 31;
    private static final long WRITER = 1L << 30;
    private static final long MAX_EXPORTS = WRITER - 1;
    private static final long CACHE_LINE = 64; // no other word shares it

    /** Whether an export can begin, or why not. */
    public enum Entry {
        IS_FREE,
        A_WRITER_IS_OUT,
        READERS_ARE_OUT,
        TOO_MANY
    }

    // On the heap until C needs an address. Then C's accesses and these are of the same native memory.
    private MemorySegment memory = MemorySegment.ofArray(new long[1]);

    /** The exports that are out. */
    public long exports() {
        return word() & MAX_EXPORTS;
    }

    /** Whether the policy lets another export begin now. The word is open. */
    public Entry entry(boolean isExclusive, boolean writes) {
        return entry(word(), isExclusive, writes);
    }

    private static Entry entry(long word, boolean isExclusive, boolean writes) {
        long exports = word & MAX_EXPORTS;
        if (isExclusive && (word & WRITER) != 0) {
            return Entry.A_WRITER_IS_OUT;
        }
        if (isExclusive && writes && exports > 0) {
            return Entry.READERS_ARE_OUT;
        }
        return exports == MAX_EXPORTS ? Entry.TOO_MANY : Entry.IS_FREE;
    }

    /** Counts an export in, if the policy lets it begin. The word is open. */
    public Entry enter(boolean isExclusive, boolean writes) {
        for (; ; ) {
            long word = word();
            Entry entry = entry(word, isExclusive, writes);
            if (entry != Entry.IS_FREE
                    || WORD.compareAndSet(memory, 0L, word, word + 1 + (isExclusive && writes ? WRITER : 0))) {
                return entry;
            }
        }
    }

    /** Counts an export out. A writer is alone, so it is the one that leaves. */
    public void leave() {
        long word;
        do {
            word = word();
        } while (!WORD.compareAndSet(memory, 0L, word, (word & ~WRITER) - 1));
    }

    /**
     * Closes the word for a change.
     *
     * @return 0 if it is closed; otherwise the exports that are out, and nothing has changed
     */
    public long close() {
        for (; ; ) {
            long word = word();
            if ((word & MAX_EXPORTS) != 0) {
                return word & MAX_EXPORTS;
            }
            if (WORD.compareAndSet(memory, 0L, word, word | CLOSED)) {
                return 0;
            }
        }
    }

    /** Opens the word if it is closed, in the next epoch. After the last epoch it stays closed, and another begins. */
    public void open() {
        long word = word();
        if (word >= 0) {
            return;
        }
        long next = (word & ~CLOSED) + EPOCH;
        if (next >= 0) {
            WORD.setRelease(memory, 0L, next);
        } else {
            memory = memory.isNative() ? allocate() : MemorySegment.ofArray(new long[1]);
        }
    }

    /** The epoch's bits, in place. */
    long epoch() {
        return word() & ~(EPOCH - 1);
    }

    /** The native memory of the word, which lives as long as the segment. */
    MemorySegment inNativeMemory() {
        if (!memory.isNative()) {
            MemorySegment allocated = allocate();
            WORD.setRelease(allocated, 0L, word());
            memory = allocated;
        }
        return memory;
    }

    private static MemorySegment allocate() {
        return Arena.ofAuto().allocate(CACHE_LINE, CACHE_LINE);
    }

    private long word() {
        return (long) WORD.getAcquire(memory, 0L);
    }
}

package org.bufferbridge.internal.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.util.IdentityHashMap;
import java.util.Map;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.SpinLock;
import org.bufferbridge.internal.hold.HeapArrays;
import org.bufferbridge.internal.trace.Tracing;

/**
 * A copy of a heap array, lent to Python where the array cannot be pinned. It is filled at the start and written back
 * by {@link #giveBack}. Later writes of consumers are lost; bufferbridge.borrow() raises if there are such consumers.
 *
 * <p>A writable copy has a snapshot, which keeps the items as they were lent. Only items that differ from
 * the snapshot are written back. Other items keep the values that Java wrote meanwhile. If both languages have
 * written an item, Python's value stays. Two writable copies of one array would overwrite each other's items, and the
 * second one is therefore refused.
 *
 * <p>Threads: the lock of this object guards the count, and the table of arrays has its own lock.
 */
public final class BorrowedCopy implements BufferExporter {
    /** The arrays that are lent for writing, by identity. The values are not used. */
    private static final Map<Object, Boolean> LENT = new IdentityHashMap<>();

    private static final SpinLock LENT_LOCK = new SpinLock();

    private final Object array;
    private final boolean writable;
    private final long itemByteSize;
    private final Arena arena = Arena.ofShared();
    private final BufferView view;
    private final MemorySegment snapshot; // null: nothing is written back
    private final SpinLock lock = new SpinLock();

    // Guarded by `lock`.
    private int exports;
    private boolean returned;
    private boolean isWriting; // the items back, without the lock because it is slow
    private boolean forgotten;
    private boolean isFreed;

    private BorrowedCopy(Object array, boolean writable) {
        this.array = array;
        this.writable = writable;
        int length = Array.getLength(array);
        this.itemByteSize = length == 0 ? 1 : HeapArrays.byteSize(array) / length;
        try {
            MemorySegment memory = copyOfArray();
            BufferFormat format = array instanceof boolean[]
                    ? BufferFormat.BOOLEAN
                    : KnownMemory.viewOf(array).format();
            BufferView items = BufferView.of(memory, format, length);
            this.view = writable ? items : items.asReadOnly();
            this.snapshot =
                    writable ? arena.allocate(memory.byteSize(), Long.BYTES).copyFrom(memory) : null;
        } catch (Throwable e) {
            arena.close(); // memory for the rest ran out
            throw e;
        }
        Tracing.copied(array.getClass(), view.byteSize());
    }

    /**
     * Lends a copy.
     *
     * @throws BufferException if a writable copy is requested, and the array is lent for writing already
     */
    public static BorrowedCopy of(Object array, boolean writable) {
        if (!writable) {
            return new BorrowedCopy(array, false);
        }
        lend(array);
        try {
            return new BorrowedCopy(array, true);
        } catch (Throwable e) {
            endOf(array);
            throw e;
        }
    }

    /**
     * Notes that an array is lent for writing.
     *
     * @throws BufferException if it is lent for writing already
     */
    private static void lend(Object array) {
        LENT_LOCK.take();
        boolean isFree;
        try {
            isFree = LENT.putIfAbsent(array, true) == null;
        } finally {
            LENT_LOCK.taken = 0;
        }
        if (!isFree) {
            throw lentAlready(array);
        }
    }

    /**
     * Called before an array is lent for writing, as a copy or itself.
     *
     * @throws BufferException if a copy of it is lent for writing
     */
    public static void requireFree(Object array) {
        LENT_LOCK.take();
        boolean isFree;
        try {
            isFree = !LENT.containsKey(array);
        } finally {
            LENT_LOCK.taken = 0;
        }
        if (!isFree) {
            throw lentAlready(array);
        }
    }

    private static BufferException lentAlready(Object array) {
        return new BufferException("a copy of this " + array.getClass().getTypeName() + " with "
                + Array.getLength(array) + " items is borrowed for writing; one such block at a time is"
                + " allowed. Leave that block first, or use bufferbridge.borrow(array, write=False)");
    }

    private static void endOf(Object array) {
        LENT_LOCK.take();
        try {
            LENT.remove(array);
        } finally {
            LENT_LOCK.taken = 0;
        }
    }

    private MemorySegment copyOfArray() {
        MemorySegment memory = arena.allocate(HeapArrays.byteSize(array), Long.BYTES);
        if (array instanceof boolean[] booleans) {
            for (int i = 0; i < booleans.length; i++) {
                memory.set(ValueLayout.JAVA_BOOLEAN, i, booleans[i]);
            }
        } else {
            memory.copyFrom(KnownMemory.viewOf(array).memory());
        }
        return memory;
    }

    @Override
    public BufferView getBuffer(BufferRequest request) {
        lock.take();
        boolean isLent = !returned;
        exports += isLent ? 1 : 0;
        lock.taken = 0;
        if (!isLent) {
            throw new BufferException("the borrowed array was given back");
        }
        return view;
    }

    @Override
    public void releaseBuffer(BufferView released) {
        lock.take();
        exports--;
        lock.taken = 0;
        closeWhenDone();
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    public void giveBack() {
        lock.take();
        boolean isFirst = !returned;
        returned = true;
        isWriting |= isFirst && writable;
        lock.taken = 0;
        if (isFirst && writable) {
            try {
                writeBack();
            } finally {
                endOf(array);
                lock.take();
                isWriting = false;
                lock.taken = 0;
                closeWhenDone();
            }
        }
    }

    /** Called once the view that Python borrowed is deallocated. Nothing has its address any more. */
    public void free() {
        lock.take();
        forgotten = true;
        lock.taken = 0;
        closeWhenDone();
    }

    private void writeBack() {
        MemorySegment memory = view.memory();
        MemorySegment target =
                array instanceof boolean[] ? null : KnownMemory.viewOf(array).memory();
        long written = 0;
        long end = memory.byteSize();
        for (long offset = 0; offset < end; ) {
            long begin = nextDifference(memory, offset, end);
            offset = begin;
            while (offset < end && differs(memory, offset)) {
                offset += itemByteSize;
            }
            writeItems(memory, target, begin, offset - begin);
            written += offset - begin;
        }
        Tracing.copied(array.getClass(), written);
    }

    /** The byte offset of the next item that Python has changed; {@code end} if there is none. */
    private long nextDifference(MemorySegment memory, long offset, long end) {
        long equal = MemorySegment.mismatch(memory, offset, end, snapshot, offset, end);
        return equal < 0 ? end : offset + equal - equal % itemByteSize;
    }

    private boolean differs(MemorySegment memory, long offset) {
        long end = offset + itemByteSize;
        return MemorySegment.mismatch(memory, offset, end, snapshot, offset, end) >= 0;
    }

    private void writeItems(MemorySegment memory, MemorySegment target, long offset, long byteSize) {
        if (array instanceof boolean[] booleans) {
            for (long i = offset; i < offset + byteSize; i++) {
                booleans[(int) i] = memory.get(ValueLayout.JAVA_BYTE, i) != 0; // Python may have written a 2
            }
        } else {
            MemorySegment.copy(memory, offset, target, offset, byteSize);
        }
    }

    private void closeWhenDone() {
        lock.take();
        boolean isDone = forgotten && exports == 0 && !isWriting && !isFreed;
        isFreed |= isDone;
        lock.taken = 0;
        if (isDone) {
            arena.close();
        }
    }
}

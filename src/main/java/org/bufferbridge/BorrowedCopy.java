package org.bufferbridge;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A copy of a heap array, lent to Python where the collector cannot pin: filled on the way in, written back by {@link
 * #giveBack}. What consumers write after that is lost; bufferbridge.borrow() raises if there are such consumers.
 *
 * <p>Threads: the count is guarded by this object's monitor.
 */
final class BorrowedCopy implements BufferExporter {
    private final Object array;
    private final boolean writable;
    private final Arena arena = Arena.ofShared();
    private final BufferView view;
    private int exports;
    private boolean returned;

    BorrowedCopy(Object array, boolean writable) {
        this.array = array;
        this.writable = writable;
        MemorySegment memory = arena.allocate(HeapArrays.byteSize(array), Long.BYTES);
        BufferView items;
        if (array instanceof boolean[] booleans) {
            for (int i = 0; i < booleans.length; i++) {
                memory.set(ValueLayout.JAVA_BOOLEAN, i, booleans[i]);
            }
            items = BufferView.of(memory, BufferFormat.BOOLEAN, booleans.length);
        } else {
            BufferView source = KnownMemory.viewOf(array);
            memory.copyFrom(source.memory());
            items = BufferView.of(memory, source.format(), source.shape());
        }
        view = writable ? items : items.asReadOnly();
        Tracing.copied(array.getClass(), memory.byteSize());
    }

    @Override
    public synchronized BufferView getBuffer(BufferRequest request) {
        if (returned) {
            throw new BufferException("the borrowed array was given back");
        }
        exports++;
        return view;
    }

    @Override
    public synchronized void releaseBuffer(BufferView released) {
        exports--;
        closeWhenDone();
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    synchronized void giveBack() {
        if (!returned) {
            returned = true;
            if (writable) {
                writeBack();
            }
            closeWhenDone();
        }
    }

    private void writeBack() {
        MemorySegment memory = view.memory();
        if (array instanceof boolean[] booleans) {
            for (int i = 0; i < booleans.length; i++) {
                booleans[i] = memory.get(ValueLayout.JAVA_BYTE, i) != 0; // Python may have written a 2
            }
        } else {
            KnownMemory.viewOf(array).memory().copyFrom(memory);
        }
        Tracing.copied(array.getClass(), memory.byteSize());
    }

    private void closeWhenDone() {
        if (returned && exports == 0) {
            arena.close();
        }
    }
}

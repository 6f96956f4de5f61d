package org.bufferbridge.internal.python;

import java.util.Objects;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.internal.hold.HeapArrays;
import org.bufferbridge.internal.hold.Pins;
import org.bufferbridge.internal.memory.BorrowedCopy;

/**
 * {@code bufferbridge.borrow}, Java's half: a heap array that Python uses for a block of code.
 *
 * <p>Threads: any; stateless.
 */
public final class Borrowing {
    private Borrowing() {}

    /**
     * What stands for a heap array while Python borrows it: the array itself where the collector can pin, else an
     * exporter of a copy. To be ended by {@link #giveBack}. The array itself can still be refused, when it is exported
     * and too much is pinned already; then {@link #borrowCopy} is the way.
     *
     * @param array    an array of primitives
     * @param writable whether Python may change it
     * @return the array, or an exporter of its copy
     * @throws IllegalArgumentException if it is no array of primitives
     * @throws BufferException if a copy of it is borrowed for writing, and it is to be written again
     */
    public static Object borrow(Object array, boolean writable) {
        HeapArrays.byteSize(Objects.requireNonNull(array, "array")); // refuses what is no array of primitives
        if (Pins.obstacle() != null) {
            return BorrowedCopy.of(array, writable);
        }
        if (writable) {
            BorrowedCopy.requireFree(array);
        }
        return array;
    }

    /**
     * An exporter of a copy of a heap array, to be ended by {@link #giveBack}. It writes back the items that Python has
     * changed, and no others.
     *
     * @param array    an array of primitives
     * @param writable whether Python may change it; a copy is written back only then
     * @return the exporter
     * @throws IllegalArgumentException if it is no array of primitives
     * @throws BufferException if a copy of it is borrowed for writing, and it is to be written again
     */
    public static BufferExporter borrowCopy(Object array, boolean writable) {
        HeapArrays.byteSize(Objects.requireNonNull(array, "array"));
        return BorrowedCopy.of(array, writable);
    }

    /**
     * Ends {@link #borrow} or {@link #borrowCopy}: writes to the array what differs from what was lent. The copy's
     * memory is freed when Python has let go of it.
     *
     * @param lent what they returned; null does nothing
     */
    public static void giveBack(Object lent) {
        if (lent instanceof BorrowedCopy copy) {
            copy.giveBack();
        }
    }

    /**
     * Frees the memory of a copy that was given back, when its last export is released. A heap array itself stays.
     *
     * @param lent what {@code borrow} returned; null does nothing
     */
    public static void free(Object lent) {
        if (lent instanceof BorrowedCopy copy) {
            copy.free();
        }
    }
}

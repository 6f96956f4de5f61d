package org.bufferbridge.internal.python;

import java.util.Objects;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.internal.hold.HeapArrays;
import org.bufferbridge.internal.hold.Pins;
import org.bufferbridge.internal.memory.BorrowedCopy;

/**
 * Java's half of {@code bufferbridge.borrow}: a heap array that Python uses for a block of code.
 *
 * <p>Threads: any; stateless.
 */
public final class Borrowing {
    private Borrowing() {}

    /**
     * Lends a heap array to Python: the array itself if the collector can pin, otherwise an exporter of a copy.
     * {@link #giveBack} ends the loan. An export of the array itself can still be refused, if too much is pinned
     * already. Then {@link #borrowCopy} is the way.
     *
     * @param array an array of primitives
     * @param writable whether Python may change it
     * @return the array, or an exporter of its copy
     * @throws IllegalArgumentException if it is no array of primitives
     * @throws BufferException if {@code writable}, and a copy of the array is borrowed for writing already
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
     * Lends a copy of a heap array to Python. {@link #giveBack} ends the loan, and writes back only the items that
     * Python has changed.
     *
     * @param array an array of primitives
     * @param writable whether Python may change it; a copy is written back only then
     * @return the exporter of the copy
     * @throws IllegalArgumentException if it is no array of primitives
     * @throws BufferException if {@code writable}, and a copy of the array is borrowed for writing already
     */
    public static BufferExporter borrowCopy(Object array, boolean writable) {
        HeapArrays.byteSize(Objects.requireNonNull(array, "array"));
        return BorrowedCopy.of(array, writable);
    }

    /**
     * Ends {@link #borrow} or {@link #borrowCopy}: writes the items that Python has changed to the array. The copy's
     * memory stays until {@link #free}.
     *
     * @param lent what they returned; null does nothing
     */
    public static void giveBack(Object lent) {
        if (lent instanceof BorrowedCopy copy) {
            copy.giveBack();
        }
    }

    /**
     * Frees the memory of a copy that was given back, when its last export is released. Does nothing to a heap array
     * itself.
     *
     * @param lent what {@code borrow} or {@code borrowCopy} returned; null does nothing
     */
    public static void free(Object lent) {
        if (lent instanceof BorrowedCopy copy) {
            copy.free();
        }
    }
}

package org.bufferbridge;

import com.sun.jna.Pointer;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Java memory as exporters and views, copies of it, and what of it is out.
 *
 * <p>Primitive arrays, NIO buffers, memory segments, JNA's {@code Memory} and {@code Structure} and {@link BufferView}s
 * are Python buffers by themselves when a method returns them to Python; this class is for Java code that wants to have
 * them as views or exporters.
 *
 * <p>All methods may be called on any thread.
 */
public final class Buffers {
    private Buffers() {}

    /**
     * The memory of an object as a view.
     *
     * @param memory a primitive array (but no {@code boolean[]}), an NIO buffer (from its position to its limit, in its
     *     byte order), a memory segment, JNA memory, or a view
     * @return the view, live on the same memory
     * @throws IllegalArgumentException if the object is none of these
     */
    public static BufferView viewOf(Object memory) {
        return KnownMemory.viewOf(Objects.requireNonNull(memory, "memory"));
    }

    /**
     * A view of memory behind a native pointer. Nothing keeps that memory valid but the caller.
     *
     * @param pointer  its address
     * @param byteSize its size in bytes
     * @return unsigned bytes
     * @throws IllegalArgumentException if its address is 0 or the size negative
     */
    public static BufferView viewOf(Pointer pointer, long byteSize) {
        return JnaMemory.ofPointer(Objects.requireNonNull(pointer, "pointer"), byteSize);
    }

    /**
     * An exporter of an object's memory, as {@link #viewOf(Object)} sees it.
     *
     * @param memory the memory
     * @return an exporter; it never blocks, unless the memory is JNA's, which is asked for its address at each export
     * @throws IllegalArgumentException if the object is no memory the library knows
     */
    public static BufferExporter exporter(Object memory) {
        BufferView view = KnownMemory.viewOf(Objects.requireNonNull(memory, "memory"));
        return JnaMemory.isOfJna(memory.getClass()) ? JnaMemory.exporter(memory) : new MemoryExporter(memory, view);
    }

    /**
     * A snapshot outside the heap, C-contiguous; freed by the garbage collector.
     *
     * @param memory what {@link #viewOf(Object)} takes, {@code boolean[]}, or rectangular arrays of arrays of primitives
     * @return the copy
     * @throws IllegalArgumentException if the object is none of these, or its rows differ in length
     */
    public static BufferView copyOf(Object memory) {
        return ArrayCopy.of(Objects.requireNonNull(memory, "memory")).view();
    }

    /**
     * A copy of a view in Java arrays of its element type: {@code T[]} for one dimension, {@code T[][]} for two and so on.
     *
     * @param view what to copy; of a struct, no Java array can be made
     * @return the array; of no dimensions, an array of one item
     * @throws UnsupportedOperationException if there is no Java type for the items
     */
    public static Object arrayOf(BufferView view) {
        Object array = rowsOf(Objects.requireNonNull(view, "view"));
        Tracing.copied(BufferView.class, view.byteSize());
        return array;
    }

    private static Object rowsOf(BufferView view) {
        if (view.dimensions() <= 1) {
            return view.toArray();
        }
        int rows = Exact.arrayLength(view.shape(0), "the first dimension of shape " + Arrays.toString(view.shape()));
        Object first = rows > 0 ? rowsOf(view.at(0, 0)) : emptyRow(view);
        Object[] array = (Object[]) Array.newInstance(first.getClass(), rows);
        for (int row = 0; row < rows; row++) {
            array[row] = row == 0 ? first : rowsOf(view.at(0, row));
        }
        return array;
    }

    /** Of the type a row would have: the same items, no rows in any dimension. */
    private static Object emptyRow(BufferView view) {
        Object row = BufferView.of(MemorySegment.NULL, view.format(), 0).toArray();
        for (int d = 2; d < view.dimensions(); d++) {
            row = Array.newInstance(row.getClass(), 0);
        }
        return row;
    }

    /**
     * What stands for a heap array while Python borrows it: the array itself where the collector can pin, else an exporter
     * of a copy. To be ended by {@link #giveBack}. The array itself can still be refused, when it is exported and too much
     * is pinned already; then {@link #borrowCopy} is the way.
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
     * Ends {@link #borrow} or {@link #borrowCopy}: writes to the array what differs from what was lent. The copy's memory is
     * freed when Python has let go of it.
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

    /**
     * How many exports are out: grants of Java memory to Python consumers that were not released yet. Exact once the
     * calls in flight have returned.
     *
     * @return the number of exports
     */
    public static long liveExports() {
        return Export.live() + heldExports();
    }

    /**
     * How many leases are out: Python buffers that Java holds. Exact once the calls in flight have returned.
     *
     * @return the number of leases
     */
    public static long liveLeases() {
        try {
            return NativeLibrary.leaseCount();
        } catch (UnsatisfiedLinkError noPython) {
            return 0;
        }
    }

    /**
     * How many bytes all exports that are out have together; memory that is exported twice counts twice.
     *
     * @return the sum, bytes
     */
    public static long exportedByteSize() {
        try {
            return Export.liveByteSize() + NativeLibrary.heldBytes();
        } catch (UnsatisfiedLinkError noPython) {
            return 0;
        }
    }

    /**
     * How many bytes all leases that are out have together; memory that is leased twice counts twice.
     *
     * @return the sum, bytes
     */
    public static long leasedByteSize() {
        try {
            return NativeLibrary.leasedBytes();
        } catch (UnsatisfiedLinkError noPython) {
            return 0;
        }
    }

    /**
     * The exports that are out. A snapshot: other threads may acquire and release meanwhile. Takes the GIL.
     *
     * @return one for each
     * @throws IllegalStateException if Python has ended
     */
    public static List<ExportInfo> exports() {
        return OutLists.exports();
    }

    /**
     * The leases that are out, oldest first. A snapshot: other threads may acquire and release meanwhile. Takes the GIL.
     *
     * @return one for each
     * @throws IllegalStateException if Python has ended
     */
    public static List<LeaseInfo> leases() {
        return OutLists.leases();
    }

    /**
     * Who holds memory that the library knows, oldest first, also where no export is out. An arena that refuses to close
     * because "Session is acquired" is kept open by one of these, or by one of {@link #exports()}. A snapshot: other threads
     * may take hold and let go meanwhile. Takes the GIL.
     *
     * @return one for each
     * @throws IllegalStateException if Python has ended
     */
    public static List<HoldingInfo> holdings() {
        return OutLists.holdings();
    }

    private static long heldExports() {
        try {
            return NativeLibrary.heldExports(0);
        } catch (UnsatisfiedLinkError noPython) {
            return 0;
        }
    }
}

package org.bufferbridge;

import com.sun.jna.Pointer;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Objects;
import org.bufferbridge.internal.base.Exact;
import org.bufferbridge.internal.memory.ArrayCopy;
import org.bufferbridge.internal.memory.JnaMemory;
import org.bufferbridge.internal.memory.KnownMemory;
import org.bufferbridge.internal.memory.MemoryExporter;
import org.bufferbridge.internal.trace.Tracing;

/**
 * Java memory as views and exporters, and copies of it. {@link Leaks} lists the exports that are out.
 *
 * <p>Several kinds of memory are Python buffers by themselves when a method returns them to Python. They are primitive
 * arrays, NIO buffers, memory segments, JNA's {@code Memory} and {@code Structure}, and {@link BufferView}s. This class
 * is for Java code that needs them as views or exporters.
 *
 * <p>Any thread may call all methods.
 */
public final class Buffers {
    private Buffers() {}

    /**
     * The memory of an object as a view.
     *
     * @param memory a primitive array (but no {@code boolean[]}), an NIO buffer, a memory segment, JNA memory, or a
     *               view. Of an NIO buffer: from its position to its limit, in its byte order
     * @return the view, of the same memory
     * @throws IllegalArgumentException if the object is none of these
     */
    public static BufferView viewOf(Object memory) {
        return KnownMemory.viewOf(Objects.requireNonNull(memory, "memory"));
    }

    /**
     * A view of memory behind a native pointer. Only the caller keeps that memory valid.
     *
     * @param pointer  its address
     * @param byteSize its size in bytes
     * @return unsigned bytes
     * @throws IllegalArgumentException if the address is 0 or the size is negative
     */
    public static BufferView viewOf(Pointer pointer, long byteSize) {
        return JnaMemory.ofPointer(Objects.requireNonNull(pointer, "pointer"), byteSize);
    }

    /**
     * An exporter of the memory that {@link #viewOf(Object)} shows.
     *
     * @param memory the memory
     * @return an exporter; it never blocks, except for JNA memory: each export asks JNA for the address
     * @throws IllegalArgumentException if the object is no memory that the library knows
     */
    public static BufferExporter exporter(Object memory) {
        BufferView view = KnownMemory.viewOf(Objects.requireNonNull(memory, "memory"));
        return JnaMemory.isOfJna(memory.getClass()) ? JnaMemory.exporter(memory) : new MemoryExporter(memory, view);
    }

    /**
     * A snapshot outside the heap, C-contiguous. The garbage collector frees it.
     *
     * @param memory an object that {@link #viewOf(Object)} takes, a {@code boolean[]}, or rectangular arrays of arrays
     *     of primitives
     * @return the copy
     * @throws IllegalArgumentException if the object is none of these, or its rows differ in length
     */
    public static BufferView copyOf(Object memory) {
        return ArrayCopy.of(Objects.requireNonNull(memory, "memory")).view();
    }

    /**
     * A copy of a view in Java arrays of its element type, such as {@code T[][]} for two dimensions. The elements are
     * those of {@link BufferView#toArray()}. Unsigned integers keep their bits. A long double is rounded to a double, a
     * complex number becomes two elements, and a string becomes its units.
     *
     * @param view the view to copy; there is no Java array of structs
     * @return the array; for a view without dimensions, an array of one item
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

    /** An array of the type that a row would have: the same items, without rows in any dimension. */
    private static Object emptyRow(BufferView view) {
        Object row = BufferView.of(MemorySegment.NULL, view.format(), 0).toArray();
        for (int d = 2; d < view.dimensions(); d++) {
            row = Array.newInstance(row.getClass(), 0);
        }
        return row;
    }
}

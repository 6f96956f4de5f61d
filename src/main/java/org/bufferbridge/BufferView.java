package org.bufferbridge;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.bufferbridge.internal.format.NativeSizes;
import org.bufferbridge.internal.view.Alignment;
import org.bufferbridge.internal.view.Geometry;
import org.bufferbridge.internal.view.Indirection;
import org.bufferbridge.internal.view.RequestRules;

/**
 * Memory and how items lie in it. An exporter grants a view to Python, and Java sees a Python buffer as a view.
 *
 * <p>A view is a {@link MemorySegment}, the {@link BufferFormat} of an item, and a geometry. The geometry has shape,
 * strides, offset and, for rows reached through pointers, suboffsets. It owns nothing and copies nothing. Views made
 * from it show the same memory.
 *
 * <table class="striped">
 * <caption>Units</caption>
 * <thead><tr><th scope="col">what</th><th scope="col">unit</th></tr></thead>
 * <tbody>
 * <tr><th scope="row">index, shape, start, stop, step, {@code itemCount}</th><td>items</td></tr>
 * <tr><th scope="row">strides, suboffsets, {@code byteOffset}, {@code byteSize},
 *     {@code itemSize}</th><td>bytes</td></tr>
 * </tbody>
 * </table>
 *
 * <p><b>Spatial bounds.</b> A view is checked when it is made. Every item that can be reached lies inside of the
 * memory. So an exporter cannot grant a view that leaves its memory. A format that promises alignment ({@code d}) is
 * checked against the addresses. Memory that is not aligned takes a format in standard size ({@code =d}).
 *
 * <p><b>Values.</b> {@code getDouble} and the similar methods read any number by value. A value that does not fit is
 * refused with an {@link ArithmeticException}. The same holds for writing. These methods are fastest where the format
 * is exactly the Java type. Loops over much data are faster with {@link #asSegment()} or {@link #forEachRow}. Loops
 * that write item by item are fastest with the Vector API on these segments. Where an order of items matters, it is C
 * order: the last index varies fastest.
 *
 * <p><b>Threads and lifetime.</b> Views are immutable and can be shared. Each access is checked by the memory's own
 * rules. After the arena was closed, an access throws {@link IllegalStateException}. On another thread than that of a
 * confined arena, it throws {@link WrongThreadException}. Writes are plain; concurrent writers need their own order.
 */
public final class BufferView extends DerivedViews {
    BufferView(MemorySegment memory, BufferFormat format, Geometry geometry, Indirection indirection) {
        super(memory, format, geometry, indirection);
    }

    /**
     * All bytes of a segment: one dimension, format {@code B}.
     *
     * @param memory the memory
     * @return the view
     */
    public static BufferView of(MemorySegment memory) {
        return of(Objects.requireNonNull(memory, "memory"), BufferFormat.UINT8, memory.byteSize());
    }

    /**
     * C-contiguous items from the beginning of a segment.
     *
     * @param memory the memory; it may be larger than the items
     * @param format the format of each item
     * @param shape  the length of each dimension, in items; none for a single item
     * @return the view
     * @throws IllegalArgumentException with the numbers, if the items do not fit into the memory or are not aligned,
     *                                  a length is negative or there are more than 64 dimensions
     */
    public static BufferView of(MemorySegment memory, BufferFormat format, long... shape) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(shape, "shape");
        return checked(memory, format, Geometry.contiguous(format.itemSize(), 0, shape));
    }

    /**
     * Items at regular distances.
     *
     * @param memory     the memory
     * @param format     the format of each item
     * @param shape      the length of each dimension, in items
     * @param strides    the distance of neighbours in each dimension, in bytes; it may be negative or 0
     * @param byteOffset where the item of index 0, 0 ... begins, in bytes
     * @return the view; if a length is 0, with the strides of a C-contiguous one
     * @throws IllegalArgumentException with the numbers, if an item lies outside of the memory or is not aligned; if
     *                                  shape and strides differ in length, a length is negative or there are more
     *                                  than 64 dimensions
     */
    public static BufferView strided(
            MemorySegment memory, BufferFormat format, long[] shape, long[] strides, long byteOffset) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(strides, "strides");
        return checked(memory, format, Geometry.of(format.itemSize(), byteOffset, shape, strides, null));
    }

    private static BufferView checked(MemorySegment memory, BufferFormat format, Geometry geometry) {
        geometry.requireInside(memory.byteSize());
        Alignment.require(format, memory, geometry, Alignment.bits(memory, geometry));
        return new BufferView(memory, format, geometry, null);
    }

    /**
     * Items behind pointers, which PEP 3118 describes with suboffsets. In a dimension whose suboffset is not negative,
     * the view applies the stride and follows the pointer found there. It then adds the suboffset. It follows pointers
     * only into the given targets, which it keeps reachable.
     *
     * @param memory     native memory with the pointers of the first level, in native size and order
     * @param format     the format of each item
     * @param shape      the length of each dimension, in items
     * @param strides    the distance of neighbours in each dimension, in bytes
     * @param suboffsets the number added to the pointer of each dimension, in bytes; negative for a dimension without
     *                   pointers
     * @param byteOffset where in {@code memory} the strides start, in bytes
     * @param targets    native memory that the pointers lead into
     * @return the view
     * @throws IllegalArgumentException with the numbers, if a segment is on the heap or a pointer leads outside of
     *                                  the targets; also where {@link #strided} throws it
     */
    public static BufferView indirect(
            MemorySegment memory,
            BufferFormat format,
            long[] shape,
            long[] strides,
            long[] suboffsets,
            long byteOffset,
            MemorySegment... targets) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(strides, "strides");
        Objects.requireNonNull(suboffsets, "suboffsets");
        Objects.requireNonNull(targets, "targets");
        Geometry geometry = Geometry.of(format.itemSize(), byteOffset, shape, strides, suboffsets);
        if (geometry.suboffsets == null) {
            return checked(memory, format, geometry);
        }
        requireNative(memory);
        List.of(targets).forEach(BufferView::requireNative);
        geometry.requireInside(memory.byteSize());
        Indirection indirection = new Indirection(geometry, List.of(targets));
        Alignment.require(format, memory, geometry, indirection.requireInside(memory));
        return new BufferView(memory, format, geometry, indirection);
    }

    private static void requireNative(MemorySegment segment) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("a pointer can neither lie in heap memory nor lead to it: " + segment);
        }
    }

    /**
     * Rows in separate segments: two dimensions, of which the first leads through a table of pointers. The view makes
     * and keeps the table.
     *
     * @param format the format of each item
     * @param rows   native segments of equal size, a multiple of the item's
     * @return the view, with one row for each segment; read-only if any segment is
     * @throws IllegalArgumentException with the numbers, if there are no rows; if rows differ in size or are no
     *                                  multiple of an item; if a row lies on the heap or is not aligned
     */
    public static BufferView ofRows(BufferFormat format, MemorySegment... rows) {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(rows, "rows");
        for (MemorySegment row : rows) {
            Objects.requireNonNull(row, "rows holds a null");
        }
        long rowByteSize = rows.length == 0 ? 0 : rows[0].byteSize();
        if (rowByteSize == 0 || rowByteSize % format.itemSize() != 0) {
            throw new IllegalArgumentException(rows.length + " rows of " + rowByteSize
                    + " bytes; required at least 1 row, of a multiple of " + format.itemSize() + " bytes");
        }
        MemorySegment table = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, rows.length);
        for (int i = 0; i < rows.length; i++) {
            requireNative(rows[i]);
            if (rows[i].byteSize() != rowByteSize) {
                throw new IllegalArgumentException("row " + i + " has " + rows[i].byteSize()
                        + " bytes; required as many as row 0, " + rowByteSize);
            }
            table.setAtIndex(ValueLayout.JAVA_LONG, i, rows[i].address());
        }
        return indirect(
                table,
                format,
                new long[] {rows.length, rowByteSize / format.itemSize()},
                new long[] {NativeSizes.POINTER, format.itemSize()},
                new long[] {0, -1},
                0,
                rows);
    }

    /**
     * Whether the rules of memoryview ({@code memory_getbuf} of memoryobject.c) grant a request. Nothing is exported.
     * An exporter's own reasons to refuse are not known here.
     *
     * @param request the request
     * @return whether they grant it
     */
    public boolean satisfies(BufferRequest request) {
        Objects.requireNonNull(request, "request");
        return RequestRules.refusal(this, request) == null;
    }
}

package org.bufferbridge;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bufferbridge.internal.element.ComplexElement;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;
import org.bufferbridge.internal.format.NativeSizes;
import org.bufferbridge.internal.view.Alignment;
import org.bufferbridge.internal.view.Geometry;
import org.bufferbridge.internal.view.Indirection;
import org.bufferbridge.internal.view.Place;
import org.bufferbridge.internal.view.RequestRules;
import org.bufferbridge.internal.view.Reshape;

/**
 * Memory and how items lie in it. An exporter grants a view to Python, and Java sees a Python buffer as a view.
 *
 * <p>A view is a {@link MemorySegment}, the {@link BufferFormat} of an item, and a geometry: shape, strides, offset
 * and, for rows reached through pointers, suboffsets. It owns nothing and copies nothing. Views made from it show the
 * same memory.
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
 * <p><b>Spatial bounds.</b> A view is checked when it is made: every item that can be reached lies inside of the
 * memory. An exporter therefore cannot grant a view that leaves its memory. A format that promises alignment
 * ({@code d}) is checked against the addresses. Memory that is not aligned takes a format in standard size
 * ({@code =d}).
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
public final class BufferView extends ViewContents {
    private BufferView(MemorySegment memory, BufferFormat format, Geometry geometry, Indirection indirection) {
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
     * Items behind pointers, which PEP 3118 describes with suboffsets. If a dimension has a suboffset that is not
     * negative, the view applies the stride and follows the pointer found there. It then adds the suboffset. It
     * follows pointers only into the given targets, which it keeps reachable.
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

    /** A view that was derived from a checked one. It reaches only bytes that the checked view reaches. */
    private BufferView derived(BufferFormat newFormat, Geometry newGeometry) {
        boolean isDirect = newGeometry.suboffsets == null;
        return new BufferView(memory, newFormat, newGeometry, isDirect ? null : indirection.of(newGeometry));
    }

    /**
     * The same view without the right to write.
     *
     * @return a view that refuses writes and writable exports
     */
    public BufferView asReadOnly() {
        return isReadOnly
                ? this
                : new BufferView(
                        memory.asReadOnly(), format, geometry, indirection == null ? null : indirection.asReadOnly());
    }

    /**
     * The same items under another format of the same size: unsigned integers as signed ones, structures as
     * bytes.
     *
     * @param newFormat the other format
     * @return a view of the same memory and geometry
     * @throws IllegalArgumentException if the sizes differ, or the items lack the alignment that the format promises
     */
    public BufferView withFormat(BufferFormat newFormat) {
        Objects.requireNonNull(newFormat, "newFormat");
        if (newFormat.itemSize() != format.itemSize()) {
            throw new IllegalArgumentException("format \"" + newFormat + "\" has items of "
                    + newFormat.itemSize()
                    + " bytes; required " + format.itemSize() + ", as \"" + format + "\"");
        }
        Alignment.require(newFormat, memory, geometry, alignmentBits());
        return derived(newFormat, geometry);
    }

    /**
     * A range of one dimension.
     *
     * @param dimension the dimension
     * @param start     the first index
     * @param stop      the index behind the last one
     * @return a view of {@code stop - start} items in that dimension
     * @throws IndexOutOfBoundsException if there is no such dimension or the range leaves it
     */
    public BufferView slice(int dimension, long start, long stop) {
        return slice(dimension, start, stop, 1);
    }

    /**
     * Every {@code step}-th index of one dimension, from {@code start} to before {@code stop}.
     *
     * @param dimension the dimension
     * @param start     the first index
     * @param stop      the end, which is not taken: at most the length for a positive step, at least -1 for a
     *                  negative one. Unlike in Python, negative numbers do not count from the end
     * @param step      the distance of indices; a negative one reverses their order
     * @return the view
     * @throws IndexOutOfBoundsException if there is no such dimension, the range leaves it, or the step is 0
     */
    public BufferView slice(int dimension, long start, long stop, long step) {
        return derived(format, geometry.slice(dimension, start, stop, step));
    }

    /**
     * One index of a dimension: a row, a column, a channel.
     *
     * @param dimension the dimension
     * @param index     the index
     * @return a view without that dimension
     * @throws IndexOutOfBoundsException if there is no such dimension or index
     * @throws BufferException           if the dimension leads through pointers and is not the first
     */
    public BufferView at(int dimension, long index) {
        geometry.requireDimension(dimension);
        if (index < 0 || index >= geometry.shape[dimension]) {
            throw new IndexOutOfBoundsException("index " + index + " is outside of dimension " + dimension
                    + " of shape " + Arrays.toString(geometry.shape));
        }
        if (!geometry.hasSuboffset(dimension)) {
            return derived(format, geometry.at(dimension, index));
        }
        if (dimension > 0) {
            throw new BufferException("dimension " + dimension + " leads through pointers, so it cannot be"
                    + " dropped before the first: " + this);
        }
        Place place = place(index);
        Geometry rest = Geometry.of(
                itemSize(),
                place.byteOffset(),
                Geometry.without(geometry.shape, 0),
                Geometry.without(geometry.strides, 0),
                Geometry.without(geometry.suboffsets, 0));
        Indirection behind = rest.suboffsets == null ? null : indirection.of(rest);
        return new BufferView(place.segment(), format, rest, behind);
    }

    /**
     * The dimensions in reverse order.
     *
     * @return the view
     * @throws BufferException if the view has suboffsets
     */
    public BufferView transpose() {
        int last = dimensions() - 1;
        int[] reverse = new int[dimensions()];
        Arrays.setAll(reverse, d -> last - d);
        return transpose(reverse);
    }

    /**
     * The dimensions in another order.
     *
     * @param permutation for each dimension of the result, the dimension of this view that it shows
     * @return the view
     * @throws IllegalArgumentException if the argument is no permutation of all dimensions
     * @throws BufferException          if the view has suboffsets
     */
    public BufferView transpose(int... permutation) {
        Objects.requireNonNull(permutation, "permutation");
        int[] sorted = permutation.clone();
        Arrays.sort(sorted);
        boolean isPermutation = sorted.length == dimensions();
        for (int d = 0; isPermutation && d < sorted.length; d++) {
            isPermutation = sorted[d] == d;
        }
        if (!isPermutation) {
            throw new IllegalArgumentException(Arrays.toString(permutation) + " is no permutation of the "
                    + dimensions() + " dimensions of shape " + Arrays.toString(geometry.shape));
        }
        requireDirect("transposed");
        return derived(format, geometry.permuted(permutation));
    }

    /**
     * The same items, in C order, under another shape.
     *
     * @param shape the new lengths; their product is {@link #itemCount()}
     * @return the view
     * @throws IllegalArgumentException if the product differs or a length is negative
     * @throws BufferException          if the strides do not allow the shape without a copy
     */
    public BufferView reshape(long... shape) {
        Objects.requireNonNull(shape, "shape");
        Geometry contiguous = Geometry.contiguous(itemSize(), byteOffset(), shape);
        if (contiguous.itemCount != itemCount()) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has "
                    + contiguous.itemCount
                    + " items; required " + itemCount() + ", as shape " + Arrays.toString(geometry.shape));
        }
        requireDirect("reshaped");
        if (geometry.isCContiguous) {
            return derived(format, contiguous);
        }
        long[] strides = Reshape.stridesFor(geometry, shape);
        if (strides == null) {
            throw new BufferException("shape " + Arrays.toString(shape) + " would take a copy of " + this
                    + "; copy it with copyTo or toArray");
        }
        return derived(format, geometry.with(shape, strides));
    }

    private void requireDirect(String what) {
        if (indirection != null) {
            throw new BufferException("a view with suboffsets cannot be " + what + " without a copy: " + this);
        }
    }

    /**
     * One field of structures: a view of the same shape, whose items are the fields. A field that is a
     * sub-array adds its dimensions.
     *
     * @param name the field's name
     * @return the view
     * @throws UnsupportedOperationException    if the items are no structures
     * @throws java.util.NoSuchElementException if the items have no such field; the message names their fields
     * @throws BufferException                  if the view would have more than 64 dimensions or no bytes
     */
    public BufferView field(String name) {
        Objects.requireNonNull(name, "name");
        if (!format.isStruct()) {
            throw new UnsupportedOperationException("items of format \"" + format + "\" have no fields");
        }
        BufferFormat.Field field = format.field(name);
        return part(field.byteOffset(), field.format());
    }

    /**
     * The elements of sub-arrays, whose dimensions are added to the shape. A view of shape 5 and format {@code 3h}
     * becomes one of shape 5, 3 and format {@code h}.
     *
     * @return the view; this one if the items are no sub-arrays
     * @throws BufferException if the view would have more than 64 dimensions
     */
    public BufferView elements() {
        return format.isSubArray() ? part(0, format) : this;
    }

    /**
     * The real parts of complex numbers.
     *
     * @return a view of the same shape
     * @throws UnsupportedOperationException if the items are not complex
     */
    public BufferView real() {
        return part(0, complexPart());
    }

    /**
     * The imaginary parts of complex numbers.
     *
     * @return a view of the same shape
     * @throws UnsupportedOperationException if the items are not complex
     */
    public BufferView imaginary() {
        BufferFormat part = complexPart();
        return part(part.itemSize(), part);
    }

    private BufferFormat complexPart() {
        if (format.isComplex() && FormatAccess.FORMATS.item(format) instanceof FormatItem.Leaf leaf) {
            return ComplexElement.partOf(leaf);
        }
        throw element.refusal("complex");
    }

    private BufferView part(long partByteOffset, BufferFormat part) {
        BufferFormat newFormat = part.element();
        if (newFormat.itemSize() == 0) {
            throw new BufferException("a field of 0 bytes has no items: format \"" + part + "\"");
        }
        return derived(newFormat, geometry.part(partByteOffset, newFormat.itemSize(), part.subArrayShape()));
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

    private long alignmentBits() {
        return Alignment.bits(memory, geometry, indirection);
    }
}

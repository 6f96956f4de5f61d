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
 * Memory and how items lie in it: what an exporter grants to Python, and what Java sees of a Python buffer.
 *
 * <p>A view is a {@link MemorySegment}, the {@link BufferFormat} of an item, and a geometry: shape, strides,
 * offset and, for rows reached through pointers, suboffsets. It owns nothing and copies nothing; views made
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
 * <p><b>Spatial bounds.</b> A view is checked when it is made: every item that can be reached lies inside of
 * the memory, so that an exporter cannot hand out a view that leaves it. A format that promises alignment
 * ({@code d}) is checked against the addresses; memory that is not aligned takes a format in standard size
 * ({@code =d}).
 *
 * <p><b>Values.</b> {@code getDouble} and its sisters read any number by value and refuse what does not fit
 * with an {@link ArithmeticException}; writing likewise. They are fastest where the format is exactly the
 * Java type. Loops over much data are faster over {@link #asSegment()} or {@link #forEachRow}, and where they
 * write item by item, with the Vector API over these. Where an order of items matters it is C order: the last index
 * varies fastest.
 *
 * <p><b>Threads and lifetime.</b> Views are immutable and can be shared. Each access is checked by the
 * memory's own rules: after its arena was closed it throws {@link IllegalStateException}, on a foreign thread
 * of a confined arena {@link WrongThreadException}. Writes are plain; concurrent writers need their own
 * order.
 */
public final class BufferView extends ViewContents {
    private BufferView(MemorySegment memory, BufferFormat format, Geometry geometry,
            Indirection indirection) {
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
     * @param format what an item is
     * @param shape  the length of each dimension, in items; none for a single item
     * @return the view
     * @throws IllegalArgumentException with the numbers, if the items do not fit or lie unaligned, a length
     *                                  is negative or there are more than 64 dimensions
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
     * @param format     what an item is
     * @param shape      the length of each dimension, in items
     * @param strides    the distance of neighbours in each dimension, in bytes; it may be negative or 0
     * @param byteOffset where the item of index 0, 0 ... begins, in bytes
     * @return the view; if a length is 0, with the strides of a C-contiguous one
     * @throws IllegalArgumentException with the numbers, if an item lies outside of the memory or unaligned,
     *                                  shape and strides differ in length, a length is negative or there are
     *                                  more than 64
     */
    public static BufferView strided(MemorySegment memory, BufferFormat format, long[] shape, long[] strides,
            long byteOffset) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(strides, "strides");
        return checked(memory, format,
                Geometry.of(format.itemSize(), byteOffset, shape, strides, null));
    }

    private static BufferView checked(MemorySegment memory, BufferFormat format, Geometry geometry) {
        geometry.requireInside(memory.byteSize());
        Alignment.require(format, memory, geometry, Alignment.bits(memory, geometry));
        return new BufferView(memory, format, geometry, null);
    }

    /**
     * Items behind pointers, as PEP 3118 describes with suboffsets: after the strides of a dimension whose
     * suboffset is not negative, the pointer found there is followed and the suboffset added. Pointers are
     * followed only into the given targets, which the view keeps reachable.
     *
     * @param memory     native memory with the pointers of the first level, in native size and order
     * @param format     what an item is
     * @param shape      the length of each dimension, in items
     * @param strides    the distance of neighbours in each dimension, in bytes
     * @param suboffsets what is added behind the pointer of each dimension, in bytes; negative for no pointer
     * @param byteOffset where the strides start from in {@code memory}, in bytes
     * @param targets    native memory that the pointers lead into
     * @return the view
     * @throws IllegalArgumentException with the numbers, if a segment is on the heap, a pointer leads outside
     *                                  of the targets, or as {@link #strided}
     */
    public static BufferView indirect(MemorySegment memory, BufferFormat format, long[] shape, long[] strides,
            long[] suboffsets, long byteOffset, MemorySegment... targets) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(strides, "strides");
        Objects.requireNonNull(suboffsets, "suboffsets");
        Objects.requireNonNull(targets, "targets");
        Geometry geometry = Geometry.of(format.itemSize(), byteOffset, shape, strides,
                suboffsets);
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
            throw new IllegalArgumentException("a pointer cannot lead to or lie in heap memory: " + segment);
        }
    }

    /**
     * Rows that lie anywhere: two dimensions, the first through a table of pointers that the view makes and
     * keeps.
     *
     * @param format what an item is
     * @param rows   native segments of equal size, a multiple of the item's
     * @return the view, of as many rows as segments; read-only if one of them is
     * @throws IllegalArgumentException with the numbers, if there are no rows, they differ in size, are no
     *                                  multiple of items, lie on the heap or unaligned
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
        return indirect(table, format, new long[] {rows.length, rowByteSize / format.itemSize()},
                new long[] {NativeSizes.POINTER, format.itemSize()}, new long[] {0, -1}, 0, rows);
    }

    /** A view that was derived from a checked one and can reach nothing else. */
    private BufferView derived(BufferFormat newFormat, Geometry newGeometry) {
        boolean isDirect = newGeometry.suboffsets == null;
        return new BufferView(memory, newFormat, newGeometry, isDirect ? null : indirection.of(newGeometry));
    }

    /**
     * The same view without the right to write.
     *
     * @return a view that refuses to write and to be exported writable
     */
    public BufferView asReadOnly() {
        return isReadOnly ? this : new BufferView(memory.asReadOnly(), format, geometry,
                indirection == null ? null : indirection.asReadOnly());
    }

    /**
     * The same items under another format of the same size: unsigned integers as signed ones, structures as
     * bytes.
     *
     * @param newFormat the other format
     * @return a view of the same memory and geometry
     * @throws IllegalArgumentException if the sizes differ, or the items are not aligned as the format
     *                                  promises
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
     * Every {@code step}-th index of one dimension, from {@code start} on until {@code stop} is reached or
     * passed.
     *
     * @param dimension the dimension
     * @param start     the first index
     * @param stop      the first index in the direction of the step that is not taken: at most the length
     *                  going up, at least -1 going down. Unlike in Python, negative numbers do not count from
     *                  the end
     * @param step      the distance of indices; negative to go down
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
        Geometry rest = Geometry.of(itemSize(), place.byteOffset(), Geometry.without(geometry.shape, 0),
                Geometry.without(geometry.strides, 0), Geometry.without(geometry.suboffsets, 0));
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
     * @param permutation for each dimension of the result, which dimension of this view it is
     * @return the view
     * @throws IllegalArgumentException if that is no permutation of all dimensions
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
     * @throws BufferException          if that would take a copy, as the strides do not allow it
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
            throw new BufferException("a view with suboffsets cannot be " + what + " without a copy: "
                    + this);
        }
    }

    /**
     * One field of structures: a view of the same shape, whose items are the fields. A field that is a
     * sub-array adds its dimensions.
     *
     * @param name the field's name
     * @return the view
     * @throws UnsupportedOperationException    if the items are no structures
     * @throws java.util.NoSuchElementException if they have no such field, naming those they have
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
     * The elements of sub-arrays: their dimensions are added to the shape, so that a view of shape 5 and
     * format {@code 3h} becomes one of shape 5, 3 and format {@code h}.
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
     * Whether a request would be granted, by the rules of memoryview ({@code memory_getbuf} of
     * memoryobject.c). Nothing is exported, and an exporter's own reasons to refuse are not known here.
     *
     * @param request the request
     * @return whether it would be
     */
    public boolean satisfies(BufferRequest request) {
        Objects.requireNonNull(request, "request");
        return RequestRules.refusal(this, request) == null;
    }

    private long alignmentBits() {
        return Alignment.bits(memory, geometry, indirection);
    }
}

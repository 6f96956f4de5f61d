package org.bufferbridge;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.element.Element;
import org.bufferbridge.internal.element.MemoryAccess;
import org.bufferbridge.internal.element.PlainNumber;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;
import org.bufferbridge.internal.view.Geometry;
import org.bufferbridge.internal.view.Indirection;
import org.bufferbridge.internal.view.Place;
import org.bufferbridge.internal.view.ViewAccess;

/**
 * The state of a view, and the methods that return it: memory, format and geometry.
 *
 * <p>{@link BufferView} consists of layers, which keep each file readable: this one, {@link ItemReader},
 * {@link ItemWriter}, {@link ViewContents}, and the view itself. Users see one class.
 */
abstract sealed class ViewBase permits ItemReader {
    static {
        Secrets.install(ViewAccess.class, new Access());
    }

    final MemorySegment memory;
    final BufferFormat format;
    final Geometry geometry;
    /** {@code null} without suboffsets. */
    final Indirection indirection;

    final boolean isReadOnly;
    final Element element;
    /**
     * The type whose values can be read at {@link #byteOffset} as they are; {@code null} if reading needs any
     * conversion.
     */
    final ElementType exact;

    /**
     * How getters read plain numbers: the bytes of one, or 0 for all other items. The bits are those of a
     * {@code float} or a {@code double}; otherwise, masked, they are an integer.
     */
    final int plainSize;

    final boolean isSwapped;
    final int swapShift;
    final boolean isFloat;
    final boolean isDouble;
    final long mask;

    // Exports keep it here, made on first use. Two threads may make it twice, with equal contents.
    private volatile long[] descriptor;
    private volatile Object hold;

    // Copies of the geometry for access with one to three indices. A length of -1 refuses all indices.
    private final long base;
    private final long onlyLength;
    private final long onlyStride;
    private final long rowCount;
    private final long rowStride;
    private final long columnCount;
    private final long columnStride;
    private final long planeCount;
    private final long planeStride;
    private final long planeRows;
    private final long planeRowStride;
    private final long planeColumns;
    private final long planeColumnStride;

    ViewBase(MemorySegment memory, BufferFormat format, Geometry geometry, Indirection indirection) {
        this.memory = memory;
        this.format = format;
        this.geometry = geometry;
        this.indirection = indirection;
        this.isReadOnly = memory.isReadOnly()
                || indirection != null && indirection.targets().stream().anyMatch(MemorySegment::isReadOnly);
        this.element = Element.of(format);
        this.exact = indirection == null
                        && FormatAccess.FORMATS.item(format) instanceof FormatItem.Leaf leaf
                        && leaf.isNativeOrder()
                ? leaf.type().standard()
                : null;
        PlainNumber plain = indirection == null ? PlainNumber.of(format) : PlainNumber.NONE;
        this.plainSize = plain.byteSize();
        this.isSwapped = plain.isSwapped();
        this.swapShift = Long.SIZE - 8 * plainSize;
        this.isFloat = plain.kind() == PlainNumber.Kind.FLOAT;
        this.isDouble = plain.kind() == PlainNumber.Kind.DOUBLE;
        this.mask = plain.mask();
        this.base = geometry.byteOffset;
        boolean isLine = geometry.dimensions() == 1;
        boolean isTable = geometry.dimensions() == 2;
        boolean isCube = geometry.dimensions() == 3;
        this.onlyLength = isLine ? geometry.shape[0] : -1;
        this.onlyStride = isLine ? geometry.strides[0] : 0;
        this.rowCount = isTable ? geometry.shape[0] : -1;
        this.rowStride = isTable ? geometry.strides[0] : 0;
        this.columnCount = isTable ? geometry.shape[1] : -1;
        this.columnStride = isTable ? geometry.strides[1] : 0;
        this.planeCount = isCube ? geometry.shape[0] : -1;
        this.planeStride = isCube ? geometry.strides[0] : 0;
        this.planeRows = isCube ? geometry.shape[1] : -1;
        this.planeRowStride = isCube ? geometry.strides[1] : 0;
        this.planeColumns = isCube ? geometry.shape[2] : -1;
        this.planeColumnStride = isCube ? geometry.strides[2] : 0;
    }

    /**
     * The memory under the view. The item of index 0, 0 ... begins at {@link #byteOffset()}, and the strides lead to
     * the others. The memory may be larger than the part that the items take. With suboffsets it holds the pointers
     * of the first level.
     *
     * @return the segment; read-only if the view is
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * The format of each item.
     *
     * @return the format
     */
    public BufferFormat format() {
        return format;
    }

    /**
     * The number of dimensions.
     *
     * @return 0 to 64
     */
    public int dimensions() {
        return geometry.shape.length;
    }

    /**
     * The length of each dimension.
     *
     * @return a copy, in items
     */
    public long[] shape() {
        return geometry.shape.clone();
    }

    /**
     * The length of one dimension.
     *
     * @param dimension 0 to {@link #dimensions()} - 1
     * @return items
     * @throws IndexOutOfBoundsException if there is no such dimension
     */
    public long shape(int dimension) {
        geometry.requireDimension(dimension);
        return geometry.shape[dimension];
    }

    /**
     * The distance between neighbours in each dimension; those of a C-contiguous view if the view is empty.
     *
     * @return a copy, in bytes
     */
    public long[] strides() {
        return geometry.strides.clone();
    }

    /**
     * The distance between neighbours in one dimension.
     *
     * @param dimension 0 to {@link #dimensions()} - 1
     * @return bytes, which may be negative or 0
     * @throws IndexOutOfBoundsException if there is no such dimension
     */
    public long stride(int dimension) {
        geometry.requireDimension(dimension);
        return geometry.strides[dimension];
    }

    /**
     * The number added to the pointer of each dimension (PEP 3118).
     *
     * @return a copy, in bytes, -1 for dimensions without pointers; an empty array if no dimension has pointers
     */
    public long[] suboffsets() {
        return geometry.suboffsets == null ? new long[0] : geometry.suboffsets.clone();
    }

    /**
     * Whether a dimension leads through pointers.
     *
     * @return whether any of {@link #suboffsets()} is in use
     */
    public boolean isIndirect() {
        return indirection != null;
    }

    /**
     * The place of the item of index 0, 0 ... in {@link #memory()}.
     *
     * @return bytes from the beginning of the memory
     */
    public long byteOffset() {
        return geometry.byteOffset;
    }

    /**
     * The size of an item: {@link BufferFormat#itemSize()} of the format.
     *
     * @return bytes, at least 1
     */
    public long itemSize() {
        return geometry.itemSize;
    }

    /**
     * The number of items: the product of the shape, or 1 for a view without dimensions.
     *
     * @return items
     */
    public long itemCount() {
        return geometry.itemCount;
    }

    /**
     * The size of all items without gaps; {@code len} of a {@code Py_buffer}.
     *
     * @return bytes, {@link #itemCount()} times {@link #itemSize()}
     */
    public long byteSize() {
        return geometry.byteSize;
    }

    /**
     * Whether writing is refused, both here and to consumers.
     *
     * @return whether the memory is read-only
     */
    public boolean isReadOnly() {
        return isReadOnly;
    }

    /**
     * Whether the items lie without gaps in an order, by the rules of {@code PyBuffer_IsContiguous}. Dimensions of
     * one item may have any stride. Views without items or dimensions are contiguous in both orders, and views with
     * suboffsets in none.
     *
     * @param order the order; {@link Order#ANY} for either
     * @return whether they do
     */
    public boolean isContiguous(Order order) {
        return switch (order) {
            case C -> geometry.isCContiguous;
            case F -> geometry.isFContiguous;
            case ANY -> geometry.isCContiguous || geometry.isFContiguous;
        };
    }

    final long byteOffset(long i) {
        if (i < 0 || i >= onlyLength) {
            geometry.requireIndex(i);
        }
        return base + i * onlyStride;
    }

    final long byteOffset(long i, long j) {
        if (i < 0 || i >= rowCount || j < 0 || j >= columnCount) {
            geometry.requireIndex(i, j);
        }
        return base + i * rowStride + j * columnStride;
    }

    final long byteOffset(long i, long j, long k) {
        if (i < 0 || i >= planeCount || j < 0 || j >= planeRows || k < 0 || k >= planeColumns) {
            geometry.requireIndex(i, j, k);
        }
        return base + i * planeStride + j * planeRowStride + k * planeColumnStride;
    }

    final long byteOffset(long[] index) {
        geometry.requireIndex(index);
        long byteOffset = base;
        for (int d = 0; d < index.length; d++) {
            byteOffset += index[d] * geometry.strides[d];
        }
        return byteOffset;
    }

    /**
     * The item of an index as a segment of its own. This is for views with suboffsets, whose items lie in many
     * segments.
     */
    final MemorySegment indirectItem(long... index) {
        geometry.requireIndex(index);
        Place place = place(index);
        return place.segment().asSlice(place.byteOffset(), geometry.itemSize);
    }

    /**
     * The place of the item of an index, or of the items that the first part of an index selects. The index is inside
     * of the shape.
     *
     * @throws IllegalStateException if the memory was closed
     */
    final Place place(long... index) {
        MemoryAccess.requireAlive(memory);
        if (indirection != null) {
            return indirection.place(memory, index);
        }
        long byteOffset = base;
        for (int d = 0; d < index.length; d++) {
            byteOffset += index[d] * geometry.strides[d];
        }
        return new Place(memory, byteOffset);
    }

    /**
     * Format, geometry, and where the memory is, for messages.
     *
     * @return for example
     *         {@code BufferView[format=d, shape=[3, 4], strides=[32, 8], read-only, address=0x7f10a0]}
     */
    @Override
    public String toString() {
        return "BufferView[format=" + format + ", shape=" + Arrays.toString(geometry.shape)
                + ", strides=" + Arrays.toString(geometry.strides)
                + (geometry.suboffsets == null ? "" : ", suboffsets=" + Arrays.toString(geometry.suboffsets))
                + (isReadOnly ? ", read-only" : "")
                + (memory.isNative() ? ", address=0x" + Long.toHexString(memory.address() + base) : ", heap")
                + "]";
    }

    private static final class Access implements ViewAccess {
        @Override
        public Geometry geometry(BufferView view) {
            return view.geometry;
        }

        @Override
        public Element element(BufferView view) {
            return view.element;
        }

        @Override
        public Indirection indirection(BufferView view) {
            return view.indirection;
        }

        @Override
        public Place place(BufferView view, long[] index) {
            return view.place(index);
        }

        @Override
        public void requireWritable(BufferView view) {
            view.requireWritable();
        }

        @Override
        public long[] descriptor(BufferView view) {
            return ((ViewBase) view).descriptor;
        }

        @Override
        public void keepDescriptor(BufferView view, long[] words) {
            ((ViewBase) view).descriptor = words;
        }

        @Override
        public Object hold(BufferView view) {
            return ((ViewBase) view).hold;
        }

        @Override
        public void keepHold(BufferView view, Object hold) {
            ((ViewBase) view).hold = hold;
        }
    }
}

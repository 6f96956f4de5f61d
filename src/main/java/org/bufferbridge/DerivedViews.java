package org.bufferbridge;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.bufferbridge.internal.element.ComplexElement;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;
import org.bufferbridge.internal.view.Alignment;
import org.bufferbridge.internal.view.Geometry;
import org.bufferbridge.internal.view.Indirection;
import org.bufferbridge.internal.view.Place;
import org.bufferbridge.internal.view.Reshape;

/** Views of the same memory: parts of it, other orders of its dimensions, other formats. Nothing is copied. */
abstract sealed class DerivedViews extends ViewContents permits BufferView {
    DerivedViews(MemorySegment memory, BufferFormat format, Geometry geometry, Indirection indirection) {
        super(memory, format, geometry, indirection);
    }

    private BufferView self() {
        return (BufferView) this;
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
                ? self()
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
        return format.isSubArray() ? part(0, format) : self();
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

    private long alignmentBits() {
        return Alignment.bits(memory, geometry, indirection);
    }
}

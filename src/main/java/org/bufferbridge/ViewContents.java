package org.bufferbridge;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.ObjLongConsumer;
import org.bufferbridge.internal.element.MemoryAccess;
import org.bufferbridge.internal.view.Geometry;
import org.bufferbridge.internal.view.Indirection;
import org.bufferbridge.internal.view.ItemCopy;
import org.bufferbridge.internal.view.JavaArrays;
import org.bufferbridge.internal.view.Place;
import org.bufferbridge.internal.view.RowCursor;

/**
 * Access to items that are not plain numbers, and to many items at once. The former are strings, complex numbers and
 * boxed values; the latter segments, rows, arrays and copies.
 */
abstract sealed class ViewContents extends ItemWriter permits DerivedViews {
    /** The most bytes that {@link MemorySegment#asByteBuffer} takes. */
    static final int MAX_NIO_BYTES = Integer.MAX_VALUE - 8;

    ViewContents(MemorySegment memory, BufferFormat format, Geometry geometry, Indirection indirection) {
        super(memory, format, geometry, indirection);
    }

    private BufferView self() {
        return (BufferView) this;
    }

    /** The item of an index as a segment of its own. */
    private MemorySegment item(long[] index) {
        geometry.requireIndex(index);
        Place place = place(index);
        return place.segment().asSlice(place.byteOffset(), geometry.itemSize);
    }

    private MemorySegment writableItem(long[] index) {
        requireWritable();
        return item(index);
    }

    /**
     * Reads an item as the Java type that holds all its values.
     *
     * @param index one index for each dimension, in items
     * @return {@code ?}: Boolean; {@code b}: Byte; {@code h}: Short; {@code B H i}: Integer; {@code I q}: Long;
     *         {@code Q}: BigInteger; {@code e f}: Float; {@code d g}: Double; complex: {@link Complex};
     *         {@code c s p x}: byte[]; {@code u w}: String; structures: the item as a view without dimensions;
     *         sub-arrays: a view with their dimensions. {@code l n} and {@code L N} are as the integer of their size
     * @throws IndexOutOfBoundsException if the index is outside of the shape or has another number of
     *                                   dimensions
     * @throws ArithmeticException       if a long double exceeds the largest double, or a unit of text is no code
     *                                   point
     */
    public final Object get(long... index) {
        if (!format.isStruct() && !format.isSubArray()) {
            return element.get(item(index), 0);
        }
        geometry.requireIndex(index);
        BufferView view = self();
        for (long i : index) {
            view = view.at(0, i);
        }
        return view.elements();
    }

    /**
     * Writes an item.
     *
     * @param value a Boolean, Character, Byte, Short, Integer, Long, BigInteger, Float, Double,
     *              {@link Complex}, byte[] or String
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if the format cannot hold the value
     * @throws IllegalArgumentException      if the value is of another class
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format has no such values
     */
    public final void set(Object value, long... index) {
        element.set(writableItem(index), 0, value);
    }

    /**
     * Reads a complex number; a real one has an imaginary part of 0.
     *
     * @param index one index for each dimension, in items
     * @return the number
     * @throws ArithmeticException           if a long double exceeds the largest double
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no number
     */
    public final Complex getComplex(long... index) {
        return element.getComplex(item(index), 0);
    }

    /**
     * Writes a complex number.
     *
     * @param value the number
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if the format is real and the imaginary part is not 0, or the
     *                                       format cannot hold the value
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no number
     */
    public final void setComplex(Complex value, long... index) {
        Objects.requireNonNull(value, "value");
        element.setComplex(writableItem(index), 0, value);
    }

    /**
     * Reads a byte string. {@code c s x} give all bytes, with the zeros at the end; {@code p} gives the bytes that it
     * counts.
     *
     * @param index one index for each dimension, in items
     * @return a copy
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no byte string
     */
    public final byte[] getBytes(long... index) {
        return element.getBytes(item(index), 0);
    }

    /**
     * Writes a byte string, and zeros up to the item's size.
     *
     * @param value the bytes
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if there are more bytes than the format holds
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no byte string
     */
    public final void setBytes(byte[] value, long... index) {
        Objects.requireNonNull(value, "value");
        element.setBytes(writableItem(index), 0, value);
    }

    /**
     * Reads text of format {@code u} or {@code w}, without the zeros at its end.
     *
     * @param index one index for each dimension, in items
     * @return the text
     * @throws ArithmeticException           if a unit is no code point
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no text; the encoding of byte strings is unknown
     */
    public final String getString(long... index) {
        return element.getString(item(index), 0);
    }

    /**
     * Writes text of format {@code u} or {@code w}, and zeros up to the item's size.
     *
     * @param value the text
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if the text has more units than the format holds
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no text
     */
    public final void setString(String value, long... index) {
        Objects.requireNonNull(value, "value");
        element.setString(writableItem(index), 0, value);
    }

    /**
     * The memory of all items, and no byte around them.
     *
     * @return a segment of exactly {@link #byteSize()} bytes; read-only if the view is
     * @throws BufferException       if the items are not C-contiguous
     * @throws IllegalStateException if the memory was closed
     */
    public final MemorySegment asSegment() {
        if (!geometry.isCContiguous) {
            throw new BufferException("one segment cannot show items that are not C-contiguous: " + this
                    + "; use forEachRow, or copy with toArray or copyTo");
        }
        MemoryAccess.requireAlive(memory);
        return memory.asSlice(geometry.byteOffset, geometry.byteSize);
    }

    /**
     * The memory of all items as a byte buffer in the byte order of the format. For structures this is the native
     * order.
     *
     * @return a buffer from position 0 to limit {@link #byteSize()}; read-only if the view is
     * @throws BufferException if the items are not C-contiguous, have more than {@code Integer.MAX_VALUE - 8}
     *                         bytes, or lie in a heap array that is no {@code byte[]}
     * @throws IllegalStateException if the memory was closed
     */
    public final ByteBuffer asByteBuffer() {
        MemorySegment segment = asSegment();
        if (segment.byteSize() > MAX_NIO_BYTES) {
            throw new BufferException("a byte buffer of " + segment.byteSize() + " bytes is needed; at most "
                    + MAX_NIO_BYTES + " are possible. Take slices, or use asSegment");
        }
        try {
            return segment.asByteBuffer().order(format.isStruct() ? ByteOrder.nativeOrder() : format.order());
        } catch (UnsupportedOperationException notBytes) {
            throw new BufferException("a byte buffer cannot show a heap array that is no byte[]: " + this, notBytes);
        }
    }

    /**
     * Shows each line of the last dimension as a segment, in C order. A loop over a plain segment is as fast as one
     * over an array. A loop that writes item by item becomes vector instructions only with the Vector API.
     *
     * @param action takes the segment of a line, whose items lie without gaps, and the index of its first item. The
     *               index counts all items in C order. A view without dimensions has one line of one item
     * @throws BufferException       if the items of the last dimension do not lie without gaps
     * @throws IllegalStateException if the memory was closed
     */
    public final void forEachRow(ObjLongConsumer<MemorySegment> action) {
        Objects.requireNonNull(action, "action");
        int outer = RowCursor.outerDimensions(self());
        boolean isLine = outer < dimensions();
        long count = isLine ? geometry.shape[outer] : 1;
        boolean hasGaps = isLine ? count > 1 && geometry.strides[outer] != geometry.itemSize : dimensions() > 0;
        if (hasGaps) {
            throw new BufferException("the items of the last dimension do not lie without gaps: " + this);
        }
        RowCursor rows = new RowCursor(self(), outer);
        for (long first = 0; rows.next(); first += count) {
            action.accept(rows.segment().asSlice(rows.byteOffset(), count * geometry.itemSize), first);
        }
    }

    /**
     * Copies all items, in C order, into a new array of the Java type of their size: {@code ?}: boolean[];
     * {@code b B c s p x}: byte[]; {@code h}: short[]; {@code H u}: char[]; {@code i I w}: int[]; {@code q Q}:
     * long[]; {@code e f}: float[]; {@code d g}: double[]; {@code Zf}: float[]; {@code Zd Zg}: double[].
     * {@code l n L N} are as the integer of their size. Bytes of the other order are swapped.
     *
     * <p>Four kinds of items change their look, because Java has no type for them:
     *
     * <ul>
     *   <li>An unsigned integer keeps its bits: 200 of {@code B} is the byte -56. {@link #toLongArray()} has the
     *   values.
     *   <li>A long double ({@code g}) is rounded to the nearest double.
     *   <li>A complex number is two elements, the real part and the imaginary part.
     *   <li>A string is its units: {@code 2w} is two ints, the code points; {@code 2s} is two bytes.
     * </ul>
     *
     * @return the array; strings have all their units in it
     * @throws BufferException               if the array would be longer than arrays can be
     * @throws ArithmeticException           if a long double exceeds the largest double
     * @throws UnsupportedOperationException if the items are structures
     */
    public final Object toArray() {
        return JavaArrays.copyOf(self());
    }

    /**
     * Copies all numbers by value, in C order, as {@link #getDouble(long...)} reads them.
     *
     * @return a new array
     * @throws BufferException               if the array would be longer than arrays can be
     * @throws ArithmeticException           if a long double exceeds the largest double
     * @throws UnsupportedOperationException if the format is no real number
     */
    public final double[] toDoubleArray() {
        return JavaArrays.doubles(self());
    }

    /**
     * Copies all numbers by value, in C order, as {@link #getLong(long...)} reads them.
     *
     * @return a new array
     * @throws BufferException               if the array would be longer than arrays can be
     * @throws ArithmeticException           if a value is no whole number in the range of {@code long}
     * @throws UnsupportedOperationException if the format is no real number
     */
    public final long[] toLongArray() {
        return JavaArrays.longs(self());
    }

    /**
     * Copies the bytes of all items, in C order and without gaps, as {@code tobytes} of memoryview does.
     *
     * @return a new array of {@link #byteSize()} bytes
     * @throws BufferException if the array would be longer than arrays can be
     */
    public final byte[] toBytes() {
        return JavaArrays.bytes(self());
    }

    /**
     * Copies all items of another view into this one. Nothing is converted. The views may overlap. The result is as
     * if the whole source had been read before the first write.
     *
     * @param source a view of the same shape, and of a format that {@linkplain BufferFormat#matches matches}
     * @throws IllegalArgumentException      if shapes or formats differ
     * @throws UnsupportedOperationException if this view is read-only
     */
    public final void copyFrom(BufferView source) {
        Objects.requireNonNull(source, "source");
        ItemCopy.copy(source, self());
    }

    /**
     * Copies all items of this view into another one, as {@link #copyFrom} does.
     *
     * @param target a view of the same shape, and of a format that {@linkplain BufferFormat#matches matches}
     * @throws IllegalArgumentException      if shapes or formats differ
     * @throws UnsupportedOperationException if the target is read-only
     */
    public final void copyTo(BufferView target) {
        Objects.requireNonNull(target, "target");
        ItemCopy.copy(self(), target);
    }
}

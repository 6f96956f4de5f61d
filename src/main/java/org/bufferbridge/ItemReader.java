package org.bufferbridge;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.internal.element.MemoryAccess;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.view.Geometry;
import org.bufferbridge.internal.view.Indirection;

/**
 * Reads numbers by value.
 *
 * <p>Each method has one fast path, for a format that is exactly the Java type: one comparison, the index check and
 * the segment's own read. The forms for one and two dimensions exist because they make no array.
 */
abstract sealed class ItemReader extends ViewBase permits ItemWriter {
    ItemReader(MemorySegment memory, BufferFormat format, Geometry geometry, Indirection indirection) {
        super(memory, format, geometry, indirection);
    }

    /**
     * Reads a number as a {@code byte}.
     *
     * @param index one index for each dimension, in items
     * @return the value
     * @throws ArithmeticException           if the value is no whole number from -128 to 127
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final byte getByte(long... index) {
        return indirection == null
                ? element.getByte(memory, byteOffset(index))
                : element.getByte(indirectItem(index), 0);
    }

    /**
     * As {@link #getByte(long...)}, for one dimension.
     *
     * @param i the index in items
     * @return the value
     */
    public final byte getByte(long i) {
        if (exact == ElementType.INT8) {
            return MemoryAccess.getByte(memory, byteOffset(i));
        }
        return indirection == null ? element.getByte(memory, byteOffset(i)) : element.getByte(indirectItem(i), 0);
    }

    /**
     * As {@link #getByte(long...)}, for two dimensions.
     *
     * @param i the index in items, in dimension 0
     * @param j the index in items, in dimension 1
     * @return the value
     */
    public final byte getByte(long i, long j) {
        if (exact == ElementType.INT8) {
            return MemoryAccess.getByte(memory, byteOffset(i, j));
        }
        return indirection == null ? element.getByte(memory, byteOffset(i, j)) : element.getByte(indirectItem(i, j), 0);
    }

    /**
     * Reads a number as a {@code short}.
     *
     * @param index one index for each dimension, in items
     * @return the value
     * @throws ArithmeticException           if the value is no whole number from -32768 to 32767
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final short getShort(long... index) {
        return indirection == null
                ? element.getShort(memory, byteOffset(index))
                : element.getShort(indirectItem(index), 0);
    }

    /**
     * As {@link #getShort(long...)}, for one dimension.
     *
     * @param i the index in items
     * @return the value
     */
    public final short getShort(long i) {
        if (exact == ElementType.INT16) {
            return MemoryAccess.getShort(memory, byteOffset(i));
        }
        return indirection == null ? element.getShort(memory, byteOffset(i)) : element.getShort(indirectItem(i), 0);
    }

    /**
     * As {@link #getShort(long...)}, for two dimensions.
     *
     * @param i the index in items, in dimension 0
     * @param j the index in items, in dimension 1
     * @return the value
     */
    public final short getShort(long i, long j) {
        if (exact == ElementType.INT16) {
            return MemoryAccess.getShort(memory, byteOffset(i, j));
        }
        return indirection == null
                ? element.getShort(memory, byteOffset(i, j))
                : element.getShort(indirectItem(i, j), 0);
    }

    /**
     * Reads a number as a {@code char}.
     *
     * @param index one index for each dimension, in items
     * @return the value
     * @throws ArithmeticException           if the value is no whole number from 0 to 65535
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final char getChar(long... index) {
        return indirection == null
                ? element.getChar(memory, byteOffset(index))
                : element.getChar(indirectItem(index), 0);
    }

    /**
     * As {@link #getChar(long...)}, for one dimension.
     *
     * @param i the index in items
     * @return the value
     */
    public final char getChar(long i) {
        if (exact == ElementType.UINT16) {
            return MemoryAccess.getChar(memory, byteOffset(i));
        }
        return indirection == null ? element.getChar(memory, byteOffset(i)) : element.getChar(indirectItem(i), 0);
    }

    /**
     * As {@link #getChar(long...)}, for two dimensions.
     *
     * @param i the index in items, in dimension 0
     * @param j the index in items, in dimension 1
     * @return the value
     */
    public final char getChar(long i, long j) {
        if (exact == ElementType.UINT16) {
            return MemoryAccess.getChar(memory, byteOffset(i, j));
        }
        return indirection == null ? element.getChar(memory, byteOffset(i, j)) : element.getChar(indirectItem(i, j), 0);
    }

    /**
     * Reads a number as an {@code int}.
     *
     * @param index one index for each dimension, in items
     * @return the value
     * @throws ArithmeticException           if the value is no whole number in the range of {@code int}
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final int getInt(long... index) {
        return indirection == null ? element.getInt(memory, byteOffset(index)) : element.getInt(indirectItem(index), 0);
    }

    /**
     * As {@link #getInt(long...)}, for one dimension.
     *
     * @param i the index in items
     * @return the value
     */
    public final int getInt(long i) {
        if (exact == ElementType.INT32) {
            return MemoryAccess.getInt(memory, byteOffset(i));
        }
        return indirection == null ? element.getInt(memory, byteOffset(i)) : element.getInt(indirectItem(i), 0);
    }

    /**
     * As {@link #getInt(long...)}, for two dimensions.
     *
     * @param i the index in items, in dimension 0
     * @param j the index in items, in dimension 1
     * @return the value
     */
    public final int getInt(long i, long j) {
        if (exact == ElementType.INT32) {
            return MemoryAccess.getInt(memory, byteOffset(i, j));
        }
        return indirection == null ? element.getInt(memory, byteOffset(i, j)) : element.getInt(indirectItem(i, j), 0);
    }

    /**
     * Reads a number as a {@code long}.
     *
     * @param index one index for each dimension, in items
     * @return the value
     * @throws ArithmeticException           if the value is no whole number in the range of {@code long}; a
     *                                       {@code uint64} may exceed it
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final long getLong(long... index) {
        return indirection == null
                ? element.getLong(memory, byteOffset(index))
                : element.getLong(indirectItem(index), 0);
    }

    /**
     * As {@link #getLong(long...)}, for one dimension.
     *
     * @param i the index in items
     * @return the value
     */
    public final long getLong(long i) {
        if (exact == ElementType.INT64) {
            return MemoryAccess.getLong(memory, byteOffset(i));
        }
        return indirection == null ? element.getLong(memory, byteOffset(i)) : element.getLong(indirectItem(i), 0);
    }

    /**
     * As {@link #getLong(long...)}, for two dimensions.
     *
     * @param i the index in items, in dimension 0
     * @param j the index in items, in dimension 1
     * @return the value
     */
    public final long getLong(long i, long j) {
        if (exact == ElementType.INT64) {
            return MemoryAccess.getLong(memory, byteOffset(i, j));
        }
        return indirection == null ? element.getLong(memory, byteOffset(i, j)) : element.getLong(indirectItem(i, j), 0);
    }

    /**
     * Reads a number as a {@code float}, rounded to the nearest.
     *
     * @param index one index for each dimension, in items
     * @return the value
     * @throws ArithmeticException           if a finite value exceeds the largest {@code float}
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final float getFloat(long... index) {
        return indirection == null
                ? element.getFloat(memory, byteOffset(index))
                : element.getFloat(indirectItem(index), 0);
    }

    /**
     * As {@link #getFloat(long...)}, for one dimension.
     *
     * @param i the index in items
     * @return the value
     */
    public final float getFloat(long i) {
        if (exact == ElementType.FLOAT32) {
            return MemoryAccess.getFloat(memory, byteOffset(i));
        }
        return indirection == null ? element.getFloat(memory, byteOffset(i)) : element.getFloat(indirectItem(i), 0);
    }

    /**
     * As {@link #getFloat(long...)}, for two dimensions.
     *
     * @param i the index in items, in dimension 0
     * @param j the index in items, in dimension 1
     * @return the value
     */
    public final float getFloat(long i, long j) {
        if (exact == ElementType.FLOAT32) {
            return MemoryAccess.getFloat(memory, byteOffset(i, j));
        }
        return indirection == null
                ? element.getFloat(memory, byteOffset(i, j))
                : element.getFloat(indirectItem(i, j), 0);
    }

    /**
     * Reads a number as a {@code double}, rounded to the nearest where an integer or a long double has more
     * digits.
     *
     * @param index one index for each dimension, in items
     * @return the value
     * @throws ArithmeticException           if a long double exceeds the largest {@code double}
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final double getDouble(long... index) {
        return indirection == null
                ? element.getDouble(memory, byteOffset(index))
                : element.getDouble(indirectItem(index), 0);
    }

    /**
     * As {@link #getDouble(long...)}, for one dimension.
     *
     * @param i the index in items
     * @return the value
     */
    public final double getDouble(long i) {
        if (exact == ElementType.FLOAT64) {
            return MemoryAccess.getDouble(memory, byteOffset(i));
        }
        return indirection == null ? element.getDouble(memory, byteOffset(i)) : element.getDouble(indirectItem(i), 0);
    }

    /**
     * As {@link #getDouble(long...)}, for two dimensions.
     *
     * @param i the index in items, in dimension 0
     * @param j the index in items, in dimension 1
     * @return the value
     */
    public final double getDouble(long i, long j) {
        if (exact == ElementType.FLOAT64) {
            return MemoryAccess.getDouble(memory, byteOffset(i, j));
        }
        return indirection == null
                ? element.getDouble(memory, byteOffset(i, j))
                : element.getDouble(indirectItem(i, j), 0);
    }

    /**
     * Reads a number as a {@code boolean}. A {@code ?} is true unless its byte is 0. A number is true if it is 1, and
     * false if it is 0.
     *
     * @param index one index for each dimension, in items
     * @return the value
     * @throws ArithmeticException           if a number is neither 0 nor 1
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final boolean getBoolean(long... index) {
        return indirection == null
                ? element.getBoolean(memory, byteOffset(index))
                : element.getBoolean(indirectItem(index), 0);
    }

    /**
     * As {@link #getBoolean(long...)}, for one dimension.
     *
     * @param i the index in items
     * @return the value
     */
    public final boolean getBoolean(long i) {
        if (exact == ElementType.BOOLEAN) {
            return MemoryAccess.getByte(memory, byteOffset(i)) != 0;
        }
        return indirection == null ? element.getBoolean(memory, byteOffset(i)) : element.getBoolean(indirectItem(i), 0);
    }

    /**
     * As {@link #getBoolean(long...)}, for two dimensions.
     *
     * @param i the index in items, in dimension 0
     * @param j the index in items, in dimension 1
     * @return the value
     */
    public final boolean getBoolean(long i, long j) {
        if (exact == ElementType.BOOLEAN) {
            return MemoryAccess.getByte(memory, byteOffset(i, j)) != 0;
        }
        return indirection == null
                ? element.getBoolean(memory, byteOffset(i, j))
                : element.getBoolean(indirectItem(i, j), 0);
    }
}

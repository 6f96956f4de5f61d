package org.bufferbridge;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.internal.element.MemoryAccess;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.view.Geometry;
import org.bufferbridge.internal.view.Indirection;

/** Writes numbers by value, as {@link ItemReader} reads them. */
abstract sealed class ItemWriter extends ItemReader permits ViewContents {
    /** The type {@link #exact}, for writing; {@code null} if the view is read-only. */
    private final ElementType exactWrite;

    ItemWriter(MemorySegment memory, BufferFormat format, Geometry geometry, Indirection indirection) {
        super(memory, format, geometry, indirection);
        this.exactWrite = isReadOnly ? null : exact;
    }

    final void requireWritable() {
        if (isReadOnly) {
            throw new UnsupportedOperationException("the view is read-only: " + this);
        }
    }

    /**
     * Writes an integer.
     *
     * @param value the value
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if the format cannot hold the value
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final void setByte(byte value, long... index) {
        requireWritable();
        if (indirection == null) {
            element.setLong(memory, byteOffset(index), value);
        } else {
            element.setLong(indirectItem(index), 0, value);
        }
    }

    /**
     * As {@link #setByte(byte, long...)}, for one dimension.
     *
     * @param value the value
     * @param i     the index in items
     */
    public final void setByte(byte value, long i) {
        if (exactWrite == ElementType.INT8) {
            MemoryAccess.setByte(memory, byteOffset(i), value);
        } else {
            setByte(value, new long[] {i});
        }
    }

    /**
     * As {@link #setByte(byte, long...)}, for two dimensions.
     *
     * @param value the value
     * @param i     the index in items, in dimension 0
     * @param j     the index in items, in dimension 1
     */
    public final void setByte(byte value, long i, long j) {
        if (exactWrite == ElementType.INT8) {
            MemoryAccess.setByte(memory, byteOffset(i, j), value);
        } else {
            setByte(value, new long[] {i, j});
        }
    }

    /**
     * Writes an integer.
     *
     * @param value the value
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if the format cannot hold the value
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final void setShort(short value, long... index) {
        requireWritable();
        if (indirection == null) {
            element.setLong(memory, byteOffset(index), value);
        } else {
            element.setLong(indirectItem(index), 0, value);
        }
    }

    /**
     * As {@link #setShort(short, long...)}, for one dimension.
     *
     * @param value the value
     * @param i     the index in items
     */
    public final void setShort(short value, long i) {
        if (exactWrite == ElementType.INT16) {
            MemoryAccess.setShort(memory, byteOffset(i), value);
        } else {
            setShort(value, new long[] {i});
        }
    }

    /**
     * As {@link #setShort(short, long...)}, for two dimensions.
     *
     * @param value the value
     * @param i     the index in items, in dimension 0
     * @param j     the index in items, in dimension 1
     */
    public final void setShort(short value, long i, long j) {
        if (exactWrite == ElementType.INT16) {
            MemoryAccess.setShort(memory, byteOffset(i, j), value);
        } else {
            setShort(value, new long[] {i, j});
        }
    }

    /**
     * Writes an integer.
     *
     * @param value the value
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if the format cannot hold the value
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final void setChar(char value, long... index) {
        requireWritable();
        if (indirection == null) {
            element.setLong(memory, byteOffset(index), value);
        } else {
            element.setLong(indirectItem(index), 0, value);
        }
    }

    /**
     * As {@link #setChar(char, long...)}, for one dimension.
     *
     * @param value the value
     * @param i     the index in items
     */
    public final void setChar(char value, long i) {
        if (exactWrite == ElementType.UINT16) {
            MemoryAccess.setChar(memory, byteOffset(i), value);
        } else {
            setChar(value, new long[] {i});
        }
    }

    /**
     * As {@link #setChar(char, long...)}, for two dimensions.
     *
     * @param value the value
     * @param i     the index in items, in dimension 0
     * @param j     the index in items, in dimension 1
     */
    public final void setChar(char value, long i, long j) {
        if (exactWrite == ElementType.UINT16) {
            MemoryAccess.setChar(memory, byteOffset(i, j), value);
        } else {
            setChar(value, new long[] {i, j});
        }
    }

    /**
     * Writes an integer. It is rounded to the nearest where the format has fewer digits.
     *
     * @param value the value
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if the format cannot hold the value
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final void setInt(int value, long... index) {
        requireWritable();
        if (indirection == null) {
            element.setLong(memory, byteOffset(index), value);
        } else {
            element.setLong(indirectItem(index), 0, value);
        }
    }

    /**
     * As {@link #setInt(int, long...)}, for one dimension.
     *
     * @param value the value
     * @param i     the index in items
     */
    public final void setInt(int value, long i) {
        if (exactWrite == ElementType.INT32) {
            MemoryAccess.setInt(memory, byteOffset(i), value);
        } else {
            setInt(value, new long[] {i});
        }
    }

    /**
     * As {@link #setInt(int, long...)}, for two dimensions.
     *
     * @param value the value
     * @param i     the index in items, in dimension 0
     * @param j     the index in items, in dimension 1
     */
    public final void setInt(int value, long i, long j) {
        if (exactWrite == ElementType.INT32) {
            MemoryAccess.setInt(memory, byteOffset(i, j), value);
        } else {
            setInt(value, new long[] {i, j});
        }
    }

    /**
     * Writes an integer. It is rounded to the nearest where the format has fewer digits.
     *
     * @param value the value
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if the format cannot hold the value
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final void setLong(long value, long... index) {
        requireWritable();
        if (indirection == null) {
            element.setLong(memory, byteOffset(index), value);
        } else {
            element.setLong(indirectItem(index), 0, value);
        }
    }

    /**
     * As {@link #setLong(long, long...)}, for one dimension.
     *
     * @param value the value
     * @param i     the index in items
     */
    public final void setLong(long value, long i) {
        if (exactWrite == ElementType.INT64) {
            MemoryAccess.setLong(memory, byteOffset(i), value);
        } else {
            setLong(value, new long[] {i});
        }
    }

    /**
     * As {@link #setLong(long, long...)}, for two dimensions.
     *
     * @param value the value
     * @param i     the index in items, in dimension 0
     * @param j     the index in items, in dimension 1
     */
    public final void setLong(long value, long i, long j) {
        if (exactWrite == ElementType.INT64) {
            MemoryAccess.setLong(memory, byteOffset(i, j), value);
        } else {
            setLong(value, new long[] {i, j});
        }
    }

    /**
     * Writes a number. It is rounded to the nearest where the format has fewer digits.
     *
     * @param value the value
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if an integer format cannot hold the value, or a finite value
     *                                       exceeds a smaller floating-point format
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final void setFloat(float value, long... index) {
        requireWritable();
        if (indirection == null) {
            element.setDouble(memory, byteOffset(index), value);
        } else {
            element.setDouble(indirectItem(index), 0, value);
        }
    }

    /**
     * As {@link #setFloat(float, long...)}, for one dimension.
     *
     * @param value the value
     * @param i     the index in items
     */
    public final void setFloat(float value, long i) {
        if (exactWrite == ElementType.FLOAT32) {
            MemoryAccess.setFloat(memory, byteOffset(i), value);
        } else {
            setFloat(value, new long[] {i});
        }
    }

    /**
     * As {@link #setFloat(float, long...)}, for two dimensions.
     *
     * @param value the value
     * @param i     the index in items, in dimension 0
     * @param j     the index in items, in dimension 1
     */
    public final void setFloat(float value, long i, long j) {
        if (exactWrite == ElementType.FLOAT32) {
            MemoryAccess.setFloat(memory, byteOffset(i, j), value);
        } else {
            setFloat(value, new long[] {i, j});
        }
    }

    /**
     * Writes a number. It is rounded to the nearest where the format has fewer digits.
     *
     * @param value the value
     * @param index one index for each dimension, in items
     * @throws ArithmeticException           if an integer format cannot hold the value, or a finite value
     *                                       exceeds a smaller floating-point format
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final void setDouble(double value, long... index) {
        requireWritable();
        if (indirection == null) {
            element.setDouble(memory, byteOffset(index), value);
        } else {
            element.setDouble(indirectItem(index), 0, value);
        }
    }

    /**
     * As {@link #setDouble(double, long...)}, for one dimension.
     *
     * @param value the value
     * @param i     the index in items
     */
    public final void setDouble(double value, long i) {
        if (exactWrite == ElementType.FLOAT64) {
            MemoryAccess.setDouble(memory, byteOffset(i), value);
        } else {
            setDouble(value, new long[] {i});
        }
    }

    /**
     * As {@link #setDouble(double, long...)}, for two dimensions.
     *
     * @param value the value
     * @param i     the index in items, in dimension 0
     * @param j     the index in items, in dimension 1
     */
    public final void setDouble(double value, long i, long j) {
        if (exactWrite == ElementType.FLOAT64) {
            MemoryAccess.setDouble(memory, byteOffset(i, j), value);
        } else {
            setDouble(value, new long[] {i, j});
        }
    }

    /**
     * Writes a boolean. In a number format it is 1 or 0.
     *
     * @param value the value
     * @param index one index for each dimension, in items
     * @throws IndexOutOfBoundsException     if the index is outside of the shape or has another number of
     *                                       dimensions
     * @throws UnsupportedOperationException if the view is read-only or the format is no number of that kind
     * @throws IllegalStateException         if the memory was closed
     * @throws WrongThreadException          if the memory is confined to another thread
     */
    public final void setBoolean(boolean value, long... index) {
        requireWritable();
        if (indirection == null) {
            element.setLong(memory, byteOffset(index), value ? 1 : 0);
        } else {
            element.setLong(indirectItem(index), 0, value ? 1 : 0);
        }
    }

    /**
     * As {@link #setBoolean(boolean, long...)}, for one dimension.
     *
     * @param value the value
     * @param i     the index in items
     */
    public final void setBoolean(boolean value, long i) {
        if (exactWrite == ElementType.BOOLEAN) {
            MemoryAccess.setByte(memory, byteOffset(i), (byte) (value ? 1 : 0));
        } else {
            setBoolean(value, new long[] {i});
        }
    }

    /**
     * As {@link #setBoolean(boolean, long...)}, for two dimensions.
     *
     * @param value the value
     * @param i     the index in items, in dimension 0
     * @param j     the index in items, in dimension 1
     */
    public final void setBoolean(boolean value, long i, long j) {
        if (exactWrite == ElementType.BOOLEAN) {
            MemoryAccess.setByte(memory, byteOffset(i, j), (byte) (value ? 1 : 0));
        } else {
            setBoolean(value, new long[] {i, j});
        }
    }
}

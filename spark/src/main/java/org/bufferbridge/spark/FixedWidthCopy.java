package org.bufferbridge.spark;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Copies a column of Spark, as a whole, to a vector of Arrow whose values have the same form. */
public final class FixedWidthCopy {
    private FixedWidthCopy() {}

    /** Says whether {@link #copy} takes such vectors. Booleans and decimals have other forms in Arrow. */
    public static boolean takes(ValueVector vector) {
        return vector instanceof Float8Vector
                || vector instanceof BigIntVector
                || vector instanceof IntVector
                || vector instanceof Float4Vector
                || vector instanceof TimeStampMicroTZVector
                || vector instanceof TimeStampMicroVector
                || vector instanceof DateDayVector
                || vector instanceof SmallIntVector
                || vector instanceof TinyIntVector;
    }

    /**
     * Fills a vector with new memory.
     *
     * @param from a column whose values have the type of the vector
     * @param rows how many of its rows
     * @param to a vector that {@link #takes} names, without memory
     */
    public static void copy(ColumnVector from, int rows, BaseFixedWidthVector to) {
        to.allocateNew(Math.max(rows, 1));
        copy(from, 0, rows, to, 0);
        to.setValueCount(rows);
    }

    /**
     * Copies some rows of a column to a place in a vector, which grows if need be. The caller sets its value count.
     *
     * @param from a column whose values have the type of the vector
     * @param first the first row
     * @param rows how many rows
     * @param to a vector that {@link #takes} names, with memory
     * @param at where its values end
     */
    public static void copy(ColumnVector from, int first, int rows, BaseFixedWidthVector to, int at) {
        while (to.getValueCapacity() < at + rows) {
            to.reAlloc();
        }
        int width = to.getTypeWidth();
        MemorySegment values = segment(to.getDataBuffer(), (long) (at + rows) * width);
        long start = (long) at * width;
        switch (to) {
            case Float8Vector _ ->
                MemorySegment.copy(
                        from.getDoubles(first, rows), 0, values, ValueLayout.JAVA_DOUBLE_UNALIGNED, start, rows);
            case Float4Vector _ ->
                MemorySegment.copy(
                        from.getFloats(first, rows), 0, values, ValueLayout.JAVA_FLOAT_UNALIGNED, start, rows);
            case IntVector _, DateDayVector _ ->
                MemorySegment.copy(from.getInts(first, rows), 0, values, ValueLayout.JAVA_INT_UNALIGNED, start, rows);
            case SmallIntVector _ ->
                MemorySegment.copy(
                        from.getShorts(first, rows), 0, values, ValueLayout.JAVA_SHORT_UNALIGNED, start, rows);
            case TinyIntVector _ ->
                MemorySegment.copy(from.getBytes(first, rows), 0, values, ValueLayout.JAVA_BYTE, start, rows);
            case BigIntVector _, TimeStampMicroTZVector _, TimeStampMicroVector _ ->
                MemorySegment.copy(from.getLongs(first, rows), 0, values, ValueLayout.JAVA_LONG_UNALIGNED, start, rows);
            default -> throw new IllegalArgumentException("no vector of fixed width: " + to.getClass());
        }
        MemorySegment bits = segment(to.getValidityBuffer(), (at + rows + 7L) / 8);
        if (from.hasNull()) {
            validity(from, first, rows, bits, at, values, width);
        } else {
            setBits(bits, at, at + rows);
        }
    }

    /** A bit for each row, 1 if it has a value. What a null's value is must not depend on what Spark left there. */
    private static void validity(
            ColumnVector from, int first, int rows, MemorySegment bits, int at, MemorySegment values, int width) {
        int row = 0;
        while (row < rows) {
            int position = at + row;
            int octet = bits.get(ValueLayout.JAVA_BYTE, position / 8);
            for (int bit = position % 8; bit < 8 && row < rows; bit++, row++) {
                if (from.isNullAt(first + row)) {
                    values.asSlice((long) (at + row) * width, width).fill((byte) 0);
                } else {
                    octet |= 1 << bit;
                }
            }
            bits.set(ValueLayout.JAVA_BYTE, position / 8, (byte) octet);
        }
    }

    /** Sets the bits from one position to before another. All from the first one on are 0. */
    public static void setBits(MemorySegment bits, int from, int to) {
        int firstWhole = (from + 7) / 8;
        int lastWhole = to / 8;
        if (firstWhole > lastWhole) {
            or(bits, from / 8, (1 << to % 8) - (1 << from % 8));
            return;
        }
        if (from % 8 != 0) {
            or(bits, from / 8, 256 - (1 << from % 8));
        }
        bits.asSlice(firstWhole, lastWhole - firstWhole).fill((byte) 0xff);
        if (to % 8 != 0) {
            or(bits, lastWhole, (1 << to % 8) - 1);
        }
    }

    private static void or(MemorySegment bits, int octet, int mask) {
        bits.set(ValueLayout.JAVA_BYTE, octet, (byte) (bits.get(ValueLayout.JAVA_BYTE, octet) | mask));
    }

    /** The first bytes of a buffer. */
    public static MemorySegment segment(ArrowBuf buffer, long bytes) {
        return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(bytes);
    }
}

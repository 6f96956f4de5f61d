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
        MemorySegment values = segment(to.getDataBuffer(), (long) rows * to.getTypeWidth());
        switch (to) {
            case Float8Vector _ -> {
                double[] source = from.getDoubles(0, rows);
                MemorySegment.copy(source, 0, values, ValueLayout.JAVA_DOUBLE_UNALIGNED, 0, rows);
            }
            case Float4Vector _ -> {
                float[] source = from.getFloats(0, rows);
                MemorySegment.copy(source, 0, values, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, rows);
            }
            case IntVector _, DateDayVector _ -> {
                int[] source = from.getInts(0, rows);
                MemorySegment.copy(source, 0, values, ValueLayout.JAVA_INT_UNALIGNED, 0, rows);
            }
            case SmallIntVector _ -> {
                short[] source = from.getShorts(0, rows);
                MemorySegment.copy(source, 0, values, ValueLayout.JAVA_SHORT_UNALIGNED, 0, rows);
            }
            case TinyIntVector _ -> {
                byte[] source = from.getBytes(0, rows);
                MemorySegment.copy(source, 0, values, ValueLayout.JAVA_BYTE, 0, rows);
            }
            case BigIntVector _, TimeStampMicroTZVector _, TimeStampMicroVector _ -> {
                long[] source = from.getLongs(0, rows);
                MemorySegment.copy(source, 0, values, ValueLayout.JAVA_LONG_UNALIGNED, 0, rows);
            }
            default -> throw new IllegalArgumentException("no vector of fixed width: " + to.getClass());
        }
        validity(from, rows, to.getValidityBuffer(), values, to.getTypeWidth());
        to.setValueCount(rows);
    }

    /** A bit for each row, 1 if it has a value. What a null's value is must not depend on what Spark left there. */
    private static void validity(ColumnVector from, int rows, ArrowBuf bits, MemorySegment values, int width) {
        long bytes = (rows + 7L) / 8;
        if (!from.hasNull()) {
            segment(bits, bytes).fill((byte) 0xff);
            return;
        }
        MemorySegment target = segment(bits, bytes);
        for (int start = 0; start < rows; start += 8) {
            int octet = 0;
            int end = Math.min(8, rows - start);
            for (int i = 0; i < end; i++) {
                if (from.isNullAt(start + i)) {
                    values.asSlice((long) (start + i) * width, width).fill((byte) 0);
                } else {
                    octet |= 1 << i;
                }
            }
            target.set(ValueLayout.JAVA_BYTE, start / 8, (byte) octet);
        }
    }

    private static MemorySegment segment(ArrowBuf buffer, long bytes) {
        return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(bytes);
    }
}

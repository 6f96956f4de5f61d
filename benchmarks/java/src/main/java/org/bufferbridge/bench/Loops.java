package org.bufferbridge.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.ToDoubleFunction;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import org.bufferbridge.BufferView;

/**
 * The same loops over a heap array and over memory outside the heap. Each kind of memory has its own methods. A method
 * that gets both kinds is compiled for both, which is slower for each.
 */
public final class Loops {
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;
    private static final int BLOCK = 256;
    private static final VectorSpecies<Double> LANES = DoubleVector.SPECIES_PREFERRED;

    private static volatile double sink;

    private Loops() {}

    /** Nanoseconds of one pass, the mean of all {@code passes}. */
    private static <T> double time(T memory, int passes, ToDoubleFunction<T> pass) {
        double result = 0;
        long start = ProcessorTime.nanoseconds();
        for (int i = 0; i < passes; i++) {
            result += pass.applyAsDouble(memory);
        }
        long end = ProcessorTime.nanoseconds();
        sink = result;
        return (end - start) / (double) passes;
    }

    public static double sumOfArray(double[] array, int passes) {
        return time(array, passes, a -> {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i];
            }
            return sum;
        });
    }

    public static double sumOfSegment(MemorySegment segment, int passes) {
        return time(segment, passes, s -> {
            double sum = 0;
            long count = s.byteSize() / Double.BYTES;
            for (long i = 0; i < count; i++) {
                sum += s.getAtIndex(DOUBLE, i);
            }
            return sum;
        });
    }

    public static double gatherOfArray(double[] array, int[] indices, int passes) {
        return time(array, passes, a -> {
            double sum = 0;
            for (int index : indices) {
                sum += a[index];
            }
            return sum;
        });
    }

    public static double gatherOfSegment(MemorySegment segment, int[] indices, int passes) {
        return time(segment, passes, s -> {
            double sum = 0;
            for (int index : indices) {
                sum += s.getAtIndex(DOUBLE, index);
            }
            return sum;
        });
    }

    public static double stridedOfArray(double[] array, int passes) {
        return time(array, passes, a -> {
            double sum = 0;
            for (int i = 0; i < a.length; i += 2) {
                sum += a[i];
            }
            return sum;
        });
    }

    public static double stridedOfSegment(MemorySegment segment, int passes) {
        return time(segment, passes, s -> {
            double sum = 0;
            long count = s.byteSize() / Double.BYTES;
            for (long i = 0; i < count; i += 2) {
                sum += s.getAtIndex(DOUBLE, i);
            }
            return sum;
        });
    }

    public static double scaleArray(double[] array, int passes) {
        return time(array, passes, a -> {
            for (int i = 0; i < a.length; i++) {
                a[i] = a[i] * 0.999 + 0.5;
            }
            return a[0];
        });
    }

    public static double scaleSegment(MemorySegment segment, int passes) {
        return time(segment, passes, s -> {
            long count = s.byteSize() / Double.BYTES;
            for (long i = 0; i < count; i++) {
                s.setAtIndex(DOUBLE, i, s.getAtIndex(DOUBLE, i) * 0.999 + 0.5);
            }
            return s.get(DOUBLE, 0);
        });
    }

    /** Row by row of a view. */
    public static double scaleRows(BufferView view, int passes) {
        return time(view, passes, v -> {
            v.forEachRow((row, first) -> {
                long count = row.byteSize() / Double.BYTES;
                for (long i = 0; i < count; i++) {
                    row.setAtIndex(DOUBLE, i, row.getAtIndex(DOUBLE, i) * 0.999 + 0.5);
                }
            });
            return v.getDouble(0);
        });
    }

    /**
     * With the Vector API, which needs {@code --add-modules jdk.incubator.vector}. The vectors begin at the first
     * aligned address, because numpy aligns its memory to single items only.
     */
    public static double scaleSegmentByVectors(MemorySegment segment, int passes) {
        return time(segment, passes, s -> {
            long head = Math.min(-s.address() & LANES.vectorByteSize() - 1, s.byteSize());
            long body = (long) LANES.loopBound((int) ((s.byteSize() - head) / Double.BYTES)) * Double.BYTES;
            scale(s.asSlice(0, head));
            scaleVectors(s.asSlice(head, body));
            scale(s.asSlice(head + body));
            return s.get(DOUBLE, 0);
        });
    }

    private static void scale(MemorySegment segment) {
        for (long offset = 0; offset < segment.byteSize(); offset += Double.BYTES) {
            segment.set(DOUBLE, offset, segment.get(DOUBLE, offset) * 0.999 + 0.5);
        }
    }

    private static void scaleVectors(MemorySegment segment) {
        for (long offset = 0; offset < segment.byteSize(); offset += LANES.vectorByteSize()) {
            DoubleVector.fromMemorySegment(LANES, segment, offset, ByteOrder.nativeOrder())
                    .mul(0.999)
                    .add(0.5)
                    .intoMemorySegment(segment, offset, ByteOrder.nativeOrder());
        }
    }

    /** Block by block through an array that stays in the processor's cache. */
    public static double scaleSegmentInBlocks(MemorySegment segment, int passes) {
        double[] block = new double[BLOCK];
        return time(segment, passes, s -> {
            long count = s.byteSize() / Double.BYTES;
            for (long start = 0; start < count; start += BLOCK) {
                int length = (int) Math.min(BLOCK, count - start);
                MemorySegment.copy(s, DOUBLE, start * Double.BYTES, block, 0, length);
                for (int i = 0; i < length; i++) {
                    block[i] = block[i] * 0.999 + 0.5;
                }
                MemorySegment.copy(block, 0, s, DOUBLE, start * Double.BYTES, length);
            }
            return s.get(DOUBLE, 0);
        });
    }
}

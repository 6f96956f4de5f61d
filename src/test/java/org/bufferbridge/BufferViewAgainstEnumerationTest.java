package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/**
 * Random geometries over memory in which every byte differs from its neighbours, compared with an enumeration
 * of all indices.
 */
class BufferViewAgainstEnumerationTest {
    private static final int GEOMETRIES = 3000;
    private static final int MEMORY_BYTES = 4096;
    private static final int MIDDLE = MEMORY_BYTES / 2;
    private static final BufferFormat[] FORMATS = {
        BufferFormat.UINT8,
        BufferFormat.parse("=h"),
        BufferFormat.parse("=i"),
        BufferFormat.parse("=q"),
        BufferFormat.bytes(3),
    };

    private static MemorySegment counting(int byteSize) {
        MemorySegment memory = Arena.ofAuto().allocate(byteSize, 8);
        for (int i = 0; i < byteSize; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 37 + i / 256));
        }
        return memory;
    }

    private static byte[] bytesAt(MemorySegment memory, long byteOffset, long byteSize) {
        return memory.asSlice(byteOffset, byteSize).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The bytes of all items in C order, read by enumeration. */
    private static byte[] enumerated(BufferView view) {
        byte[] bytes = new byte[(int) view.byteSize()];
        int at = 0;
        for (long[] index : Enumeration.indices(view.shape())) {
            long byteOffset = Enumeration.byteOffset(index, view.strides(), view.byteOffset());
            System.arraycopy(bytesAt(view.memory(), byteOffset, view.itemSize()), 0, bytes, at, (int) view.itemSize());
            at += (int) view.itemSize();
        }
        return bytes;
    }

    /** Runs a check over random views that lie inside of their memory. */
    private static void forRandomViews(long seed, BiConsumer<BufferView, Random> check) {
        Random random = new Random(seed);
        MemorySegment memory = counting(MEMORY_BYTES);
        for (int i = 0; i < GEOMETRIES; i++) {
            BufferFormat format = FORMATS[random.nextInt(FORMATS.length)];
            long[] shape = Enumeration.randomShape(random);
            long[] strides = Enumeration.randomStrides(random, shape, format.itemSize(), 1);
            check.accept(BufferView.strided(memory, format, shape, strides, MIDDLE), random);
        }
    }

    @Test
    void viewIsMadeExactlyIfEveryItemLiesInsideOfTheMemory() {
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 4 * GEOMETRIES; i++) {
            long itemSize = random.nextInt(1, 9);
            BufferFormat format = BufferFormat.bytes(itemSize);
            long[] shape = Enumeration.randomShape(random);
            long[] strides = Enumeration.randomStrides(random, shape, itemSize, itemSize);
            long byteOffset = random.nextLong(-4, 100);
            long memoryByteSize = random.nextLong(0, 200);
            MemorySegment memory = MemorySegment.ofArray(new byte[(int) memoryByteSize]);
            List<long[]> indices = Enumeration.indices(shape);
            boolean isInside = indices.isEmpty()
                    ? byteOffset >= 0 && byteOffset <= memoryByteSize
                    : indices.stream()
                            .mapToLong(index -> Enumeration.byteOffset(index, strides, byteOffset))
                            .allMatch(at -> at >= 0 && at + itemSize <= memoryByteSize);
            if (isInside) {
                BufferView.strided(memory, format, shape, strides, byteOffset);
            } else {
                refused++;
                assertThrows(
                        IllegalArgumentException.class,
                        () -> BufferView.strided(memory, format, shape, strides, byteOffset));
            }
        }
        assertTrue(refused > GEOMETRIES && refused < 3 * GEOMETRIES, refused + " geometries were refused");
    }

    @Test
    void contiguityIsThatOfTheEnumeratedItems() {
        int[] found = new int[3];
        forRandomViews(2, (view, random) -> {
            boolean isC = Enumeration.isContiguous(view.shape(), view.strides(), view.itemSize(), false);
            boolean isF = Enumeration.isContiguous(view.shape(), view.strides(), view.itemSize(), true);
            assertEquals(isC, view.isContiguous(Order.C), view::toString);
            assertEquals(isF, view.isContiguous(Order.F), view::toString);
            assertEquals(isC || isF, view.isContiguous(Order.ANY), view::toString);
            found[isC && isF ? 2 : isC || isF ? 1 : 0]++;
        });
        assertTrue(Arrays.stream(found).allMatch(count -> count > GEOMETRIES / 10), Arrays.toString(found));
    }

    @Test
    void itemsAreReadInTheOrderOfTheEnumeration() {
        forRandomViews(3, (view, random) -> {
            assertArrayEquals(enumerated(view), view.toBytes(), view::toString);
            assertEquals(Enumeration.indices(view.shape()).size(), view.itemCount());
            assertEquals(view.itemCount() * view.itemSize(), view.byteSize());
        });
    }

    @Test
    void eachItemIsReadAtItsOffset() {
        forRandomViews(4, (view, random) -> {
            for (long[] index : Enumeration.indices(view.shape())) {
                byte[] expected = bytesAt(
                        view.memory(),
                        Enumeration.byteOffset(index, view.strides(), view.byteOffset()),
                        view.itemSize());
                assertArrayEquals(expected, bytesOf(view, index), view::toString);
            }
        });
    }

    private static byte[] bytesOf(BufferView view, long[] index) {
        MemorySegment value = MemorySegment.ofArray(new byte[(int) view.itemSize()]);
        switch ((int) view.itemSize()) {
            case 1 -> value.set(ValueLayout.JAVA_BYTE, 0, (byte) view.getInt(index));
            case 2 -> value.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) view.getLong(index));
            case 4 -> value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, view.getInt(index));
            case 8 -> value.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, view.getLong(index));
            default -> value.copyFrom(MemorySegment.ofArray(view.getBytes(index)));
        }
        return value.toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void shorterFormsReadWhatTheGeneralFormReads() {
        forRandomViews(5, (view, random) -> {
            if (!view.format().isInteger()) {
                return;
            }
            for (long[] index : Enumeration.indices(view.shape())) {
                if (index.length == 1) {
                    assertEquals(view.getLong(index), view.getLong(index[0]));
                    assertEquals(view.getDouble(index), view.getDouble(index[0]));
                } else if (index.length == 2) {
                    assertEquals(view.getLong(index), view.getLong(index[0], index[1]));
                    assertEquals(view.getDouble(index), view.getDouble(index[0], index[1]));
                } else if (index.length == 3) {
                    assertEquals(view.getLong(index), view.getLong(index[0], index[1], index[2]));
                    assertEquals(view.getDouble(index), view.getDouble(index[0], index[1], index[2]));
                }
            }
        });
    }

    @Test
    void sliceSelectsWhatStepsSelect() {
        forRandomViews(6, (view, random) -> {
            if (view.dimensions() == 0) {
                return;
            }
            int dimension = random.nextInt(view.dimensions());
            long length = view.shape(dimension);
            boolean isUp = random.nextBoolean() || length == 0;
            long one = random.nextLong(0, length + 1);
            long other = random.nextLong(0, length + 1);
            long start = isUp ? Math.min(one, other) : Math.min(Math.max(one, other), length - 1);
            long stop = isUp ? Math.max(one, other) : Math.min(one, start) - 1;
            long step = isUp ? random.nextLong(1, 4) : -random.nextLong(1, 4);
            BufferView slice = view.slice(dimension, start, stop, step);
            long[] shape = view.shape();
            shape[dimension] = 0;
            for (long i = start; isUp ? i < stop : i > stop; i += step) {
                shape[dimension]++;
            }
            assertArrayEquals(shape, slice.shape(), view::toString);
            for (long[] index : Enumeration.indices(shape)) {
                long[] original = index.clone();
                original[dimension] = start + index[dimension] * step;
                assertArrayEquals(bytesOf(view, original), bytesOf(slice, index), view::toString);
            }
        });
    }

    @Test
    void indexDropsItsDimension() {
        forRandomViews(7, (view, random) -> {
            int dimension = view.dimensions() == 0 ? 0 : random.nextInt(view.dimensions());
            if (view.dimensions() == 0 || view.shape(dimension) == 0) {
                return;
            }
            long at = random.nextLong(view.shape(dimension));
            BufferView rest = view.at(dimension, at);
            assertEquals(view.dimensions() - 1, rest.dimensions());
            for (long[] index : Enumeration.indices(rest.shape())) {
                long[] original = new long[view.dimensions()];
                for (int d = 0; d < original.length; d++) {
                    original[d] = d == dimension ? at : index[d < dimension ? d : d - 1];
                }
                assertArrayEquals(bytesOf(view, original), bytesOf(rest, index), view::toString);
            }
        });
    }

    @Test
    void transposeReversesTheIndex() {
        forRandomViews(8, (view, random) -> {
            BufferView transposed = view.transpose();
            assertEquals(view.isContiguous(Order.C), transposed.isContiguous(Order.F), view::toString);
            for (long[] index : Enumeration.indices(view.shape())) {
                assertArrayEquals(bytesOf(view, index), bytesOf(transposed, Enumeration.reversed(index)));
            }
        });
    }

    /**
     * A reshape is possible exactly if the items of C order lie at equal distances within each new dimension.
     */
    @Test
    void reshapeKeepsTheOrderOfItemsOrIsRefused() {
        int[] outcomes = new int[2];
        forRandomViews(9, (view, random) -> {
            long[] shape = randomShapeOf(view.itemCount(), random);
            long[] offsets = Enumeration.indices(view.shape()).stream()
                    .mapToLong(index -> Enumeration.byteOffset(index, view.strides(), view.byteOffset()))
                    .toArray();
            boolean isPossible = stridesExist(shape, offsets);
            outcomes[isPossible ? 1 : 0]++;
            if (!isPossible) {
                assertThrows(BufferException.class, () -> view.reshape(shape), view::toString);
                return;
            }
            BufferView reshaped = view.reshape(shape);
            assertArrayEquals(shape, reshaped.shape());
            assertArrayEquals(view.toBytes(), reshaped.toBytes(), view::toString);
        });
        assertTrue(outcomes[0] > 100 && outcomes[1] > 100, Arrays.toString(outcomes));
    }

    private static long[] randomShapeOf(long itemCount, Random random) {
        if (itemCount == 0) {
            return new long[] {random.nextInt(3), 0};
        }
        long[] shape = new long[random.nextInt(1, 5)];
        long rest = itemCount;
        for (int d = 0; d < shape.length - 1; d++) {
            long length = random.nextLong(1, 5);
            shape[d] = rest % length == 0 ? length : 1;
            rest /= shape[d];
        }
        shape[shape.length - 1] = rest;
        return shape;
    }

    private static boolean stridesExist(long[] shape, long[] offsets) {
        List<long[]> indices = Enumeration.indices(shape);
        long[] strides = new long[shape.length];
        for (int d = 0; d < shape.length; d++) {
            for (int i = 0; i < indices.size(); i++) {
                long[] index = indices.get(i);
                if (index[d] == 1 && Arrays.stream(index).sum() == 1) {
                    strides[d] = offsets[i] - offsets[0];
                }
            }
        }
        for (int i = 0; i < indices.size(); i++) {
            if (Enumeration.byteOffset(indices.get(i), strides, offsets[0]) != offsets[i]) {
                return false;
            }
        }
        return true;
    }

    @Test
    void copyFillsExactlyTheItemsOfTheTarget() {
        forRandomViews(10, (view, random) -> {
            MemorySegment memory = counting(MEMORY_BYTES).fill((byte) 0);
            long[] strides = Enumeration.randomStrides(random, view.shape(), view.itemSize(), view.itemSize());
            BufferView target = BufferView.strided(memory, view.format(), view.shape(), strides, MIDDLE);
            byte[] expected = memory.toArray(ValueLayout.JAVA_BYTE);
            byte[] source = enumerated(view);
            int at = 0;
            for (long[] index : Enumeration.indices(view.shape())) {
                int byteOffset = (int) Enumeration.byteOffset(index, target.strides(), target.byteOffset());
                System.arraycopy(source, at, expected, byteOffset, (int) view.itemSize());
                at += (int) view.itemSize();
            }
            target.copyFrom(view); // where items of the target overlap, the last one in C order remains
            assertArrayEquals(expected, memory.toArray(ValueLayout.JAVA_BYTE), () -> view + " to " + target);
        });
    }

    private static boolean overlaps(BufferView view) {
        byte[] used = new byte[(int) view.memory().byteSize()];
        for (long[] index : Enumeration.indices(view.shape())) {
            int byteOffset = (int) Enumeration.byteOffset(index, view.strides(), view.byteOffset());
            for (int i = 0; i < view.itemSize(); i++) {
                if (used[byteOffset + i]++ > 0) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void copyWithinTheSameMemoryReadsBeforeItWrites() {
        forRandomViews(11, (view, random) -> {
            MemorySegment memory = counting(MEMORY_BYTES);
            long[] strides = Enumeration.randomStrides(random, view.shape(), view.itemSize(), view.itemSize());
            BufferView source = BufferView.strided(memory, view.format(), view.shape(), view.strides(), MIDDLE);
            int near = MIDDLE + random.nextInt(-12, 13);
            BufferView target = BufferView.strided(memory, view.format(), view.shape(), strides, near);
            if (overlaps(target)) {
                return;
            }
            byte[] expected = source.toBytes();
            source.copyTo(target);
            assertArrayEquals(expected, target.toBytes(), () -> source + " to " + target);
        });
    }

    @Test
    void rowsAreTheLinesOfTheLastDimensionInOrder() {
        forRandomViews(12, (view, random) -> {
            boolean isGapless = view.dimensions() == 0
                    || view.shape(view.dimensions() - 1) == 1
                    || view.stride(view.dimensions() - 1) == view.itemSize()
                    || view.itemCount() == 0;
            byte[] bytes = new byte[(int) view.byteSize()];
            Runnable read = () -> view.forEachRow((row, first) ->
                    MemorySegment.copy(row, 0, MemorySegment.ofArray(bytes), first * view.itemSize(), row.byteSize()));
            if (isGapless) {
                read.run();
                assertArrayEquals(enumerated(view), bytes, view::toString);
            } else {
                assertThrows(BufferException.class, read::run, view::toString);
            }
        });
    }

    @Test
    void segmentHoldsAllItemsOrIsRefused() {
        forRandomViews(13, (view, random) -> {
            if (view.isContiguous(Order.C)) {
                assertArrayEquals(enumerated(view), view.asSegment().toArray(ValueLayout.JAVA_BYTE), view::toString);
            } else {
                assertThrows(BufferException.class, view::asSegment, view::toString);
            }
        });
    }
}

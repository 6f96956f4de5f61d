package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays of numbers, made in parts, have the values that item after item has. */
class ConvertedArraysTest {
    private static final int COUNT = 2500;

    private static MemorySegment random(boolean isNative, long byteSize, long seed) {
        MemorySegment memory =
                isNative ? Arena.ofAuto().allocate(byteSize, 16) : MemorySegment.ofArray(new byte[(int) byteSize]);
        Random random = new Random(seed);
        for (long i = 0; i < byteSize; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        return memory;
    }

    private static List<BufferView> views(BufferFormat format, boolean isNative) {
        BufferView line = BufferView.of(random(isNative, 2L * COUNT * format.itemSize(), 5), format, 2L * COUNT);
        return List.of(
                line.slice(0, 0, COUNT),
                line.slice(0, 7, 7 + COUNT),
                line.slice(0, 0, 2L * COUNT, 2),
                line.slice(0, COUNT - 1, -1, -1),
                line.reshape(50, 100).transpose(),
                line.slice(0, 0, 0),
                line.slice(0, 0, 1).reshape());
    }

    private static <T> Object outcome(Supplier<T> action) {
        try {
            return action.get();
        } catch (ArithmeticException | UnsupportedOperationException e) {
            return e.getClass() + e.getMessage();
        }
    }

    private static void assertSame(Object expected, Object actual, BufferView view) {
        assertArrayEquals(new Object[] {expected}, new Object[] {actual}, view::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?", "b", "B", "=h", "=H", "=i", "=I", "=q", "=Q", "=l", "=L", "=e", "=f", "=d", ">h", ">H", ">i", ">I",
                ">q", ">Q", ">e", ">f", ">d", "<i", "<d"
            })
    void valuesAreThoseOfTheItems(String code) {
        BufferFormat format = BufferFormat.parse(code);
        for (boolean isNative : new boolean[] {true, false}) {
            for (BufferView view : views(format, isNative)) {
                long[][] indices = Enumeration.indices(view.shape()).toArray(long[][]::new);
                assertSame(
                        outcome(() -> {
                            double[] values = new double[indices.length];
                            for (int i = 0; i < indices.length; i++) {
                                values[i] = view.getDouble(indices[i]);
                            }
                            return values;
                        }),
                        outcome(view::toDoubleArray),
                        view);
                assertSame(
                        outcome(() -> {
                            long[] values = new long[indices.length];
                            for (int i = 0; i < indices.length; i++) {
                                values[i] = view.getLong(indices[i]);
                            }
                            return values;
                        }),
                        outcome(view::toLongArray),
                        view);
                Object array = view.toArray();
                for (int i = 0; i < indices.length; i++) {
                    switch (array) {
                        case boolean[] truths -> assertEquals(view.getBoolean(indices[i]), truths[i]);
                        case float[] floats -> assertEquals(view.getFloat(indices[i]), floats[i]);
                        case double[] doubles -> assertEquals(view.getDouble(indices[i]), doubles[i]);
                        default -> {}
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"e", "f", "d", ">d", "<f"})
    void wholeNumbersBecomeLongsAndOthersAreRefused(String code) {
        BufferFormat format = BufferFormat.parse(code);
        BufferView line = BufferView.of(Arena.ofAuto().allocate(COUNT * 8L, 16), format, COUNT);
        for (int i = 0; i < COUNT; i++) {
            line.setDouble(i % 2000 - 1000, i);
        }
        line.setDouble(-0.0, 3);
        long[] expected = LongStream.range(0, COUNT).map(i -> i % 2000 - 1000).toArray();
        expected[3] = 0;
        assertArrayEquals(expected, line.toLongArray());
        for (double refused : new double[] {0.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            line.setDouble(refused, COUNT - 1);
            String message =
                    assertThrows(ArithmeticException.class, line::toLongArray).getMessage();
            assertEquals(
                    assertThrows(ArithmeticException.class, () -> line.getLong(COUNT - 1))
                            .getMessage(),
                    message);
        }
        if (format.itemSize() > 2) {
            line.setDouble(0x1p63, COUNT - 1);
            assertThrows(ArithmeticException.class, line::toLongArray);
            line.setDouble(-0x1p63, COUNT - 1);
            assertEquals(Long.MIN_VALUE, line.toLongArray()[COUNT - 1]);
            line.setDouble(Math.nextDown((float) 0x1p63), COUNT - 1);
            assertEquals((long) Math.nextDown((float) 0x1p63), line.toLongArray()[COUNT - 1]);
        }
    }

    @Test
    void unsignedLongsRoundToTheNearestDouble() {
        long[] bits = {0, 1, -1, Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE, 0x8000000000000400L, -1025};
        BufferView line = BufferView.of(MemorySegment.ofArray(bits), BufferFormat.UINT64, bits.length);
        for (int i = 0; i < bits.length; i++) {
            assertEquals(
                    new java.math.BigInteger(Long.toUnsignedString(bits[i])).doubleValue(), line.toDoubleArray()[i]);
        }
        assertThrows(ArithmeticException.class, line::toLongArray);
        assertArrayEquals(new long[] {0, 1}, line.slice(0, 0, 2).toLongArray());
    }

    @Test
    void numbersWithGapsMayTakeMoreBytesThanAnArrayHas() {
        int count = 1 << 28;
        assumeTrue(Runtime.getRuntime().maxMemory() > 12L * count, "the heap has no room for 2 GiB of numbers");
        MemorySegment one = MemorySegment.ofArray(new long[] {7});
        BufferView integers = BufferView.strided(one, BufferFormat.INT64, new long[] {count}, new long[] {0}, 0);
        assertEquals(7, integers.toDoubleArray()[count - 1]);
        one.set(ValueLayout.JAVA_DOUBLE, 0, 7);
        BufferView numbers = BufferView.strided(one, BufferFormat.FLOAT64, new long[] {count}, new long[] {0}, 0);
        assertEquals(7, numbers.toLongArray()[count - 1]);
    }
}

package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BulkAccessTest {
    private static BufferView lineOf(String format, long length) {
        BufferFormat parsed = BufferFormat.parse(format);
        return BufferView.of(Arena.ofAuto().allocate(Math.max(parsed.itemSize() * length, 1), 16), parsed, length);
    }

    static List<Arguments> arrays() {
        return List.of(
                Arguments.of(">b", "01ff", new byte[] {1, -1}),
                Arguments.of(">B", "01ff", new byte[] {1, -1}),
                Arguments.of(">?", "0002", new boolean[] {false, true}),
                Arguments.of(">c", "6162", new byte[] {'a', 'b'}),
                Arguments.of(">h", "0001ffff", new short[] {1, -1}),
                Arguments.of(">H", "0061ffff", new char[] {'a', 65535}),
                Arguments.of(">i", "00000001fffffffe", new int[] {1, -2}),
                Arguments.of(">I", "00000001fffffffe", new int[] {1, -2}),
                Arguments.of(">l", "00000001fffffffe", new int[] {1, -2}),
                Arguments.of(">q", "0000000000000001fffffffffffffffe", new long[] {1, -2}),
                Arguments.of(">Q", "0000000000000001fffffffffffffffe", new long[] {1, -2}),
                Arguments.of(">e", "3c00c100", new float[] {1, -2.5f}),
                Arguments.of(">f", "3f800000c0200000", new float[] {1, -2.5f}),
                Arguments.of(">d", "3ff0000000000000c004000000000000", new double[] {1, -2.5}),
                Arguments.of(">Zf", "3f800000c0200000", new float[] {1, -2.5f}),
                Arguments.of(">Zd", "3ff0000000000000c004000000000000", new double[] {1, -2.5}));
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void arrayIsOfTheTypeOfTheItemsSize(String format, String bytes, Object array) {
        MemorySegment memory = MemorySegment.ofArray(HexFormat.of().parseHex(bytes));
        BufferFormat parsed = BufferFormat.parse(format);
        BufferView big = BufferView.of(memory, parsed, memory.byteSize() / parsed.itemSize());
        assertSameArray(array, big.toArray());
        BufferView nativeOrder =
                BufferView.of(Arena.ofAuto().allocate(64, 16), parsed.withOrder(ByteOrder.nativeOrder()), big.shape());
        for (long i = 0; i < big.itemCount(); i++) {
            nativeOrder.set(big.get(i), i);
        }
        assertSameArray(array, nativeOrder.toArray());
    }

    private static void assertSameArray(Object expected, Object actual) {
        assertEquals(expected.getClass(), actual.getClass());
        assertArrayEquals(new Object[] {expected}, new Object[] {actual});
    }

    @Test
    void arrayOfStringsHoldsAllUnits() {
        BufferView strings = lineOf("3s", 2);
        strings.setBytes(new byte[] {1, 2}, 0);
        strings.setBytes(new byte[] {3}, 1);
        assertSameArray(new byte[] {1, 2, 0, 3, 0, 0}, strings.toArray());
        BufferView texts = lineOf(">2w", 2);
        texts.setString("a", 0);
        texts.setString("bc", 1);
        assertSameArray(new int[] {'a', 0, 'b', 'c'}, texts.toArray());
    }

    @Test
    void arrayOfSubArraysHoldsTheirElements() {
        BufferView pairs = lineOf("2h", 2);
        pairs.elements().setInt(5, 1, 0);
        assertSameArray(new short[] {0, 0, 5, 0}, pairs.toArray());
    }

    @Test
    void arrayOfStructuresIsRefused() {
        BufferView records = lineOf("T{i:a:i:b:}", 2);
        assertThrows(UnsupportedOperationException.class, records::toArray);
        assertEquals(16, records.toBytes().length);
    }

    @Test
    void numbersAreCopiedByValue() {
        BufferView line = lineOf(">h", 3);
        line.setInt(-5, 1);
        assertArrayEquals(new double[] {0, -5, 0}, line.toDoubleArray());
        assertArrayEquals(new long[] {0, -5, 0}, line.toLongArray());
        BufferView halves = lineOf("e", 1);
        halves.setDouble(0.5, 0);
        assertThrows(ArithmeticException.class, halves::toLongArray);
        assertArrayEquals(new double[] {0.5}, halves.toDoubleArray());
    }

    @Test
    void arrayLongerThanArraysCanBeIsRefusedWithTheNumbers() {
        BufferView huge = BufferView.strided(
                MemorySegment.ofArray(new byte[1]), BufferFormat.UINT8, new long[] {1L << 31}, new long[] {0}, 0);
        for (Runnable copy : List.<Runnable>of(huge::toBytes, huge::toArray, huge::toDoubleArray)) {
            String message = assertThrows(BufferException.class, copy::run).getMessage();
            assertTrue(message.contains("2147483648") && message.contains("2147483639"), message);
        }
    }

    @Test
    void segmentHasExactlyTheBytesOfTheItems() {
        BufferView view = BufferView.strided(
                Arena.ofAuto().allocate(100, 8), BufferFormat.INT32, new long[] {2, 3}, new long[] {12, 4}, 16);
        assertEquals(24, view.asSegment().byteSize());
        assertEquals(view.memory().address() + 16, view.asSegment().address());
        assertTrue(view.asReadOnly().asSegment().isReadOnly());
    }

    @Test
    void segmentOfItemsWithGapsIsRefusedWithTheOtherWays() {
        BufferView view = lineOf("i", 6).slice(0, 0, 6, 2);
        String message = assertThrows(BufferException.class, view::asSegment).getMessage();
        assertTrue(message.contains("strides=[8]") && message.contains("toArray"), message);
    }

    @Test
    void byteBufferHasTheOrderOfTheFormatAndKeepsReadOnly() {
        BufferView big = lineOf(">i", 3);
        big.setInt(5, 1);
        ByteBuffer buffer = big.asByteBuffer();
        assertEquals(ByteOrder.BIG_ENDIAN, buffer.order());
        assertEquals(12, buffer.remaining());
        assertEquals(5, buffer.getInt(4));
        buffer.putInt(0, 7);
        assertEquals(7, big.getInt(0));
        assertEquals(ByteOrder.nativeOrder(), lineOf("d", 1).asByteBuffer().order());
        assertEquals(
                ByteOrder.nativeOrder(), lineOf("T{>i:a:}", 1).asByteBuffer().order());
        assertTrue(big.asReadOnly().asByteBuffer().isReadOnly());
    }

    @Test
    void byteBufferOverAnotherArrayThanBytesIsRefused() {
        BufferView doubles = BufferView.of(MemorySegment.ofArray(new double[2]), BufferFormat.FLOAT64, 2);
        assertThrows(BufferException.class, doubles::asByteBuffer);
        BufferView bytes = BufferView.of(MemorySegment.ofArray(new byte[2]));
        assertEquals(2, bytes.asByteBuffer().remaining());
    }

    @Test
    void sizesBeyondIntAreReachedButNotByAByteBuffer(@TempDir Path folder) throws IOException {
        long byteSize = 3L << 30;
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(
                        folder.resolve("sparse"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, byteSize, arena);
            BufferView view = BufferView.of(memory, BufferFormat.INT64, byteSize / 8);
            view.setLong(-5, byteSize / 8 - 1);
            assertEquals(-5, memory.get(ValueLayout.JAVA_LONG, byteSize - 8));
            assertEquals(-5, view.reshape(3, 1 << 27).getLong(2, (1 << 27) - 1));
            assertEquals(byteSize, view.asSegment().byteSize());
            String message =
                    assertThrows(BufferException.class, view::asByteBuffer).getMessage();
            assertTrue(message.contains("3221225472") && message.contains("2147483639"), message);
        }
    }

    @Test
    void rowsTellTheIndexOfTheirFirstItem() {
        BufferView table = lineOf("d", 6).reshape(2, 3);
        StringBuilder seen = new StringBuilder();
        table.forEachRow((row, first) ->
                seen.append(first).append(':').append(row.byteSize()).append(' '));
        assertEquals("0:24 3:24 ", seen.toString());
        StringBuilder single = new StringBuilder();
        BufferView item = BufferView.of(table.memory(), BufferFormat.FLOAT64);
        item.forEachRow((row, first) -> single.append(row.byteSize()));
        assertEquals("8", single.toString());
    }

    @Test
    void copyNeedsTheSameShapeAndMatchingFormats() {
        BufferView target = lineOf("q", 4);
        assertThrows(IllegalArgumentException.class, () -> target.copyFrom(lineOf("q", 5)));
        assertThrows(
                IllegalArgumentException.class,
                () -> target.copyFrom(lineOf("q", 4).reshape(2, 2)));
        String message = assertThrows(IllegalArgumentException.class, () -> target.copyFrom(lineOf("d", 4)))
                .getMessage();
        assertTrue(message.contains("\"d\"") && message.contains("\"q\""), message);
        assertThrows(IllegalArgumentException.class, () -> target.copyFrom(lineOf(">q", 4)));
        BufferView source = lineOf("l", 4);
        source.setLong(7, 3);
        target.copyFrom(source);
        assertEquals(7, target.getLong(3));
    }

    @Test
    void copyGoesBetweenHeapAndNativeMemory() {
        BufferView heap = BufferView.of(MemorySegment.ofArray(new double[] {1, 2, 3, 4}), BufferFormat.FLOAT64, 2, 2);
        BufferView memory = lineOf("d", 4).reshape(2, 2).transpose();
        heap.copyTo(memory);
        assertEquals(2, memory.getDouble(0, 1));
        assertArrayEquals(new double[] {1, 3, 2, 4}, memory.transpose().toDoubleArray());
    }

    @Test
    void copyOntoItselfReversedReversesTheItems() {
        BufferView line = lineOf("i", 5);
        for (int i = 0; i < 5; i++) {
            line.setInt(i, i);
        }
        line.copyFrom(line.slice(0, 4, -1, -1));
        assertArrayEquals(new int[] {4, 3, 2, 1, 0}, (int[]) line.toArray());
    }
}

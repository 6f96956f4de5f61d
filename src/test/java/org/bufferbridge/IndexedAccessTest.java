package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which items are accessed: those of an index inside of the shape, in views that allow the access. */
class IndexedAccessTest {
    @Test
    void indexOutsideOfTheShapeIsRefusedNamingBoth() {
        MemorySegment memory = MemorySegment.ofArray(new int[12]);
        BufferView table = BufferView.of(memory, BufferFormat.INT32, 3, 4);
        for (Runnable access : List.<Runnable>of(
                () -> table.getInt(0, 4),
                () -> table.getInt(3, 0),
                () -> table.getInt(-1, 0),
                () -> table.setInt(1, 0, -1),
                () -> table.getInt(new long[] {0, 4}),
                () -> table.getLong(3, 3),
                () -> table.get(0, 4))) {
            String message =
                    assertThrows(IndexOutOfBoundsException.class, access::run).getMessage();
            assertTrue(message.contains("[3, 4]"), message);
        }
        String message = assertThrows(IndexOutOfBoundsException.class, () -> table.getInt(2, 7))
                .getMessage();
        assertTrue(message.contains("[2, 7]"), message);
    }

    /** Bytes that lie inside of the memory but outside of the shape are not the view's. */
    @Test
    void indexBehindTheShapeIsRefusedInLargerMemoryToo() {
        MemorySegment memory = MemorySegment.ofArray(new int[12]);
        BufferView line = BufferView.strided(memory, BufferFormat.INT32, new long[] {2}, new long[] {4}, 16);
        BufferView table = BufferView.strided(memory, BufferFormat.INT32, new long[] {2, 2}, new long[] {8, 4}, 16);
        for (long i : new long[] {-1, 2}) {
            assertThrows(IndexOutOfBoundsException.class, () -> line.getInt(i));
            assertThrows(IndexOutOfBoundsException.class, () -> line.setInt(1, i));
            assertThrows(IndexOutOfBoundsException.class, () -> line.getInt(new long[] {i}));
            assertThrows(IndexOutOfBoundsException.class, () -> table.getInt(0, i));
            assertThrows(IndexOutOfBoundsException.class, () -> table.getInt(i, 0));
        }
    }

    @Test
    void indexOfAnotherNumberOfDimensionsIsRefused() {
        MemorySegment memory = MemorySegment.ofArray(new int[12]);
        BufferView table = BufferView.of(memory, BufferFormat.INT32, 3, 4);
        BufferView line = BufferView.of(memory, BufferFormat.INT32, 12);
        BufferView item = BufferView.of(memory, BufferFormat.INT32);
        assertThrows(IndexOutOfBoundsException.class, () -> table.getInt(0));
        assertThrows(IndexOutOfBoundsException.class, () -> table.getInt());
        assertThrows(IndexOutOfBoundsException.class, () -> line.getInt(0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> item.getInt(0));
        assertThrows(IndexOutOfBoundsException.class, () -> item.setInt(0, 0, 0));
    }

    @Test
    void readOnlyViewRefusesEveryWrite() {
        MemorySegment memory = MemorySegment.ofArray(new int[] {7});
        BufferView view = BufferView.of(memory, BufferFormat.INT32, 1).asReadOnly();
        for (Runnable write : List.<Runnable>of(
                () -> view.setInt(1, 0),
                () -> view.setInt(1, new long[] {0}),
                () -> view.setDouble(1, 0),
                () -> view.set(1, 0),
                () -> view.setComplex(new Complex(1, 0), 0),
                () -> view.copyFrom(view))) {
            String message = assertThrows(UnsupportedOperationException.class, write::run)
                    .getMessage();
            assertTrue(message.contains("read-only"), message);
        }
        assertEquals(7, view.getInt(0));
    }

    @Test
    void eachOfThreeIndicesIsChecked() {
        MemorySegment memory = MemorySegment.ofArray(new int[200]);
        BufferView cube = BufferView.of(memory, BufferFormat.INT32, 2, 3, 4);
        BufferView swapped = cube.withFormat(BufferFormat.parse(">i"));
        for (BufferView view : List.of(cube, swapped)) {
            view.setInt(7, 1, 2, 3);
            assertEquals(7, view.getInt(new long[] {1, 2, 3}));
            long[][] outside = {{-1, 0, 0}, {2, 0, 0}, {0, -1, 0}, {0, 3, 0}, {0, 0, -1}, {0, 0, 4}};
            for (long[] index : outside) {
                String message = assertThrows(
                                IndexOutOfBoundsException.class, () -> view.getInt(index[0], index[1], index[2]))
                        .getMessage();
                assertTrue(message.contains(Arrays.toString(index)) && message.contains("[2, 3, 4]"), message);
                assertThrows(IndexOutOfBoundsException.class, () -> view.setInt(1, index[0], index[1], index[2]));
            }
            assertThrows(IndexOutOfBoundsException.class, () -> view.getInt(0, 0));
            assertThrows(
                    IndexOutOfBoundsException.class, () -> view.reshape(6, 4).getInt(0, 0, 0));
            assertThrows(
                    UnsupportedOperationException.class, () -> view.asReadOnly().setInt(1, 0, 0, 0));
        }
    }

    @Test
    void bitsOfAFloatAreReadAsTheyAre() {
        int signalling = 0x7FA00001;
        for (String format : List.of("<f", ">f")) {
            MemorySegment memory = MemorySegment.ofArray(new int[] {signalling, Integer.reverseBytes(signalling)});
            long index = format.equals("<f") == (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) ? 0 : 1;
            BufferView line = BufferView.of(memory, BufferFormat.parse(format), 2);
            assertEquals(signalling, Float.floatToRawIntBits(line.getFloat(index)));
            assertEquals(signalling, Float.floatToRawIntBits(line.getFloat(new long[] {index})));
            assertEquals(
                    signalling, Float.floatToRawIntBits(line.reshape(1, 1, 1, 2).getFloat(0, 0, 0, index)));
        }
    }

    @Test
    void eachTypeHasFormsForLinesTablesAndCubes() {
        MemorySegment memory = MemorySegment.ofArray(new long[4]);
        for (String format : List.of("b", "h", "H", "i", "q", "f", "d", "?", "B", "e", ">i")) {
            BufferFormat parsed = BufferFormat.parse(format);
            BufferView line = BufferView.of(memory, parsed, 4);
            BufferView table = line.reshape(2, 2);
            BufferView cube = line.reshape(1, 2, 2);
            memory.fill((byte) 0);
            table.setByte((byte) 1, 1, 0);
            assertEquals(1, line.getByte(2));
            assertEquals(1, cube.getByte(0, 1, 0));
            cube.setByte((byte) 0, 0, 1, 0);
            cube.setShort((short) 1, 0, 1, 0);
            assertEquals(1, cube.getShort(0, 1, 0));
            cube.setChar('\0', 0, 1, 0);
            assertEquals('\0', cube.getChar(0, 1, 0));
            cube.setInt(1, 0, 1, 0);
            assertEquals(1, cube.getInt(0, 1, 0));
            cube.setFloat(0, 0, 1, 0);
            assertEquals(0, cube.getFloat(0, 1, 0));
            cube.setLong(1, 0, 1, 0);
            assertEquals(1, cube.getLong(0, 1, 0));
            cube.setBoolean(false, 0, 1, 0);
            assertFalse(cube.getBoolean(0, 1, 0));
            cube.setDouble(1, 0, 1, 0);
            assertEquals(1, cube.getDouble(0, 1, 0));
            line.setShort((short) 0, 2);
            assertEquals(0, table.getShort(1, 0));
            table.setChar('\1', 0, 1);
            assertEquals('\1', line.getChar(1));
            line.setBoolean(false, 1);
            assertFalse(table.getBoolean(0, 1));
            table.setFloat(1, 1, 1);
            assertEquals(1, line.getFloat(3));
            line.setDouble(0, 3);
            assertEquals(0, table.getDouble(1, 1));
            table.setLong(1, 0, 0);
            assertEquals(1, line.getLong(0));
            line.setInt(0, 0);
            assertEquals(0, table.getInt(0, 0));
            assertEquals(
                    List.of(0.0, 0.0, 0.0, 0.0),
                    Arrays.stream(line.toDoubleArray()).boxed().toList(),
                    format);
        }
    }
}

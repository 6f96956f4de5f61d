package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.bufferbridge.internal.view.Alignment;
import org.junit.jupiter.api.Test;

class IndirectViewTest {
    private static MemorySegment row(int... values) {
        return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_INT, values);
    }

    private final MemorySegment[] rows = {row(0, 1, 2, 3), row(10, 11, 12, 13), row(20, 21, 22, 23)};
    private final BufferView view = BufferView.ofRows(BufferFormat.INT32, rows);

    private static MemorySegment table(MemorySegment... targets) {
        MemorySegment table = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, targets.length);
        for (int i = 0; i < targets.length; i++) {
            table.setAtIndex(ValueLayout.JAVA_LONG, i, targets[i].address());
        }
        return table;
    }

    private static BufferView indirect(
            MemorySegment table, long[] shape, long[] strides, long[] suboffsets, MemorySegment... targets) {
        return BufferView.indirect(table, BufferFormat.INT32, shape, strides, suboffsets, 0, targets);
    }

    private static long[] numbers(long... numbers) {
        return numbers;
    }

    @Test
    void rowsAreReachedThroughPointers() {
        assertArrayEquals(numbers(3, 4), view.shape());
        assertArrayEquals(numbers(8, 4), view.strides());
        assertArrayEquals(numbers(0, -1), view.suboffsets());
        assertTrue(view.isIndirect());
        assertEquals(12, view.getInt(1, 2));
        assertEquals(12, view.getDouble(new long[] {1, 2}));
        view.setInt(99, 2, 3);
        assertEquals(99, rows[2].getAtIndex(ValueLayout.JAVA_INT, 3));
        assertEquals(99, view.get(2, 3));
    }

    @Test
    void pointersAreNeverContiguous() {
        for (Order order : Order.values()) {
            assertFalse(view.isContiguous(order));
        }
        BufferView looksContiguous = view.slice(0, 1, 2);
        assertFalse(looksContiguous.isContiguous(Order.ANY));
        assertThrows(BufferException.class, looksContiguous::asSegment);
    }

    @Test
    void suboffsetsThatAreAllNegativeAreNone() {
        BufferView direct = indirect(rows[0], numbers(4), numbers(4), numbers(-3));
        assertFalse(direct.isIndirect());
        assertEquals(0, direct.suboffsets().length);
        assertEquals(3, direct.getInt(3));
    }

    @Test
    void suboffsetIsAddedBehindThePointer() {
        BufferView shifted = indirect(table(rows), numbers(3, 2), numbers(8, 4), numbers(8, -1), rows);
        assertArrayEquals(new int[] {2, 3, 12, 13, 22, 23}, (int[]) shifted.toArray());
    }

    @Test
    void pointersMayLeadToPointers() {
        MemorySegment lower = table(rows[0], rows[1]);
        MemorySegment upper = table(rows[2], rows[0]);
        MemorySegment top = table(lower, upper);
        BufferView cube = indirect(
                top, numbers(2, 2, 4), numbers(8, 8, 4), numbers(0, 0, -1), lower, upper, rows[0], rows[1], rows[2]);
        assertEquals(13, cube.getInt(0, 1, 3));
        assertEquals(20, cube.getInt(1, 0, 0));
        assertEquals(3, cube.at(0, 1).getInt(1, 3));
        assertEquals(13, cube.at(0, 0).at(0, 1).getInt(3));
        assertThrows(BufferException.class, () -> cube.at(1, 0));
    }

    @Test
    void lastDimensionMayLeadThroughPointers() {
        MemorySegment[] items = {rows[0].asSlice(4, 4), rows[1].asSlice(8, 4), rows[2].asSlice(12, 4)};
        BufferView scattered = indirect(table(items), numbers(3), numbers(8), numbers(0), items);
        assertArrayEquals(new int[] {1, 12, 23}, (int[]) scattered.toArray());
        assertArrayEquals(new double[] {1, 12, 23}, scattered.toDoubleArray());
        assertEquals(12, scattered.getInt(1));
        assertThrows(BufferException.class, () -> scattered.forEachRow((row, first) -> {}));
    }

    @Test
    void indexOfTheFirstDimensionGivesTheRowItself() {
        BufferView line = view.at(0, 1);
        assertFalse(line.isIndirect());
        assertArrayEquals(new int[] {10, 11, 12, 13}, (int[]) line.toArray());
        assertTrue(line.isContiguous(Order.C));
    }

    /** Behind a pointer the start of a slice moves into the suboffset, as memoryview does it. */
    @Test
    void slicesBehindAPointerMoveItsSuboffset() {
        BufferView columns = view.slice(1, 1, 4, 2);
        assertArrayEquals(numbers(4, -1), columns.suboffsets());
        assertArrayEquals(new int[] {1, 3, 11, 13, 21, 23}, (int[]) columns.toArray());
        assertArrayEquals(new int[] {13, 12, 11, 10}, (int[])
                view.slice(1, 3, -1, -1).at(0, 1).toArray());
        assertArrayEquals(new int[] {2, 12, 22}, (int[]) view.at(1, 2).toArray());
        BufferView lower = view.slice(0, 2, 0, -1);
        assertArrayEquals(new int[] {20, 21, 22, 23, 10, 11, 12, 13}, (int[]) lower.toArray());
    }

    @Test
    void fieldsBehindAPointerMoveItsSuboffset() {
        BufferView records = BufferView.ofRows(BufferFormat.parse("T{i:a:i:b:}"), rows);
        assertArrayEquals(
                new int[] {1, 3, 11, 13, 21, 23}, (int[]) records.field("b").toArray());
    }

    @Test
    void emptySliceHasNoSuboffsets() {
        BufferView none = view.slice(0, 1, 1);
        assertFalse(none.isIndirect());
        assertEquals(0, none.itemCount());
    }

    @Test
    void changeOfTheOrderOfDimensionsIsRefused() {
        assertThrows(BufferException.class, view::transpose);
        assertThrows(BufferException.class, () -> view.reshape(12));
    }

    @Test
    void rowsAreShownOneByOne() {
        List<String> seen = new ArrayList<>();
        view.forEachRow((row, first) -> seen.add(first + ":" + row.get(ValueLayout.JAVA_INT, 0)));
        assertEquals(List.of("0:0", "4:10", "8:20"), seen);
    }

    @Test
    void copiesGoThroughThePointers() {
        BufferView copy = BufferView.of(Arena.ofAuto().allocate(48, 8), BufferFormat.INT32, 3, 4);
        copy.copyFrom(view);
        assertArrayEquals((int[]) view.toArray(), (int[]) copy.toArray());
        copy.setInt(77, 1, 1);
        copy.copyTo(view);
        assertEquals(77, rows[1].getAtIndex(ValueLayout.JAVA_INT, 1));
    }

    @Test
    void pointerOutsideOfTheTargetsIsRefusedWhenTheViewIsMade() {
        MemorySegment table = table(rows);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> indirect(table, numbers(3, 4), numbers(8, 4), numbers(0, -1), rows[0], rows[1]))
                .getMessage();
        assertTrue(message.contains(Long.toHexString(rows[2].address())), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> indirect(table, numbers(3, 5), numbers(8, 4), numbers(0, -1), rows));
        assertThrows(
                IllegalArgumentException.class,
                () -> indirect(table, numbers(3, 4), numbers(8, 4), numbers(4, -1), rows));
    }

    @Test
    void tableThatIsTooShortIsRefused() {
        MemorySegment table = table(rows);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> indirect(table, numbers(4, 4), numbers(8, 4), numbers(0, -1), rows))
                .getMessage();
        assertTrue(message.contains("to byte 32") && message.contains("to byte 24"), message);
    }

    @Test
    void pointerThatWasChangedIsFollowedOnlyIntoATarget() {
        MemorySegment table = table(rows);
        BufferView changing = indirect(table, numbers(3, 4), numbers(8, 4), numbers(0, -1), rows);
        table.setAtIndex(ValueLayout.JAVA_LONG, 0, rows[2].address());
        assertEquals(20, changing.getInt(0, 0));
        for (long wild : numbers(0, -8, Long.MAX_VALUE, Long.MIN_VALUE, rows[0].address() + 4)) {
            table.setAtIndex(ValueLayout.JAVA_LONG, 0, wild);
            assertThrows(IllegalStateException.class, () -> changing.getInt(0, 0), Long.toHexString(wild));
        }
    }

    @Test
    void overlappingRowsAreEachFound() {
        MemorySegment signal = row(0, 1, 2, 3, 4, 5);
        BufferView windows = BufferView.ofRows(
                BufferFormat.INT32,
                signal.asSlice(0, 16),
                signal.asSlice(4, 16),
                signal.asSlice(8, 16),
                signal.asSlice(4, 16));
        assertArrayEquals(new int[] {0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 1, 2, 3, 4}, (int[]) windows.toArray());
    }

    @Test
    void nestedTargetsAreSearchedUntilOneHoldsTheRow() {
        MemorySegment signal = row(0, 1, 2, 3, 4, 5);
        MemorySegment inner = signal.asSlice(4, 4);
        BufferView windows =
                indirect(table(signal.asSlice(8)), numbers(1, 4), numbers(8, 4), numbers(0, -1), inner, signal);
        assertEquals(5, windows.getInt(0, 3));
    }

    @Test
    void rowsOfDifferentSizeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> BufferView.ofRows(BufferFormat.INT32, row(1, 2), row(1)));
        assertThrows(IllegalArgumentException.class, () -> BufferView.ofRows(BufferFormat.INT64, row(1, 2, 3)));
        assertThrows(IllegalArgumentException.class, () -> BufferView.ofRows(BufferFormat.INT32));
        assertThrows(
                IllegalArgumentException.class,
                () -> BufferView.ofRows(BufferFormat.INT32, Arena.ofAuto().allocate(0)));
    }

    @Test
    void rowsOnTheHeapAreRefused() {
        MemorySegment heap = MemorySegment.ofArray(new int[4]);
        assertThrows(IllegalArgumentException.class, () -> BufferView.ofRows(BufferFormat.INT32, heap));
        assertThrows(
                IllegalArgumentException.class,
                () -> indirect(table(rows), numbers(3, 4), numbers(8, 4), numbers(0, -1), heap));
    }

    @Test
    void rowsThatAreNotAlignedAreRefused() {
        MemorySegment odd = Arena.ofAuto().allocate(17).asSlice(1, 16);
        assertThrows(IllegalArgumentException.class, () -> BufferView.ofRows(BufferFormat.INT32, rows[0], odd));
        BufferView unaligned = BufferView.ofRows(BufferFormat.parse("=i"), rows[0], odd);
        assertEquals("=i", Alignment.exportFormat(unaligned));
        assertEquals("i", Alignment.exportFormat(BufferView.ofRows(BufferFormat.parse("=i"), rows)));
    }

    @Test
    void oneReadOnlyRowMakesTheViewReadOnly() {
        BufferView mixed = BufferView.ofRows(BufferFormat.INT32, rows[0], rows[1].asReadOnly());
        assertTrue(mixed.isReadOnly());
        assertThrows(UnsupportedOperationException.class, () -> mixed.setInt(1, 0, 0));
        assertTrue(view.asReadOnly().isReadOnly());
        assertThrows(
                UnsupportedOperationException.class,
                () -> view.asReadOnly().at(0, 0).setInt(1, 0));
        assertTrue(view.asReadOnly().at(0, 0).isReadOnly());
    }

    @Test
    void rowOfAClosedArenaIsNotRead() {
        Arena arena = Arena.ofConfined();
        BufferView mixed = BufferView.ofRows(BufferFormat.INT32, rows[0], arena.allocate(16, 8));
        assertEquals(0, mixed.getInt(1, 0));
        arena.close();
        assertEquals(3, mixed.getInt(0, 3));
        assertThrows(IllegalStateException.class, () -> mixed.getInt(1, 0));
    }
}

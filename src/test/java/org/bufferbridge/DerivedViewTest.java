package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerivedViewTest {
    /** Items 0, 1 ... 23 in shape 2, 3, 4. */
    private final BufferView cube = BufferView.of(Arena.ofAuto().allocate(24 * 4, 8), BufferFormat.INT32, 2, 3, 4);

    DerivedViewTest() {
        for (int i = 0; i < 24; i++) {
            cube.setInt(i, i / 12, i / 4 % 3, i % 4);
        }
    }

    @Test
    void derivedViewsShowTheSameMemory() {
        BufferView corner = cube.transpose().slice(0, 3, 4).at(0, 0).slice(0, 2, -1, -1);
        corner.setInt(99, 0, 1);
        assertEquals(99, cube.getInt(1, 2, 3));
        assertSame(cube.memory(), corner.memory());
    }

    @Test
    void sliceTakesEveryStepUpToButNotIncludingTheEnd() {
        assertArrayEquals(
                new int[] {4, 5, 6, 7}, (int[]) cube.at(0, 0).slice(0, 1, 2).toArray());
        assertArrayEquals(new int[] {0, 2}, (int[])
                cube.at(0, 0).at(0, 0).slice(0, 0, 4, 2).toArray());
        assertArrayEquals(new int[] {3, 2, 1, 0}, (int[])
                cube.at(0, 0).at(0, 0).slice(0, 3, -1, -1).toArray());
        assertArrayEquals(new int[] {3, 1}, (int[])
                cube.at(0, 0).at(0, 0).slice(0, 3, 0, -2).toArray());
        assertEquals(0, cube.slice(1, 3, 3).itemCount());
    }

    @ParameterizedTest
    @CsvSource({"-1, 2, 1", "0, 4, 1", "2, 1, 1", "0, 3, 0", "3, -1, -1", "2, -2, -1", "0, 1, -1"})
    void sliceThatLeavesItsDimensionIsRefused(long start, long stop, long step) {
        String message = assertThrows(IndexOutOfBoundsException.class, () -> cube.slice(1, start, stop, step))
                .getMessage();
        assertTrue(message.contains("dimension 1") && message.contains("3 items"), message);
    }

    @Test
    void dimensionThatDoesNotExistIsRefused() {
        assertThrows(IndexOutOfBoundsException.class, () -> cube.slice(3, 0, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> cube.at(3, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> cube.at(-1, 0));
    }

    @Test
    void indexThatDoesNotExistIsRefused() {
        assertThrows(IndexOutOfBoundsException.class, () -> cube.at(1, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> cube.at(1, -1));
    }

    @Test
    void transposeTakesAnyPermutation() {
        BufferView permuted = cube.transpose(1, 2, 0);
        assertArrayEquals(new long[] {3, 4, 2}, permuted.shape());
        assertEquals(cube.getInt(1, 2, 3), permuted.getInt(2, 3, 1));
        assertArrayEquals(new long[] {4, 3, 2}, cube.transpose().shape());
    }

    @ParameterizedTest
    @CsvSource({"0 1", "0 1 1", "0 1 3", "0 1 2 3", "-1 0 1"})
    void whatIsNoPermutationIsRefused(String dimensions) {
        int[] permutation =
                Arrays.stream(dimensions.split(" ")).mapToInt(Integer::parseInt).toArray();
        assertThrows(IllegalArgumentException.class, () -> cube.transpose(permutation));
    }

    @Test
    void reshapeKeepsTheOrderOfItems() {
        BufferView table = cube.reshape(6, 4);
        assertEquals(23, table.getInt(5, 3));
        assertEquals(7, cube.reshape(24).getInt(7));
        assertEquals(7, cube.reshape(24, 1, 1).getInt(7, 0, 0));
        assertArrayEquals(
                new long[] {3, 4}, cube.at(0, 1).reshape(3, 2, 2).reshape(3, 4).shape());
    }

    @Test
    void reshapeOfAnotherItemCountIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> cube.reshape(5, 5))
                .getMessage();
        assertTrue(message.contains("25") && message.contains("24"), message);
        assertThrows(IllegalArgumentException.class, () -> cube.reshape(-4, -6));
    }

    @Test
    void reshapeThatNeedsACopyIsRefusedWithTheWaysToCopy() {
        String message = assertThrows(
                        BufferException.class, () -> cube.transpose().reshape(24))
                .getMessage();
        assertTrue(message.contains("copy") && message.contains("strides"), message);
        assertArrayEquals(
                new long[] {2, 2, 3, 2}, cube.transpose().reshape(2, 2, 3, 2).shape());
    }

    @Test
    void fieldIsAViewOfTheSameShape() {
        MemorySegment memory = Arena.ofAuto().allocate(5 * 24, 8);
        BufferView records = BufferView.of(memory, BufferFormat.parse("T{i:id:d:value:(2)h:pair:}"), 5);
        BufferView values = records.field("value");
        values.setDouble(2.5, 3);
        assertEquals(2.5, BufferView.of(memory, BufferFormat.FLOAT64, 15).getDouble(3 * 3 + 1));
        assertArrayEquals(new long[] {24}, values.strides());
        assertEquals(BufferFormat.FLOAT64, values.format());
        BufferView pairs = records.field("pair");
        assertArrayEquals(new long[] {5, 2}, pairs.shape());
        assertArrayEquals(new long[] {24, 2}, pairs.strides());
        pairs.setInt(-7, 4, 1);
        assertEquals(-7, BufferView.of(memory, BufferFormat.INT16, 60).getInt(4 * 12 + 9));
    }

    @Test
    void fieldOfAFieldIsReached() {
        BufferView records =
                BufferView.of(Arena.ofAuto().allocate(64, 8), BufferFormat.parse("T{b:kind:T{h:x:d:y:}:point:}"), 2);
        records.field("point").field("y").setDouble(1.5, 1);
        assertEquals(
                1.5, BufferView.of(records.memory(), BufferFormat.FLOAT64, 6).getDouble(5));
    }

    @Test
    void fieldThatDoesNotExistIsRefused() {
        BufferView records = BufferView.of(Arena.ofAuto().allocate(64, 8), BufferFormat.parse("T{i:id:}"), 2);
        assertThrows(NoSuchElementException.class, () -> records.field("name"));
        assertThrows(UnsupportedOperationException.class, () -> cube.field("name"));
    }

    @Test
    void fieldOfNoElementsIsEmptyAndOneOfNoBytesIsRefused() {
        BufferView records =
                BufferView.of(Arena.ofAuto().allocate(64, 8), BufferFormat.parse("T{i:id:(0)i:none:0s:nothing:}"), 2);
        assertArrayEquals(new long[] {2, 0}, records.field("none").shape());
        assertThrows(BufferException.class, () -> records.field("nothing"));
    }

    @Test
    void elementsOfSubArraysBecomeDimensions() {
        BufferView triples = BufferView.of(cube.memory(), BufferFormat.parse("(2,3)i"), 4);
        BufferView elements = triples.elements();
        assertArrayEquals(new long[] {4, 2, 3}, elements.shape());
        assertEquals(6 + 3 + 2, elements.getInt(1, 1, 2));
        assertSame(cube, cube.elements());
        assertEquals(11, ((BufferView) triples.get(1)).getInt(1, 2));
    }

    @Test
    void structureIsGotAsAViewOfIt() {
        BufferView records = BufferView.of(cube.memory(), BufferFormat.parse("T{i:a:i:b:}"), 12);
        BufferView record = (BufferView) records.get(5);
        assertEquals(0, record.dimensions());
        assertEquals(11, record.field("b").getInt());
        assertThrows(IndexOutOfBoundsException.class, () -> records.get(12));
    }

    @Test
    void otherFormatOfTheSameSizeShowsTheSameBytes() {
        cube.setInt(-1, 0, 0, 0);
        assertEquals(4294967295L, cube.withFormat(BufferFormat.UINT32).getLong(0, 0, 0));
        assertEquals(-1, cube.withFormat(BufferFormat.parse("2h")).elements().getInt(0, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> cube.withFormat(BufferFormat.INT64));
    }

    @Test
    void otherFormatHasToBeAligned() {
        BufferView odd = BufferView.of(cube.memory().asSlice(2, 16), BufferFormat.bytes(4), 4);
        assertThrows(IllegalArgumentException.class, () -> odd.withFormat(BufferFormat.INT32));
        assertEquals(4, odd.withFormat(BufferFormat.parse("=i")).itemCount());
    }

    @Test
    void readOnlyIsInherited() {
        BufferView readOnly = cube.asReadOnly();
        List<BufferView> derived = List.of(
                readOnly.at(0, 0),
                readOnly.slice(0, 0, 1),
                readOnly.transpose(),
                readOnly.reshape(24),
                readOnly.withFormat(BufferFormat.UINT32));
        for (BufferView view : derived) {
            assertTrue(view.isReadOnly(), view::toString);
        }
    }

    @Test
    void derivedViewOfTooManyDimensionsIsRefused() {
        long[] shape = new long[64];
        Arrays.fill(shape, 1);
        BufferView view = BufferView.of(cube.memory(), BufferFormat.parse("(2)i"), shape);
        assertThrows(BufferException.class, view::elements);
    }
}

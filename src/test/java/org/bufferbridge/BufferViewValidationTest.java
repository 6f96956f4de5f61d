package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class BufferViewValidationTest {
    private final MemorySegment memory = Arena.ofAuto().allocate(96, 16);

    private static void assertRefused(Executable action, String... parts) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void segmentAloneIsAViewOfItsBytes() {
        BufferView view = BufferView.of(memory);
        assertEquals(BufferFormat.UINT8, view.format());
        assertArrayEquals(new long[] {96}, view.shape());
        assertArrayEquals(new long[] {1}, view.strides());
        assertSame(memory, view.memory());
    }

    @Test
    void noDimensionsAreOneItem() {
        BufferView view = BufferView.of(memory, BufferFormat.FLOAT64);
        assertEquals(0, view.dimensions());
        assertEquals(1, view.itemCount());
        assertEquals(8, view.byteSize());
        view.setDouble(2.5);
        assertEquals(2.5, view.getDouble());
    }

    @Test
    void memoryMayBeLargerThanTheItemsButNotSmaller() {
        assertEquals(88, BufferView.of(memory, BufferFormat.FLOAT64, 11).byteSize());
        assertEquals(96, BufferView.of(memory, BufferFormat.FLOAT64, 3, 4).byteSize());
        assertRefused(() -> BufferView.of(memory, BufferFormat.FLOAT64, 13), "to byte 104", "to byte 96");
    }

    @Test
    void negativeStridesReachBackwardsUpToTheFirstByte() {
        long[] shape = {12};
        long[] strides = {-8};
        BufferView view = BufferView.strided(memory, BufferFormat.FLOAT64, shape, strides, 88);
        view.setDouble(1.5, 11);
        assertEquals(1.5, BufferView.of(memory, BufferFormat.FLOAT64, 12).getDouble(0));
        assertRefused(() -> BufferView.strided(memory, BufferFormat.FLOAT64, shape, strides, 80), "from byte -8");
    }

    @Test
    void negativeLengthIsRefused() {
        assertRefused(() -> BufferView.of(memory, BufferFormat.INT8, 3, -1), "[3, -1]");
    }

    @Test
    void stridesHaveAsManyDimensionsAsTheShape() {
        assertRefused(
                () -> BufferView.strided(memory, BufferFormat.INT8, new long[2], new long[1], 0), "have 1", "has 2");
    }

    @Test
    void asManyDimensionsAsInPythonArePossibleButNotMore() {
        long[] shape = new long[64];
        Arrays.fill(shape, 1);
        assertEquals(64, BufferView.of(memory, BufferFormat.INT8, shape).dimensions());
        long[] more = Arrays.copyOf(shape, 65);
        more[64] = 1;
        assertRefused(() -> BufferView.of(memory, BufferFormat.INT8, more), "65", "64");
    }

    @Test
    void sizesBeyondLongAreRefused() {
        assertRefused(() -> BufferView.of(memory, BufferFormat.INT8, 1L << 32, 1L << 32), "exceeds");
        assertRefused(() -> BufferView.of(memory, BufferFormat.FLOAT64, 1L << 61), "exceeds");
        long[] far = {Long.MAX_VALUE};
        assertRefused(() -> BufferView.strided(memory, BufferFormat.INT8, new long[] {3}, far, 0), "64 bits");
        assertRefused(() -> BufferView.strided(memory, BufferFormat.INT8, new long[] {2}, far, 9), "64 bits");
    }

    @Test
    void offsetBehindTheMemoryIsRefusedForEmptyViewsToo() {
        long[] none = {0};
        assertEquals(
                0, BufferView.strided(memory, BufferFormat.INT8, none, none, 96).byteSize());
        assertRefused(() -> BufferView.strided(memory, BufferFormat.INT8, none, none, 97), "97");
        assertRefused(() -> BufferView.strided(memory, BufferFormat.INT8, none, none, -1), "-1");
    }

    /** memoryview refuses odd strides of empty buffers. */
    @Test
    void stridesOfEmptyViewsAreContiguousOnes() {
        BufferView view =
                BufferView.strided(memory, BufferFormat.FLOAT64, new long[] {2, 0, 3}, new long[] {7, -99, 5}, 0);
        assertArrayEquals(new long[] {0, 24, 8}, view.strides());
        assertTrue(view.isContiguous(Order.C));
        assertTrue(view.isContiguous(Order.F));
        assertEquals(0, view.itemCount());
    }

    @Test
    void stridesOfSingleItemsAreKept() {
        BufferView view = BufferView.strided(memory, BufferFormat.INT8, new long[] {1, 4}, new long[] {50, 1}, 0);
        assertArrayEquals(new long[] {50, 1}, view.strides());
        assertTrue(view.isContiguous(Order.C));
    }

    @Test
    void arraysAreCopiedInAndOut() {
        long[] shape = {3};
        long[] strides = {2};
        BufferView view = BufferView.strided(memory, BufferFormat.INT8, shape, strides, 0);
        shape[0] = 1000;
        strides[0] = 1000;
        assertNotSame(view.shape(), view.shape());
        view.shape()[0] = 5;
        view.strides()[0] = 5;
        assertArrayEquals(new long[] {3}, view.shape());
        assertArrayEquals(new long[] {2}, view.strides());
        assertEquals(3, view.shape(0));
        assertEquals(2, view.stride(0));
        assertEquals(0, view.suboffsets().length);
    }

    @Test
    void dimensionThatDoesNotExistIsRefused() {
        BufferView view = BufferView.of(memory, BufferFormat.INT8, 3, 4);
        assertThrows(IndexOutOfBoundsException.class, () -> view.shape(2));
        assertThrows(IndexOutOfBoundsException.class, () -> view.stride(-1));
    }

    @Test
    void readOnlyMemoryMakesAReadOnlyView() {
        assertFalse(BufferView.of(memory).isReadOnly());
        assertTrue(BufferView.of(memory.asReadOnly()).isReadOnly());
        BufferView view = BufferView.of(memory).asReadOnly();
        assertTrue(view.isReadOnly());
        assertTrue(view.memory().isReadOnly());
        assertSame(view, view.asReadOnly());
    }

    @Test
    void viewsMayLieOnTheHeap() {
        BufferView view = BufferView.of(MemorySegment.ofArray(new double[] {1, 2, 3, 4}), BufferFormat.FLOAT64, 2, 2);
        assertEquals(4, view.getDouble(1, 1));
        assertTrue(view.toString().contains("heap"), view.toString());
    }

    @Test
    void textTellsFormatGeometryAndPlace() {
        BufferView view = BufferView.strided(memory, BufferFormat.INT32, new long[] {3, 2}, new long[] {16, 4}, 8)
                .asReadOnly();
        String address = Long.toHexString(memory.address() + 8);
        assertEquals(
                "BufferView[format=i, shape=[3, 2], strides=[16, 4], read-only, address=0x" + address + "]",
                view.toString());
    }
}

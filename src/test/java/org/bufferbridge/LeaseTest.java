package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bufferbridge.internal.lease.Lease;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views of leases that are filled by hand, as a Python exporter would fill them: no Python is needed. */
class LeaseTest {
    private static final long BYTE_SIZE = 128;

    /** Where the Py_buffer begins in a lease. */
    private static final long PY_BUFFER = 16;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3, 4, 5, 6);
    private final MemorySegment lease = arena.allocate(BYTE_SIZE, 8);

    /** Six ints, told completely. */
    LeaseTest() {
        flags(BufferRequest.FULL_RO);
        buf(memory.address());
        len(24);
        itemSize(4);
        dimensions(1);
        format("i");
        shape(6);
        strides(4);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private void flags(int request) {
        lease.set(ValueLayout.JAVA_INT, 108, request);
    }

    private void told(int byCtypes) {
        lease.set(ValueLayout.JAVA_INT, 124, byCtypes);
    }

    private void buf(long address) {
        lease.set(ValueLayout.JAVA_LONG, PY_BUFFER + 0, address);
    }

    private void len(long bytes) {
        lease.set(ValueLayout.JAVA_LONG, PY_BUFFER + 16, bytes);
    }

    private void itemSize(long bytes) {
        lease.set(ValueLayout.JAVA_LONG, PY_BUFFER + 24, bytes);
    }

    private void readOnly() {
        lease.set(ValueLayout.JAVA_INT, PY_BUFFER + 32, 1);
    }

    private void dimensions(int count) {
        lease.set(ValueLayout.JAVA_INT, PY_BUFFER + 36, count);
    }

    private void format(String text) {
        lease.set(
                ValueLayout.JAVA_LONG,
                PY_BUFFER + 40,
                text == null ? 0 : arena.allocateFrom(text).address());
    }

    private void shape(long... items) {
        numbers(PY_BUFFER + 48, items);
    }

    private void strides(long... bytes) {
        numbers(PY_BUFFER + 56, bytes);
    }

    private void suboffsets(long... bytes) {
        numbers(PY_BUFFER + 64, bytes);
    }

    /** None for a pointer of NULL. */
    private void numbers(long field, long... values) {
        lease.set(
                ValueLayout.JAVA_LONG,
                field,
                values.length == 0
                        ? 0
                        : arena.allocateFrom(ValueLayout.JAVA_LONG, values).address());
    }

    private BufferView view() {
        return Lease.view(lease.address(), arena);
    }

    private void requireRefusal(String... parts) {
        BufferException refusal = assertThrows(BufferException.class, this::view);
        for (String part : parts) {
            assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
        }
    }

    private static int[] ints(int... values) {
        return values;
    }

    @Test
    void completeFieldsAreTakenOver() {
        BufferView view = view();
        assertEquals("i", view.format().toString());
        assertArrayEquals(ints(1, 2, 3, 4, 5, 6), (int[]) view.toArray());
        assertFalse(view.isReadOnly());
        assertEquals(memory.address(), view.memory().address() + view.byteOffset());
    }

    @Test
    void writesReachTheMemory() {
        view().setInt(77, 5);
        assertEquals(77, memory.getAtIndex(ValueLayout.JAVA_INT, 5));
    }

    @Test
    void readOnlyMemoryRefusesWrites() {
        readOnly();
        BufferView view = view();
        assertTrue(view.isReadOnly());
        assertThrows(UnsupportedOperationException.class, () -> view.setInt(1, 0));
    }

    @Test
    void theViewEndsWithItsArena() {
        Arena ofTheCall = Arena.ofConfined();
        BufferView view = Lease.view(lease.address(), ofTheCall);
        ofTheCall.close();
        assertThrows(IllegalStateException.class, () -> view.getInt(0));
    }

    @Test
    void withoutFormatBytesAreUnsigned() {
        format(null);
        itemSize(1);
        shape(24);
        strides(1);
        memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 200);
        assertEquals("B", view().format().toString());
        assertEquals(200, view().getInt(0));
    }

    @Test
    void withoutFormatWiderItemsAreByteStrings() {
        format(null);
        assertTrue(view().format().isBytes());
        assertArrayEquals(new byte[] {2, 0, 0, 0}, view().getBytes(1));
    }

    @Test
    void withoutShapeThereIsOneDimensionOfAllItems() {
        shape();
        strides();
        assertArrayEquals(new long[] {6}, view().shape());
        assertEquals(6, view().getInt(5));
    }

    @Test
    void withoutShapeATableIsRefused() {
        dimensions(2);
        shape();
        requireRefusal("ndim 2", "no shape");
    }

    @Test
    void withoutShapePartOfAnItemIsRefused() {
        shape();
        strides();
        len(22);
        requireRefusal("len 22");
    }

    @Test
    void withoutStridesItemsAreContiguous() {
        dimensions(2);
        shape(2, 3);
        strides();
        assertArrayEquals(new long[] {12, 4}, view().strides());
        assertEquals(6, view().getInt(1, 2));
    }

    @Test
    void noDimensionsAreOneItem() {
        dimensions(0);
        shape();
        strides();
        len(4);
        assertEquals(0, view().dimensions());
        assertEquals(1, view().getInt(new long[0]));
    }

    @Test
    void negativeStridesStartAtTheLastItem() {
        buf(memory.address() + 20);
        strides(-4);
        assertArrayEquals(ints(6, 5, 4, 3, 2, 1), (int[]) view().toArray());
        assertEquals(memory.address(), view().memory().address());
        assertEquals(24, view().memory().byteSize());
    }

    @Test
    void theMemoryReachesNoFurtherThanTheItems() {
        len(8);
        shape(2);
        strides(12);
        assertEquals(16, view().memory().byteSize());
    }

    @Test
    void unalignedItemsPromiseNoAlignment() {
        buf(memory.address() + 1);
        len(20);
        shape(5);
        assertEquals("=i", view().format().toString());
        assertEquals(2 << 24, view().getInt(0) & 0xff000000);
    }

    @Test
    void noItemsHaveNoAddressToBe() {
        buf(0);
        len(0);
        shape(0);
        assertEquals(0, view().itemCount());
        assertEquals(0, view().memory().byteSize());
    }

    @Test
    void suboffsetsAreFollowed() {
        MemorySegment rows = arena.allocateFrom(ValueLayout.JAVA_LONG, memory.address() + 8, memory.address() - 4);
        buf(rows.address());
        dimensions(2);
        shape(2, 3);
        strides(8, 4);
        suboffsets(4, -1);
        assertArrayEquals(ints(4, 5, 6, 1, 2, 3), (int[]) view().toArray());
        view().setInt(99, 1, 0);
        assertEquals(99, memory.getAtIndex(ValueLayout.JAVA_INT, 0));
    }

    @Test
    void suboffsetsThatAreAllNegativeAreNone() {
        suboffsets(-1);
        assertFalse(view().isIndirect());
        assertEquals(4, view().getInt(3));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 20, 28, Long.MAX_VALUE})
    void aLengthThatIsNotTheShapesIsRefused(long len) {
        len(len);
        requireRefusal("len " + len, "[6]", "itemsize 4", "requires 24");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void dimensionsOutOfRangeAreRefused(int count) {
        dimensions(count);
        requireRefusal("ndim " + count, "0 to 64");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -4})
    void itemsWithoutBytesAreRefused(long bytes) {
        itemSize(bytes);
        requireRefusal(bytes == 0 ? "items of 0 bytes" : "itemsize " + bytes);
    }

    @Test
    void aNegativeLengthIsRefused() {
        len(-24);
        requireRefusal("len -24");
    }

    @Test
    void aShapeBeyondAllMemoryIsRefused() {
        dimensions(2);
        shape(1L << 62, 1L << 62);
        strides(4, 4);
        requireRefusal("len 24");
    }

    @Test
    void aFormatOfAnotherSizeIsRefused() {
        format("d");
        requireRefusal("8 bytes", "required 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"O", "P", "zz", "", "T{i:x:", "3"})
    void aFormatThatCannotBeSeenIsRefusedWithItsText(String text) {
        format(text);
        requireRefusal("\"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferRequest.SIMPLE,
                BufferRequest.WRITABLE,
                BufferRequest.FORMAT,
                BufferRequest.WRITABLE | BufferRequest.FORMAT
            })
    void aRequestWithoutAShapeIsOneForPlainBytes(int request) {
        flags(request);
        for (boolean isTold : new boolean[] {true, false}) {
            if (!isTold) {
                dimensions(0);
                shape();
            }
            strides();
            BufferView view = view();
            assertEquals("B", view.format().toString());
            assertArrayEquals(new long[] {24}, view.shape());
            assertEquals(1, view.getInt(0));
        }
    }

    @Test
    void aFormatThatIsShorterThanTheItemIsRefusedWhereItSaysEachOrder() {
        len(8);
        itemSize(8);
        shape(1);
        strides(8);
        for (String untrue : new String[] {"T{<B:a:<I:b:}", "T{B:u:<i:n:}", "T{>h:a:>h:b:}"}) {
            format(untrue);
            requireRefusal(untrue, "8 bytes", "numpy.asarray(x)");
        }
        for (String numpys : new String[] {"T{B:a:}", "T{>h:a:}", "T{>h:a:h:b:}", "T{<i:a:<i:b:}"}) {
            format(numpys);
            assertEquals(8, view().itemSize());
        }
    }

    @Test
    void whatIsKnownOfCtypesGoesBeforeWhatTheFormatLooksLike() {
        len(8);
        itemSize(8);
        shape(1);
        strides(8);
        format("T{<i:a:<c:b:}");
        told(1);
        assertEquals(8, view().itemSize());
        format("T{<i:a:<i:b:}");
        told(2);
        requireRefusal("ctypes", "numpy.asarray(x)");
    }
}

package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bufferbridge.internal.view.Alignment;
import org.bufferbridge.internal.view.Geometry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BufferViewAlignmentTest {
    private final MemorySegment memory = Arena.ofAuto().allocate(256, 64);

    private static void assertRefused(Executable action, String... parts) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private BufferView strided(String format, long length, long stride, long byteOffset) {
        return BufferView.strided(
                memory, BufferFormat.parse(format), new long[] {length}, new long[] {stride}, byteOffset);
    }

    @Test
    void nativeFormatOverUnalignedAddressIsRefusedWithTheFormatToUse() {
        MemorySegment odd = memory.asSlice(1, 64);
        assertRefused(
                () -> BufferView.of(odd, BufferFormat.FLOAT64, 2),
                "0x" + Long.toHexString(odd.address()),
                "aligned to 8",
                "actual 1",
                "\"=d\"");
        assertEquals(2, BufferView.of(odd, BufferFormat.parse("=d"), 2).itemCount());
    }

    @Test
    void nativeFormatOverUnalignedStrideIsRefused() {
        assertRefused(() -> strided("d", 2, 12, 0), "[12]", "aligned to 8", "actual 4");
        assertEquals(2, strided("=d", 2, 12, 0).itemCount());
    }

    @Test
    void nativeFormatOverUnalignedOffsetIsRefused() {
        assertRefused(() -> strided("i", 2, 4, 2), "byte offset 2", "actual 2");
        assertEquals(2, strided("i", 2, 4, 4).itemCount());
    }

    @Test
    void strideOfASingleItemNeedsNoAlignment() {
        assertEquals(1, strided("d", 1, 3, 8).itemCount());
    }

    @Test
    void emptyViewNeedsNoAlignment() {
        assertEquals(0, strided("d", 0, 3, 1).itemCount());
    }

    static List<Arguments> heapMemory() {
        return List.of(
                Arguments.of(MemorySegment.ofArray(new byte[32]), "B"),
                Arguments.of(MemorySegment.ofArray(new short[16]), "h"),
                Arguments.of(MemorySegment.ofArray(new char[16]), "H"),
                Arguments.of(MemorySegment.ofArray(new int[8]), "i"),
                Arguments.of(MemorySegment.ofArray(new float[8]), "f"),
                Arguments.of(MemorySegment.ofArray(new long[4]), "q"),
                Arguments.of(MemorySegment.ofArray(new double[4]).asReadOnly(), "d"));
    }

    /** The collector may put an array at any address that suits its elements. */
    @ParameterizedTest
    @MethodSource("heapMemory")
    void heapMemoryIsAlignedToItsElementsAndNotMore(MemorySegment array, String format) {
        BufferFormat own = BufferFormat.parse(format);
        assertEquals(
                32 / own.itemSize(),
                BufferView.of(array, own, 32 / own.itemSize()).itemCount());
        for (BufferFormat larger :
                List.of(BufferFormat.INT16, BufferFormat.INT32, BufferFormat.INT64, BufferFormat.parse("g"))) {
            if (larger.alignment() > own.alignment()) {
                assertRefused(() -> BufferView.of(array, larger, 1), "heap memory aligned to " + own.alignment());
                assertEquals(1, BufferView.of(array, larger.unaligned(), 1).itemCount());
            }
        }
    }

    @Test
    void heapSliceIsAlignedToItsOffset() {
        MemorySegment slice = MemorySegment.ofArray(new double[4]).asSlice(4);
        assertRefused(() -> BufferView.of(slice, BufferFormat.FLOAT64, 2), "aligned to 4");
        assertEquals(2, BufferView.of(slice, BufferFormat.FLOAT32, 2).itemCount());
    }

    /**
     * memoryview indexes native codes only, so an aligned view is exported with one whatever its format
     * promised.
     */
    @ParameterizedTest
    @CsvSource({
        "=d, 8, 0, d",
        "=d, 12, 0, =d",
        "=d, 8, 4, =d",
        "=i, 12, 4, i",
        "d, 16, 8, d",
        ">d, 8, 0, >d",
        "=b7xd, 16, 0, bd",
        "=b7xd, 17, 0, =b7xd",
        "^g, 32, 0, g",
        "^g, 24, 0, ^g",
        "l, 8, 0, l"
    })
    void exportedFormatIsNativeWhereItemsLieAligned(String format, long stride, long byteOffset, String exported) {
        assertEquals(exported, Alignment.exportFormat(strided(format, 3, stride, byteOffset)));
    }

    @Test
    void exportedFormatOfHeapMemoryGoesByWhatItsArrayGuarantees() {
        BufferView view = BufferView.of(MemorySegment.ofArray(new byte[32]), BufferFormat.parse("=d"), 4);
        assertEquals("=d", Alignment.exportFormat(view));
    }

    @Test
    void formatOfForeignMemoryLosesAPromiseThatIsNotKept() {
        Geometry aligned = Geometry.of(8, 8, new long[] {3}, new long[] {16}, null);
        Geometry unaligned = Geometry.of(8, 8, new long[] {3}, new long[] {12}, null);
        assertEquals(
                "d", Alignment.actual(BufferFormat.FLOAT64, memory, aligned).toString());
        assertEquals(
                "=d", Alignment.actual(BufferFormat.FLOAT64, memory, unaligned).toString());
    }
}

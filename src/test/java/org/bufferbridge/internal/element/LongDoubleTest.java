package org.bufferbridge.internal.element;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.Complex;
import org.bufferbridge.internal.format.NativeSizes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes are those of numpy's longdouble on x86-64. */
class LongDoubleTest {
    private final MemorySegment memory = MemorySegment.ofArray(new byte[16]);
    private final BufferView view = BufferView.of(memory, BufferFormat.parse("^g"));

    @BeforeEach
    void onlyWhereALongDoubleIsX87() {
        assumeTrue(NativeSizes.LONG_DOUBLE_IS_X87);
    }

    private void store(String bytes) {
        memory.fill((byte) 0xee).copyFrom(MemorySegment.ofArray(HexFormat.of().parseHex(bytes)));
    }

    private String stored() {
        return HexFormat.of().formatHex(memory.asSlice(0, 10).toArray(ValueLayout.JAVA_BYTE));
    }

    @ParameterizedTest
    @CsvSource({
        "00000000000000000000, 0x0.0p0",
        "00000000000000000080, -0x0.0p0",
        "0000000000000080ff3f, 0x1.0p0",
        "00000000000000a000c0, -0x1.4p1",
        "abaaaaaaaaaaaaaafd3f, 0x1.5555555555555p-2",
        "0000000000000080cd3b, 0x0.0000000000001p-1022",
        "0000000000000080c73b, 0x0.0p0",
        "00000000000000c0cc3b, 0x0.0000000000001p-1022",
        "0000000000000080cc3b, 0x0.0p0",
        "c0ffffffffffffff003c, 0x1.0p-1022",
        "f0ffffffffffffff003c, 0x1.0p-1022",
        "0004000000000080ff3f, 0x1.0p0",
        "0104000000000080ff3f, 0x1.0000000000001p0",
        "000c000000000080ff3f, 0x1.0000000000002p0",
        "feffffffffffffff3d40, 0x1.0p63",
        "00f8fffffffffffffe43, 0x1.fffffffffffffp1023",
        "00000000000000a0ce3b, 0x0.0000000000002p-1022",
        "ffffffffffffffbfcd3b, 0x0.0000000000001p-1022",
        "0000000000000080ff7f, Infinity",
        "0000000000000080ffff, -Infinity",
        "00000000000000c0ff7f, NaN",
    })
    void longDoubleIsReadAsTheNearestDouble(String bytes, double value) {
        store(bytes);
        assertEquals(value, view.getDouble());
        assertEquals(value, view.get());
    }

    @ParameterizedTest
    @CsvSource({
        "0800000080000080ff3f, 0x1.000002p0", "0000000080000080ff3f, 0x1.0p0", "ffffff7f80000080ff3f, 0x1.000002p0",
        "ffffff7f00000080ff3f, 0x1.0p0", "0800000080000080ffbf, -0x1.000002p0", "0800000080010080ff3f, 0x1.000004p0",
        "0100000000000080693f, 0x0.000002p-126", "0000000000000080693f, 0x0.0p0",
                "ffffffff7fffffff7e40, 0x1.fffffep127",
        "00000000000000000000, 0x0.0p0", "0000000000000080ff7f, Infinity", "00000000000000c0ff7f, NaN",
    })
    void longDoubleIsReadAsTheNearestFloat(String bytes, float value) {
        store(bytes);
        assertEquals(value, view.getFloat());
    }

    @Test
    void longDoubleBeyondTheLargestFloatIsRefused() {
        store("ffffffffffffffff7e40");
        assertThrows(ArithmeticException.class, view::getFloat);
        store("00000000000000807f40");
        assertThrows(ArithmeticException.class, view::getFloat);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0000000000000080ff43", "00fcfffffffffffffe43", "0000000000000080fe7f", "0000000000000080feff"})
    void longDoubleBeyondTheLargestDoubleIsRefused(String bytes) {
        store(bytes);
        assertThrows(ArithmeticException.class, view::getDouble);
    }

    @ParameterizedTest
    @CsvSource({
        "0x0.0p0, 00000000000000000000",
        "-0x0.0p0, 00000000000000000080",
        "0x1.0p0, 0000000000000080ff3f",
        "-0x1.999999999999ap-4, 00d0ccccccccccccfbbf",
        "0x0.0000000000001p-1022, 0000000000000080cd3b",
        "0x1.0p-1022, 0000000000000080013c",
        "0x1.fffffffffffffp1023, 00f8fffffffffffffe43",
        "Infinity, 0000000000000080ff7f",
        "-Infinity, 0000000000000080ffff",
    })
    void doubleIsWrittenExactly(double value, String bytes) {
        store("ffffffffffffffffffff");
        view.setDouble(value);
        assertEquals(bytes, stored());
        assertEquals(value, view.getDouble());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 00000000000000000000",
        "1, 0000000000000080ff3f",
        "-1, 0000000000000080ffbf",
        "9007199254740993, 00040000000000803440",
        "9223372036854775807, feffffffffffffff3d40",
        "-9223372036854775808, 00000000000000803ec0",
    })
    void integerIsWrittenExactly(long value, String bytes) {
        view.setLong(value);
        assertEquals(bytes, stored());
    }

    @Test
    void notANumberStaysOne() {
        view.setDouble(Double.NaN);
        assertEquals(Double.NaN, view.getDouble());
    }

    /** On the way through a double it could be rounded. */
    @Test
    void integerIsNotReadFromALongDouble() {
        view.setLong(1);
        assertThrows(UnsupportedOperationException.class, view::getLong);
    }

    @Test
    void complexOfLongDoublesHasTwoOfThem() {
        BufferView complex = BufferView.of(MemorySegment.ofArray(new byte[32]), BufferFormat.parse("^Zg"));
        complex.setComplex(new Complex(0.1, -0.2));
        assertEquals(new Complex(0.1, -0.2), complex.getComplex());
        assertEquals(-0.2, complex.imaginary().getDouble());
    }
}

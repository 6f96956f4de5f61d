package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers are read and written by value; the bytes in the tables are those of {@code struct.pack}. */
class NumberAccessTest {
    private static BufferView itemOf(String format) {
        BufferFormat parsed = BufferFormat.parse(format).unaligned();
        return BufferView.of(MemorySegment.ofArray(new byte[(int) parsed.itemSize()]), parsed);
    }

    private static BufferView itemOf(String format, String bytes) {
        BufferView view = itemOf(format);
        view.memory().copyFrom(MemorySegment.ofArray(HexFormat.of().parseHex(bytes)));
        return view;
    }

    private static String bytesOf(BufferView view) {
        return HexFormat.of().formatHex(view.memory().toArray(ValueLayout.JAVA_BYTE));
    }

    @ParameterizedTest
    @CsvSource({
        "b, ff, -1",
        "B, ff, 255",
        "<h, feff, -2",
        ">h, fffe, -2",
        "<H, feff, 65534",
        ">H, fffe, 65534",
        "<i, 00000080, -2147483648",
        ">I, 80000000, 2147483648",
        "<I, ffffffff, 4294967295",
        "<q, ffffffffffffffff, -1",
        ">q, 8000000000000000, -9223372036854775808",
        ">Q, 7fffffffffffffff, 9223372036854775807",
        "?, 00, 0",
        "?, 01, 1",
        "<d, 0000000000000040, 2",
        ">f, c0a00000, -5",
        ">e, c100, ",
        "<e, 007b, 57344",
    })
    void integersAreReadByValueFromAnyFormat(String format, String bytes, Long value) {
        BufferView view = itemOf(format, bytes);
        if (value == null) {
            assertThrows(ArithmeticException.class, view::getLong);
        } else {
            assertEquals(value, view.getLong());
            assertEquals((double) value, view.getDouble());
            assertEquals((float) value, view.getFloat());
            BufferView target = itemOf(format);
            target.setLong(value);
            assertEquals(bytes, bytesOf(target));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "b, -128, 127",
        "B, 0, 255",
        "<h, -32768, 32767",
        ">H, 0, 65535",
        "<i, -2147483648, 2147483647",
        ">I, 0, 4294967295",
        "<q, -9223372036854775808, 9223372036854775807",
        "?, 0, 1",
    })
    void integerFormatHoldsExactlyItsRange(String format, long least, long most) {
        BufferView view = itemOf(format);
        for (long value : new long[] {least, most}) {
            view.setLong(value);
            assertEquals(value, view.getLong());
        }
        if (least > Long.MIN_VALUE) {
            String message = assertThrows(ArithmeticException.class, () -> view.setLong(least - 1))
                    .getMessage();
            assertTrue(message.contains(least - 1 + " ") && message.contains(least + " to " + most), message);
            assertThrows(ArithmeticException.class, () -> view.setLong(most + 1));
            assertThrows(ArithmeticException.class, () -> view.setDouble(most + 1));
            assertThrows(ArithmeticException.class, () -> view.setDouble(least - 1));
        }
        assertThrows(ArithmeticException.class, () -> view.setDouble(0.5));
        assertThrows(ArithmeticException.class, () -> view.setDouble(Double.NaN));
        assertEquals(most, view.getLong(), "a refused write changes nothing");
    }

    @Test
    void valueThatDoesNotFitTheJavaTypeIsRefusedWithValueAndRange() {
        BufferView view = itemOf("<q");
        view.setLong(1L << 40);
        String message = assertThrows(ArithmeticException.class, view::getInt).getMessage();
        assertTrue(
                message.contains("1099511627776")
                        && message.contains("int")
                        && message.contains("-2147483648 to 2147483647"),
                message);
        assertThrows(ArithmeticException.class, view::getShort);
        assertThrows(ArithmeticException.class, view::getChar);
        assertThrows(ArithmeticException.class, view::getByte);
        assertThrows(ArithmeticException.class, view::getBoolean);
        view.setLong(-1);
        assertEquals(-1, view.getInt());
        assertEquals(-1, view.getShort());
        assertEquals(-1, view.getByte());
        assertThrows(ArithmeticException.class, view::getChar);
        view.setLong(65535);
        assertEquals('\uffff', view.getChar());
        assertThrows(ArithmeticException.class, view::getShort);
    }

    @Test
    void unsignedLongIsReadWholeOrRefused() {
        BufferView view = itemOf("<Q", "0100000000000080");
        assertThrows(ArithmeticException.class, view::getLong);
        assertEquals(new BigInteger("9223372036854775809"), view.get());
        assertEquals(0x1p63, view.getDouble());
        assertEquals(0x1p63f, view.getFloat());
        view.set(new BigInteger("18446744073709551615"));
        assertEquals("ffffffffffffffff", bytesOf(view));
        assertEquals(0x1p64, view.getDouble());
        view.setDouble(0x1.8p63);
        assertEquals("00000000000000c0", bytesOf(view));
        assertThrows(ArithmeticException.class, () -> view.setDouble(0x1p64));
        assertThrows(ArithmeticException.class, () -> view.setLong(-1));
        assertThrows(ArithmeticException.class, () -> view.set(BigInteger.ONE.shiftLeft(64)));
        assertThrows(ArithmeticException.class, () -> view.set(BigInteger.valueOf(-1)));
    }

    /** Rounding to a long's double first and then again would give the neighbour. */
    @Test
    void unsignedLongRoundsToTheNearestDouble() {
        BufferView view = itemOf("<Q");
        view.set(new BigInteger("9223372036854776833"));
        assertEquals(0x1.0000000000001p63, view.getDouble());
        view.set(new BigInteger("9223372036854776832"));
        assertEquals(0x1p63, view.getDouble());
    }

    @Test
    void integerRoundsOnceToTheNearestFloat() {
        long value = (1L << 60) + (1L << 36) + 1;
        BufferView whole = itemOf("<q");
        whole.setLong(value);
        assertEquals(0x1.000002p60f, whole.getFloat());
        BufferView target = itemOf("<f");
        target.setLong(value);
        assertEquals(0x1.000002p60f, target.getFloat());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<f", ">f", "<d", ">d", "<e", ">e"})
    void floatingFormatsHoldInfinitiesAndNaN(String format) {
        BufferView view = itemOf(format);
        for (double value : new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, -0.0, 0.5}) {
            view.setDouble(value);
            assertEquals(value, view.getDouble());
            assertEquals((float) value, view.getFloat());
        }
    }

    @Test
    void finiteNumberThatWouldBecomeInfiniteIsRefused() {
        BufferView single = itemOf("<f");
        single.setDouble(0.1);
        assertEquals(0.1f, single.getFloat());
        assertThrows(ArithmeticException.class, () -> single.setDouble(1e39));
        BufferView wide = itemOf("<d");
        wide.setDouble(-1e39);
        assertThrows(ArithmeticException.class, wide::getFloat);
        BufferView half = itemOf("<e");
        assertThrows(ArithmeticException.class, () -> half.setDouble(65520));
        assertThrows(ArithmeticException.class, () -> half.setLong(65536));
        half.setDouble(65519.99);
        assertEquals(65504, half.getDouble());
    }

    @ParameterizedTest
    @CsvSource({
        "0x0.0p0, 0000",
        "-0x0.0p0, 8000",
        "0x1.0p0, 3c00",
        "-0x1.4p1, c100",
        "0x1.ffcp15, 7bff",
        "0x1.01b2b29a4692bp-24, 0001",
        "0x1.0p-25, 0000",
        "0x1.000001ad7f29bp-25, 0001",
        "0x1.999999999999ap-4, 2e66",
        "0x1.5555555555555p-2, 3555",
        "0x1.00200004p0, 3c01",
        "0x1.002p0, 3c00",
        "0x1.006p0, 3c02",
        "0x1.ffb480a5accd5p-15, 03ff",
    })
    void halfIsTheOneNearestToTheDouble(double value, String bytes) {
        BufferView view = itemOf(">e");
        view.setDouble(value);
        assertEquals(bytes, bytesOf(view));
    }

    @Test
    void floatingNumberIsAnIntegerOnlyIfWhole() {
        BufferView view = itemOf("<d");
        view.setDouble(3);
        assertEquals(3, view.getInt());
        assertEquals(3, view.getLong());
        view.setDouble(3.5);
        assertThrows(ArithmeticException.class, view::getInt);
        view.setDouble(0x1p63);
        assertThrows(ArithmeticException.class, view::getLong);
        view.setDouble(-0x1p63);
        assertEquals(Long.MIN_VALUE, view.getLong());
        view.setDouble(Double.NaN);
        assertThrows(ArithmeticException.class, view::getLong);
    }

    /** A consumer that casts the buffer to bytes can leave any byte in a boolean. */
    @ParameterizedTest
    @ValueSource(strings = {"02", "80", "ff"})
    void booleanOfAnyOtherByteThanZeroIsTrue(String bytes) {
        BufferView view = itemOf("?", bytes);
        assertTrue(view.getBoolean());
        assertEquals(1, view.getInt());
        assertEquals(1.0, view.getDouble());
        assertEquals(true, view.get());
        BufferView line = BufferView.of(view.memory(), view.format(), 1);
        assertTrue(line.getBoolean(0));
        assertTrue(((boolean[]) line.toArray())[0]);
    }

    @Test
    void numberIsABooleanOnlyIfItIsOneOfItsTwoValues() {
        BufferView view = itemOf("<i");
        view.setBoolean(true);
        assertEquals(1, view.getInt());
        assertTrue(view.getBoolean());
        view.setBoolean(false);
        assertFalse(view.getBoolean());
        view.setInt(2);
        assertThrows(ArithmeticException.class, view::getBoolean);
        BufferView truth = itemOf("?");
        assertThrows(ArithmeticException.class, () -> truth.setInt(2));
    }

    static List<Arguments> naturalValues() {
        return List.of(
                Arguments.of("?", true),
                Arguments.of("b", (byte) -1),
                Arguments.of("B", 255),
                Arguments.of("<h", (short) -2),
                Arguments.of(">H", 65535),
                Arguments.of("<i", -5),
                Arguments.of(">I", 4294967295L),
                Arguments.of("<q", -5L),
                Arguments.of("l", 5L),
                Arguments.of("N", BigInteger.TEN),
                Arguments.of("<Q", new BigInteger("18446744073709551615")),
                Arguments.of("<e", 0.5f),
                Arguments.of("<f", 0.1f),
                Arguments.of(">d", 0.1),
                Arguments.of("<Zf", new Complex(1.5, -2)),
                Arguments.of(">Zd", new Complex(0.1, 0.2)));
    }

    @ParameterizedTest
    @MethodSource("naturalValues")
    void boxedValueIsOfTheTypeThatHoldsAllValues(String format, Object value) {
        BufferView view = itemOf(format);
        view.set(value);
        assertEquals(value, view.get());
    }

    @Test
    void boxedValueOfAnotherClassIsRefused() {
        BufferView view = itemOf("<i");
        assertThrows(IllegalArgumentException.class, () -> view.set(new Object()));
        var refusal = assertThrows(NullPointerException.class, () -> view.set(null));
        assertTrue(refusal.getMessage().startsWith("null cannot be an item of format"), refusal.getMessage());
        view.set('x');
        assertEquals('x', view.getInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"4s", "T{i:a:}", "4x", "c", "<3w", "2h"})
    void itemThatIsNoNumberIsRefusedWithTheMethodToUse(String format) {
        BufferView view = itemOf(format);
        List<Runnable> accesses = List.of(
                view::getInt,
                view::getDouble,
                view::getFloat,
                view::getBoolean,
                () -> view.setInt(1),
                () -> view.setDouble(1),
                view::toDoubleArray);
        for (Runnable access : accesses) {
            String message = assertThrows(UnsupportedOperationException.class, access::run)
                    .getMessage();
            assertTrue(message.contains("; use "), message);
        }
    }
}

package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StringAndComplexTest {
    private static BufferView items(String format, long count) {
        BufferFormat parsed = BufferFormat.parse(format).unaligned();
        MemorySegment memory = MemorySegment.ofArray(new byte[(int) (parsed.itemSize() * count)]);
        return BufferView.of(memory.fill((byte) '.'), parsed, count);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String content(BufferView view) {
        byte[] bytes = view.memory().toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', '0');
    }

    @Test
    void byteStringIsFilledUpWithZeros() {
        BufferView view = items("4s", 2);
        view.setBytes(ascii("ab"), 1);
        assertEquals("....ab00", content(view));
        assertArrayEquals(ascii("ab\0\0"), view.getBytes(1));
        view.setBytes(ascii("abcd"), 0);
        assertEquals("abcdab00", content(view));
    }

    @ParameterizedTest
    @CsvSource({"4s, 5", "4p, 4", "c, 2", "4x, 5", "300p, 256"})
    void stringLongerThanTheFormatIsRefusedNotCut(String format, int byteCount) {
        BufferView view = items(format, 1);
        byte[] before = view.toBytes();
        assertThrows(ArithmeticException.class, () -> view.setBytes(new byte[byteCount], 0));
        assertArrayEquals(before, view.toBytes());
        view.setBytes(new byte[byteCount - 1], 0);
    }

    @Test
    void countedStringBeginsWithItsLength() {
        BufferView view = items("5p", 2);
        view.setBytes(ascii("abc"), 1);
        assertEquals(".....\3abc0", content(view));
        assertArrayEquals(ascii("abc"), view.getBytes(1));
    }

    /** As the struct module reads it. */
    @Test
    void countBeyondTheItemReadsTheWholeItem() {
        BufferView view = items("5p", 1);
        view.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) 200);
        assertArrayEquals(ascii("...."), view.getBytes(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<4w", ">4w", "<4u", ">4u"})
    void textIsReadWithoutTheZerosAtItsEnd(String format) {
        BufferView view = items(format, 2);
        view.setString("a\u00e9\u20ac", 1);
        assertEquals("a\u00e9\u20ac", view.getString(1));
        assertEquals("a\u00e9\u20ac", view.get(1));
        view.setString("", 1);
        assertEquals("", view.getString(1));
        assertThrows(ArithmeticException.class, () -> view.setString("abcde", 1));
    }

    @Test
    void unitOfWideTextIsACodePoint() {
        BufferView view = items("<1w", 1);
        view.setString("\ud83d\ude00", 0);
        assertEquals(0x1f600, view.memory().get(ValueLayout.JAVA_INT_UNALIGNED, 0));
        assertEquals("\ud83d\ude00", view.getString(0));
        view.memory().set(ValueLayout.JAVA_INT_UNALIGNED, 0, 0x110000);
        String message =
                assertThrows(ArithmeticException.class, () -> view.getString(0)).getMessage();
        assertTrue(message.contains("0x110000"), message);
    }

    @Test
    void bytesAndTextAreNotMixedUp() {
        BufferView bytes = items("4s", 1);
        BufferView text = items("<4w", 1);
        BufferView number = items("<i", 1);
        assertThrows(UnsupportedOperationException.class, () -> bytes.getString(0));
        assertThrows(UnsupportedOperationException.class, () -> bytes.setString("a", 0));
        assertThrows(UnsupportedOperationException.class, () -> text.getBytes(0));
        assertThrows(UnsupportedOperationException.class, () -> text.setBytes(new byte[1], 0));
        assertThrows(UnsupportedOperationException.class, () -> number.getBytes(0));
        assertThrows(UnsupportedOperationException.class, () -> number.setString("a", 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<Zf", ">Zf", "<Zd", ">Zd"})
    void complexHasARealAndAnImaginaryView(String format) {
        BufferView view = items(format, 3);
        view.setComplex(new Complex(1.5, -2.5), 1);
        assertEquals(new Complex(1.5, -2.5), view.getComplex(1));
        assertEquals(1.5, view.real().getDouble(1));
        assertEquals(-2.5, view.imaginary().getDouble(1));
        view.imaginary().setDouble(4, 1);
        assertEquals(new Complex(1.5, 4), view.get(1));
        view.setDouble(7, 1);
        assertEquals(new Complex(7, 0), view.getComplex(1));
        view.setLong(8, 1);
        assertEquals(new Complex(8, 0), view.getComplex(1));
    }

    @Test
    void complexIsNoRealNumberButARealNumberIsComplex() {
        BufferView complex = items("<Zd", 1);
        complex.setComplex(new Complex(1, 0), 0);
        assertThrows(UnsupportedOperationException.class, () -> complex.getDouble(0));
        BufferView real = items("<d", 1);
        real.setComplex(new Complex(2, 0), 0);
        assertEquals(new Complex(2, 0), real.getComplex(0));
        assertThrows(ArithmeticException.class, () -> real.setComplex(new Complex(2, 1), 0));
        assertThrows(UnsupportedOperationException.class, real::real);
        assertThrows(UnsupportedOperationException.class, real::imaginary);
    }

    @Test
    void complexThatDoesNotFitIsRefusedWhole() {
        BufferView view = items("<Zf", 1);
        view.setComplex(new Complex(1, 2), 0);
        assertThrows(ArithmeticException.class, () -> view.setComplex(new Complex(3, 1e300), 0));
        assertEquals(new Complex(1, 2), view.getComplex(0));
    }
}

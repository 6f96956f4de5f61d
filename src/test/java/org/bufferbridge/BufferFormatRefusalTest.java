package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BufferFormatRefusalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "O; 0; 'O' (a Python object)",
                "3hO; 2; 'O' (a Python object)",
                "T{b:a:O:b:}; 6; 'O' (a Python object)",
                "P; 0; 'P' (a pointer)",
                "&d; 0; '&' (a pointer)",
                "X{}; 0; 'X{}' (a function)",
                "t; 0; 't' (a bit field)",
            })
    void typesThatCannotBeSharedAreRefusedByNameAndPosition(String text, int position, String reason) {
        assertRefused(text, position, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "y; 0; code 'y' is unknown",
                "hy; 1; code 'y' is unknown",
                "Zi; 0; code 'Zi' is unknown",
                "Z; 0; code 'Z' is",
                "3; 0; count 3 is followed by no code",
                "h3; 1; count 3 is followed by no code",
                "3 h; 0; count 3 is followed by no code",
                "T{3}; 2; count 3 is followed by no code",
                "3(2)h; 1; a second '('",
                "(2)(3)h; 3; a second '('",
                "3<h; 1; code '<' is unknown",
                "<; 0; a code is required",
                "i<; 1; a code is required",
                "(2); 0; a code is required",
                "T{d:a:@}; 6; a code is required",
                "}; 0; closes no",
                "b}; 1; closes no",
                "T{b:a:; 0; is not closed",
                "bT{T{b:a:}; 1; is not closed",
                "(2h; 2; ',' or ')' is required",
                "(2; 0; is not closed",
                "()h; 1; a length is required",
                "(2,)h; 3; a length is required",
                "(-1)h; 1; a length is required",
                "b:name; 1; is not closed",
                "b::; 1; at least 1 character",
                "T{b:a:b:a:}; 10; name \"a\" is given twice",
                ":a:b; 0; code ':' is unknown",
                "=g; 1; no standard size",
                ">Zg; 1; no standard size",
                "<n; 1; no standard size",
                "!N; 1; no standard size",
            })
    void malformedTextIsRefusedWithItsPosition(String text, int position, String reason) {
        assertRefused(text, position, reason);
    }

    @Test
    void aNameWithHalfOfASurrogatePairIsRefused() {
        assertRefused("T{d:x\ud800:}", 5, "the name holds half of a surrogate pair, U+D800, which is no character");
        assertRefused("T{d:\udc00x:}", 4, "U+DC00");
        assertEquals(
                "T{d:\ud83d\ude00:}", BufferFormat.parse("T{d:\ud83d\ude00:}").toString());
        StructLayout layout = MemoryLayout.structLayout(ValueLayout.JAVA_DOUBLE.withName("\ud800"));
        assertThrows(IllegalArgumentException.class, () -> BufferFormat.of(layout));
    }

    private static void assertRefused(String text, int position, String reason) {
        String message = assertThrows(IllegalArgumentException.class, () -> BufferFormat.parse(text))
                .getMessage();
        assertTrue(message.startsWith("format \"" + text + "\", position " + position + ": "), message);
        assertTrue(message.contains(reason), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "0s", "0d", "(0)h", "(2,0)h", "T{}", "0x", "=", "3T{}"})
    void itemOfNoBytesIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> BufferFormat.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775807d",
                "99999999999999999999h",
                "(4294967296,4294967296)h",
                "9223372036854775807sh",
                "(3037000500,3037000500)s",
                "9223372036854775807xd"
            })
    void itemBeyondLongIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> BufferFormat.parse(text));
    }

    @Test
    void deepNestingIsRefusedBeforeTheStackOverflows() {
        String atLimit = "T{".repeat(64) + "b" + "}".repeat(64);
        assertEquals(1, BufferFormat.parse(atLimit).itemSize());
        String beyond = "T{".repeat(100_000);
        String message = assertThrows(IllegalArgumentException.class, () -> BufferFormat.parse(beyond))
                .getMessage();
        assertTrue(message.contains("deeper than 64"), "the message names the limit");
        assertEquals(100, BufferFormat.parse("T{b}".repeat(100)).itemSize());
    }

    /** Whatever a foreign exporter sends, the answer is a format or this one exception. */
    @Test
    void randomTextIsParsedOrRefusedButNothingElse() {
        Random random = new Random(3118);
        String alphabet = "@=<>!^?cbBhHiIlLqQnNefdgZspxuwOPXt&T{}(),:: 0123 ab\u00e9";
        int parsed = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                BufferFormat format = BufferFormat.parse(text.toString());
                assertTrue(format.itemSize() > 0);
                assertEquals(format, BufferFormat.parse(format.toString()), text.toString());
                assertEquals(format.itemSize(), format.layout().byteSize(), text.toString());
                parsed++;
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage().contains("format \""), refused.getMessage());
            }
        }
        assertTrue(parsed > 1000, "only " + parsed + " texts were formats");
    }
}

package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.bufferbridge.internal.format.FormatAccess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sizes and offsets in the tables are those of {@code struct.calcsize} and numpy on x86-64 Linux. */
class BufferFormatTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "?; 1; ?",
                "c; 1; c",
                "b; 1; b",
                "B; 1; B",
                "h; 2; h",
                "H; 2; H",
                "i; 4; i",
                "I; 4; I",
                "l; 8; l",
                "L; 8; L",
                "q; 8; q",
                "Q; 8; Q",
                "n; 8; n",
                "N; 8; N",
                "e; 2; e",
                "f; 4; f",
                "d; 8; d",
                "5s; 5; 5s",
                "1s; 1; s",
                "5p; 5; 5p",
                "5x; 5; 5x",
                "2x3x; 5; 5x",
                "3h; 6; 3h",
                "1h; 2; h",
                "bd; 16; bd",
                "hhi; 8; hhi",
                "b3i; 16; b3i",
                "bhilq; 24; bhilq",
                "b x h; 4; bh",
                "2s h; 4; 2sh",
                "xd; 16; 8xd",
                "b0d; 8; b7x",
                "db0d; 16; db7x",
            })
    void nativeFormatsHaveTheSizesOfStruct(String text, long itemSize, String canonical) {
        assertFormat(text, itemSize, canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "=d; 8; =d",
                "<d; 8; =d",
                "<i; 4; =i",
                "=b; 1; b",
                "<B; 1; B",
                ">B; 1; B",
                ">i; 4; >i",
                "!i; 4; >i",
                "=l; 4; =i",
                "=L; 4; =I",
                ">l; 4; >i",
                "<q; 8; =q",
                "<bd; 9; =bd",
                ">hq; 10; >hq",
                "=lL; 8; =iI",
                "!4sH; 6; >4sH",
                "^l; 8; =q",
                "^n; 8; =q",
                "^bd; 9; =bd",
                "<3w; 12; =3w",
                ">Zd; 16; >Zd",
            })
    void standardFormatsHaveTheSizesOfStruct(String text, long itemSize, String canonical) {
        assertFormat(text, itemSize, canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "g; 16; g",
                "^g; 16; ^g",
                "Zf; 8; Zf",
                "Zd; 16; Zd",
                "Zg; 32; Zg",
                "w; 4; w",
                "3w; 12; 3w",
                "3u; 6; 3u",
                "(2,3)h; 12; (2,3)h",
                "( 2 , 3 ) h; 12; (2,3)h",
                "(3)h; 6; 3h",
                "(1)h; 2; (1)h",
                "(2)3h; 12; (2,3)h",
                "(2)4s; 8; (2)4s",
                "2T{b:a:i:b:}; 16; (2)T{b:a:3xi:b:}",
                "(2)>h; 4; >2h",
                ">(2)h; 4; >2h",
                "(2,2)T{h:a:>i:b:}; 24; (2,2)T{h:a:>i:b:}",
            })
    void formatsBeyondStructHaveTheSizesOfNumpy(String text, long itemSize, String canonical) {
        assertFormat(text, itemSize, canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "T{b:a:d:b:}; 16; a=0 b=8; T{b:a:7xd:b:}",
                "T{d:a:b:b:}; 16; a=0 b=8; T{d:a:b:b:7x}",
                "T{b:a:=d:b:}; 9; a=0 b=1; T{b:a:=d:b:}",
                "T{=d:a:b:b:}; 9; a=0 b=8; T{=d:a:b:b:}",
                "T{d:a:=b:b:}; 9; a=0 b=8; T{=d:a:b:b:}",
                "T{b:a:(2,3)f:m:}; 28; a=0 m=4; T{b:a:3x(2,3)f:m:}",
                "T{b:a:T{h:x:d:y:}:p:b:z:}; 32; a=0 p=8 z=24; T{b:a:7xT{h:x:6xd:y:}:p:b:z:7x}",
                "T{Zd:z:4s:s:}; 24; s=16 z=0; T{Zd:z:4s:s:4x}",
                "T{b:a:^d:b:i:c:}; 13; a=0 b=1 c=9; T{b:a:=d:b:i:c:}",
                "T{b:k:g:v:}; 32; k=0 v=16; T{b:k:15xg:v:}",
                "T{b:a:^g:g:}; 17; a=0 g=1; T{b:a:^g:g:}",
                "T{3x:pad:h:v:}; 6; pad=0 v=4; T{3x:pad:xh:v:}",
                "T{bd}; 16; f0=0 f1=8; T{b:f0:7xd:f1:}",
                "T{T{b:x:}:f0:h}; 4; f0=0 f1=2; T{T{b:x:}:f0:xh:f1:}",
                "b:k:d:v:; 16; k=0 v=8; T{b:k:7xd:v:}",
                "d:v:b:k:; 16; k=8 v=0; T{d:v:b:k:7x}",
                "d:x:; 8; x=0; T{d:x:}",
                "T{(3)=d:a:(2,3)@h:b:}; 36; a=0 b=24; T{(3)=d:a:(2,3)@h:b:}",
                "T{<h:a:@i:b:}; 8; a=0 b=4; T{=h:a:2x@i:b:}",
                "T{b:a:0d:e:}; 8; a=0 e=8; T{b:a:7x(0)d:e:}",
                ">T{h:a:<i:b:}d; 14; f0=0 f1=6; T{>h:a:=i:b:}d",
                "=bT{@d:a:}:s:; 16; f0=0 s=8; T{b:f0:7xT{d:a:}:s:}",
                "bT{d:a:=b:b:}:s:; 10; f0=0 s=1; T{b:f0:T{=d:a:b:b:}:s:}",
                "T{ b :a: d :b: }; 16; a=0 b=8; T{b:a:7xd:b:}",
                "bd; 16; f0=0 f1=8; bd",
                "T{>i:k:@H:v:}; 6; k=0 v=4; T{>i:k:@H:v:}",
                "T{(2)T{h:x:xxxxxxd:y:}:p:?:q:}; 40; p=0 q=32; T{(2)T{h:x:6xd:y:}:p:?:q:7x}",
            })
    void structuresHaveTheOffsetsOfNumpy(String text, long itemSize, String offsets, String canonical) {
        assertFormat(text, itemSize, canonical);
        Map<String, Long> actual = new TreeMap<>();
        for (BufferFormat.Field field : BufferFormat.parse(text).fields()) {
            actual.put(field.name(), field.byteOffset());
        }
        assertEquals(offsets, actual.toString().replaceAll("[{},]", ""));
    }

    /** Such items cannot all be aligned when they follow each other, so the promise is not made. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"db; 9; =db", "dbh; 12; =dbxh", "bHx; 5; =bxHx", "?d?; 17; =?7xd?", "dx; 9; =dx"})
    void listOfNoMultipleOfItsAlignmentPromisesNone(String text, long itemSize, String canonical) {
        assertFormat(text, itemSize, canonical);
        assertEquals(1, BufferFormat.parse(text).alignment());
    }

    private static void assertFormat(String text, long itemSize, String canonical) {
        BufferFormat format = BufferFormat.parse(text);
        assertAll(
                () -> assertEquals(itemSize, format.itemSize(), "size of " + text),
                () -> assertEquals(canonical, format.toString()),
                () -> assertEquals(
                        format, BufferFormat.parse(canonical), "the canonical text parses to an equal format"),
                () -> assertEquals(
                        itemSize,
                        BufferFormat.parse(format.unaligned().toString()).itemSize()),
                () -> assertEquals(0, itemSize % format.alignment(), "size is a multiple of the alignment"));
    }

    @ParameterizedTest
    @CsvSource({
        "b, 1", "h, 2", "i, 4", "d, 8", "g, 16", "Zf, 4", "Zd, 8", "3w, 4", "5s, 1", "=d, 1", ">d, 1", "^d, 1", "bd, 8",
        "3h, 2", "=bd, 1"
    })
    void alignmentIsThatOfTheLargestNativeMember(String text, long alignment) {
        assertEquals(alignment, BufferFormat.parse(text).alignment());
    }

    @Test
    void knownItemSizeDecidesHowAListEnds() {
        assertEquals("=db", BufferFormat.parse("db", 9).toString());
        assertEquals("db7x", BufferFormat.parse("db", 16).toString());
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> BufferFormat.parse("db", 12));
        String message = refusal.getMessage();
        assertTrue(message.contains("16") && message.contains("12"), message);
    }

    @Test
    void parsedLongKeepsItsSpellingAndMatchesTheOther() {
        BufferFormat spelledLong = BufferFormat.parse("l");
        assertEquals("l", spelledLong.toString());
        assertNotEquals(BufferFormat.INT64, spelledLong);
        assertTrue(BufferFormat.INT64.matches(spelledLong));
        assertFalse(BufferFormat.UINT64.matches(spelledLong));
    }

    @ParameterizedTest
    @CsvSource({
        "d, =d, true",
        "d, >d, false",
        "d, q, false",
        "i, I, false",
        "Zf, d, false",
        "3h, (3)h, true",
        "3h, 6s, false",
        "T{b:a:d:b:}, T{b:a:7x=d:b:}, true",
        "T{b:a:d:b:}, T{b:a:=d:b:}, false",
        "T{b:a:}, T{b:c:}, false",
        "bd, T{bd}, true",
        "l, n, true",
        "c, s, false"
    })
    void formatsMatchIfTheirValuesAreTheSameByteForByte(String one, String other, boolean isMatch) {
        assertEquals(isMatch, BufferFormat.parse(one).matches(BufferFormat.parse(other)));
        assertEquals(isMatch, BufferFormat.parse(other).matches(BufferFormat.parse(one)));
    }

    @ParameterizedTest
    @CsvSource({
        "i, =i, false",
        "=i, <i, true",
        "3h, (3)h, true",
        "b, =b, true",
        "bd, T{bd}, false",
        "T{bd}, T{b:f0:7xd:f1:}, true",
        "!h, >h, true",
        "T{b:a:}, T{b:b:}, false"
    })
    void equalFormatsAreThoseOfEqualStructureAndPromise(String one, String other, boolean isEqual) {
        BufferFormat first = BufferFormat.parse(one);
        BufferFormat second = BufferFormat.parse(other);
        assertEquals(isEqual, first.equals(second));
        assertEquals(isEqual, first.toString().equals(second.toString()));
        if (isEqual) {
            assertEquals(first.hashCode(), second.hashCode());
        }
    }

    @ParameterizedTest
    @CsvSource({"d, =d", "l, =q", "g, ^g", "bd, b7x=d", "T{b:a:d:b:}, T{b:a:7x=d:b:}", ">d, >d", "b, b"})
    void unalignedFormatHasTheSameValuesWithoutThePromise(String text, String expected) {
        BufferFormat format = BufferFormat.parse(text);
        BufferFormat unaligned = format.unaligned();
        assertEquals(BufferFormat.parse(expected), unaligned);
        assertEquals(1, unaligned.alignment());
        assertTrue(format.matches(unaligned));
    }

    @Test
    void listKeepsOneMarkInFrontWhereStructReadsIt() {
        assertEquals("=b7xd", BufferFormat.parse("bd").unaligned().toString());
        assertEquals(">3?2fqHB", BufferFormat.parse("!3?2fqHB").toString());
    }

    @ParameterizedTest
    @CsvSource({
        "=d, 8, d",
        "=d, 4, =d",
        "=q, 16, q",
        ">d, 8, >d",
        "^g, 8, ^g",
        "^g, 16, g",
        "'(2,3)=d', 8, '(2,3)d'",
        "=bd, 8, =bd",
        "=b7xd, 8, bd",
        "=b7xd, 4, =b7xd",
        "T{=i:a:h:b:2x}, 4, T{i:a:h:b:2x}"
    })
    void alignedFormatPromisesWhatTheMemoryKeeps(String text, long byteAlignment, String expected) {
        assertEquals(
                expected,
                FormatAccess.FORMATS
                        .aligned(BufferFormat.parse(text), byteAlignment)
                        .toString());
    }

    @Test
    void changedOrderIsWrittenWithItsMark() {
        ByteOrder other =
                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        BufferFormat swapped = BufferFormat.FLOAT64.withOrder(other);
        assertEquals(BufferFormat.parse(other == ByteOrder.BIG_ENDIAN ? ">d" : "<d"), swapped);
        assertEquals(other, swapped.order());
        assertFalse(swapped.isNativeOrder());
        assertEquals(BufferFormat.parse("=d"), swapped.withOrder(ByteOrder.nativeOrder()));
        assertSame(BufferFormat.INT8, BufferFormat.INT8.withOrder(other));
        BufferFormat struct = BufferFormat.parse("T{h:a:b:b:x}").withOrder(other);
        assertEquals(other, struct.field("a").format().order());
        assertThrows(UnsupportedOperationException.class, struct::order);
    }

    @Test
    void longDoubleHasNoOtherOrder() {
        ByteOrder other = BufferFormat.parse(">h").isNativeOrder() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        BufferFormat format = BufferFormat.parse("g");
        assertThrows(IllegalArgumentException.class, () -> format.withOrder(other));
    }

    @ParameterizedTest
    @CsvSource({
        "?, BOOLEAN",
        "c, BYTES",
        "b, INTEGER SIGNED",
        "B, INTEGER",
        "l, INTEGER SIGNED",
        "N, INTEGER",
        "e, FLOATING SIGNED",
        "g, FLOATING SIGNED",
        "Zf, COMPLEX",
        "4s, BYTES",
        "4p, BYTES",
        "4x, BYTES",
        "3w, TEXT",
        "u, TEXT",
        "3h, ARRAY",
        "bd, STRUCT",
        "T{b:a:}, STRUCT",
    })
    void eachFormatIsOfOneKind(String text, String kinds) {
        BufferFormat format = BufferFormat.parse(text);
        StringBuilder actual = new StringBuilder();
        append(actual, format.isBoolean(), "BOOLEAN");
        append(actual, format.isInteger(), "INTEGER");
        append(actual, format.isFloating(), "FLOATING");
        append(actual, format.isSigned(), "SIGNED");
        append(actual, format.isComplex(), "COMPLEX");
        append(actual, format.isBytes(), "BYTES");
        append(actual, format.isText(), "TEXT");
        append(actual, format.isSubArray(), "ARRAY");
        append(actual, format.isStruct(), "STRUCT");
        assertEquals(kinds, actual.toString());
    }

    private static void append(StringBuilder kinds, boolean is, String kind) {
        if (is) {
            kinds.append(kinds.isEmpty() ? "" : " ").append(kind);
        }
    }

    @Test
    void subArrayKnowsItsShapeAndElement() {
        BufferFormat format = BufferFormat.parse("(2)3h");
        assertArrayEquals(new long[] {2, 3}, format.subArrayShape());
        assertEquals(BufferFormat.INT16, format.element());
        assertEquals(0, BufferFormat.INT16.subArrayShape().length);
        assertSame(BufferFormat.INT16, BufferFormat.INT16.element());
    }

    @Test
    void unknownFieldIsRefusedWithTheFieldsThereAre() {
        BufferFormat format = BufferFormat.parse("T{b:kind:d:value:}");
        assertEquals(new BufferFormat.Field("value", 8, BufferFormat.FLOAT64), format.field("value"));
        NoSuchElementException refusal = assertThrows(NoSuchElementException.class, () -> format.field("size"));
        assertTrue(refusal.getMessage().contains("[kind, value]"), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "b", "B", "h", "H", "i", "I", "q", "Q", "e", "f", "d", "Zf", "Zd"})
    void constantsAreTheNativeCodes(String code) throws IllegalAccessException {
        int found = 0;
        for (var constant : BufferFormat.class.getFields()) {
            if (constant.get(null).toString().equals(code)) {
                assertEquals(BufferFormat.parse(code), constant.get(null));
                found++;
            }
        }
        assertEquals(code.equals("H") ? 2 : 1, found);
    }

    @Test
    void byteStringHasAtLeastOneByte() {
        assertEquals("5s", BufferFormat.bytes(5).toString());
        assertThrows(IllegalArgumentException.class, () -> BufferFormat.bytes(0));
    }
}

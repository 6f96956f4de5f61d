package org.bufferbridge;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.MemoryLayout.unionLayout;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemoryLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BufferFormatLayoutTest {
    static List<Arguments> layouts() {
        return List.of(
                Arguments.of(JAVA_BOOLEAN, "?"),
                Arguments.of(JAVA_BYTE, "b"),
                Arguments.of(JAVA_SHORT, "h"),
                Arguments.of(JAVA_CHAR, "H"),
                Arguments.of(JAVA_INT, "i"),
                Arguments.of(JAVA_LONG, "q"),
                Arguments.of(JAVA_FLOAT, "f"),
                Arguments.of(JAVA_DOUBLE, "d"),
                Arguments.of(JAVA_DOUBLE_UNALIGNED, "=d"),
                Arguments.of(JAVA_INT.withByteAlignment(2), "=i"),
                Arguments.of(JAVA_INT.withByteAlignment(16), "i"),
                Arguments.of(JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), ">i"),
                Arguments.of(JAVA_BYTE.withOrder(ByteOrder.BIG_ENDIAN), "b"),
                Arguments.of(paddingLayout(5), "5x"),
                Arguments.of(sequenceLayout(3, JAVA_SHORT), "3h"),
                Arguments.of(sequenceLayout(2, sequenceLayout(3, JAVA_SHORT)), "(2,3)h"),
                Arguments.of(
                        structLayout(JAVA_BYTE.withName("kind"), paddingLayout(7), JAVA_DOUBLE.withName("value")),
                        "T{b:kind:d:value:}"),
                Arguments.of(structLayout(JAVA_INT, JAVA_INT.withName("f0")), "T{i:f1:i:f0:}"),
                Arguments.of(structLayout(JAVA_DOUBLE.withName("a"), JAVA_BYTE.withName("b")), "T{=d:a:b:b:}"),
                Arguments.of(
                        structLayout(JAVA_BYTE.withName("a"), JAVA_DOUBLE_UNALIGNED.withName("b")), "T{b:a:=d:b:}"),
                Arguments.of(
                        structLayout(
                                JAVA_LONG.withName("n"),
                                sequenceLayout(2, structLayout(JAVA_INT.withName("x"), JAVA_FLOAT.withName("y")))
                                        .withName("p")),
                        "T{q:n:(2)T{i:x:f:y:}:p:}"));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void formatOfALayoutKeepsSizesOffsetsAndNames(MemoryLayout layout, String expected) {
        BufferFormat format = BufferFormat.of(layout);
        assertEquals(BufferFormat.parse(expected), format);
        assertEquals(layout.byteSize(), format.itemSize());
    }

    static List<Arguments> refusedLayouts() {
        return List.of(
                Arguments.of(unionLayout(JAVA_INT, JAVA_FLOAT).withName("number"), "number"),
                Arguments.of(structLayout(unionLayout(JAVA_INT, JAVA_FLOAT).withName("inner")), "inner"),
                Arguments.of(ADDRESS.withName("next"), "next"),
                Arguments.of(structLayout(JAVA_INT.withName("a:b")), "a:b"),
                Arguments.of(structLayout(JAVA_INT.withName("a"), JAVA_INT.withName("a")), "given twice"),
                Arguments.of(structLayout(), "0 bytes"),
                Arguments.of(sequenceLayout(0, JAVA_INT), "0 bytes"));
    }

    @ParameterizedTest
    @MethodSource("refusedLayouts")
    void layoutWithoutAFormatIsRefusedByName(MemoryLayout layout, String named) {
        String message = assertThrows(IllegalArgumentException.class, () -> BufferFormat.of(layout))
                .getMessage();
        assertTrue(message.contains(named), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?",
                "b",
                "h",
                "H",
                "i",
                "q",
                "f",
                "d",
                "=d",
                ">i",
                "3h",
                "(2,3)d",
                "5x",
                "T{b:a:d:b:}",
                "T{b:a:=d:b:}",
                "T{b:a:T{h:x:d:y:}:p:}",
                "T{>i:a:(2)h:b:}"
            })
    void layoutOfAFormatGivesTheFormatBack(String text) {
        BufferFormat format = BufferFormat.parse(text);
        assertEquals(format, BufferFormat.of(format.layout()));
    }

    static List<Arguments> poorerLayouts() {
        return List.of(
                Arguments.of("B", JAVA_BYTE),
                Arguments.of("I", JAVA_INT),
                Arguments.of("Q", JAVA_LONG),
                Arguments.of("e", JAVA_SHORT),
                Arguments.of("4s", sequenceLayout(4, JAVA_BYTE)),
                Arguments.of("3w", sequenceLayout(3, JAVA_INT)),
                Arguments.of("3u", sequenceLayout(3, JAVA_CHAR)),
                Arguments.of("Zf", structLayout(JAVA_FLOAT.withName("real"), JAVA_FLOAT.withName("imaginary"))),
                Arguments.of("g", sequenceLayout(16, JAVA_BYTE).withByteAlignment(16)));
    }

    @ParameterizedTest
    @MethodSource("poorerLayouts")
    void formatThatLayoutsDoNotKnowKeepsSizeAndAlignment(String text, MemoryLayout expected) {
        assertEquals(expected, BufferFormat.parse(text).layout());
    }

    @Test
    void layoutHasTheOffsetsOfTheFields() {
        BufferFormat format = BufferFormat.parse("T{b:a:T{h:x:d:y:}:p:b:z:}");
        for (BufferFormat.Field field : format.fields()) {
            long byteOffset = format.layout().byteOffset(MemoryLayout.PathElement.groupElement(field.name()));
            assertEquals(field.byteOffset(), byteOffset, field.name());
        }
    }
}

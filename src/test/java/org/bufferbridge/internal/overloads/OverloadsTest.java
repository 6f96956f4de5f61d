package org.bufferbridge.internal.overloads;

import static org.bufferbridge.fixtures.calls.PackedCall.call;
import static org.bufferbridge.fixtures.calls.PackedCall.callStatic;
import static org.bufferbridge.fixtures.calls.RefusedCall.overflow;
import static org.bufferbridge.fixtures.calls.RefusedCall.type;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bufferbridge.fixtures.calls.NumberParameters;
import org.bufferbridge.fixtures.calls.PackedCall.Opaque;
import org.bufferbridge.fixtures.calls.PackedCall.Original;
import org.bufferbridge.fixtures.calls.SequenceParameters;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OverloadsTest {
    private static final long BEYOND_INT = 1L << 40;

    static Stream<Arguments> maxima() {
        return Stream.of(
                Arguments.of(Named.of("two ints", List.of(1, 2)), 2L),
                Arguments.of(Named.of("int and long", List.of(BEYOND_INT, 2)), BEYOND_INT),
                Arguments.of(Named.of("int and float", List.of(1, 2.5)), 2.5),
                Arguments.of(Named.of("two floats", List.of(1.5, 2.5)), 2.5));
    }

    @ParameterizedTest
    @MethodSource("maxima")
    void overloadOfMaxIsChosenByBothArguments(List<Object> arguments, Object expected) {
        assertEquals(expected, callStatic(Math.class, "max", arguments.toArray()));
    }

    static Stream<Arguments> appended() {
        return Stream.of(
                Arguments.of(Named.of("bool", true), "true"),
                Arguments.of(Named.of("int", 65), "65"),
                Arguments.of(Named.of("long", BEYOND_INT), "1099511627776"),
                Arguments.of(Named.of("float", 1.1), "1.1"),
                Arguments.of(Named.of("str", "x"), "x"),
                Arguments.of(Named.of("list", List.of("x", 1)), "[x, 1]"),
                Arguments.of(Named.of("StringBuffer", new Original(new StringBuffer("b"))), "b"),
                Arguments.of(Named.of("char array", new Original(new char[] {'c', 'd'})), "cd"),
                Arguments.of(Named.of("char box", new Original('c')), "c"),
                Arguments.of(Named.of("other object", new Original(Set.of(1))), "[1]"));
    }

    @ParameterizedTest
    @MethodSource("appended")
    void overloadOfAppendIsChosenByTheArgument(Object argument, String expected) {
        StringBuilder builder = new StringBuilder();
        assertSame(builder, call(builder, "append", argument));
        assertEquals(expected, builder.toString());
    }

    @Test
    void appendingNoneIsAmbiguous() {
        String message =
                type(() -> call(new StringBuilder(), "append", (Object) null)).getMessage();
        assertTrue(
                message.startsWith(
                        "no most specific overload of java.lang.StringBuilder.append for" + " (None); candidates: "),
                message);
        for (String candidate : List.of("append(char[])", "append(String)", "append(StringBuffer)")) {
            assertTrue(message.contains(candidate), message);
        }
        assertTrue(!message.contains("append(Object)"), message);
    }

    @Test
    void noneIsTheNarrowestOfRelatedReferences() {
        // String.valueOf(null) is valueOf(char[]) in Java too, and fails alike.
        assertThrows(NullPointerException.class, () -> callStatic(String.class, "valueOf", (Object) null));
    }

    @Test
    void removeByIndexAndByElementAreTold() {
        List<Object> list = new ArrayList<>(List.of("a", "b", "c"));
        assertEquals("b", call(list, "remove", 1));
        assertEquals(true, call(list, "remove", "c"));
        assertEquals(List.of("a"), list);
    }

    @Test
    void betterFitOutweighsNarrowerType() {
        assertEquals("double, byte", callStatic(NumberParameters.class, "narrow", 1.5, 1));
    }

    @Test
    void crossedPreferencesAreAmbiguous() {
        assertEquals("int, Object", callStatic(NumberParameters.class, "crossed", 1, "x"));
        assertEquals(
                "no most specific overload of org.bufferbridge.fixtures.calls.NumberParameters"
                        + ".crossed for (int, int); candidates: crossed(Object, int),"
                        + " crossed(int, Object); java.lang.reflect.Method.invoke calls any one",
                type(() -> callStatic(NumberParameters.class, "crossed", 1, 2)).getMessage());
    }

    @Test
    void intAndBoxAreAmbiguousAsInJava() {
        assertEquals("long, long", callStatic(NumberParameters.class, "equalTo", 1, 2));
        assertEquals("Object, Object", callStatic(NumberParameters.class, "equalTo", 1, "x"));
        type(() -> callStatic(NumberParameters.class, "equalTo", 1, new Original(2L)));
    }

    @Test
    void candidatesAreNamed() {
        assertEquals(
                "no overload of org.bufferbridge.fixtures.calls.SequenceParameters.mean takes"
                        + " (list, int); candidates: mean(double[])",
                type(() -> callStatic(SequenceParameters.class, "mean", List.of(1), 2))
                        .getMessage());
    }

    @Test
    void opaqueValueIsRefusedByItsPythonType() {
        String message = type(() -> callStatic(NumberParameters.class, "narrow", new Opaque("dict"), 1))
                .getMessage();
        assertTrue(message.contains("takes (dict, int);"), message);
    }

    @Test
    void nothingButTheRangeIsInTheWayOfAnOverflow() {
        type(() -> callStatic(NumberParameters.class, "narrow", "x", 300));
        overflow(() -> callStatic(NumberParameters.class, "narrow", 1.5, 300));
    }

    @Test
    void typeVariableTakesItsBound() {
        assertEquals(3L, callStatic(Collections.class, "max", List.of(1, 3, 2)));
        assertEquals("b", callStatic(java.util.Objects.class, "requireNonNullElse", null, "b"));
    }

    @Test
    void otherThanTheBoundIsRefused() {
        type(() -> callStatic(Collections.class, "max", "abc"));
    }

    @Test
    void nullResultIsNone() {
        assertNull(call(new java.util.HashMap<>(), "put", "a", 1));
    }
}

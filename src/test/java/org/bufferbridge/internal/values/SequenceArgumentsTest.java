package org.bufferbridge.internal.values;

import static org.bufferbridge.fixtures.calls.PackedCall.callStatic;
import static org.bufferbridge.fixtures.calls.RefusedCall.overflow;
import static org.bufferbridge.fixtures.calls.RefusedCall.type;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bufferbridge.fixtures.calls.NumberParameters;
import org.bufferbridge.fixtures.calls.PackedCall.Opaque;
import org.bufferbridge.fixtures.calls.SequenceParameters;
import org.junit.jupiter.api.Test;

class SequenceArgumentsTest {
    private static final long BEYOND_INT = 1L << 40;

    @Test
    void sequenceBecomesAnArrayOfTheDeclaredType() {
        assertEquals(2.0, callStatic(SequenceParameters.class, "mean", List.of(1, 2.5, 2.5)));
        assertArrayEquals(new int[] {1, -2}, (int[]) callStatic(SequenceParameters.class, "ints", List.of(1, -2)));
        assertArrayEquals(new byte[] {1, -2}, (byte[]) callStatic(SequenceParameters.class, "bytes", List.of(1, -2)));
        assertArrayEquals(new short[] {1, 2}, (short[]) callStatic(SequenceParameters.class, "shorts", List.of(1, 2)));
        assertArrayEquals(new long[] {1, BEYOND_INT}, (long[])
                callStatic(SequenceParameters.class, "longs", List.of(1, BEYOND_INT)));
        assertArrayEquals(
                new float[] {1, 2.5f}, (float[]) callStatic(SequenceParameters.class, "floats", List.of(1, 2.5)));
        assertArrayEquals(
                new char[] {'a', 'b'}, (char[]) callStatic(SequenceParameters.class, "chars", List.of("a", "b")));
        assertArrayEquals(new boolean[] {true, false}, (boolean[])
                callStatic(SequenceParameters.class, "booleans", List.of(true, false)));
        assertArrayEquals(new String[] {"a", null}, (String[])
                callStatic(SequenceParameters.class, "strings", Arrays.asList("a", null)));
        assertArrayEquals(new Object[] {1, 2.5, "c"}, (Object[])
                callStatic(SequenceParameters.class, "objects", List.of(1, 2.5, "c")));
    }

    @Test
    void nestedSequencesBecomeNestedArrays() {
        assertArrayEquals(new int[][] {{1, 2}, {3}}, (int[][])
                callStatic(SequenceParameters.class, "matrix", List.of(List.of(1, 2), List.of(3))));
    }

    @Test
    void itemOfAnotherKindRefusesTheArray() {
        type(() -> callStatic(SequenceParameters.class, "ints", List.of(1, "2")));
        type(() -> callStatic(SequenceParameters.class, "ints", List.of(1, 2.0)));
        type(() -> callStatic(SequenceParameters.class, "ints", Arrays.asList(1, null)));
        type(() -> callStatic(SequenceParameters.class, "matrix", List.of(List.of(1), 2)));
        type(() -> callStatic(SequenceParameters.class, "strings", List.of("a", new Opaque("dict"))));
    }

    @Test
    void itemOutOfRangeOverflows() {
        assertEquals(
                "item 1: 300 does not fit byte (-128..127) in bytes(byte[])",
                overflow(() -> callStatic(SequenceParameters.class, "bytes", List.of(1, 300)))
                        .getMessage());
        assertEquals(
                "item 1: item 0: 1099511627776 does not fit int (-2147483648..2147483647)" + " in matrix(int[][])",
                overflow(() -> callStatic(SequenceParameters.class, "matrix", List.of(List.of(1), List.of(BEYOND_INT))))
                        .getMessage());
    }

    @Test
    void itemOfAnotherKindOutweighsItemOutOfRange() {
        type(() -> callStatic(SequenceParameters.class, "bytes", List.of(300, "x")));
    }

    @Test
    void arrayIsChosenByTheItems() {
        assertEquals("[1, 2]", callStatic(Arrays.class, "toString", List.of(1, 2)));
        assertEquals("double[]", callStatic(SequenceParameters.class, "floating", List.of(1.5, 2.5)));
        assertEquals("float[]", callStatic(SequenceParameters.class, "floating", List.of(1, 2)));
        assertEquals("double[]", callStatic(SequenceParameters.class, "floating", List.of(1, 2.5)));
        assertEquals("[1.5, 2.0]", callStatic(Arrays.class, "toString", List.of(1.5, 2)));
        assertEquals("[1, 1099511627776]", callStatic(Arrays.class, "toString", List.of(1, BEYOND_INT)));
        assertEquals("[a, null]", callStatic(Arrays.class, "toString", Arrays.asList("a", null)));
        assertEquals("String[]", callStatic(SequenceParameters.class, "letters", List.of("a", "b")));
    }

    @Test
    void nestedArrayIsChosenByTheInnerItems() {
        assertEquals("int[][]", callStatic(SequenceParameters.class, "nested", List.of(List.of(1))));
        assertEquals("double[][]", callStatic(SequenceParameters.class, "nested", List.of(List.of(1.5))));
    }

    @Test
    void emptySequenceIsTheNarrowestArray() {
        assertEquals("float[]", callStatic(SequenceParameters.class, "floating", List.of()));
    }

    @Test
    void emptySequenceIsAmbiguousBetweenUnrelatedArrays() {
        type(() -> callStatic(Arrays.class, "toString", List.of()));
    }

    @Test
    void sequenceIsACollectionBeforeItIsAnArray() {
        assertEquals("Collection", callStatic(SequenceParameters.class, "arrayOrList", List.of(1, 2)));
    }

    @Test
    void sequenceIsANewMutableList() {
        List<?> given = assertInstanceOf(
                ArrayList.class, callStatic(SequenceParameters.class, "any", List.of(1, List.of("x"))));
        assertEquals(List.of(1, List.of("x")), given);
        given.clear();
        assertEquals(List.of(1.5), callStatic(SequenceParameters.class, "raw", List.of(1.5)));
    }

    @Test
    void itemsConvertToTheTypeArgument() {
        assertEquals(List.of(1, 2), callStatic(SequenceParameters.class, "integers", List.of(1, 2)));
        assertEquals(List.of((byte) 1), callStatic(SequenceParameters.class, "smallIntegers", List.of(1)));
        assertEquals(List.of(1.0, 2.5), callStatic(SequenceParameters.class, "doubles", List.of(1, 2.5)));
        assertEquals(List.of(7), callStatic(SequenceParameters.class, "sink", List.of(7)));
        assertEquals(List.of(List.of("a")), callStatic(SequenceParameters.class, "table", List.of(List.of("a"))));
        assertEquals(List.of(1, 1.5), callStatic(SequenceParameters.class, "bounded", List.of(1, 1.5)));
        List<?> arrays = (List<?>) callStatic(SequenceParameters.class, "arrays", List.of(List.of(1, 2)));
        assertArrayEquals(new int[] {1, 2}, (int[]) arrays.getFirst());
    }

    @Test
    void itemsThatDoNotConvertToTheTypeArgumentAreRefused() {
        type(() -> callStatic(SequenceParameters.class, "integers", List.of("1")));
        type(() -> callStatic(SequenceParameters.class, "table", List.of("a")));
        type(() -> callStatic(SequenceParameters.class, "bounded", List.of("a")));
        assertEquals(
                "item 1: 300 does not fit byte (-128..127) in smallIntegers(Collection)",
                overflow(() -> callStatic(SequenceParameters.class, "smallIntegers", List.of(1, 300)))
                        .getMessage());
    }

    @Test
    void typeThatContainsItselfTakesNestedSequences() {
        assertEquals(List.of(List.of()), callStatic(SequenceParameters.class, "endless", List.of(List.of())));
        type(() -> callStatic(SequenceParameters.class, "endless", List.of(List.of(1))));
    }

    @Test
    void genericArrayIsAnArrayOfTheBound() {
        Object given = callStatic(SequenceParameters.class, "generic", List.of("a", 1));
        assertArrayEquals(new Object[] {"a", 1}, assertInstanceOf(Object[].class, given));
    }

    @Test
    void sequenceIsNeitherSetNorMapNorScalar() {
        type(() -> callStatic(SequenceParameters.class, "set", List.of(1)));
        type(() -> callStatic(SequenceParameters.class, "map", List.of()));
        type(() -> callStatic(NumberParameters.class, "intOf", List.of(1)));
    }
}

package org.bufferbridge.internal.calls;

import static org.bufferbridge.internal.calls.PackedCall.callStatic;
import static org.bufferbridge.internal.calls.RefusedCall.overflow;
import static org.bufferbridge.internal.calls.RefusedCall.type;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bufferbridge.internal.calls.PackedCall.Opaque;
import org.bufferbridge.internal.calls.ScalarArgumentsTest.Numbers;
import org.junit.jupiter.api.Test;

class SequenceArgumentsTest {
    private static final long BEYOND_INT = 1L << 40;

    public static final class Lists {
        private Lists() {}

        public static double mean(double[] values) {
            return Arrays.stream(values).average().orElse(Double.NaN);
        }

        public static Object ints(int[] values) {
            return values;
        }

        public static Object bytes(byte[] values) {
            return values;
        }

        public static Object chars(char[] values) {
            return values;
        }

        public static Object floats(float[] values) {
            return values;
        }

        public static Object shorts(short[] values) {
            return values;
        }

        public static Object longs(long[] values) {
            return values;
        }

        public static Object booleans(boolean[] values) {
            return values;
        }

        public static Object matrix(int[][] values) {
            return values;
        }

        public static Object strings(String[] values) {
            return values;
        }

        public static Object objects(Object[] values) {
            return values;
        }

        public static String arrayOrList(int[] values) {
            return "int[]";
        }

        public static String arrayOrList(Collection<?> values) {
            return "Collection";
        }

        public static String floating(float[] values) {
            return "float[]";
        }

        public static String floating(double[] values) {
            return "double[]";
        }

        public static String nested(int[][] values) {
            return "int[][]";
        }

        public static String nested(double[][] values) {
            return "double[][]";
        }

        public static String letters(char[] values) {
            return "char[]";
        }

        public static String letters(String[] values) {
            return "String[]";
        }

        public static Object any(Object value) {
            return value;
        }

        public static Object integers(List<Integer> values) {
            return values;
        }

        public static Object smallIntegers(Collection<Byte> values) {
            return values;
        }

        public static Object doubles(Iterable<? extends Double> values) {
            return values;
        }

        public static Object sink(List<? super Integer> values) {
            return values;
        }

        public static Object table(List<List<String>> values) {
            return values;
        }

        public static Object arrays(List<int[]> values) {
            return values;
        }

        public static <T extends Number> Object bounded(List<T> values) {
            return values;
        }

        public static <T extends List<T>> Object endless(T values) {
            return values;
        }

        public static <T> Object generic(T[] values) {
            return values;
        }

        public static Object raw(@SuppressWarnings("rawtypes") List values) {
            return values;
        }

        public static Object set(Set<Integer> values) {
            return values;
        }

        public static Object map(Map<String, Integer> values) {
            return values;
        }
    }

    @Test
    void sequenceBecomesAnArrayOfTheDeclaredType() {
        assertEquals(2.0, callStatic(Lists.class, "mean", List.of(1, 2.5, 2.5)));
        assertArrayEquals(new int[] {1, -2}, (int[]) callStatic(Lists.class, "ints", List.of(1, -2)));
        assertArrayEquals(new byte[] {1, -2}, (byte[]) callStatic(Lists.class, "bytes", List.of(1, -2)));
        assertArrayEquals(new short[] {1, 2}, (short[]) callStatic(Lists.class, "shorts", List.of(1, 2)));
        assertArrayEquals(
                new long[] {1, BEYOND_INT}, (long[]) callStatic(Lists.class, "longs", List.of(1, BEYOND_INT)));
        assertArrayEquals(new float[] {1, 2.5f}, (float[]) callStatic(Lists.class, "floats", List.of(1, 2.5)));
        assertArrayEquals(new char[] {'a', 'b'}, (char[]) callStatic(Lists.class, "chars", List.of("a", "b")));
        assertArrayEquals(
                new boolean[] {true, false}, (boolean[]) callStatic(Lists.class, "booleans", List.of(true, false)));
        assertArrayEquals(
                new String[] {"a", null}, (String[]) callStatic(Lists.class, "strings", Arrays.asList("a", null)));
        assertArrayEquals(
                new Object[] {1L, 2.5, "c"}, (Object[]) callStatic(Lists.class, "objects", List.of(1, 2.5, "c")));
    }

    @Test
    void nestedSequencesBecomeNestedArrays() {
        assertArrayEquals(new int[][] {{1, 2}, {3}}, (int[][])
                callStatic(Lists.class, "matrix", List.of(List.of(1, 2), List.of(3))));
    }

    @Test
    void itemOfAnotherKindRefusesTheArray() {
        type(() -> callStatic(Lists.class, "ints", List.of(1, "2")));
        type(() -> callStatic(Lists.class, "ints", List.of(1, 2.0)));
        type(() -> callStatic(Lists.class, "ints", Arrays.asList(1, null)));
        type(() -> callStatic(Lists.class, "matrix", List.of(List.of(1), 2)));
        type(() -> callStatic(Lists.class, "strings", List.of("a", new Opaque("dict"))));
    }

    @Test
    void itemOutOfRangeOverflows() {
        assertEquals(
                "item 1: 300 does not fit byte (-128..127) in bytes(byte[])",
                overflow(() -> callStatic(Lists.class, "bytes", List.of(1, 300)))
                        .getMessage());
        assertEquals(
                "item 1: item 0: 1099511627776 does not fit int (-2147483648..2147483647)" + " in matrix(int[][])",
                overflow(() -> callStatic(Lists.class, "matrix", List.of(List.of(1), List.of(BEYOND_INT))))
                        .getMessage());
    }

    @Test
    void itemOfAnotherKindOutweighsItemOutOfRange() {
        type(() -> callStatic(Lists.class, "bytes", List.of(300, "x")));
    }

    @Test
    void arrayIsChosenByTheItems() {
        assertEquals("[1, 2]", callStatic(Arrays.class, "toString", List.of(1, 2)));
        assertEquals("double[]", callStatic(Lists.class, "floating", List.of(1.5, 2.5)));
        assertEquals("float[]", callStatic(Lists.class, "floating", List.of(1, 2)));
        assertEquals("double[]", callStatic(Lists.class, "floating", List.of(1, 2.5)));
        assertEquals("[1.5, 2.0]", callStatic(Arrays.class, "toString", List.of(1.5, 2)));
        assertEquals("[1, 1099511627776]", callStatic(Arrays.class, "toString", List.of(1, BEYOND_INT)));
        assertEquals("[a, null]", callStatic(Arrays.class, "toString", Arrays.asList("a", null)));
        assertEquals("String[]", callStatic(Lists.class, "letters", List.of("a", "b")));
    }

    @Test
    void nestedArrayIsChosenByTheInnerItems() {
        assertEquals("int[][]", callStatic(Lists.class, "nested", List.of(List.of(1))));
        assertEquals("double[][]", callStatic(Lists.class, "nested", List.of(List.of(1.5))));
    }

    @Test
    void emptySequenceIsTheNarrowestArray() {
        assertEquals("float[]", callStatic(Lists.class, "floating", List.of()));
    }

    @Test
    void emptySequenceIsAmbiguousBetweenUnrelatedArrays() {
        type(() -> callStatic(Arrays.class, "toString", List.of()));
    }

    @Test
    void sequenceIsACollectionBeforeItIsAnArray() {
        assertEquals("Collection", callStatic(Lists.class, "arrayOrList", List.of(1, 2)));
    }

    @Test
    void sequenceIsANewMutableList() {
        List<?> given = assertInstanceOf(ArrayList.class, callStatic(Lists.class, "any", List.of(1, List.of("x"))));
        assertEquals(List.of(1L, List.of("x")), given);
        given.clear();
        assertEquals(List.of(1.5), callStatic(Lists.class, "raw", List.of(1.5)));
    }

    @Test
    void itemsConvertToTheTypeArgument() {
        assertEquals(List.of(1, 2), callStatic(Lists.class, "integers", List.of(1, 2)));
        assertEquals(List.of((byte) 1), callStatic(Lists.class, "smallIntegers", List.of(1)));
        assertEquals(List.of(1.0, 2.5), callStatic(Lists.class, "doubles", List.of(1, 2.5)));
        assertEquals(List.of(7), callStatic(Lists.class, "sink", List.of(7)));
        assertEquals(List.of(List.of("a")), callStatic(Lists.class, "table", List.of(List.of("a"))));
        assertEquals(List.of(1L, 1.5), callStatic(Lists.class, "bounded", List.of(1, 1.5)));
        List<?> arrays = (List<?>) callStatic(Lists.class, "arrays", List.of(List.of(1, 2)));
        assertArrayEquals(new int[] {1, 2}, (int[]) arrays.getFirst());
    }

    @Test
    void itemsThatDoNotConvertToTheTypeArgumentAreRefused() {
        type(() -> callStatic(Lists.class, "integers", List.of("1")));
        type(() -> callStatic(Lists.class, "table", List.of("a")));
        type(() -> callStatic(Lists.class, "bounded", List.of("a")));
        assertEquals(
                "item 1: 300 does not fit byte (-128..127) in smallIntegers(Collection)",
                overflow(() -> callStatic(Lists.class, "smallIntegers", List.of(1, 300)))
                        .getMessage());
    }

    @Test
    void typeThatContainsItselfTakesNestedSequences() {
        assertEquals(List.of(List.of()), callStatic(Lists.class, "endless", List.of(List.of())));
        type(() -> callStatic(Lists.class, "endless", List.of(List.of(1))));
    }

    @Test
    void genericArrayIsAnArrayOfTheBound() {
        Object given = callStatic(Lists.class, "generic", List.of("a", 1));
        assertArrayEquals(new Object[] {"a", 1L}, assertInstanceOf(Object[].class, given));
    }

    @Test
    void sequenceIsNeitherSetNorMapNorScalar() {
        type(() -> callStatic(Lists.class, "set", List.of(1)));
        type(() -> callStatic(Lists.class, "map", List.of()));
        type(() -> callStatic(Numbers.class, "intOf", List.of(1)));
    }
}

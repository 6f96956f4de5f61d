package org.bufferbridge.internal.overloads;

import static org.bufferbridge.fixtures.calls.PackedCall.callStatic;
import static org.bufferbridge.fixtures.calls.RefusedCall.overflow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.bufferbridge.fixtures.calls.NumberParameters;
import org.bufferbridge.fixtures.calls.PackedCall.Original;
import org.bufferbridge.fixtures.calls.VariableParameters;
import org.junit.jupiter.api.Test;

class RememberedChoicesTest {
    private static final BigInteger HUGE = BigInteger.TWO.pow(70);
    private static final long BEYOND_INT = 1L << 40;

    public static final class Kinds {
        private Kinds() {}

        public static String of(byte value) {
            return "byte";
        }

        public static String of(short value) {
            return "short";
        }

        public static String of(float value) {
            return "float";
        }

        public static String of(double value) {
            return "double";
        }

        public static String of(char value) {
            return "char";
        }

        public static String of(CharSequence value) {
            return "CharSequence";
        }

        public static String of(List<?> value) {
            return "List";
        }

        public static String of(Integer value) {
            return "Integer";
        }

        public static String of(BigInteger value) {
            return "BigInteger";
        }
    }

    static final List<Map.Entry<Object, String>> CALLS = List.of(
            Map.entry(1.5, "double"),
            Map.entry(1e300, "double"),
            Map.entry(5, "float"),
            Map.entry(100_000, "float"),
            Map.entry((1 << 24) + 1, "double"),
            Map.entry(BEYOND_INT, "float"),
            Map.entry(BEYOND_INT + 1, "double"),
            Map.entry("x", "CharSequence"),
            Map.entry("xy", "CharSequence"),
            Map.entry(List.of(1), "List"),
            Map.entry(new Original(new ArrayList<>()), "List"),
            Map.entry(new Original(new StringBuilder()), "CharSequence"),
            Map.entry(new Original(5), "Integer"),
            Map.entry(new Original((byte) 5), "byte"),
            Map.entry(new Original('c'), "char"),
            Map.entry(HUGE, "BigInteger"));

    @Test
    void rememberedChoiceEqualsTheFirst() {
        for (int round = 0; round < 3; round++) {
            CALLS.forEach(entry -> {
                Object value = entry.getKey();
                assertEquals(entry.getValue(), callStatic(Kinds.class, "of", value));
            });
        }
    }

    @Test
    void choiceMadeForOneRangeIsNotUsedForAnother() {
        for (int round = 0; round < 3; round++) {
            assertEquals("byte", callStatic(NumberParameters.class, "small", 5));
            assertEquals("short", callStatic(NumberParameters.class, "small", 500));
            overflow(() -> callStatic(NumberParameters.class, "small", 50_000));
        }
    }

    @Test
    void moreSignaturesThanAreRememberedStillResolve() {
        List<Object> values = List.of(true, 1, BEYOND_INT, 1.5, "x");
        for (int round = 0; round < 2; round++) {
            for (Object a : values) {
                for (Object b : values) {
                    assertEquals(
                            "a" + Arrays.asList(longs(a), longs(b)),
                            callStatic(VariableParameters.class, "words", "a", a, b));
                }
            }
        }
    }

    @Test
    void moreArgumentsThanASignatureHoldsStillResolve() {
        Object[] many = Collections.nCopies(20, 1).toArray();
        assertEquals("int...", callStatic(VariableParameters.class, "numbers", many));
        many[19] = 1.5;
        assertEquals("double...", callStatic(VariableParameters.class, "numbers", many));
    }

    @Test
    void threadsThatRaceResolveAlike() throws InterruptedException {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform()
                    .uncaughtExceptionHandler((thread, failure) -> failures.add(failure))
                    .start(() -> {
                        for (int i = 0; i < 500; i++) {
                            rememberedChoiceEqualsTheFirst();
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
    }

    private static Object longs(Object value) {
        return value instanceof Integer number ? (Object) (long) number : value;
    }
}

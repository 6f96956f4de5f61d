package org.bufferbridge.internal.calls;

import static org.bufferbridge.fixtures.calls.PackedCall.construct;
import static org.bufferbridge.fixtures.calls.RefusedCall.type;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConstructorsTest {
    private static final BigInteger HUGE = BigInteger.TWO.pow(70);

    public static class Pair<A> {
        public final String made;

        public Pair(int value) {
            made = "int";
        }

        public Pair(A value) {
            made = "A";
        }

        public Pair(String... values) {
            made = "String...";
        }

        private Pair() {
            made = "private";
        }
    }

    public abstract static class Abstract {
        public Abstract() {}
    }

    public static final class Hidden {
        private Hidden() {}
    }

    @Test
    void constructorsAreOverloadsToo() {
        assertEquals("int", ((Pair<?>) construct(Pair.class, 1)).made);
        assertEquals("A", ((Pair<?>) construct(Pair.class, 1.5)).made);
        assertEquals("String...", ((Pair<?>) construct(Pair.class, "a", "b")).made);
        assertEquals("String...", ((Pair<?>) construct(Pair.class)).made);
        assertEquals("abc", construct(String.class, "abc"));
        assertEquals(HUGE, construct(BigInteger.class, HUGE.toString()));
    }

    @Test
    void unfitArgumentsAreRefused() {
        assertEquals(
                "no constructor of java.lang.Object takes (int); candidates: Object()",
                type(() -> construct(Object.class, 1)).getMessage());
    }

    @Test
    void classWithoutPublicConstructorSaysSo() {
        assertEquals(
                "there is no public constructor of"
                        + " org.bufferbridge.internal.calls.ConstructorsTest.Hidden to call",
                type(() -> construct(Hidden.class)).getMessage());
    }

    @Test
    void abstractClassSaysSo() {
        assertEquals(
                "there is no public constructor of"
                        + " org.bufferbridge.internal.calls.ConstructorsTest.Abstract, which is abstract,"
                        + " to call",
                type(() -> construct(Abstract.class)).getMessage());
        type(() -> construct(List.class));
    }

    @Test
    void arrayIsConstructedByLengthsOrItems() {
        assertArrayEquals(new int[3], (int[]) construct(int[].class, 3));
        assertArrayEquals(new int[2][3], (int[][]) construct(int[][].class, 2, 3));
        assertEquals(
                "no constructor of int[] takes (int, int); candidates: int[](int), int[](int[])",
                type(() -> construct(int[].class, 2, 3)).getMessage());
    }
}

package org.bufferbridge.internal.calls;

import static org.bufferbridge.internal.calls.PackedCall.callStatic;
import static org.bufferbridge.internal.calls.RefusedCall.overflow;
import static org.bufferbridge.internal.calls.RefusedCall.type;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class VariableArityTest {
    public static final class Variable {
        private Variable() {}

        public static String words(String first, Object... rest) {
            return first + Arrays.toString(rest);
        }

        public static String bytes(byte... values) {
            return Arrays.toString(values);
        }

        public static String fixedOrNot(byte first) {
            return "byte";
        }

        public static String fixedOrNot(int... rest) {
            return "int...";
        }

        public static String narrowest(Object... values) {
            return "Object...";
        }

        public static String narrowest(String... values) {
            return "String...";
        }

        public static String numbers(int... values) {
            return "int...";
        }

        public static String numbers(double... values) {
            return "double...";
        }
    }

    @Test
    void remainingArgumentsAreCollected() {
        assertEquals("a[]", callStatic(Variable.class, "words", "a"));
        assertEquals("a[1, x, null]", callStatic(Variable.class, "words", "a", 1, "x", null));
        assertEquals("[]", callStatic(Variable.class, "bytes"));
        assertEquals("[1, 2]", callStatic(Variable.class, "bytes", 1, 2));
        assertEquals("5 of x", callStatic(String.class, "format", "%d of %s", 5, "x"));
    }

    @Test
    void tooFewOrUnfitArgumentsAreRefused() {
        type(() -> callStatic(Variable.class, "words"));
        type(() -> callStatic(Variable.class, "bytes", 1, "x"));
        assertEquals(
                "300 does not fit byte (-128..127) in bytes(byte...)",
                overflow(() -> callStatic(Variable.class, "bytes", 1, 300)).getMessage());
    }

    @Test
    void sequenceIsTheArrayItself() {
        assertEquals("a[1, 2]", callStatic(Variable.class, "words", "a", List.of(1, 2)));
        assertEquals("[1, 2]", callStatic(Variable.class, "bytes", List.of(1, 2)));
    }

    @Test
    void sequenceAmongOthersIsOneArgument() {
        assertEquals("a[[1], 2]", callStatic(Variable.class, "words", "a", List.of(1), 2));
    }

    @Test
    void fixedArityComesFirst() {
        assertEquals("byte", callStatic(Variable.class, "fixedOrNot", 5));
        assertEquals("int...", callStatic(Variable.class, "fixedOrNot", 5, 6));
    }

    @Test
    void variableArityIsTriedWhereRangeBarsTheFixed() {
        assertEquals("int...", callStatic(Variable.class, "fixedOrNot", 300));
    }

    @Test
    void narrowestElementsAreChosen() {
        assertEquals("String...", callStatic(Variable.class, "narrowest"));
        assertEquals("String...", callStatic(Variable.class, "narrowest", "a"));
        assertEquals("Object...", callStatic(Variable.class, "narrowest", "a", 1));
        assertEquals("int...", callStatic(Variable.class, "numbers", 1, 2));
        assertEquals("double...", callStatic(Variable.class, "numbers", 1, 2.5));
    }
}

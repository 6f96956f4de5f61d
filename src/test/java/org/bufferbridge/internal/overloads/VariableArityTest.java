package org.bufferbridge.internal.overloads;

import static org.bufferbridge.fixtures.calls.PackedCall.callStatic;
import static org.bufferbridge.fixtures.calls.RefusedCall.overflow;
import static org.bufferbridge.fixtures.calls.RefusedCall.type;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.bufferbridge.fixtures.calls.VariableParameters;
import org.junit.jupiter.api.Test;

class VariableArityTest {

    @Test
    void remainingArgumentsAreCollected() {
        assertEquals("a[]", callStatic(VariableParameters.class, "words", "a"));
        assertEquals("a[1, x, null]", callStatic(VariableParameters.class, "words", "a", 1, "x", null));
        assertEquals("[]", callStatic(VariableParameters.class, "bytes"));
        assertEquals("[1, 2]", callStatic(VariableParameters.class, "bytes", 1, 2));
        assertEquals("5 of x", callStatic(String.class, "format", "%d of %s", 5, "x"));
    }

    @Test
    void tooFewOrUnfitArgumentsAreRefused() {
        type(() -> callStatic(VariableParameters.class, "words"));
        type(() -> callStatic(VariableParameters.class, "bytes", 1, "x"));
        assertEquals(
                "300 does not fit byte (-128..127) in bytes(byte...)",
                overflow(() -> callStatic(VariableParameters.class, "bytes", 1, 300))
                        .getMessage());
    }

    @Test
    void sequenceIsTheArrayItself() {
        assertEquals("a[1, 2]", callStatic(VariableParameters.class, "words", "a", List.of(1, 2)));
        assertEquals("[1, 2]", callStatic(VariableParameters.class, "bytes", List.of(1, 2)));
    }

    @Test
    void sequenceAmongOthersIsOneArgument() {
        assertEquals("a[[1], 2]", callStatic(VariableParameters.class, "words", "a", List.of(1), 2));
    }

    @Test
    void fixedArityComesFirst() {
        assertEquals("byte", callStatic(VariableParameters.class, "fixedOrNot", 5));
        assertEquals("int...", callStatic(VariableParameters.class, "fixedOrNot", 5, 6));
    }

    @Test
    void variableArityIsTriedWhereRangeBarsTheFixed() {
        assertEquals("int...", callStatic(VariableParameters.class, "fixedOrNot", 300));
    }

    @Test
    void narrowestElementsAreChosen() {
        assertEquals("String...", callStatic(VariableParameters.class, "narrowest"));
        assertEquals("String...", callStatic(VariableParameters.class, "narrowest", "a"));
        assertEquals("Object...", callStatic(VariableParameters.class, "narrowest", "a", 1));
        assertEquals("int...", callStatic(VariableParameters.class, "numbers", 1, 2));
        assertEquals("double...", callStatic(VariableParameters.class, "numbers", 1, 2.5));
    }
}

package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Java values as arguments, items and attributes: live, without a copy, and the very object where there is one. */
@ExtendWith(Interpreter.class)
class ArgumentTest {
    private final Python python;

    ArgumentTest(Python python) {
        this.python = python;
    }

    /** Whether an expression over x is true. */
    private boolean holds(String expression, Object x) {
        Map<String, Object> bindings = new HashMap<>();
        bindings.put("x", x);
        try (PythonObject answer = python.eval(expression, bindings)) {
            return answer.as(boolean.class);
        }
    }

    // ---------------------------------------------------------------------------------------- values

    static List<Arguments> values() {
        return List.of(
                Arguments.of(null, "x is None"),
                Arguments.of(true, "x is True"),
                Arguments.of(false, "x is False"),
                Arguments.of((byte) -5, "type(x).__name__ == 'JavaByte' and x == -5"),
                Arguments.of((short) -300, "type(x).__name__ == 'JavaShort' and x == -300"),
                Arguments.of('\u00e9', "x == '\\u00e9'"),
                Arguments.of('\ud800', "x == '\\ud800'"),
                Arguments.of(Integer.MIN_VALUE, "type(x) is int and x == -2**31"),
                Arguments.of(7L, "type(x).__name__ == 'JavaLong' and x == 7"),
                Arguments.of(Long.MIN_VALUE, "type(x) is int and x == -2**63"),
                Arguments.of(0.1f, "type(x).__name__ == 'JavaFloat' and abs(x - 0.1) < 1e-8 and x != 0.1"),
                Arguments.of(0.1, "type(x) is float and x == 0.1"),
                Arguments.of(Double.NaN, "x != x"),
                Arguments.of("", "x == ''"),
                Arguments.of("snake \ud83d\udc0d", "x == 'snake \\U0001f40d'"),
                Arguments.of(new BigInteger("-7"), "type(x).__name__ == 'JavaBigInteger' and x == -7"),
                Arguments.of(BigInteger.TEN.pow(100), "x == 10**100"),
                Arguments.of(new BigDecimal("-1.50"), "type(x).__name__ == 'Decimal' and str(x) == '-1.50'"),
                Arguments.of(
                        List.of("a"),
                        "x.size() == 1 and type(x).__name__ == 'JavaList' and x[0] == 'a' and len(x) == 1"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsPythonsOwn(Object value, String expression) {
        assertTrue(holds(expression, value));
        PythonObject dict = python.dict(Map.of());
        dict.setItem("x", value);
        try (PythonObject item = dict.item("x")) {
            assertTrue(python.eval("lambda x: " + expression).invoke(item).asBoolean());
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueComesBackEqualAndOfItsClass(Object value, String expression) {
        PythonObject identity = python.eval("lambda x: x");
        assertEquals(value, identity.invoke(value).toJava());
        assertEquals(
                Collections.singletonList(value),
                python.eval("lambda x: [x]").invoke(value).toJava());
    }

    // -------------------------------------------------------------------------------------- identity

    @Test
    void aPythonObjectIsTheVeryObject() {
        PythonObject object = python.eval("object()");
        PythonObject same = python.eval("lambda a, b: a is b");
        assertTrue(same.invoke(object, object).asBoolean());
        PythonObject list = python.list(object);
        assertTrue(list.item(0).is(object));
        assertFalse(python.eval("object()").is(object));
    }

    @Test
    void aPythonBufferIsTheObjectThatWasLeased() {
        PythonObject source = python.eval("bytearray(3)");
        try (PythonBuffer lease = source.buffer()) {
            assertTrue(python.list(lease).item(0).is(source));
            assertTrue(((PythonObject) lease.owner()).is(source));
            assertEquals(3, python.eval("len").invoke(lease).asInt());
        }
    }

    @Test
    void aJavaObjectIsTheVeryObject() {
        Object object = new Object();
        PythonObject list = python.list(object, object);
        assertSame(object, list.item(0).toJava());
        assertSame(object, list.item(1).as(Object.class));
        int[] array = {1};
        assertSame(array, python.list((Object) array).item(0).toJava());
        assertArrayEquals(
                new Object[] {object, array}, python.list(object, array).as(Object[].class));
    }

    // ------------------------------------------------------------------------------- what is refused

    @Test
    void aClosedObjectIsRefusedAndTheOthersAreGivenBack() {
        PythonObject open = python.eval("object()");
        PythonObject closed = python.eval("object()");
        closed.close();
        PythonObject references = python.importModule("sys").attr("getrefcount");
        long before = references.invoke(open).asLong();
        PythonObject list = python.list();
        assertThrows(IllegalStateException.class, () -> list.call("insert", 0, open, closed));
        assertThrows(IllegalStateException.class, () -> list.setItem(open, closed));
        assertThrows(IllegalStateException.class, () -> python.dict(Map.of("a", open, "b", closed)));
        assertEquals(before, references.invoke(open).asLong());
        PythonObject weak = python.eval("__import__('weakref').ref");
        PythonObject cell = python.eval("type('Cell', (), {})()");
        PythonObject watch = weak.invoke(cell);
        assertThrows(IllegalStateException.class, () -> list.call("insert", cell, closed));
        cell.close();
        assertTrue(watch.invoke().isNone(), "an argument is held after the call");
    }

    @Test
    void aClosedLeaseIsRefused() {
        PythonObject source = python.eval("bytearray(3)");
        PythonBuffer lease = source.buffer();
        lease.close();
        PythonObject list = python.list();
        assertThrows(IllegalStateException.class, () -> list.call("append", lease));
        source.call("append", 1).close();
        assertEquals(0, list.len());
    }

    @Test
    void nullNamesAreRefused() {
        PythonObject object = python.eval("{}");
        assertThrows(NullPointerException.class, () -> object.attr(null));
        assertThrows(NullPointerException.class, () -> object.setAttr(null, 1));
        assertThrows(NullPointerException.class, () -> object.call(null));
        assertThrows(NullPointerException.class, () -> object.callKw(null, Map.of()));
        assertThrows(NullPointerException.class, () -> object.callKw("update", null));
        assertThrows(NullPointerException.class, () -> object.call("update", (Object[]) null));
        assertThrows(NullPointerException.class, () -> object.as(null));
        assertThrows(NullPointerException.class, () -> object.buffer(null));
        assertThrows(NullPointerException.class, () -> python.importModule(null));
        assertThrows(NullPointerException.class, () -> python.eval(null));
        assertThrows(NullPointerException.class, () -> python.exec(null));
        assertThrows(NullPointerException.class, () -> python.run((Runnable) null));
        Map<String, Object> nameless = new HashMap<>();
        nameless.put(null, 1);
        assertThrows(NullPointerException.class, () -> object.callKw("update", nameless));
        assertThrows(NullPointerException.class, () -> python.dict(nameless));
    }

    // --------------------------------------------------------------------------------------- keywords

    @Test
    void keywordsArriveByName() {
        PythonObject told = python.eval("lambda *a, **k: f'{a} {k}'");
        assertEquals("() {}", told.invokeKw(Map.of()).toString());
        assertEquals(
                "(1, 'b') {'c': 2.5}", told.invokeKw(Map.of("c", 2.5), 1, "b").toString());
        Map<String, Object> odd = new LinkedHashMap<>();
        odd.put("self", null);
        odd.put("source", true);
        odd.put("not an identifier", BigInteger.TEN);
        odd.put("\u00e9\ud83d\udc0d", "x");
        assertEquals(
                "() {'self': None, 'source': True, 'not an identifier': 10, '\u00e9\ud83d\udc0d': 'x'}",
                told.invokeKw(odd).toString());
        assertEquals(
                "{'self': None, 'source': True, 'not an identifier': 10, '\u00e9\ud83d\udc0d': 'x'}",
                python.dict(odd).toString());
    }

    @Test
    void anArgumentThatIsGivenTwiceIsATypeError() {
        PythonObject function = python.eval("lambda a: a");
        for (Map<String, Object> keywords : List.<Map<String, Object>>of(Map.of("a", 1), Map.of("b", 1))) {
            var raised = assertThrows(PythonException.class, () -> function.invokeKw(keywords, 1));
            assertEquals("TypeError", raised.type());
        }
    }

    @Test
    void manyArgumentsAreTaken() {
        Object[] many = new Object[3000];
        for (int i = 0; i < many.length; i++) {
            many[i] = i % 3 == 0 ? i : i % 3 == 1 ? "text " + i : List.of(i);
        }
        PythonObject list = python.list(many);
        assertEquals(many.length, list.len());
        assertSame(many[2], list.item(2).toJava());
        assertEquals("text 2998", list.item(2998).toString());
    }
}

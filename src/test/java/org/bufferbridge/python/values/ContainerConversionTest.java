package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences, mappings, iterators and objects as Java values: what contains others, and what is itself. */
@ExtendWith(Interpreter.class)
class ContainerConversionTest {
    private final Python python;
    private final Map<String, Object> names;

    ContainerConversionTest(Python python) {
        this.python = python;
        this.names = Map.of("numpy", python.importModule("numpy"));
    }

    private PythonObject eval(String expression) {
        return python.eval(expression, names);
    }

    @Test
    void sequencesBecomeArrays() {
        assertArrayEquals(new int[] {1, 2, 3}, eval("[1, 2, 3]").as(int[].class));
        assertArrayEquals(new double[] {1, 2.5}, eval("(1, 2.5)").as(double[].class));
        assertArrayEquals(new byte[0], eval("[]").as(byte[].class));
        assertArrayEquals(new int[][] {{1, 2}, {3}}, eval("[[1, 2], (3,)]").as(int[][].class));
        assertArrayEquals(new String[] {"a", null}, eval("['a', None]").as(String[].class));
        assertArrayEquals(
                new Object[] {1, "a", 2.5, null}, eval("[1, 'a', 2.5, None]").as(Object[].class));
        assertArrayEquals(new boolean[] {true, false}, eval("[True, False]").as(boolean[].class));
    }

    @Test
    void sequencesBecomeLists() {
        assertEquals(
                Arrays.asList(1, "a", null, List.of(2.5)),
                eval("[1, 'a', None, (2.5,)]").as(List.class));
        assertEquals(List.of(), eval("()").as(Collection.class));
        assertEquals(
                List.of(BigInteger.TWO.pow(64), true), eval("[2**64, True]").toJava());
    }

    @Test
    void aListThatContainsItselfIsRefused() {
        try (PythonObject list = eval("[]")) {
            list.call("append", list).close();
            var raised = assertThrows(PythonException.class, list::toJava);
            assertEquals("RecursionError", raised.type());
            list.call("clear").close();
        }
    }

    @Test
    void theClosestJavaValueIsFound() {
        assertNull(eval("None").toJava());
        assertEquals(true, eval("1 == 1").toJava());
        assertEquals(5, eval("5").toJava());
        assertEquals(5L, eval("numpy.int64(5)").toJava());
        assertEquals(2.5f, eval("numpy.float32(2.5)").toJava());
        assertEquals("x", eval("'x'").toJava());
        assertEquals(BigInteger.TWO.pow(70), eval("2**70").toJava());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "object()",
                "{1: 2}",
                "{1}",
                "len",
                "1j",
                "b'x'",
                "numpy.zeros(2)",
                "[object()]",
                "[b'x']",
                "[[bytearray(2)]]"
            })
    void whatHasNoJavaValueIsThePythonObjectItself(String expression) {
        try (PythonObject object = eval(expression)) {
            assertSame(object, object.toJava());
        }
    }

    @Test
    void aBufferInAListIsNoJavaValueAndIsNotLeased() {
        PythonObject list = eval("[bytearray(2), 1]");
        assertThrows(ClassCastException.class, () -> list.as(List.class));
        assertThrows(ClassCastException.class, () -> list.as(Object[].class));
        list.item(0).call("append", 1).close(); // it is not locked
    }

    @Test
    void aJavaObjectIsItself() {
        List<String> list = new ArrayList<>(List.of("a"));
        PythonObject there = python.eval("x", Map.of("x", list));
        assertSame(list, there.toJava());
        assertSame(list, there.as(ArrayList.class));
        assertSame(list, there.as(Collection.class));
        var refusal = assertThrows(ClassCastException.class, () -> there.as(Map.class));
        assertTrue(refusal.getMessage().contains("ArrayList"), refusal.getMessage());
        ByteBuffer memory = ByteBuffer.allocateDirect(8);
        assertSame(memory, python.eval("x", Map.of("x", memory)).as(ByteBuffer.class));
    }

    @Test
    void aPythonObjectIsItselfAndABufferIsLeased() {
        PythonObject object = eval("bytearray(b'abc')");
        assertSame(object, object.as(PythonObject.class));
        try (PythonBuffer lease = object.as(PythonBuffer.class)) {
            assertEquals('b', lease.view().getByte(1));
        }
    }

    // ------------------------------------------------------------------------------ items, one by one

    @Test
    void anyIterableIsAList() {
        assertEquals(
                List.of(0, 1, 4),
                eval("(i * i for i in range(3))").asList().stream()
                        .map(PythonObject::toJava)
                        .toList());
        assertEquals(List.of(), eval("()").asList());
        assertEquals(3, eval("numpy.zeros((3, 2))").asList().size());
        assertEquals(
                "TypeError",
                assertThrows(PythonException.class, () -> eval("5").asList()).type());
    }

    @Test
    void aMappingOfStrIsAMapInItsOrder() {
        Map<String, PythonObject> map = eval("dict(b=1, a=2, c=3)").asMap();
        assertEquals(List.of("b", "a", "c"), List.copyOf(map.keySet()));
        assertEquals(2, map.get("a").asInt());
        assertThrows(ClassCastException.class, () -> eval("{1: 2}").asMap());
        assertEquals(
                "AttributeError",
                assertThrows(PythonException.class, () -> eval("[1]").asMap()).type());
    }

    @Test
    void anIteratorEndsOnce() {
        Iterator<PythonObject> items = eval("iter([1, 2])").iterator();
        assertTrue(items.hasNext() && items.hasNext());
        assertEquals(1, items.next().asInt());
        assertEquals(2, items.next().asInt());
        assertFalse(items.hasNext());
        assertThrows(java.util.NoSuchElementException.class, items::next);
        assertFalse(items.hasNext());
    }

    @Test
    void whatAnIteratorRaisesIsThrownWhereItIsReached() {
        try (PythonNamespace names = python.namespace()) {
            names.exec("""
                    def items():
                        yield 1
                        raise KeyError('midway')
                    """);
            Iterator<PythonObject> items = names.eval("items()").iterator();
            assertEquals(1, items.next().asInt());
            assertEquals(
                    "KeyError",
                    assertThrows(PythonException.class, items::hasNext).type());
            assertFalse(items.hasNext()); // a generator that has raised has ended
        }
    }
}

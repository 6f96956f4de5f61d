package org.bufferbridge.python.values;

import static org.bufferbridge.fixtures.processes.Threads.all;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The questions that Java asks a Python object: attributes, items, streams, equality of values. */
@ExtendWith(Interpreter.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PythonObjectProtocolTest {
    private static final String RAISING = """
            class Raising:
                def __getattr__(self, name): raise KeyError(name)
                def __delattr__(self, name): raise KeyError(name)
                def __contains__(self, item): raise KeyError(item)
                def __delitem__(self, key): raise KeyError(key)
                def __eq__(self, other): raise KeyError('eq')
                def __hash__(self): raise KeyError('hash')
                def __iter__(self): raise KeyError('iter')
            x = Raising()
            """;

    private final Python python;

    PythonObjectProtocolTest(Python python) {
        this.python = python;
    }

    private static void raises(String type, Executable action) {
        assertEquals(type, assertThrows(PythonException.class, action).type());
    }

    @Test
    void attributesAreFoundAndDeleted() {
        PythonObject namespace = python.importModule("types").call("SimpleNamespace");
        assertFalse(namespace.hasAttr("x"));
        namespace.setAttr("x", 5);
        assertTrue(namespace.hasAttr("x"));
        namespace.delAttr("x");
        assertFalse(namespace.hasAttr("x"));
        raises("AttributeError", () -> namespace.delAttr("x"));
    }

    @Test
    void itemsAreFoundAndDeleted() {
        PythonObject map = python.dict(Map.of("a", 1));
        assertTrue(map.contains("a"));
        assertFalse(map.contains(1));
        map.delItem("a");
        assertFalse(map.contains("a"));
        raises("KeyError", () -> map.delItem("a"));
        PythonObject list = python.list(1, "b", null);
        assertTrue(list.contains(null) && list.contains(1.0) && list.contains(python.eval("'b'")));
        list.delItem(0);
        assertEquals(2, list.len());
        raises("IndexError", () -> list.delItem(7));
        raises("TypeError", () -> python.eval("5").contains(5));
        raises("TypeError", () -> python.tuple(1).delItem(0));
    }

    @Test
    void theClassIsThatOfPython() {
        assertTrue(python.eval("5").type().is(python.eval("int")));
        assertEquals("list", python.list().type().attr("__name__").toString());
    }

    @Test
    void equalityOfValuesIsAskedForByName() {
        PythonObject one = python.eval("1000 + 0");
        PythonObject other = python.eval("999 + 1");
        assertTrue(one.valueEquals(other) && one.valueEquals(1000) && one.valueEquals(1000.0));
        assertFalse(one.valueEquals(999) || one.valueEquals("1000") || one.valueEquals(null));
        assertTrue(python.eval("None").valueEquals(null));
        assertEquals(one.valueHash(), other.valueHash());
        assertNotEquals(one, other, "equals() is identity");
        PythonObject nan = python.eval("float('nan')");
        assertTrue(nan.valueEquals(nan), "an object equals itself, as in Python's containers");
        List<Integer> list = List.of(1, 2);
        assertTrue(python.eval("x", Map.of("x", list)).valueEquals(List.of(1, 2)), "Java objects by equals()");
        raises("TypeError", () -> python.list(1).valueHash());
        raises("ValueError", () -> python.importModule("numpy").call("zeros", 2).valueEquals(1));
    }

    @Test
    void aStreamHasTheItemsInOrder() {
        assertEquals(
                List.of(0, 4, 16),
                python.eval("range(5)").stream()
                        .map(PythonObject::asInt)
                        .filter(number -> number % 2 == 0)
                        .map(number -> number * number)
                        .toList());
        assertEquals(3, python.eval("'abc'").stream().parallel().count());
        assertEquals(0, python.eval("()").stream().count());
        raises("TypeError", () -> python.eval("5").stream());
    }

    @Test
    void aStreamReadsNoMoreThanItsUserAskedFor() {
        try (PythonNamespace names = python.namespace()) {
            names.exec("""
                    read = []
                    def items():
                        try:
                            for i in range(10):
                                read.append(i)
                                yield i
                        finally:
                            read.append('closed')
                    """);
            try (PythonObject generator = names.eval("items()");
                    Stream<PythonObject> stream = generator.stream()) {
                assertEquals(1, stream.skip(1).findFirst().orElseThrow().asInt());
            }
            assertEquals("[0, 1, 'closed']", names.get("read").toString());
        }
    }

    @Test
    void whatPythonRaisesInAStreamIsThrownThere() {
        Stream<PythonObject> stream = python.eval("(1 // i for i in (1, 0))").stream();
        raises("ZeroDivisionError", stream::toList);
    }

    @TestFactory
    Stream<DynamicTest> whatPythonRaisesIsThrown() {
        PythonNamespace names = python.namespace();
        names.exec(RAISING);
        PythonObject x = names.get("x");
        return Map.<String, Executable>of(
                        "hasAttr", () -> x.hasAttr("a"),
                        "delAttr", () -> x.delAttr("a"),
                        "contains", () -> x.contains(1),
                        "delItem", () -> x.delItem(1),
                        "valueEquals", () -> x.valueEquals(1),
                        "valueHash", x::valueHash,
                        "stream", x::stream)
                .entrySet()
                .stream()
                .map(entry -> dynamicTest(entry.getKey(), () -> raises("KeyError", entry.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> aClosedObjectAnswersNothing() {
        PythonObject x = python.list(1);
        x.close();
        return Map.<String, Executable>of(
                        "hasAttr", () -> x.hasAttr("a"),
                        "delAttr", () -> x.delAttr("a"),
                        "contains", () -> x.contains(1),
                        "delItem", () -> x.delItem(1),
                        "valueEquals", () -> x.valueEquals(1),
                        "valueEquals of a closed one", () -> python.list().valueEquals(x),
                        "valueHash", x::valueHash,
                        "type", x::type,
                        "stream", x::stream)
                .entrySet()
                .stream()
                .map(entry ->
                        dynamicTest(entry.getKey(), () -> assertThrows(IllegalStateException.class, entry.getValue())));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anyThreadAsks(boolean isVirtual) throws Exception {
        PythonObject shared = python.eval("{str(i): i for i in range(100)}");
        List<Long> sums = all(isVirtual, 8, number -> () -> {
            long sum = 0;
            try (PythonScope scope = python.scope()) {
                for (int i = 0; i < 100; i++) {
                    assertTrue(shared.contains(String.valueOf(i)) && shared.hasAttr("keys"));
                    assertFalse(shared.contains(i));
                }
                for (PythonObject value : (Iterable<PythonObject>) shared.call("values").stream()::iterator) {
                    sum += value.asLong();
                }
            }
            return sum;
        });
        assertEquals(List.of(4950L), sums.stream().distinct().toList());
    }

    // ------------------------------------------------------------------------------- arrays as arguments

    @Test
    void anArrayThatIsPassedAloneIsOneArgument() {
        PythonObject count = python.eval("lambda *given: len(given)");
        assertEquals(1, count.invoke(new double[][] {{1, 2}, {3, 4}}).asInt());
        assertEquals(1, count.invoke((Object) new String[] {"a", "b"}).asInt());
        assertEquals(1, count.call("__call__", new int[] {1, 2}).asInt());
        assertEquals(2, count.invoke(new Object[] {"a", "b"}).asInt(), "an Object[] is the arguments");
        assertEquals(1, count.invoke((Object) new Object[] {"a", "b"}).asInt());
        assertEquals(0, count.invoke().asInt());
    }

    @Test
    @SuppressWarnings("ConfusingArgumentToVarargsMethod")
    void aListHasTheItemsOfAnArray() {
        assertEquals(
                "['a', 'b']", python.list((Object[]) new String[] {"a", "b"}).toString());
        assertEquals(2, python.tuple((Object[]) new Integer[] {1, 2}).len());
    }
}

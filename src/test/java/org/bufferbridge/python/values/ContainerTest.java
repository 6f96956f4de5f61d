package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.calls.ContainerParameters;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Python's containers as Java's: by copy, item by item. */
@ExtendWith(Interpreter.class)
class ContainerTest {
    private final Python python;

    ContainerTest(Python python) {
        this.python = python;
    }

    private <T> T as(String expression, Class<T> type) {
        try (PythonObject object = python.eval(expression)) {
            return object.as(type);
        }
    }

    @Test
    void mappingBecomesAMap() {
        Map<?, ?> map = assertInstanceOf(LinkedHashMap.class, as("{'a': 1, 'b': [2.5]}", Map.class));
        assertEquals(Map.of("a", 1, "b", List.of(2.5)), map);
        assertEquals(
                List.of("b", "a"),
                new ArrayList<>(as("{'b': 1, 'a': 2}", Map.class).keySet()));
        assertEquals(Map.of("x", 1), as("__import__('types').MappingProxyType({'x': 1})", Map.class));
    }

    @Test
    void setBecomesASet() {
        assertEquals(Set.of(1, 2), assertInstanceOf(LinkedHashSet.class, as("{1, 2}", Set.class)));
        assertEquals(Set.of("a"), as("frozenset('a')", Set.class));
        assertEquals(Set.of("k"), as("{'k': 1}.keys()", Set.class));
    }

    @Test
    void anyIterableBecomesAListAnIteratorAndAStream() {
        for (String expression : List.of("range(3)", "(n for n in range(3))", "{0: 'a', 1: 'b', 2: 'c'}.keys()")) {
            assertEquals(List.of(0, 1, 2), as(expression, List.class), expression);
            assertEquals(List.of(0, 1, 2), as(expression, Collection.class), expression);
            assertEquals(0, as(expression, Iterable.class).iterator().next(), expression);
            assertEquals(0, as(expression, Iterator.class).next(), expression);
            assertEquals(3, as(expression, Stream.class).count(), expression);
            assertEquals(3, as(expression, IntStream.class).sum(), expression);
        }
        assertArrayEquals(new int[] {0, 1, 2}, as("range(3)", int[].class));
    }

    @Test
    void iterableIsItselfForObject() {
        for (String expression : List.of("{}", "{1}", "range(3)", "iter([])")) {
            try (PythonObject object = python.eval(expression)) {
                assertSame(object, object.toJava());
            }
        }
    }

    @Test
    void anotherKindIsRefusedWithTheWayOut() {
        assertTrue(refusal("{1: 2}", List.class).contains("x.keys(), x.values() and x.items() are iterables"));
        assertTrue(refusal("[1]", Set.class).contains("a Set takes a set; set(x) makes one"));
        assertTrue(refusal("[(1, 2)]", Map.class).contains("is list; a value that Map takes is required"));
        assertTrue(refusal("'text'", List.class).contains("is str"));
    }

    @Test
    void memoryAmongTheItemsIsRefusedBecauseTheLeaseWouldEnd() {
        long leases = Leaks.liveLeases();
        assertTrue(refusal("{'a': bytearray(3)}", Map.class).contains("without buffers among its items"));
        assertTrue(refusal("(bytearray(3) for _ in range(2))", List.class).contains("without buffers"));
        assertEquals(leases, Leaks.liveLeases());
    }

    private String refusal(String expression, Class<?> type) {
        return assertThrows(ClassCastException.class, () -> as(expression, type))
                .getMessage();
    }

    @Test
    void exceptionOfALoopIsThrown() {
        PythonException raised = assertThrows(PythonException.class, () -> as("(1 // n for n in [1, 0])", List.class));
        assertEquals("ZeroDivisionError", raised.type());
    }

    @Test
    void resultOfAFunctionBecomesAContainer() {
        Supplier<?> supplier = as("lambda: {1, 2}", Supplier.class);
        assertInstanceOf(PythonObject.class, supplier.get());
        try (PythonNamespace names = python.namespace(Map.of("name", ContainerParameters.class.getName()))) {
            names.exec("import bufferbridge; Taking = bufferbridge.jclass(name)");
            names.exec("result = Taking.supplied(lambda: {'a': 1})");
            assertEquals(Map.of("a", 1), names.get("result").toJava());
        }
    }

    @Test
    void pythonInsideJavaPassesContainersToo() {
        try (PythonNamespace names = python.namespace(Map.of("name", ContainerParameters.class.getName()))) {
            names.exec("import bufferbridge; Taking = bufferbridge.jclass(name)");
            names.exec("""
                result = Taking.map({'a': 1})
                chosen = [Taking.chosen(x) for x in ({}, set(), range(2), iter([]))]
                """);
            assertEquals(Map.of("a", 1), names.get("result").toJava());
            assertEquals(
                    "['Map', 'Set', 'Iterable', 'Object']", names.get("chosen").toString());
        }
    }
}

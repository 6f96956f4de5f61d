package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attributes and items of Python objects, read and set from Java. */
@ExtendWith(Interpreter.class)
class AttributesAndItemsTest {
    private final Python python;

    AttributesAndItemsTest(Python python) {
        this.python = python;
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "", "with a space", "__dict__", "\u00e9", "\ud800"})
    void anAttributeThatIsNotThereIsAnAttributeError(String name) {
        PythonObject number = python.eval("5");
        var raised = assertThrows(PythonException.class, () -> number.attr(name));
        assertEquals("AttributeError", raised.type());
        assertThrows(PythonException.class, () -> number.call(name));
        assertThrows(PythonException.class, () -> number.setAttr(name, 1));
    }

    @Test
    void attributesAreSetAndRead() {
        PythonObject namespace = python.importModule("types").call("SimpleNamespace");
        namespace.setAttr("x", 5);
        namespace.setAttr("\u00e9", "e");
        assertEquals(5, namespace.attr("x").asInt());
        assertEquals("e", namespace.attr("\u00e9").toString());
        namespace.setAttr("x", null);
        assertTrue(namespace.attr("x").isNone());
    }

    @Test
    void itemsThatAreNotThereAreTheirErrors() {
        assertEquals(
                "IndexError",
                assertThrows(PythonException.class, () -> python.list(1).item(1))
                        .type());
        assertEquals(
                "KeyError",
                assertThrows(PythonException.class, () -> python.dict(Map.of()).item("k"))
                        .type());
        assertEquals(
                "TypeError",
                assertThrows(PythonException.class, () -> python.list(1).item("k"))
                        .type());
        assertEquals(
                "TypeError",
                assertThrows(PythonException.class, () -> python.tuple(1).setItem(0, 2))
                        .type());
        assertEquals(
                "TypeError",
                assertThrows(PythonException.class, () -> python.dict(Map.of()).setItem(python.list(), 2))
                        .type());
        assertEquals(
                "TypeError",
                assertThrows(PythonException.class, () -> python.eval("5").len())
                        .type());
        assertEquals(
                "TypeError",
                assertThrows(PythonException.class, () -> python.eval("5").iterator())
                        .type());
        assertEquals(
                "TypeError",
                assertThrows(PythonException.class, () -> python.eval("5").invoke())
                        .type());
        assertEquals(
                "ModuleNotFoundError",
                assertThrows(PythonException.class, () -> python.importModule("no_such.module"))
                        .type());
    }

    @Test
    void itemsAreSetAndRead() {
        PythonObject list = python.list(1, 2, 3);
        list.setItem(-1, "last");
        assertEquals("last", list.item(2).toString());
        PythonObject array = python.importModule("numpy").call("zeros", python.tuple(2, 3));
        array.setItem(python.tuple(1, 2), 5);
        assertEquals(5, array.item(python.tuple(-1, -1)).asDouble());
        assertEquals(3, array.item(python.eval("slice(None, None, -1)")).item(0).len());
    }
}

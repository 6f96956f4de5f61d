package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bufferbridge.ExportArena;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What source is bound to, what it leaves, and when that is let go. */
@ExtendWith(Interpreter.class)
class NamespaceTest {
    /** Sources that hold the memory in every way a namespace can. */
    private static final String[] SOURCES = {
        "memoryview(memory)[0]",
        "view = memoryview(memory); view[0] = 1",
        "import numpy as np; array = np.asarray(memory); array[0] = 1",
        "def f(): return memory\nf()",
        "class C:\n    data = memoryview(memory)\n    def get(self): return memory\nc = C(); c.me = c",
        "def outer(x):\n    def inner(): return x\n    return inner\nkept = outer(memory)",
        "global view; view = memoryview(memory); views = [view, memoryview(view)]",
        "raise KeyError(1)",
        "view = memoryview(memory)\ndef f(): raise KeyError(2)\nf()",
    };

    private final Python python;

    NamespaceTest(Python python) {
        this.python = python;
    }

    @Test
    void sourceIsCompiledWithoutTheFutureStatementsOfTheLibrary() {
        python.exec("def f(x: int): pass\nassert f.__annotations__ == {'x': int}");
    }

    @Test
    void sourceThatIsRunAgainSeesTheValuesOfThisTime() {
        for (int i = 0; i < 3; i++) {
            try (PythonObject sum = python.eval("x + 1", Map.of("x", i))) {
                assertEquals(i + 1, sum.asInt());
            }
            var raised = assertThrows(PythonException.class, () -> python.eval("x +"));
            assertEquals("SyntaxError", raised.type());
        }
    }

    static String[] sources() {
        return SOURCES;
    }

    private void execute(String source, Map<String, ?> bindings) {
        try {
            python.exec(source, bindings);
        } catch (PythonException raised) {
            assertEquals("KeyError", raised.type());
        }
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("sources")
    void anArenaClosesRightAfterExec(String source) {
        try (Arena arena = Arena.ofConfined()) {
            execute(source, Map.of("memory", arena.allocate(8)));
        }
        try (Arena arena = Arena.ofShared()) {
            execute(source, Map.of("memory", arena.allocate(8)));
        }
        try (ExportArena arena = ExportArena.open()) {
            execute(source, Map.of("memory", arena.allocate(8)));
        }
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("sources")
    void anArenaClosesRightAfterTheNamespace(String source) {
        try (Arena arena = Arena.ofConfined();
                PythonNamespace names = python.namespace(Map.of("memory", arena.allocate(8)))) {
            try {
                names.exec(source);
                assertThrows(IllegalStateException.class, () -> closeWhileHeld(arena, names));
            } catch (PythonException raised) {
                assertEquals("KeyError", raised.type());
            }
        }
    }

    private static void closeWhileHeld(Arena arena, PythonNamespace names) {
        names.exec("held = memoryview(memory)");
        arena.close();
    }

    @Test
    void namesAreBoundReadAndLetGo() {
        PythonNamespace names = python.namespace(Map.of("a", 40));
        try (names;
                PythonScope scope = python.scope()) {
            names.set("b", 2);
            names.exec("c = a + b");
            assertEquals(42, names.get("c").asInt());
            assertEquals(84, names.eval("2 * c").asInt());
            assertEquals(List.of("a", "b", "c"), new ArrayList<>(names.asMap().keySet()));
            assertEquals(
                    "NameError",
                    assertThrows(PythonException.class, () -> names.get("d")).type());
            assertEquals(
                    "NameError",
                    assertThrows(PythonException.class, () -> names.eval("d")).type());
            names.exec("def count(n): return n if n == 0 else 1 + count(n - 1)");
            assertEquals(7, names.eval("count(7)").asInt());
        }
        names.close();
        for (Runnable use : List.<Runnable>of(
                () -> names.exec("1"),
                () -> names.eval("1"),
                () -> names.get("a"),
                () -> names.set("a", 1),
                names::asMap)) {
            assertEquals(
                    "the PythonNamespace is closed; Python.namespace() makes another one",
                    assertThrows(IllegalStateException.class, use::run).getMessage());
        }
        assertEquals("PythonNamespace[closed]", names.toString());
    }

    @Test
    void aNamespaceOutlivesTheScopeItIsMadeIn() {
        PythonNamespace names;
        try (PythonScope scope = python.scope()) {
            names = python.namespace();
            names.exec("x = [1]");
        }
        try (names;
                PythonObject x = names.get("x")) {
            assertEquals(1, x.len());
        }
    }

    @Test
    void namesOfANamespaceAreNotThoseOfMain() {
        try (PythonNamespace names = python.namespace()) {
            names.exec("only_here = 1");
            assertEquals(
                    "NameError",
                    assertThrows(PythonException.class, () -> python.eval("only_here"))
                            .type());
        }
        python.exec("only_there = 1");
        assertEquals(
                "NameError",
                assertThrows(PythonException.class, () -> python.exec("only_there", Map.of()))
                        .type());
        python.exec("del only_there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"source", "name", "namespace", "self", "bindings", "__builtins__"})
    void everyNameCanBeBound(String name) {
        try (PythonNamespace names = python.namespace(Map.of(name, 5))) {
            assertTrue(names.get(name).asInt() == 5);
        }
        python.exec(
                name.equals("__builtins__") ? "1" : "assert " + name + " == 5",
                Map.of(name, name.equals("__builtins__") ? python.importModule("builtins") : 5));
    }

    @Test
    void functionsThatOutliveExecLoseItsNamesAndThoseOfANamespaceKeepThem() {
        List<Object> kept = new ArrayList<>();
        python.exec("kept.add(lambda: name)", Map.of("kept", kept, "name", 5));
        PythonObject lost = (PythonObject) kept.removeFirst();
        assertEquals(
                "NameError", assertThrows(PythonException.class, lost::invoke).type());
        try (PythonNamespace names = python.namespace(Map.of("kept", kept, "name", 5))) {
            names.exec("kept.add(lambda: name)");
            assertEquals(5, ((PythonObject) kept.getFirst()).invoke().asInt());
        }
    }
}

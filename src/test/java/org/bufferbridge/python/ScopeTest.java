package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which objects the end of a scope closes, and which it does not. */
@ExtendWith(Interpreter.class)
class ScopeTest {
    private final Python python;

    ScopeTest(Python python) {
        this.python = python;
    }

    private static boolean isClosed(PythonObject object) {
        try {
            object.isNone();
            return false;
        } catch (IllegalStateException closed) {
            assertEquals("the PythonObject is closed", closed.getMessage());
            return true;
        }
    }

    private static <T> T onThread(boolean isVirtual, Callable<T> task) throws Exception {
        FutureTask<T> result = new FutureTask<>(task);
        Thread thread = isVirtual
                ? Thread.startVirtualThread(result)
                : Thread.ofPlatform().start(result);
        thread.join();
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception thrown ? thrown : e;
        }
    }

    @Test
    void everyObjectThatIsMadeInAScopeIsClosedAtItsEnd() {
        PythonObject before = python.eval("1");
        List<PythonObject> made = new ArrayList<>();
        try (PythonScope scope = python.scope()) {
            assertNotNull(scope);
            PythonObject list = python.eval("[[1], 'a', {'b': 2}]");
            made.add(list);
            made.add(list.attr("__class__"));
            made.add(list.call("copy"));
            made.add(list.item(0));
            made.add(python.importModule("math"));
            made.add(python.main());
            made.add(python.list(1));
            made.add(python.tuple(1));
            made.add(python.dict(Map.of("c", 3)));
            made.addAll(list.asList());
            made.addAll(list.item(2).asMap().values());
            made.add((PythonObject) list.item(2).toJava());
            list.forEach(made::add);
            try (PythonBuffer lease = python.eval("bytearray(3)").buffer()) {
                made.add((PythonObject) lease.owner());
            }
            made.forEach(object -> assertTrue(!isClosed(object)));
        }
        assertEquals(
                List.of(), made.stream().filter(object -> !isClosed(object)).toList());
        assertEquals(1, before.asInt());
        assertEquals(2, python.eval("2").asInt(), "made after the scope");
    }

    /** A mapping of the user's may have a key twice: no value waits for the collector. */
    @Test
    void aValueThatALaterOneReplacesIsClosed() {
        try (PythonNamespace names = python.namespace()) {
            names.exec("import sys\nclass Twice:\n    first = object()\n    def items(self):\n"
                    + "        yield ('a', self.first)\n        yield ('a', 2)\ntwice = Twice()\n"
                    + "count = lambda: sys.getrefcount(Twice.first)");
            PythonObject count = names.get("count");
            int before = count.invoke().asInt();
            Map<String, PythonObject> map = names.get("twice").asMap();
            assertEquals(2, map.get("a").asInt());
            assertEquals(before, count.invoke().asInt());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anArenaWhoseMemoryAScopeUsedClosesAtOnce(boolean isVirtual) throws Exception {
        onThread(isVirtual, () -> {
            try (Arena arena = Arena.ofConfined();
                    PythonScope scope = python.scope()) {
                PythonObject array = python.importModule("numpy").call("asarray", arena.allocate(80));
                array.call("fill", 7);
                assertThrows(IllegalStateException.class, arena::close);
                assertEquals(560, array.call("sum").asInt());
            }
            return null;
        });
    }

    @Test
    void whatIsKeptOutlivesItsScope() {
        PythonObject kept;
        try (PythonScope scope = python.scope()) {
            PythonObject made = python.list(1, 2);
            kept = scope.keep(made);
            assertSame(made, kept);
        }
        try (kept) {
            assertEquals(2, kept.len());
        }
    }

    @Test
    void whatAnInnerScopeKeepsIsTheOuterOnes() {
        PythonObject first;
        PythonObject second;
        PythonObject third;
        PythonObject fourth;
        try (PythonScope outer = python.scope()) {
            first = python.list();
            try (PythonScope inner = python.scope()) {
                second = inner.keep(python.list());
                third = outer.keep(python.list());
                fourth = python.list();
                assertSame(first, inner.keep(first));
            }
            assertTrue(!isClosed(first) && !isClosed(second) && !isClosed(third) && isClosed(fourth));
        }
        assertTrue(isClosed(first) && isClosed(second) && !isClosed(third));
        third.close();
    }

    @Test
    void whatIsRetainedOutlivesAllScopes() {
        PythonObject retained;
        try (PythonScope outer = python.scope();
                PythonScope inner = python.scope()) {
            retained = python.list(1).retain();
        }
        assertEquals(1, retained.len());
        retained.close();
        assertTrue(isClosed(retained));
    }

    @Test
    void whatPythonGivesACallbackOnTheThreadIsClosed() {
        List<PythonObject> given = new ArrayList<>();
        Function<PythonObject, Object> callback = object -> {
            given.add(object);
            given.add(object.call("copy"));
            return null;
        };
        try (PythonScope scope = python.scope()) {
            python.eval("f.apply([1, 2])", Map.of("f", new Taking(callback)));
            assertEquals(2, given.getFirst().len());
        }
        assertEquals(2, given.size());
        assertTrue(given.stream().allMatch(ScopeTest::isClosed));
    }

    /** A parameter that takes Python objects as themselves. */
    public record Taking(Function<PythonObject, Object> function) {
        public Object apply(PythonObject object) {
            return function.apply(object);
        }
    }

    @Test
    void objectsOfOtherThreadsAreNotClosed() throws Exception {
        PythonObject other;
        PythonObject main;
        try (PythonScope scope = python.scope()) {
            other = onThread(false, () -> python.list(1));
            main = python.onMainThread(() -> python.list(1, 2));
        }
        try (other;
                main) {
            assertEquals(3, other.len() + main.len());
        }
    }

    @Test
    void anExceptionOutlivesTheScopeItIsThrownFrom() {
        var raised = assertThrows(PythonException.class, () -> {
            try (PythonScope scope = python.scope()) {
                python.eval("1 / 0");
            }
        });
        assertEquals(
                "ZeroDivisionError",
                raised.exception().attr("__class__").attr("__name__").toString());
        assertTrue(raised.traceback().contains("1 / 0") || raised.traceback().contains("line 1"), raised.traceback());
    }

    @Test
    void anObjectMayBeClosedBeforeOnAnyThread() throws Exception {
        try (PythonScope scope = python.scope()) {
            PythonObject here = python.list();
            PythonObject there = python.list();
            here.close();
            onThread(true, () -> {
                there.close();
                return null;
            });
            assertTrue(isClosed(here) && isClosed(there));
        }
    }

    @Test
    void scopesCloseInTheReverseOrderOfTheirOpening() {
        PythonScope outer = python.scope();
        PythonScope middle = python.scope();
        PythonScope inner = python.scope();
        PythonObject object = python.list();
        assertEquals(
                "a PythonScope is closed after those that were opened in it; 2 of them were open, and"
                        + " are closed now",
                assertThrows(IllegalStateException.class, outer::close).getMessage());
        assertTrue(isClosed(object));
        inner.close();
        middle.close();
        outer.close();
        try (PythonScope later = python.scope()) {
            assertTrue(!isClosed(later.keep(python.list())));
        }
        assertEquals(
                "the PythonScope is closed, and with it what was made in it; call keep() before",
                assertThrows(IllegalStateException.class, () -> outer.keep(object))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aScopeIsClosedAndUsedOnItsOwnThreadOnly(boolean isVirtual) throws Exception {
        try (PythonScope scope = python.scope()) {
            PythonObject object = python.list();
            String close = onThread(
                    isVirtual,
                    () -> assertThrows(IllegalStateException.class, scope::close)
                            .getMessage());
            assertTrue(
                    close.startsWith("a PythonScope is closed by the thread that opened it, " + Thread.currentThread()
                            + "; this is "),
                    close);
            String keep = onThread(
                    isVirtual,
                    () -> assertThrows(IllegalStateException.class, () -> scope.keep(object))
                            .getMessage());
            assertTrue(keep.startsWith("a PythonScope is used by the thread that opened it, "), keep);
            assertThrows(NullPointerException.class, () -> scope.keep(null));
        }
    }

    @Test
    void whatFinalisersMakeWhileAScopeClosesIsClosedToo() {
        List<PythonObject> made = new ArrayList<>();
        Runnable finaliser = () -> made.add(python.list(made.size()));
        python.main().setAttr("finaliser", finaliser);
        python.exec("""
                class Finalised:
                    def __del__(self):
                        finaliser.run()
                """);
        try (PythonScope scope = python.scope()) {
            python.eval("Finalised()");
            python.eval("Finalised()");
        }
        python.exec("del Finalised, finaliser");
        assertEquals(2, made.size());
        assertTrue(made.stream().allMatch(ScopeTest::isClosed));
    }

    @Test
    void aScopeThatIsLeftOpenKeepsNothingAlive() throws Exception {
        PythonObject reference = onThread(false, () -> {
            PythonScope forgotten = python.scope();
            assertNotNull(forgotten);
            PythonObject weak = python.importModule("weakref")
                    .call("ref", python.eval("type('Kept', (), {})()"))
                    .retain();
            for (int i = 0; i < 100 && !weak.invoke().isNone(); i++) {
                Interpreter.collectGarbage();
                Thread.sleep(10);
            }
            return weak;
        });
        assertTrue(reference.invoke().isNone());
    }

    @Test
    void aLongScopeDropsWhatIsOver() {
        try (PythonScope scope = python.scope()) {
            for (int i = 0; i < 100_000; i++) {
                python.eval("None").close();
            }
            int[] lengths = IntStream.range(0, 1000)
                    .map(i -> (int) python.list(i, i).len())
                    .toArray();
            assertArrayEquals(IntStream.generate(() -> 2).limit(1000).toArray(), lengths);
        }
    }

    @Test
    void functionsOfJavaAreLetGoWithTheirScope() {
        UnaryOperator<Object> same = x -> x;
        try (PythonScope scope = python.scope()) {
            assertEquals(5, python.eval("f.apply(5)", Map.of("f", same)).asInt());
        }
    }
}

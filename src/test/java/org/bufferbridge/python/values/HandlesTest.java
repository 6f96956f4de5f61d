package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.bufferbridge.Python;
import org.bufferbridge.PythonConfig;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Components that do not know of each other share one Python: each has handles of its own. */
class HandlesTest {
    private static final PythonConfig CONFIG =
            PythonConfig.defaults().executable(Path.of(System.getProperty("bufferbridge.test.python")));

    /** As a test class that knows of no other one. */
    @Nested
    class OneClass {
        @Test
        void startsPythonAndClosesItsHandle() {
            useNumpy();
        }
    }

    /** As another one, which runs after it in the same JVM. */
    @Nested
    class AnotherClass {
        @Test
        void startsPythonAndClosesItsHandle() {
            useNumpy();
        }
    }

    private static void useNumpy() {
        try (Python python = Python.start(CONFIG);
                PythonObject numpy = python.importModule("numpy");
                PythonObject sum = numpy.call("sum", direct(1, 2))) {
            assertEquals(3, sum.asDouble());
        }
    }

    /** Off the heap, so that every JVM exports it. */
    private static DoubleBuffer direct(double... values) {
        return ByteBuffer.allocateDirect(values.length * Double.BYTES)
                .order(ByteOrder.nativeOrder())
                .asDoubleBuffer()
                .put(values)
                .flip();
    }

    @Test
    void handlesAreUsedAtTheSameTime() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                done.add(threads.submit(HandlesTest::useNumpy));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
    }

    @Test
    void eachStartGivesAHandleOfItsOwn() {
        try (Python first = Python.start(CONFIG);
                Python second = Python.start()) {
            assertNotSame(first, second);
            first.close();
            first.close();
            assertFalse(first.isOpen());
            assertTrue(second.isOpen());
            assertEquals(2, second.eval("1 + 1").asInt());
            assertTrue(first.toString().startsWith("Python[closed handle, 3."), first.toString());
            assertTrue(second.toString().startsWith("Python[3."), second.toString());
        }
    }

    @Test
    void objectsOutliveTheHandleThatTheyCameFrom() {
        PythonObject object;
        try (Python python = Python.start(CONFIG)) {
            object = python.list(1, 2);
        }
        try (object) {
            assertEquals(2, object.len());
        }
    }

    /** Every method that asks Python for something. */
    static List<Function<Python, Object>> methods() {
        return List.of(
                python -> python.importModule("math"),
                Python::main,
                python -> python.eval("1"),
                python -> python.eval("1", Map.of()),
                python -> done(() -> python.exec("1")),
                python -> done(() -> python.exec("1", Map.of())),
                Python::namespace,
                python -> python.namespace(Map.of()),
                Python::scope,
                python -> python.list(1),
                python -> python.tuple(1),
                python -> python.dict(Map.of()),
                python -> done(() -> python.run(() -> {})),
                python -> python.run(() -> 1),
                HandlesTest::onMainThread);
    }

    private static Object done(Runnable action) {
        action.run();
        return null;
    }

    private static Object onMainThread(Python python) {
        try {
            return python.onMainThread(() -> 1);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aClosedHandleSaysSo(Function<Python, Object> method) {
        Python closed = Python.start(CONFIG);
        closed.close();
        assertEquals(
                "this handle of Python is closed; Python.start() gives another one",
                assertThrows(IllegalStateException.class, () -> method.apply(closed))
                        .getMessage());
    }

    // --------------------------------------------------------------------------------- what a handle passes on

    @Test
    void whatATaskThrowsOnTheMainThreadIsThrownAsItIs() {
        try (Python python = Python.start(CONFIG)) {
            AssertionError error = new AssertionError("mine");
            assertSame(
                    error,
                    assertThrows(
                            AssertionError.class,
                            () -> python.onMainThread(() -> {
                                throw error;
                            })));
            assertSame(
                    error,
                    assertThrows(
                            AssertionError.class,
                            () -> python.run(() -> {
                                throw error;
                            })));
        }
    }

    @Test
    void theTextOfAnObjectIsNeverAnException() {
        try (Python python = Python.start(CONFIG)) {
            PythonObject closed = python.list();
            closed.close();
            assertEquals("<a closed PythonObject>", closed.toString());
            PythonObject hostile = python.eval("type('Hostile', (), {'__str__': lambda self: 1 / 0})()");
            assertEquals("<a Python object whose str() failed>", hostile.toString());
        }
    }

    @Test
    void aMapOfOtherKeysThanStrLeavesNothingOpen() {
        try (Python python = Python.start(CONFIG)) {
            python.exec("""
                    class Counted:
                        count = 0
                        def __init__(self):
                            Counted.count += 1
                        def __del__(self):
                            Counted.count -= 1
                    """);
            try (PythonObject map = python.eval("{'a': Counted(), 'b': Counted(), 3: Counted()}")) {
                assertThrows(ClassCastException.class, map::asMap);
            }
            assertEquals(0, python.eval("Counted.count").asInt());
            PythonObject failing = python.eval("(Counted() if i < 3 else 1 / 0 for i in range(5))");
            assertThrows(PythonException.class, failing::asList);
            failing.close();
            assertEquals(0, python.eval("Counted.count").asInt());
            python.exec("del Counted");
        }
    }

    // ------------------------------------------------------------------------------------- the configuration

    private static String nameOfNull(Runnable action) {
        return assertThrows(NullPointerException.class, action::run).getMessage();
    }

    @Test
    void nullInAConfigurationIsNamed() {
        PythonConfig config = PythonConfig.defaults();
        Map<String, String> value = new HashMap<>();
        value.put("A", null);
        Map<String, String> name = new HashMap<>();
        name.put(null, "a");
        assertEquals("the value of the environment variable A", nameOfNull(() -> config.environment(value)));
        assertEquals("the name of an environment variable", nameOfNull(() -> config.environment(name)));
        assertEquals("variables", nameOfNull(() -> config.environment(null)));
        assertEquals("argv[1]", nameOfNull(() -> config.arguments("a", null)));
        assertEquals("argv", nameOfNull(() -> config.arguments((String[]) null)));
        assertEquals("python", nameOfNull(() -> config.executable(null)));
        assertEquals("venv", nameOfNull(() -> config.venv(null)));
        assertEquals("library", nameOfNull(() -> config.libpython(null)));
        assertEquals("workingFolder", nameOfNull(() -> config.folder(null)));
        assertEquals("config", nameOfNull(() -> Python.start(null)));
    }
}

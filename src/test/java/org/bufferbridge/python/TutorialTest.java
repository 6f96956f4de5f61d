package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleUnaryOperator;
import org.bufferbridge.BufferView;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonConfig;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;
import org.junit.jupiter.api.Test;

/**
 * How Java uses Python: to be read from top to bottom. Each step is a test, and says first what a user needs to know.
 *
 * <p>The program that runs this needs three jars on its class path: bufferbridge, jna, commons-lang3. It needs the
 * option {@code --enable-native-access=ALL-UNNAMED}, and a CPython of 3.11 or newer with the packages that it uses.
 * Python needs no package of this library. {@link TutorialStart} starts Python; {@link MemoryTutorialTest} goes on with
 * memory.
 */
class TutorialTest extends TutorialStart {
    // ================================================================================================ start

    @Test
    void aSecondStartGivesAHandleOfTheSamePython() {
        Python second = Python.start();
        try (second;
                PythonObject sys = python.importModule("sys");
                PythonObject same = second.importModule("sys")) {
            assertTrue(same.is(sys));
        }
        assertThrows(IllegalStateException.class, () -> second.importModule("sys"));
        assertTrue(python.isOpen());
        assertTrue(python.version().startsWith("3."));
    }

    /** With another configuration it would be another Python, which a process cannot have. */
    @Test
    void aStartWithAnotherConfigurationIsRefused() {
        PythonConfig other = PythonConfig.defaults().arguments("another.py");
        var refusal = assertThrows(IllegalStateException.class, () -> Python.start(other));
        assertTrue(refusal.getMessage().startsWith("Python runs already"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("it is Python " + python.version()), refusal.getMessage());
    }

    // ======================================================================================== objects and calls

    /**
     * A PythonObject is a reference to a Python object. {@code attr}, {@code call} and {@code item} are what the dot,
     * the parentheses and the brackets are in Python; {@code toString} is {@code str}. Results are PythonObjects too.
     *
     * <p>A scope closes them: all that were made in it, on its thread. So nothing has to be closed by itself.
     */
    @Test
    void modulesAreImportedAndTheirFunctionsCalled() {
        try (PythonScope scope = python.scope()) {
            PythonObject math = python.importModule("math");
            assertEquals(2 * Math.PI, math.attr("tau").asDouble());
            assertEquals(Math.sqrt(2), math.call("sqrt", 2).asDouble());
        }
    }

    /**
     * {@code keep} has one of them outlive the scope, such as the result of a method. A scope around its caller closes
     * it, or the caller's own {@code try}. {@code retain} takes an object out of all scopes: for a field.
     *
     * <p>Without a scope, an object is closed by itself; a forgotten one is given up by Java's garbage collector. That
     * is good enough for a small object. Java's collector does not see how much memory Python has behind an object.
     */
    @Test
    void whatIsKeptOutlivesTheScope() {
        PythonObject words;
        PythonObject text;
        try (PythonScope scope = python.scope()) {
            text = python.eval("'one two'");
            words = scope.keep(text.call("split"));
        }
        try (words) {
            assertEquals(2, words.len());
        }
        assertThrows(IllegalStateException.class, text::len);
    }

    /**
     * {@code call} calls a method by its name; {@code invoke} calls the object itself, such as a function or a class.
     */
    @Test
    void callIsForMethodsAndInvokeForTheObjectItself() {
        try (PythonScope scope = python.scope()) {
            PythonObject math = python.importModule("math");
            PythonObject hypot = math.attr("hypot");
            assertEquals(5, math.call("hypot", 3, 4).asDouble());
            assertEquals(5, hypot.invoke(3, 4).asDouble());
            assertEquals("hypot", hypot.attr("__name__").toString());
        }
    }

    /** Keyword arguments come in a map, first. */
    @Test
    void keywordArgumentsComeInAMap() {
        try (PythonObject json = python.importModule("json");
                PythonObject text =
                        json.callKw("dumps", Map.of("sort_keys", true), python.dict(Map.of("b", 2, "a", 1)))) {
            assertEquals("{\"a\": 1, \"b\": 2}", text.toString());
        }
    }

    /**
     * A few lines of Python say more than a chain of calls. With bindings they run in a namespace of their own, of
     * which nothing is left when {@code exec} returns. A {@code PythonNamespace} stays until it is closed, for those
     * who want to read what the lines leave. Without bindings they run in {@code __main__}, which stays.
     *
     * <p>Values are bound, never pasted into the source: a String with quotes in it stays a String.
     */
    @Test
    void sourceRunsWithBindings() {
        try (PythonObject sum = python.eval("a + b", Map.of("a", 40, "b", 2))) {
            assertEquals(42, sum.asInt());
        }
        try (PythonScope scope = python.scope();
                PythonNamespace names = python.namespace(Map.of("people", python.list("Ada", "it's \"me\"")))) {
            names.exec("""
                    def greet(name):
                        return f"Hello, {name}!"
                    greetings = [greet(name) for name in people]
                    """);
            assertEquals(
                    List.of("Hello, Ada!", "Hello, it's \"me\"!"),
                    names.get("greetings").toJava());
        }
    }

    /**
     * Numbers, strings and null become Python's own. Back they are asked for: {@code as} takes the Java type, by the
     * rules of a Java parameter of that type. Nothing is truncated: what does not fit throws.
     */
    @Test
    void whatDoesNotFitIsRefused() {
        try (PythonObject big = python.eval("2 ** 40")) {
            assertEquals(1L << 40, big.asLong());
            assertThrows(ClassCastException.class, big::asInt);
        }
        try (PythonObject half = python.eval("0.5")) {
            assertThrows(ClassCastException.class, half::asLong);
        }
        try (PythonObject mixed = python.eval("[None, True, 7, 0.5, 'seven']")) {
            assertEquals(5, mixed.len());
            List<Object> values = new ArrayList<>();
            for (PythonObject item : mixed) {
                values.add(item.toJava());
            }
            assertEquals(5, values.size());
            assertEquals(List.of(true, 7, 0.5, "seven"), values.subList(1, 5));
        }
    }

    /**
     * Any other Java object arrives as a JavaObject, on which Python calls public methods. Handed back, it is the
     * object that it was. So Python calls back into Java: a lambda is an object with one method.
     */
    @Test
    void pythonCallsJava() {
        DoubleUnaryOperator square = x -> x * x;
        try (PythonObject sum = python.eval("sum(f.applyAsDouble(x) for x in range(4))", Map.of("f", square))) {
            assertEquals(14, sum.asDouble());
        }
        try (PythonObject same = python.eval("f", Map.of("f", square))) {
            assertSame(square, same.toJava());
        }
    }

    // ================================================================================================ errors

    /**
     * What Python raises is a PythonException, with its type, its message and what Python would print. Python's frames
     * stand above Java's in the stack trace.
     *
     * <p>The exception refers to the frames it went through, and they to their variables. Where these look at memory
     * that is to be closed soon, close {@code exception()} too, as Python forgets the name after {@code except ... as
     * error}.
     */
    @Test
    void pythonsErrorsHaveTheirTraceback() {
        var raised = assertThrows(PythonException.class, () -> python.exec("""
                def half(x):
                    return x / 2
                half('seven')
                """, Map.of()));
        assertEquals("TypeError", raised.type());
        assertTrue(raised.message().contains("unsupported operand"), raised.message());
        assertTrue(raised.traceback().contains("File \"<java>\", line 2, in half"), raised.traceback());
        assertFalse(raised.traceback().contains("host.py"), raised.traceback());
        assertEquals("half", raised.getStackTrace()[0].getMethodName());
        assertEquals(2, raised.getStackTrace()[0].getLineNumber());
    }

    /**
     * What Java throws on the way is a Python exception to Python, which may catch it. An IllegalArgumentException is a
     * ValueError. What Python does not catch comes back with the original exception as its cause.
     */
    @Test
    void javasErrorsGoThroughPython() {
        DoubleUnaryOperator positive = x -> {
            if (x < 0) {
                throw new IllegalArgumentException(x + "; 0 or more is required");
            }
            return Math.sqrt(x);
        };
        try (PythonNamespace names = python.namespace(Map.of("f", positive))) {
            names.exec("""
                    try:
                        root = f.applyAsDouble(-1.0)
                    except ValueError as error:
                        root = str(error)
                    """);
            assertEquals(
                    "java.lang.IllegalArgumentException: -1.0; 0 or more is required",
                    names.get("root").toString());
        }
        var raised =
                assertThrows(PythonException.class, () -> python.eval("f.applyAsDouble(-2.0)", Map.of("f", positive)));
        assertEquals("bufferbridge.JavaValueError", raised.type());
        var cause = assertInstanceOf(IllegalArgumentException.class, raised.getCause());
        assertEquals("-2.0; 0 or more is required", cause.getMessage());
    }

    // =============================================================================================== threads

    /**
     * Any thread may call, virtual ones too. Python runs on one at a time; numpy's long loops and Python's waiting let
     * the others go on. A lease belongs to the thread that asked for it, until {@code share()}. Then all threads may
     * read and write. Threads that write at the same time need an order of their own.
     */
    @Test
    void aSharedLeaseServesAllThreads() throws Exception {
        try (PythonObject numpy = python.importModule("numpy");
                PythonObject array = numpy.call("zeros", 4);
                PythonBuffer lease = array.buffer().share();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            BufferView view = lease.view();
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int index = i;
                done.add(threads.submit(() -> view.setDouble(index * index, index)));
            }
            for (Future<?> task : done) {
                task.get();
            }
            assertEquals("[0. 1. 4. 9.]", array.toString());
        }
    }

    /**
     * Each call takes Python's lock (the GIL) and gives it up. {@code run} holds it for many: faster where calls are
     * short, and no other thread's Python comes in between. So do not wait for other threads in it.
     */
    @Test
    void runIsOneTurn() {
        try (PythonObject counter = python.eval("[0]")) {
            long count = python.run(() -> {
                for (int i = 0; i < 100; i++) {
                    try (PythonObject before = counter.item(0)) {
                        counter.setItem(0, before.asInt() + 1);
                    }
                }
                return counter.item(0).asLong();
            });
            assertEquals(100, count);
        }
    }

    /**
     * Signal handlers, and some GUI toolkits, want Python's main thread. It is a thread of its own, started by
     * {@code start}. Its stack is 8 MiB, so deep recursion belongs there too.
     */
    @Test
    void tasksRunOnPythonsMainThread() throws Exception {
        boolean isMain = python.onMainThread(() -> python.eval(
                        "t.current_thread() is t.main_thread()", Map.of("t", python.importModule("threading")))
                .asBoolean());
        assertTrue(isMain);
    }

    // ================================================================================================== end

    /**
     * {@code shutdown} ends Python, for all handles and once. It is refused while an export or a lease is out: memory
     * that somebody looks at does not go away. The message lists what is out. Few programs need it: Python ends with
     * the JVM.
     */
    @Test
    void pythonDoesNotEndUnderALease() {
        try (PythonObject bytes = python.eval("bytearray(4)");
                PythonBuffer lease = bytes.buffer()) {
            var refusal = assertThrows(IllegalStateException.class, Python::shutdown);
            assertTrue(refusal.getMessage().contains("1 lease;"), refusal.getMessage());
            assertTrue(lease.isOpen());
        }
        assertTrue(python.isOpen());
    }

    /**
     * After the end calls are refused, and leases and objects are closed without harm. A program that never calls
     * {@code shutdown} ends just as well: Python's atexit functions run, its output is flushed.
     */
    static final class WholeLife {
        private WholeLife() {}

        public static void main(String[] arguments) {
            Python python = Python.start();
            PythonObject text = python.eval("'from start to end'");
            python.exec("import atexit; atexit.register(print, 'atexit')");
            System.out.println(text);
            Python.shutdown();
            try {
                text.len();
            } catch (IllegalStateException refusal) {
                System.out.println(refusal.getMessage());
            }
            text.close();
        }
    }

    @Test
    void afterTheEndCallsAreRefused() throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dbufferbridge.python=" + System.getProperty("bufferbridge.test.python"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WholeLife.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals("from start to end\natexit\nPython has ended\n", output);
        assertEquals(0, process.exitValue());
    }
}

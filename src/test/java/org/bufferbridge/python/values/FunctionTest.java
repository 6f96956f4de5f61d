package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferView;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;
import org.bufferbridge.fixtures.processes.ChildJvm;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.bufferbridge.fixtures.processes.PythonPrograms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Python functions as objects of functional interfaces. */
@ExtendWith(Interpreter.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FunctionTest {
    private static final int THREADS = 8;
    private static final int CALLS = 300;

    private final Python python;

    FunctionTest(Python python) {
        this.python = python;
    }

    @SuppressWarnings("unchecked")
    private <T> T function(String source, Class<? super T> type) {
        try (PythonObject function = python.eval(source)) {
            return (T) function.as(type);
        }
    }

    @Test
    void aPythonFunctionIsAnObjectOfAnyFunctionalInterface() throws Exception {
        List<Integer> numbers = new ArrayList<>(List.of(3, 1, 2));
        numbers.sort(this.<Comparator<Integer>>function("lambda a, b: a - b", Comparator.class));
        assertEquals(List.of(1, 2, 3), numbers);
        assertEquals(
                7,
                this.<IntBinaryOperator>function("lambda a, b: a + b", IntBinaryOperator.class)
                        .applyAsInt(3, 4));
        assertEquals(
                "text",
                this.<Callable<String>>function("lambda: 'text'", Callable.class)
                        .call());
        assertTrue(this.<Predicate<Object>>function("bool", Predicate.class).test("x"));
        assertEquals(
                List.of("a!", "b!"),
                List.of("a", "b").stream()
                        .map(this.<Function<String, Object>>function("lambda x: x + '!'", Function.class))
                        .toList());
    }

    @Test
    void theMethodOfAJavaFunctionIsCalledByPython() {
        Function<Integer, Integer> negative = number -> -number;
        for (String key : List.of("f.apply", "f")) {
            try (PythonObject sorted =
                    python.eval("sorted(x, key=" + key + ")", Map.of("x", List.of(1, 3, 2), "f", negative))) {
                assertEquals(List.of(3, 2, 1), sorted.as(List.class));
            }
        }
    }

    @Test
    void aPrimitiveIsAPlainNumberAndABoxRemembersItsClass() {
        assertEquals(
                "int",
                this.<LongFunction<Object>>function("lambda x: type(x).__name__", LongFunction.class)
                        .apply(7));
        assertEquals(
                "JavaLong",
                this.<Function<Object, Object>>function("lambda x: type(x).__name__", Function.class)
                        .apply(7L));
        assertEquals(
                7L,
                this.<Function<Object, Object>>function("lambda x: x", Function.class)
                        .apply(7L));
    }

    @Test
    void memoryArrivesAsMemory() {
        double[] array = {1, 2};
        Function<Object, Object> fill = function("lambda x: memoryview(x).__setitem__(0, 5.0)", Function.class);
        BufferView view = BufferView.of(java.lang.foreign.MemorySegment.ofArray(array));
        try {
            fill.apply(array);
            assertEquals(5.0, array[0]);
        } catch (BufferException refused) {
            assertTrue(refused.getMessage().contains("bufferbridge.borrow()"), refused.getMessage()); // no pinning
        }
        assertEquals(16, view.byteSize());
    }

    @Test
    void anInterfaceThatIsNotFunctionalIsNone() {
        try (PythonObject function = python.eval("len")) {
            ClassCastException refused = assertThrows(ClassCastException.class, () -> function.as(List.class));
            assertTrue(refused.getMessage().endsWith("List is no functional interface"), refused::getMessage);
            assertThrows(ClassCastException.class, () -> function.as(Thread.class));
        }
        try (PythonObject number = python.eval("object()")) {
            assertThrows(ClassCastException.class, () -> number.as(Runnable.class));
        }
    }

    @Test
    void itOutlivesTheObjectItWasMadeOfAndEveryScope() {
        Supplier<Object> function;
        try (PythonScope scope = python.scope();
                PythonObject made = python.eval("lambda: 7")) {
            function = made.as(Supplier.class);
        }
        assertEquals(7, function.get());
    }

    @Test
    void pythonSeesTheFunctionItself() {
        try (PythonObject made = python.eval("lambda: 7");
                PythonObject same = python.eval("lambda x, y: x is y");
                PythonObject answer = same.invoke(made.as(Runnable.class), made)) {
            assertTrue(answer.asBoolean());
        }
    }

    @Test
    void equalsAndHashCodeAreThoseOfTheFunction() {
        try (PythonObject list = python.eval("[]");
                PythonObject append = list.attr("append");
                PythonObject again = list.attr("append")) {
            Object one = append.as(Predicate.class);
            Object other = again.as(Function.class);
            assertEquals(one, other);
            assertEquals(one.hashCode(), other.hashCode());
            assertEquals(one.toString(), append.toString());
            assertNotEquals(one, "append");
            assertNotEquals(one, function("len", Predicate.class));
        }
    }

    @Test
    void whatPythonRaisesIsAPythonExceptionWithTheSameObject() {
        try (PythonObject error = python.eval("ValueError('mine')");
                PythonObject raise = python.eval("lambda e: (_ for _ in ()).throw(e)")) {
            Function<Object, Object> function = raise.as(Function.class);
            PythonException raised = assertThrows(PythonException.class, () -> function.apply(error));
            assertTrue(raised.exception().is(error));
            raised.exception().close();
        }
    }

    @Test
    void aJavaExceptionComesOutAsItself() {
        IOException checked = new IOException("mine");
        RuntimeException unchecked = new IllegalArgumentException("mine");
        for (Exception thrown : List.of(checked, unchecked)) {
            Callable<Object> throwing = () -> {
                throw thrown;
            };
            try (PythonObject calls = python.eval("lambda f: lambda: f.call()");
                    PythonObject made = calls.invoke(throwing)) {
                assertSame(thrown, assertThrows(Exception.class, made.as(Callable.class)::call));
                Exception escaped = assertThrows(Exception.class, made.as(Supplier.class)::get);
                assertSame(thrown, escaped == unchecked ? escaped : escaped.getCause());
            }
        }
    }

    @Test
    void aResultOfAnotherTypeIsAClassCastException() {
        Comparator<Object> comparator = function("lambda a, b: 'x'", Comparator.class);
        ClassCastException refused = assertThrows(ClassCastException.class, () -> comparator.compare(1, 2));
        assertTrue(
                refused.getMessage().startsWith("the result of a Python function for java.util.Comparator.compare: "),
                refused::getMessage);
    }

    @Test
    void defaultMethodsCallTheFunction() {
        Comparator<Integer> ascending = function("lambda a, b: a - b", Comparator.class);
        assertTrue(ascending.reversed().compare(1, 2) > 0);
        BiFunction<Integer, Integer, Integer> sum = function("lambda a, b: a + b", BiFunction.class);
        assertEquals(10, sum.andThen(x -> 2 * x).apply(2, 3));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyThreadsCallOneFunction(boolean isVirtual) throws Exception {
        Map<Object, Object> counts = new java.util.concurrent.ConcurrentHashMap<>();
        BiFunction<Object, Object, Object> function = function("lambda key, value: (value or 0) + 1", BiFunction.class);
        try (ExecutorService executor =
                isVirtual ? Executors.newVirtualThreadPerTaskExecutor() : Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                all.add(executor.submit(() -> {
                    for (int i = 0; i < CALLS; i++) {
                        counts.compute(i % 10, function);
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertEquals(
                IntStream.range(0, 10).boxed().toList(),
                counts.keySet().stream().sorted().toList());
        counts.values().forEach(count -> assertEquals(THREADS * CALLS / 10, count));
    }

    @Test
    void aFunctionMayWaitForJavaThatWaitsForAFunction() throws Exception {
        Supplier<Object> inner = function("lambda: 7", Supplier.class);
        try (PythonObject calls = python.eval("lambda f: lambda: f.get()")) {
            Supplier<Object> waits = () -> CompletableFuture.supplyAsync(inner).join();
            try (PythonObject made = calls.invoke(waits)) {
                Supplier<Object> outer = made.as(Supplier.class);
                assertEquals(7, CompletableFuture.supplyAsync(outer).get(60, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void aCallAfterTheEndOfPythonThrows() throws Exception {
        ChildJvm.End end = new ChildJvm().programs(PythonPrograms.class).run("callsAFunctionAfterTheEnd");
        assertEquals(
                List.of(
                        "[java.lang.IllegalStateException: Python has ended]",
                        "<a PythonObject after Python's end>",
                        "true false",
                        "Python has ended"),
                end.lines());
        assertEquals(0, end.status());
    }
}

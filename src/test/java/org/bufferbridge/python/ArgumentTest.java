package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.Buffers;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.exporters.RecordingExporter;
import org.bufferbridge.fixtures.memory.Memories;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    // ---------------------------------------------------------------------------------------- memory

    static List<Arguments> memories() {
        return List.of(
                Arguments.of(new byte[] {1, 2, 3}, "b", "[1, 2, 3]"),
                Arguments.of(new short[] {1, -2}, "h", "[1, -2]"),
                Arguments.of(new char[] {'a'}, "H", "[97]"),
                Arguments.of(new int[] {1, 2}, "i", "[1, 2]"),
                Arguments.of(new long[] {1L << 40}, "q", "[1099511627776]"),
                Arguments.of(new float[] {0.5f}, "f", "[0.5]"),
                Arguments.of(new double[] {0.1}, "d", "[0.1]"),
                Arguments.of(new boolean[] {true, false}, "?", "[True, False]"),
                Arguments.of(new int[0], "i", "[]"),
                Arguments.of(ByteBuffer.wrap(new byte[] {9, 8, 7}).position(1), "b", "[8, 7]"),
                Arguments.of(Memories.direct(3), "b", "[0, 1, 2]"),
                Arguments.of(Memories.automatic(3), "B", "[0, 1, 2]"),
                Arguments.of(Memories.heapSegment(2), "B", "[0, 1]"),
                Arguments.of(Memories.jna(2), "B", "[0, 1]"),
                Arguments.of(Memories.view(Memories.automatic(4), "h", 2, 1), "h", "[[256], [770]]"),
                Arguments.of(
                        Memories.strided(Memories.automatic(8), "B", new long[] {3}, new long[] {-2}, 6),
                        "B",
                        "[6, 4, 2]"),
                Arguments.of(RecordingExporter.ofDoubles(2), "d", "[0.0, 1.0]"),
                Arguments.of(Buffers.exporter(Memories.automatic(2)), "B", "[0, 1]"));
    }

    @ParameterizedTest
    @MethodSource("memories")
    void memoryIsABufferWithItsFormat(Object memory, String format, String items) {
        assumePinned(memory);
        assertEquals("True " + format + " " + items, describe(memory));
    }

    private String describe(Object memory) {
        try (PythonObject text = python.eval(
                "(lambda v: f'{isinstance(x, bufferbridge.JavaBuffer)} {v.format} {v.tolist()}')(memoryview(x))",
                Map.of("x", memory, "bufferbridge", python.importModule("bufferbridge")))) {
            return text.toString();
        }
    }

    /** A collector that does not pin refuses arrays, and -Xcheck:jni hands out copies. */
    private void assumePinned(Object memory) {
        try (PythonObject view = python.eval("memoryview(x).release()", Map.of("x", memory))) {
            assertTrue(view.isNone());
        } catch (PythonException refusal) {
            assumeTrue(!refusal.getMessage().contains("bufferbridge.borrow()"), refusal.getMessage());
            throw refusal;
        }
    }

    @Test
    void memoryIsLiveInBothDirections() {
        double[] array = {1, 2, 3};
        assumePinned(array);
        PythonObject numpy = python.importModule("numpy");
        try (PythonObject seen = numpy.call("asarray", (Object) array)) {
            seen.setItem(1, 20.0);
            assertEquals(20, array[1]);
            array[2] = 30;
            assertEquals(51, seen.call("sum").asDouble());
        }
        MemorySegment segment = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 4);
        try (PythonObject seen = numpy.callKw("frombuffer", Map.of("dtype", "q"), segment)) {
            seen.setItem(3, Long.MIN_VALUE);
            assertEquals(Long.MIN_VALUE, segment.getAtIndex(ValueLayout.JAVA_LONG, 3));
        }
    }

    @Test
    void anExporterIsAskedForEachExportAndGetsItsViewBack() {
        RecordingExporter exporter = RecordingExporter.ofDoubles(3, 4);
        PythonObject numpy = python.importModule("numpy");
        assertEquals(66, numpy.call("sum", exporter).asDouble());
        assertTrue(exporter.acquired() > 0);
        assertEquals(exporter.acquired(), exporter.released());
        assertEquals(0, exporter.strangers());
    }

    @Test
    void readOnlyMemoryStaysReadOnly() {
        ByteBuffer memory =
                ByteBuffer.allocateDirect(4).order(ByteOrder.BIG_ENDIAN).asReadOnlyBuffer();
        assertTrue(holds("memoryview(x).readonly", memory));
        PythonObject readinto =
                python.importModule("io").call("BytesIO", (Object) null).attr("readinto");
        assertEquals(
                "TypeError",
                assertThrows(PythonException.class, () -> readinto.invoke(memory))
                        .type());
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
    void aViewOfALeaseIsTheSameMemory() {
        PythonObject source = python.importModule("numpy").call("arange", 4.0);
        try (PythonBuffer lease = source.buffer();
                PythonObject over = python.importModule("numpy").call("asarray", lease.view())) {
            over.setItem(0, 9.0);
            assertEquals(9, source.item(0).asDouble());
            assertEquals(9, lease.view().getDouble(0));
            var refusal = assertThrows(IllegalStateException.class, lease::close);
            assertTrue(refusal.getMessage().contains("while Python holds memory"), refusal.getMessage());
        } finally {
            Interpreter.collectGarbage();
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
    void memoryOfAClosedArenaIsRefusedWhenItIsAsked() {
        BufferView view;
        try (Arena arena = Arena.ofShared()) {
            view = BufferView.of(arena.allocate(8), BufferFormat.INT8, 8);
        }
        var raised = assertThrows(
                PythonException.class, () -> python.eval("memoryview").invoke(view));
        assertTrue(raised.getMessage().contains("closed"), raised.getMessage());
        assertTrue(raised.getCause() == null
                || raised.getCause() instanceof BufferException
                || raised.getCause() instanceof IllegalStateException);
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
    void memoryIsTakenByKeyword() {
        MemorySegment segment = Memories.automatic(8);
        try (PythonObject array =
                python.importModule("numpy").callKw("ndarray", Map.of("buffer", segment, "dtype", "u1"), 8)) {
            assertEquals(28, array.call("sum").asInt());
        }
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

    // ----------------------------------------------------------------------- attributes, items, calls

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

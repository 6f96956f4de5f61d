package org.bufferbridge.python.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

/** Java memory as an argument of Python: a buffer of the same memory, live in both languages. */
@ExtendWith(Interpreter.class)
class MemoryArgumentTest {
    private final Python python;

    MemoryArgumentTest(Python python) {
        this.python = python;
    }

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
        assertTrue(python.eval("memoryview").invoke(memory).attr("readonly").asBoolean());
        PythonObject readinto =
                python.importModule("io").call("BytesIO", (Object) null).attr("readinto");
        assertEquals(
                "TypeError",
                assertThrows(PythonException.class, () -> readinto.invoke(memory))
                        .type());
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
    void memoryIsTakenByKeyword() {
        MemorySegment segment = Memories.automatic(8);
        try (PythonObject array =
                python.importModule("numpy").callKw("ndarray", Map.of("buffer", segment, "dtype", "u1"), 8)) {
            assertEquals(28, array.call("sum").asInt());
        }
    }
}

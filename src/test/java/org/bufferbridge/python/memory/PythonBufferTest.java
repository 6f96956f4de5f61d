package org.bufferbridge.python.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Python's memory in Java, leased by {@link PythonObject#buffer}: its geometry, its format, and what classes of Python
 * grant.
 */
@ExtendWith(Interpreter.class)
class PythonBufferTest {
    private final Python python;
    private final PythonObject source;

    PythonBufferTest(Python python) {
        this.python = python;
        this.source = python.eval("bytearray(range(1, 9))");
    }

    /** Whether a buffer of it is out: then a bytearray refuses to grow. */
    static boolean isLocked(PythonObject bytearray) {
        try {
            bytearray.call("append", 0).close();
        } catch (PythonException refused) {
            assertEquals("BufferError", refused.type());
            return true;
        }
        bytearray.call("pop").close();
        return false;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            b'abcd'                                       | B | [4]    | [1]      | true
            bytearray(3)                                  | B | [3]    | [1]      | false
            memoryview(bytearray(4))[::-2]                | B | [2]    | [-2]     | false
            array.array('d', [1, 2])                      | d | [2]    | [8]      | false
            (ctypes.c_int * 4)(1, 2, 3)                   | i | [4]    | [4]      | false
            mmap.mmap(-1, 4096)                           | B | [4096] | [1]      | false
            numpy.arange(4, dtype='i2')                   | h | [4]    | [2]      | false
            numpy.zeros((2, 3))                           | d | [2, 3] | [24, 8]  | false
            numpy.zeros((2, 3), order='F')                | d | [2, 3] | [8, 16]  | false
            numpy.arange(4.0)[::-1]                       | d | [4]    | [-8]     | false
            numpy.zeros((0, 3))                           | d | [0, 3] | [24, 8]  | false
            numpy.array(7.0)                              | d | []     | []       | false
            numpy.zeros(2, '>i4')                         | >i | [2]   | [4]      | false
            numpy.frombuffer(b'ab', 'u1')                 | B | [2]    | [1]      | true
            numpy.zeros(2, 'c16')                         | Zd | [2]   | [16]     | false
            numpy.zeros(2, '?')                           | ? | [2]    | [1]      | false
            """)
    void geometryAndFormatAreThoseOfTheObject(
            String expression, String format, String shape, String strides, boolean readOnly) {
        Map<String, Object> modules = new LinkedHashMap<>();
        for (String name : List.of("array", "ctypes", "mmap", "numpy")) {
            modules.put(name, python.importModule(name));
        }
        try (PythonObject object = python.eval(expression, modules);
                PythonBuffer lease = object.buffer()) {
            BufferView view = lease.view();
            assertEquals(format, view.format().toString());
            assertEquals(shape, java.util.Arrays.toString(view.shape()));
            assertEquals(strides, java.util.Arrays.toString(view.strides()));
            assertEquals(readOnly, view.isReadOnly());
            assertEquals(new BufferRequest(BufferRequest.FULL_RO), lease.request());
        }
    }

    @Test
    void theMemoryIsPythonsOwn() {
        PythonObject array = python.importModule("numpy").call("arange", 6.0);
        try (PythonBuffer lease = array.buffer()) {
            BufferView view = lease.view();
            assertEquals(
                    array.attr("ctypes").attr("data").asLong(), view.memory().address() + view.byteOffset());
            view.setDouble(50, 5);
            assertEquals(50, array.item(5).asDouble());
            array.setItem(0, 10);
            assertEquals(10, view.getDouble(0));
        }
    }

    @Test
    void readOnlyMemoryIsNotWritten() {
        try (PythonBuffer lease = python.eval("b'abc'").buffer()) {
            BufferView view = lease.view();
            assertThrows(UnsupportedOperationException.class, () -> view.setByte((byte) 0, 1));
            assertThrows(
                    IllegalArgumentException.class, () -> view.asSegment().set(ValueLayout.JAVA_BYTE, 0, (byte) 0));
            assertTrue(view.asByteBuffer().isReadOnly());
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferRequest.SIMPLE,
                BufferRequest.WRITABLE,
                BufferRequest.ND,
                BufferRequest.STRIDES,
                BufferRequest.CONTIG,
                BufferRequest.RECORDS,
                BufferRequest.FULL,
                BufferRequest.FULL_RO,
                BufferRequest.C_CONTIGUOUS,
                BufferRequest.INDIRECT
            })
    void whatWasNotAskedForIsRebuilt(int flags) {
        try (PythonBuffer lease = source.buffer(new BufferRequest(flags))) {
            assertEquals(flags, lease.request().flags());
            assertEquals(8, lease.view().itemCount());
            assertEquals(36, sum(lease.view()));
        }
    }

    static long sum(BufferView view) {
        long sum = 0;
        for (long i = 0; i < view.itemCount(); i++) {
            sum += view.getLong(i);
        }
        return sum;
    }

    @Test
    void aRequestThatIsNotMetIsABufferExceptionAndLeavesNothing() {
        PythonObject bytes = python.eval("b'abc'");
        var refusal =
                assertThrows(BufferException.class, () -> bytes.buffer(new BufferRequest(BufferRequest.WRITABLE)));
        assertEquals(
                "BufferError",
                assertInstanceOf(PythonException.class, refusal.getCause()).type());
        PythonObject strided = python.eval("memoryview(bytearray(8))[::2]");
        for (int flags : new int[] {BufferRequest.SIMPLE, BufferRequest.ND, BufferRequest.C_CONTIGUOUS}) {
            assertThrows(BufferException.class, () -> strided.buffer(new BufferRequest(flags)));
        }
        assertEquals(0, Leaks.liveLeases());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "None", "'text'", "[1]", "object()"})
    void whatHasNoBufferIsRefused(String expression) {
        PythonObject object = python.eval(expression);
        assertThrows(BufferException.class, object::buffer);
    }

    // ------------------------------------------------------------------------------ Python's exporters

    /** A class that exports, and keeps book. */
    private PythonObject exporter(String body) {
        assumeTrue(Interpreter.hasBufferMethods(python), "__buffer__ in Python classes is from CPython 3.12 on");
        try (PythonNamespace names = python.namespace()) {
            names.exec("""
                    class Exporter:
                        def __init__(self):
                            self.data, self.given, self.returned, self.flags = bytearray(b'abc'), [], [], []

                        def __buffer__(self, flags):
                            self.flags.append(int(flags))
                    BODY

                        def __release_buffer__(self, view):
                            self.returned.append(view)
                    """.replace("BODY", body.indent(8)));
            return names.eval("Exporter()");
        }
    }

    @Test
    void aClassGetsBackTheViewItGave() {
        PythonObject exporter = exporter("self.given.append(memoryview(self.data))\nreturn self.given[-1]");
        try (PythonBuffer lease = exporter.buffer()) {
            assertEquals('b', lease.view().getByte(1));
            assertEquals(0, exporter.attr("returned").len());
            assertTrue(((PythonObject) lease.owner()).is(exporter));
        }
        assertEquals(1, exporter.attr("returned").len());
        assertTrue(exporter.attr("returned").item(0).is(exporter.attr("given").item(0)));
        assertEquals(List.of(BufferRequest.FULL_RO), exporter.attr("flags").as(List.class));
        exporter.attr("given").call("clear").close();
        exporter.attr("returned").call("clear").close();
    }

    @Test
    void whatAClassRaisesIsTheReasonOfTheRefusal() {
        PythonObject exporter = exporter("raise LookupError('not today')");
        var refusal = assertThrows(BufferException.class, exporter::buffer);
        assertEquals(
                "LookupError",
                assertInstanceOf(PythonException.class, refusal.getCause()).type());
        assertTrue(refusal.getMessage().contains("not today"), refusal.getMessage());
        assertEquals(0, exporter.attr("returned").len());
    }

    @Test
    void aClassThatGivesNoViewIsRefused() {
        PythonObject exporter = exporter("return 5");
        assertThrows(BufferException.class, exporter::buffer);
    }
}

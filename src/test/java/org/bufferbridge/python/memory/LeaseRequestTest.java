package org.bufferbridge.python.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.exporters.Requests;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a lease shows follows from the request: each request, asked of each kind of exporter, against one table. */
@ExtendWith(Interpreter.class)
class LeaseRequestTest {
    private final Python python;

    LeaseRequestTest(Python python) {
        this.python = python;
    }

    /**
     * The table: without ND plain bytes, with ND the object's shape. The format is the object's if FORMAT was
     * requested, or if the exporter tells it unasked. Otherwise it is bytes of the item's size.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bytes(range(8))                                     | B | [8]    | 1  | false | 14
            bytearray(range(8))                                 | B | [8]    | 1  | false | 28
            array.array('d', [1, 2, 3])                         | d | [3]    | 8  | false | 28
            memoryview(array.array('i', [1, 2, 3]))             | i | [3]    | 4  | false | 26
            memoryview((ctypes.c_int * 3)(1, 2, 3))             | <i | [3]   | 4  | false | 26
            (ctypes.c_int * 3)(1, 2, 3)                         | i | [3]    | 4  | true  | 28
            (ctypes.c_double * 2 * 3)()                         | d | [3, 2] | 8  | true  | 28
            numpy.arange(6.0)                                   | d | [6]    | 8  | false | 28
            numpy.arange(12.0).reshape(3, 4)                    | d | [3, 4] | 8  | false | 24
            numpy.arange(6, dtype='i2').reshape(1, 2, 3)        | h | [1, 2, 3] | 2 | false | 24
            numpy.arange(4, dtype='u1')                         | B | [4]    | 1  | false | 28
            numpy.array(7.0)                                    | d | []     | 8  | false | 28
            numpy.zeros((0, 3))                                 | d | [0, 3] | 8  | false | 28
            numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3)) | d | [2, 3] | 8 | false | 16
            numpy.arange(6.0)[::2]                              | d | [3]    | 8  | false | 8
            """)
    void whatIsSeenFollowsFromTheRequest(
            String expression, String format, String shape, int itemSize, boolean tellsUnasked, int granted) {
        Map<String, Object> modules = new LinkedHashMap<>();
        for (String name : List.of("array", "ctypes", "numpy")) {
            modules.put(name, python.importModule(name));
        }
        PythonObject object = python.eval(expression, modules);
        byte[] bytes = bytesOf(object);
        int grants = 0;
        for (int geometry : Requests.STRUCTURES) {
            for (int extra : Requests.EXTRAS) {
                BufferRequest request = new BufferRequest(geometry | extra);
                try (PythonBuffer lease = object.buffer(request)) {
                    grants++;
                    boolean hasShape = (geometry & BufferRequest.ND) != 0;
                    boolean hasFormat = tellsUnasked || request.wantsFormat() || itemSize == 1;
                    BufferView view = lease.view();
                    String seen = view.format() + " " + Arrays.toString(view.shape());
                    String code = format.startsWith("<") ? format.substring(1) : format;
                    String expected =
                            !hasShape ? "B [" + bytes.length + "]" : (hasFormat ? code : itemSize + "s") + " " + shape;
                    assertEquals(expected, seen, request::toString);
                    assertArrayEquals(bytes, view.toBytes(), request::toString);
                } catch (BufferException refused) {
                    assertEquals(
                            "BufferError",
                            refused.getCause() instanceof org.bufferbridge.PythonException raised
                                    ? raised.type().replace("ValueError", "BufferError")
                                    : "ours: " + refused.getMessage());
                }
            }
        }
        assertEquals(granted, grants);
    }

    private byte[] bytesOf(PythonObject object) {
        PythonObject tobytes = python.eval("lambda x: list(memoryview(x).tobytes())");
        long[] items = tobytes.invoke(object).as(long[].class);
        byte[] bytes = new byte[items.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) items[i];
        }
        return bytes;
    }
}

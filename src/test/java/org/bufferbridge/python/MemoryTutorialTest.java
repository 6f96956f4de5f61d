package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.Buffers;
import org.bufferbridge.ExportArena;
import org.bufferbridge.ExportGuard;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.junit.jupiter.api.Test;

/**
 * How Java and Python use each other's memory. This is the second part of {@link TutorialTest}, which says what a
 * program needs. {@link TutorialStart} starts Python. To be read from top to bottom.
 */
class MemoryTutorialTest extends TutorialStart {
    // ==================================================================================== Java memory in Python

    /**
     * Memory is not copied. An array, a segment, an NIO buffer, a BufferView or a BufferExporter is a buffer to all of
     * Python. What one side writes, the other one reads. A segment or an NIO buffer brings no shape; a view does.
     */
    @Test
    void javaMemoryIsNumpysMemory() {
        try (ExportArena arena = ExportArena.open();
                PythonObject numpy = python.importModule("numpy")) {
            MemorySegment memory = arena.allocate(ValueLayout.JAVA_DOUBLE, 6);
            BufferView table = BufferView.of(memory, BufferFormat.FLOAT64, 2, 3);
            try (PythonObject array = numpy.call("asarray", table)) {
                assertEquals("(2, 3)", array.attr("shape").toString());
                assertEquals(memory.address(), address(array));

                table.setDouble(1.5, 0, 2);
                assertEquals(1.5, array.item(python.tuple(0, 2)).asDouble());
                array.setItem(python.tuple(1, 0), 2.5);
                assertEquals(2.5, table.getDouble(1, 0));
            }
        }
    }

    /**
     * Whatever Python made of the memory holds it: {@code a.ctypes}, say, and Java would hold that until a garbage
     * collection. An expression that ends in a number leaves nothing behind but the number.
     */
    private static long address(PythonObject array) {
        try (PythonObject address = python.eval("a.ctypes.data", Map.of("a", array))) {
            return address.asLong();
        }
    }

    /**
     * An array on Java's heap is pinned while Python holds it, where the garbage collector can (G1, Shenandoah).
     * Elsewhere the export is refused, because a silent copy would be stale. The BufferError names the ways out. Memory
     * outside the heap needs no pin: prefer it for what is large or lives long.
     */
    @Test
    void heapArraysAreLiveOrRefused() {
        double[] samples = {1, 2, 3};
        try (PythonObject view = python.eval("memoryview(samples)", Map.of("samples", samples))) {
            view.setItem(0, 10);
            assertEquals(10, samples[0]);
            samples[2] = 30;
            assertEquals(30, view.item(2).asDouble());
        } catch (PythonException refusal) {
            assertEquals("bufferbridge.JavaBufferError", refusal.type());
            assertTrue(refusal.message().contains("copy"), refusal.message());
        }
    }

    /**
     * What Python looks at is not freed. Closing an arena is refused while Python holds its memory, and the message
     * names the holder. {@code closeWhenReleased} leaves the closing to the last holder. This holds for
     * {@link Arena#ofShared} and {@link Arena#ofConfined} too, and for any object in between. A numpy slice of a slice
     * holds the memory all the same.
     */
    @Test
    void closingAnArenaIsRefusedWhilePythonHoldsItsMemory() {
        ExportArena arena = ExportArena.open();
        try (PythonObject slice = python.eval("memoryview(memory)[2:4]", Map.of("memory", arena.allocate(8)))) {
            var refusal = assertThrows(IllegalStateException.class, arena::close);
            assertTrue(refusal.getMessage().contains("JavaBuffer"), refusal.getMessage());
            assertEquals(2, slice.len());
        }
        arena.close();
    }

    /**
     * A class of your own is a buffer when it implements BufferExporter. {@code getBuffer} is called for each consumer,
     * and {@code releaseBuffer} when that one is done, with the same view. An ExportGuard counts them, and refuses to
     * change what is out.
     */
    static final class Frames implements BufferExporter {
        private final ExportGuard guard = new ExportGuard();
        private volatile BufferView pixels = black(2, 2);

        @Override
        public BufferView getBuffer(BufferRequest request) {
            return guard.grant(request, () -> pixels);
        }

        @Override
        public void releaseBuffer(BufferView granted) {
            guard.release(granted);
        }

        void resize(long rows, long columns) {
            guard.change(() -> pixels = black(rows, columns));
        }

        private static BufferView black(long rows, long columns) {
            return BufferView.of(Arena.ofAuto().allocate(rows * columns), BufferFormat.UINT8, rows, columns);
        }
    }

    @Test
    void anExportersReleaseIsTheConsumersRelease() {
        Frames frames = new Frames();
        try (PythonObject numpy = python.importModule("numpy");
                PythonObject array = numpy.call("asarray", frames)) {
            assertEquals(4, array.attr("size").asInt());
            assertThrows(BufferException.class, () -> frames.resize(4, 4));
        }
        frames.resize(4, 4);
    }

    // ==================================================================================== Python memory in Java

    /**
     * {@code buffer()} leases the memory of a Python object: numpy's arrays, bytes, bytearray, array, ctypes, whatever
     * has a buffer. The view is Python's own memory with its shape, strides and format. It is also a segment for the
     * JDK's own API.
     */
    @Test
    void numpysMemoryIsAJavaView() {
        try (PythonObject numpy = python.importModule("numpy");
                PythonObject array = numpy.call("linspace", 0, 1, 5);
                PythonBuffer lease = array.buffer()) {
            BufferView view = lease.view();
            assertEquals(address(array), view.memory().address());
            assertArrayEquals(new long[] {5}, view.shape());
            assertEquals(0.25, view.getDouble(1));

            MemorySegment memory = view.asSegment();
            memory.setAtIndex(ValueLayout.JAVA_DOUBLE, 4, 100);
            assertEquals(100, array.call("max").asDouble());
        }
    }

    /**
     * While the lease is open, the Python object is locked: it can be written, not resized. Closing releases at once.
     * Every later access from Java throws, also through what was made of the view. There is no dangling pointer. So the
     * lease is open for as long as Java looks, and no longer.
     */
    @Test
    void aClosedLeaseGivesNoAccess() {
        try (PythonObject bytes = python.eval("bytearray(b'abc')")) {
            PythonBuffer lease = bytes.buffer();
            ByteBuffer nio = lease.view().asByteBuffer();
            nio.put(0, (byte) 'X');
            assertEquals("bytearray(b'Xbc')", bytes.toString());
            assertEquals(
                    "BufferError",
                    assertThrows(PythonException.class, () -> bytes.call("append", 1))
                            .type());

            lease.close();
            assertThrows(IllegalStateException.class, () -> nio.get(0));
            var refusal = assertThrows(IllegalStateException.class, lease::view);
            assertEquals("the Python buffer was closed", refusal.getMessage());
            bytes.call("append", 100).close();
            assertEquals(4, bytes.len());
        }
    }

    /** Read-only memory is a read-only view, and a request for writable memory is refused. */
    @Test
    void readOnlyMemoryStaysReadOnly() {
        try (PythonObject bytes = python.eval("b'abc'");
                PythonBuffer lease = bytes.buffer()) {
            assertTrue(lease.view().isReadOnly());
            assertThrows(UnsupportedOperationException.class, () -> lease.view().setByte((byte) 0, 0));
            var request = new BufferRequest(BufferRequest.WRITABLE);
            assertThrows(BufferException.class, () -> bytes.buffer(request));
        }
    }

    /**
     * A slice, a transposed or a reversed array is no copy in numpy. It is none here: the view has its strides. Only
     * what needs contiguous memory, a segment or an NIO buffer, is refused; {@code Buffers.arrayOf} copies, by name.
     */
    @Test
    void stridesAreKept() {
        try (PythonObject array = python.eval(
                        "numpy.arange(12.0).reshape(3, 4)[::-1, ::2]", Map.of("numpy", python.importModule("numpy")));
                PythonBuffer lease = array.buffer()) {
            BufferView view = lease.view();
            assertArrayEquals(new long[] {3, 2}, view.shape());
            assertArrayEquals(new long[] {-32, 16}, view.strides());
            assertEquals(10, view.getDouble(0, 1));
            assertThrows(RuntimeException.class, view::asSegment);
            assertArrayEquals(new double[][] {{8, 10}, {4, 6}, {0, 2}}, (double[][]) Buffers.arrayOf(view));
        }
    }

    /**
     * An item may have fields. A Java StructLayout becomes a numpy structured type with the same field names, and the
     * other way round. {@code field} is a view of one field, over the same memory.
     */
    @Test
    void structuresHaveTheSameFieldsInBoth() {
        MemoryLayout particle = MemoryLayout.structLayout(
                ValueLayout.JAVA_DOUBLE.withName("mass"),
                ValueLayout.JAVA_INT.withName("id"),
                MemoryLayout.paddingLayout(4));
        try (ExportArena arena = ExportArena.open();
                PythonObject numpy = python.importModule("numpy")) {
            BufferView particles = BufferView.of(arena.allocate(particle, 3), BufferFormat.of(particle), 3);
            try (PythonObject array = numpy.call("asarray", particles)) {
                array.setItem("id", python.list(7, 8, 9));
                assertEquals(9, particles.field("id").getInt(2));
                particles.field("mass").setDouble(2.5, 1);
                assertEquals(
                        2.5, python.eval("a['mass'][1]", Map.of("a", array)).asDouble());

                try (PythonObject last = python.eval("a[1:]", Map.of("a", array));
                        PythonBuffer lease = last.buffer()) {
                    assertEquals(8, lease.view().field("id").getInt(0));
                }
            }
        }
    }

    /** A lease that goes back to Python is the object it came from. */
    @Test
    void aLeaseGoesBackAsTheObjectItCameFrom() {
        try (PythonObject bytes = python.eval("bytearray(4)");
                PythonBuffer lease = bytes.buffer();
                PythonObject same = python.eval("x", Map.of("x", lease))) {
            assertTrue(same.is(bytes));
        }
    }

    /** A byte order that is not this machine's is said in the format, and both sides read the same numbers. */
    @Test
    void foreignByteOrdersAreRead() {
        try (PythonObject array =
                        python.eval("numpy.array([1, 2], '>i4')", Map.of("numpy", python.importModule("numpy")));
                PythonBuffer lease = array.buffer()) {
            assertEquals(ByteOrder.BIG_ENDIAN, lease.view().format().order());
            assertEquals(2, lease.view().getInt(1));
        }
    }
}

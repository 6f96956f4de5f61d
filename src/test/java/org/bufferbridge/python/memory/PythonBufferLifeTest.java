package org.bufferbridge.python.memory;

import static org.bufferbridge.python.memory.PythonBufferTest.isLocked;
import static org.bufferbridge.python.memory.PythonBufferTest.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferView;
import org.bufferbridge.Leak;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How long a lease lasts: the object is locked until the close, or until the collector finds a forgotten lease. */
@ExtendWith(Interpreter.class)
class PythonBufferLifeTest {
    private final Python python;
    private final PythonObject source;

    PythonBufferLifeTest(Python python) {
        this.python = python;
        this.source = python.eval("bytearray(range(1, 9))");
    }

    @Test
    void theObjectIsLockedUntilClose() {
        assertFalse(isLocked(source));
        PythonBuffer lease = source.buffer();
        assertTrue(isLocked(source));
        assertEquals(1, Leaks.liveLeases());
        assertEquals(8, Leaks.leasedByteSize());
        assertEquals("bytearray", Leaks.leases().getFirst().owner());
        lease.close();
        assertFalse(isLocked(source));
        assertEquals(0, Leaks.liveLeases());
        lease.close();
        assertFalse(lease.isOpen());
        assertEquals("PythonBuffer[closed]", lease.toString());
    }

    @Test
    void eachLeaseLocksForItself() {
        PythonBuffer first = source.buffer();
        PythonBuffer second = source.buffer();
        first.close();
        assertTrue(isLocked(source));
        assertEquals(36, sum(second.view()));
        second.close();
        assertFalse(isLocked(source));
    }

    @Test
    void theLeaseOutlivesThePythonObjectInJava() {
        PythonBuffer lease;
        try (PythonObject temporary = python.eval("bytearray(b'abc')")) {
            lease = temporary.buffer();
        }
        Interpreter.collectGarbage();
        assertEquals('c', lease.view().getByte(2));
        lease.close();
    }

    @Test
    void retainAndShareChangeNothingButTheThreads() {
        try (PythonBuffer lease = source.buffer()) {
            BufferView before = lease.view();
            assertEquals(lease, lease.retain());
            assertEquals(lease, lease.share());
            assertEquals(36, sum(before));
            assertEquals(36, sum(lease.view()));
        }
        assertFalse(isLocked(source));
    }

    /** Everything that can be kept of a lease. */
    private static Map<String, Callable<Object>> ways(PythonBuffer lease) {
        BufferView view = lease.view();
        MemorySegment segment = view.asSegment();
        MemorySegment slice = segment.asSlice(1, 2);
        ByteBuffer bytes = view.asByteBuffer();
        ByteBuffer duplicate = bytes.duplicate().asReadOnlyBuffer();
        BufferView part = view.slice(0, 1, 3);
        BufferView readOnly = view.asReadOnly();
        Map<String, Callable<Object>> ways = new LinkedHashMap<>();
        ways.put("PythonBuffer.view", lease::view);
        ways.put("PythonBuffer.retain", lease::retain);
        ways.put("PythonBuffer.share", lease::share);
        ways.put("PythonBuffer.owner", lease::owner);
        ways.put("PythonBuffer.request", lease::request);
        ways.put("BufferView.getByte", () -> view.getByte(0));
        ways.put("BufferView.get", () -> view.get(0));
        ways.put("BufferView.toArray", view::toArray);
        ways.put("BufferView.slice", () -> part.getByte(0));
        ways.put("BufferView.asReadOnly", () -> readOnly.getByte(0));
        ways.put("BufferView.reshape", () -> view.reshape(2, 4).getByte(0, 0));
        ways.put("BufferView.copyFrom", () -> {
            view.copyFrom(readOnly);
            return null;
        });
        ways.put("MemorySegment.get", () -> segment.get(ValueLayout.JAVA_BYTE, 0));
        ways.put("MemorySegment.asSlice", () -> slice.get(ValueLayout.JAVA_BYTE, 0));
        ways.put("MemorySegment.fill", () -> segment.fill((byte) 0));
        ways.put("ByteBuffer.get", () -> bytes.get(0));
        ways.put("ByteBuffer.duplicate", () -> duplicate.get(0));
        return ways;
    }

    static Stream<String> namesOfWays() {
        try (PythonBuffer lease = Interpreter.python().eval("bytearray(8)").buffer()) {
            return List.copyOf(ways(lease).keySet()).stream();
        }
    }

    @ParameterizedTest
    @MethodSource("namesOfWays")
    void useAfterCloseThrows(String way) {
        for (boolean shared : new boolean[] {false, true}) {
            PythonBuffer lease = source.buffer();
            if (shared) {
                lease.share();
            }
            Callable<Object> use = ways(lease).get(way);
            lease.close();
            assertThrows(IllegalStateException.class, use::call, way);
        }
        assertEquals(36, python.eval("sum").invoke(source).asInt());
    }

    @Test
    void theReferenceCountComesBack() {
        PythonObject count = python.importModule("sys").attr("getrefcount");
        long before = count.invoke(source).asLong();
        for (int i = 0; i < 10_000; i++) {
            PythonBuffer lease = source.buffer();
            if (i % 3 == 0) {
                lease.view();
            }
            if (i % 100 == 0) {
                lease.share().view();
                lease.owner().close();
            }
            lease.close();
        }
        assertEquals(before, count.invoke(source).asLong());
    }

    @Test
    void aForgottenLeaseIsReleasedAndReported() throws InterruptedException {
        long known = leaks();
        PythonObject count = python.importModule("sys").attr("getrefcount");
        long before = count.invoke(source).asLong();
        for (int i = 0; i < 3; i++) {
            source.buffer();
        }
        source.buffer().view();
        source.buffer().share().view();
        for (int i = 0; isLocked(source) && i < 200; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertFalse(isLocked(source), "the forgotten leases stay");
        assertEquals(before, count.invoke(source).asLong());
        assertEquals(known + 5, leaks());
    }

    private static long leaks() {
        return Leaks.found().stream()
                .filter(leak -> leak.kind() == Leak.Kind.LEASE)
                .mapToLong(Leak::count)
                .sum();
    }

    @Test
    void aForgottenLeaseStaysAsLongAsItsViewIsUsed() throws InterruptedException {
        MemorySegment segment = source.buffer().share().view().asSegment();
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertTrue(isLocked(source));
        assertEquals(3, segment.get(ValueLayout.JAVA_BYTE, 2));
        java.lang.ref.Reference.reachabilityFence(segment);
        segment = null;
    }

    @Test
    void toStringThrowsNothing() {
        PythonObject objects =
                python.eval("numpy.array([1, 'a'], object)", Map.of("numpy", python.importModule("numpy")));
        try (PythonBuffer lease = objects.buffer()) {
            assertThrows(BufferException.class, lease::view);
            assertTrue(
                    lease.toString().startsWith("PythonBuffer[16 bytes, the Python buffer's format"), lease::toString);
        }
        try (PythonBuffer lease = source.buffer()) {
            assertTrue(lease.toString().startsWith("PythonBuffer[BufferView[format=B, shape=[8]"), lease::toString);
        }
    }

    @Test
    void closingIsRefusedWhilePythonHoldsMemoryOfTheView() {
        PythonBuffer lease = source.buffer();
        PythonObject view = python.eval("memoryview").invoke(lease.view());
        var refusal = assertThrows(IllegalStateException.class, lease::close);
        assertTrue(refusal.getMessage().contains("(8 bytes, 1 export out)"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("release()"), refusal.getMessage());
        assertTrue(lease.isOpen());
        assertEquals(36, sum(lease.view()));
        view.close();
        lease.close();
        assertFalse(isLocked(source));
    }
}

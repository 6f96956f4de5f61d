package org.bufferbridge.python.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.ExportInfo;
import org.bufferbridge.HoldingInfo;
import org.bufferbridge.LeakLevel;
import org.bufferbridge.Leaks;
import org.bufferbridge.LeaseInfo;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonConfig;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Log;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is out, and what was forgotten, in a Java process that uses Python. */
class WhatIsOutTest {
    private static Python python;

    private final LeakLevel before = Leaks.level();

    @BeforeAll
    static void start() {
        Path interpreter = Path.of(System.getProperty("bufferbridge.test.python"));
        python = Python.start(PythonConfig.defaults().executable(interpreter));
    }

    @BeforeEach
    void simple() {
        Leaks.setLevel(LeakLevel.SIMPLE);
    }

    @AfterEach
    void nothingIsOut() {
        Leaks.setLevel(before);
        assertEquals(List.of(), Leaks.exports());
        assertEquals(List.of(), Leaks.leases());
    }

    @Test
    void aLeaseSaysOwnerRequestBytesAndAge() {
        try (PythonObject bytes = python.eval("bytearray(100)");
                PythonBuffer buffer = bytes.buffer()) {
            LeaseInfo lease = Leaks.leases().getFirst();
            assertEquals("bytearray", lease.owner());
            assertEquals(buffer.request(), lease.request());
            assertEquals(100, lease.byteSize());
            assertTrue(lease.isRetained());
            assertFalse(lease.age().isNegative());
            assertNull(lease.javaStack());
            assertEquals(100, Leaks.leasedByteSize());
        }
        assertEquals(0, Leaks.leasedByteSize());
    }

    @ParameterizedTest
    @EnumSource(names = {"ADVANCED", "PARANOID"})
    void aTracedLeaseSaysWhereJavaAskedForIt(LeakLevel level) {
        Leaks.setLevel(level);
        python.exec("import threading; threading.current_thread()"); // gives this thread a name in Python: Dummy-1
        try (PythonObject bytes = python.eval("bytearray(100)");
                PythonBuffer buffer = bytes.buffer()) {
            assertTrue(buffer.isOpen());
            assertEquals(
                    Thread.currentThread().getName(), Leaks.leases().getFirst().thread());
            String innermost =
                    Leaks.leases().getFirst().javaStack().lines().findFirst().orElseThrow();
            assertTrue(
                    innermost.startsWith(
                            "\tat org.bufferbridge.python.memory.WhatIsOutTest.aTracedLeaseSaysWhereJavaAskedForIt("),
                    innermost);
        }
    }

    @Test
    void aTracedExportHasTheStacksOfBothLanguages() {
        Leaks.setLevel(LeakLevel.PARANOID);
        try (PythonNamespace names = python.namespace(Map.of("java", ByteBuffer.allocateDirect(10)))) {
            names.exec("view = memoryview(java)");
            ExportInfo export = Leaks.exports().getFirst();
            assertEquals("java.nio.DirectByteBuffer", export.exporter());
            assertEquals(BufferRequest.FULL_RO, export.request().flags());
            assertEquals(10, export.byteSize());
            assertTrue(export.pythonStack().startsWith("  File \"<java>\", line 1"), export.pythonStack());
            assertEquals(Thread.currentThread().getName(), export.thread());
            assertTrue(export.javaStack().contains("aTracedExportHasTheStacksOfBothLanguages"), export.javaStack());
            names.exec("view.release()");
        }
    }

    @Test
    void memoryThatIsHeldIsListedThoughNothingIsExported() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = arena.allocate(24);
            PythonObject holder = python.eval("lambda memory: (memoryview(memory).release(), memory)[1]")
                    .invoke(segment);
            assertEquals(List.of(), Leaks.exports());
            assertThrows(IllegalStateException.class, arena::close);
            HoldingInfo held = Leaks.holdings().stream()
                    .filter(holding -> holding.address() == segment.address())
                    .findFirst()
                    .orElseThrow();
            assertEquals(0, held.exports());
            assertEquals(24, held.byteSize());
            assertTrue(held.holder().contains("MemorySegment"), held.holder());
            assertFalse(held.age().isNegative());
            holder.call("release").close();
            assertTrue(Leaks.holdings().stream().noneMatch(holding -> holding.address() == segment.address()));
            holder.close();
        }
    }

    @Test
    void theRefusalToEndIsShortWhateverIsOut() {
        try (PythonObject large = python.eval("bytearray(100_000_000)");
                PythonBuffer lease = large.buffer()) {
            assertTrue(lease.isOpen());
            long before = System.nanoTime();
            String refusal =
                    assertThrows(IllegalStateException.class, Python::shutdown).getMessage();
            assertTrue(refusal.length() < 500, refusal);
            assertTrue(refusal.contains("bytearray") && refusal.contains("100000000 bytes"), refusal);
            assertTrue(System.nanoTime() - before < 5_000_000_000L);
        }
    }

    @Test
    void aForgottenLeaseIsReportedAndGivenBack() throws InterruptedException {
        Log.listen();
        try (PythonObject bytes = python.eval("type('Mislaid', (bytearray,), {})(100)")) {
            forget(bytes);
            for (int i = 0; i < 500 && Leaks.liveLeases() > 0; i++) {
                System.gc();
                Thread.sleep(10);
            }
            assertEquals(
                    1,
                    Log.messages().stream()
                            .filter(message -> message.contains("Mislaid, 100 bytes"))
                            .count());
            assertEquals(
                    1,
                    Leaks.found().stream()
                            .filter(leak -> leak.owner().equals("Mislaid"))
                            .count());
            bytes.call("append", 1).close(); // it is not locked any more
        } finally {
            Log.stop();
        }
    }

    private static void forget(PythonObject bytes) {
        assertTrue(bytes.buffer().isOpen());
    }
}

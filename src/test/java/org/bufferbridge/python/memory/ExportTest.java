package org.bufferbridge.python.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bufferbridge.BufferException;
import org.bufferbridge.ExportArena;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.exporters.RecordingExporter;
import org.bufferbridge.fixtures.exporters.RoutedBytes;
import org.bufferbridge.fixtures.memory.Memories;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java's memory in Python: each export comes back once, as the very view, and nothing is freed under a consumer. */
@ExtendWith(Interpreter.class)
class ExportTest {
    private final Python python;
    private final PythonObject numpy;
    private final PythonObject memoryview;

    ExportTest(Python python) {
        this.python = python;
        numpy = python.importModule("numpy");
        memoryview = python.eval("memoryview");
    }

    // ------------------------------------------------------------------------------------ the exporter

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachExportComesBackOnceAsTheViewThatWasGranted(boolean oneView) {
        RecordingExporter exporter = RecordingExporter.ofBytes(64);
        if (oneView) {
            exporter.sharingOneView();
        }
        List<PythonObject> views = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            views.add(memoryview.invoke(exporter));
        }
        assertEquals(10, exporter.outstanding());
        assertEquals(10, Leaks.liveExports());
        for (int i : new int[] {3, 9, 0, 1, 8, 2, 7, 4, 6, 5}) {
            views.get(i).call("release").close();
            views.get(i).call("release").close();
        }
        assertEquals(10, exporter.released());
        assertEquals(0, exporter.strangers());
        assertEquals(0, Leaks.liveExports());
    }

    @Test
    void closingThePythonObjectGivesTheExportBackAtOnce() {
        RecordingExporter exporter = RecordingExporter.ofBytes(8);
        try (PythonObject view = memoryview.invoke(exporter)) {
            assertEquals(8, view.len());
            assertEquals(1, exporter.outstanding());
        }
        assertEquals(0, exporter.outstanding());
    }

    @Test
    void aForgottenPythonObjectGivesTheExportBackSomeTimeLater() throws InterruptedException {
        RecordingExporter exporter = RecordingExporter.ofBytes(8);
        memoryview.invoke(exporter);
        for (int i = 0; exporter.outstanding() > 0 && i < 200; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertEquals(0, exporter.outstanding());
    }

    @Test
    void whatIsOutIsListed() {
        RecordingExporter exporter = RecordingExporter.ofDoubles(10);
        try (PythonObject view = memoryview.invoke(exporter)) {
            assertEquals(80, view.attr("nbytes").asInt());
            assertEquals(1, Leaks.exports().size());
            assertEquals(80, Leaks.exports().getFirst().byteSize());
            assertEquals(
                    RecordingExporter.class.getName(),
                    Leaks.exports().getFirst().exporter());
            assertEquals(80, Leaks.exportedByteSize());
        }
        assertEquals(List.of(), Leaks.exports());
    }

    @Test
    void aGuardedExporterChangesOnlyWhileNothingIsOut() {
        RoutedBytes exporter = new RoutedBytes("SHARED");
        try (PythonObject array = numpy.call("asarray", exporter)) {
            assertEquals(8, array.len());
            assertThrows(BufferException.class, () -> exporter.grow(100));
            PythonObject grow = python.eval("lambda x: x.grow(100)");
            var raised = assertThrows(PythonException.class, () -> grow.invoke(exporter));
            assertTrue(python.eval("lambda error: isinstance(error, BufferError)")
                    .invoke(raised.exception())
                    .asBoolean());
            assertInstanceOf(BufferException.class, raised.getCause());
        }
        assertEquals(0, exporter.guarded());
        exporter.grow(100);
        assertEquals(100, memoryview.invoke(exporter).len());
        Interpreter.collectGarbage();
    }

    // ---------------------------------------------------------------------------------------- arenas

    /** An array that holds no export, only the object behind it. */
    private PythonObject arrayWithoutExport(Object memory, int length) {
        return numpy.callKw("ndarray", Map.of("dtype", "u1", "buffer", memory), length);
    }

    @Test
    void anExportArenaIsNotClosedUnderAConsumer() {
        ExportArena arena = ExportArena.open();
        MemorySegment segment = Memories.in(arena, 16);
        try (PythonObject array = numpy.call("asarray", segment)) {
            assertEquals(1, arena.liveExports());
            var refusal = assertThrows(IllegalStateException.class, arena::close);
            assertTrue(refusal.getMessage().contains("16 bytes, 1 export out"), refusal.getMessage());
            array.setItem(3, 77);
            assertEquals(77, segment.get(ValueLayout.JAVA_BYTE, 3));
        }
        arena.close();
        assertFalse(arena.scope().isAlive());
        var raised = assertThrows(PythonException.class, () -> memoryview.invoke(segment));
        assertTrue(raised.getMessage().contains("closed"), raised.getMessage());
    }

    @Test
    void anExportArenaClosesWithItsLastHolder() {
        ExportArena arena = ExportArena.open();
        PythonObject first = numpy.call("asarray", Memories.in(arena, 16));
        PythonObject second = numpy.call("asarray", Memories.in(arena, 16));
        arena.closeWhenReleased();
        first.close();
        assertTrue(arena.scope().isAlive());
        assertEquals(120, second.call("sum").asInt());
        second.close();
        assertFalse(arena.scope().isAlive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "confined"})
    void anyArenaIsNotClosedUnderAConsumer(String kind) {
        Arena arena = kind.equals("shared") ? Arena.ofShared() : Arena.ofConfined();
        MemorySegment segment = Memories.in(arena, 16);
        PythonObject exporting = numpy.call("asarray", segment);
        var refusal = assertThrows(IllegalStateException.class, arena::close);
        assertTrue(refusal.getMessage().contains("acquired"), refusal.getMessage());
        exporting.close();
        arena.close();
    }

    @Test
    void memoryIsHeldByTheObjectWhereNoExportIs() {
        Arena arena = Arena.ofShared();
        PythonObject array = arrayWithoutExport(Memories.in(arena, 16), 16);
        assertEquals(0, Leaks.liveExports());
        assertThrows(IllegalStateException.class, arena::close);
        assertEquals(120, array.call("sum").asInt());
        array.close();
        arena.close();
    }

    @Test
    void confinedMemoryIsRefusedOnAnotherThread() throws InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(16);
            List<String> refusals = new ArrayList<>();
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    memoryview.invoke(segment).close();
                } catch (PythonException refused) {
                    refusals.add(refused.getMessage());
                }
            });
            thread.join();
            assertTrue(refusals.getFirst().contains("owner's thread only"), refusals::toString);
        }
    }

    @Test
    void aHeapArrayStaysWhereItIsWhileJavaCollects() {
        int[] array = new int[1000];
        PythonObject seen;
        try {
            seen = arrayWithoutExport(array, 4000);
        } catch (PythonException refusal) {
            assertTrue(refusal.getMessage().contains("bufferbridge.copy()"), refusal.getMessage());
            return; // this JVM does not pin
        }
        for (int i = 0; i < 3; i++) {
            Memories.collectGarbage();
            array[500] = i;
            assertEquals(i, seen.item(2000).asInt());
        }
        seen.close();
    }

    // ---------------------------------------------------------------------------- the two collectors

    private static boolean isCollected(WeakReference<?> reference) throws InterruptedException {
        for (int i = 0; reference.get() != null && i < 200; i++) {
            Interpreter.collectGarbage();
            Thread.sleep(10);
        }
        return reference.get() == null;
    }

    @Test
    void whatPythonHoldsIsNotCollectedInJava() throws InterruptedException {
        PythonObject view = memoryview.invoke(Memories.automatic(1 << 16));
        for (int i = 0; i < 3; i++) {
            Memories.collectGarbage();
        }
        assertEquals(200, view.item(200).asInt());
        assertEquals(1, Leaks.liveExports());
        view.close();
        assertEquals(0, Leaks.liveExports());
    }

    @Test
    void whatPythonLetGoOfIsCollectedInJava() throws InterruptedException {
        RecordingExporter exporter = RecordingExporter.ofBytes(8);
        WeakReference<Object> weak = new WeakReference<>(exporter);
        PythonObject list = python.list(exporter);
        exporter = null;
        Interpreter.collectGarbage();
        assertInstanceOf(RecordingExporter.class, weak.get());
        list.close();
        assertTrue(isCollected(weak), "Python holds the object still");
    }

    @Test
    void whatJavaHoldsIsNotCollectedInPython() {
        PythonObject cell = python.eval("type('Cell', (), {})()");
        PythonObject weak = python.importModule("weakref").call("ref", cell);
        Interpreter.collectGarbage();
        try (PythonObject alive = weak.invoke()) {
            assertFalse(alive.isNone());
        }
        cell.close();
        Interpreter.collectGarbage();
        assertTrue(weak.invoke().isNone());
    }

    @Test
    void whatJavaForgotIsCollectedInPython() throws InterruptedException {
        PythonObject weak = python.eval("__import__('weakref').ref").invoke(python.eval("type('Cell', (), {})()"));
        for (int i = 0; !isGone(weak) && i < 200; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertTrue(isGone(weak));
    }

    private static boolean isGone(PythonObject weak) {
        try (PythonObject referent = weak.invoke()) {
            return referent.isNone();
        }
    }

    @Test
    void aFunctionThatPythonKeepsIsLetGoWithIt() throws InterruptedException {
        UnaryOperator<Object> function = new UnaryOperator<>() {
            @Override
            public Object apply(Object value) {
                return value;
            }
        };
        WeakReference<Object> weak = new WeakReference<>(function);
        try (PythonNamespace names = python.namespace(Map.of("f", function))) {
            names.exec("kept = f.apply; del f");
            function = null;
            Interpreter.collectGarbage();
            assertEquals(5, names.eval("kept(5)").asInt());
        }
        assertTrue(isCollected(weak), "Python holds the function still");
    }
}

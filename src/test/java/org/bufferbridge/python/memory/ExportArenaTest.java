package org.bufferbridge.python.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.ExportArena;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.leases.KeptViews;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An arena closes as soon as it can, and an end that cannot be made yet loses nothing. */
@ExtendWith(Interpreter.class)
class ExportArenaTest {
    private final PythonObject memoryview;
    private final Python python;
    private final ExportArena arena = ExportArena.open();
    private final MemorySegment memory = arena.allocate(64, 8);

    ExportArenaTest(Python python) {
        this.python = python;
        memoryview = python.eval("memoryview");
    }

    private void waitUntilClosed() throws InterruptedException {
        for (int i = 0; arena.scope().isAlive() && i < 1000; i++) {
            Thread.sleep(10);
        }
        assertFalse(arena.scope().isAlive(), "the arena stays open though nobody uses its memory");
    }

    private static final class Exporter implements BufferExporter {
        private final MemorySegment memory;
        private int granted;
        private int released;

        Exporter(MemorySegment memory) {
            this.memory = memory;
        }

        @Override
        public BufferView getBuffer(BufferRequest request) {
            granted++;
            return BufferView.of(memory);
        }

        @Override
        public void releaseBuffer(BufferView view) {
            released++;
        }
    }

    @Test
    void aViewGoesBackToItsExporterWhileAChannelUsesTheArena() throws Exception {
        Exporter exporter = new Exporter(memory);
        PythonObject view = memoryview.invoke(exporter);
        KeptViews.Reading reading = KeptViews.reading(memory);
        arena.closeWhenReleased();
        view.close();
        assertEquals(exporter.granted, exporter.released);
        assertEquals(0, Leaks.liveExports());
        assertTrue(arena.scope().isAlive());
        reading.end();
        waitUntilClosed();
    }

    @Test
    void knownMemoryIsLetGoWhileAChannelUsesTheArenaWhichClosesByItself() throws Exception {
        PythonObject buffer = python.eval("lambda memory: (memoryview(memory).release(), memory)[1]")
                .invoke(memory);
        KeptViews.Reading reading = KeptViews.reading(memory);
        arena.closeWhenReleased();
        buffer.call("release").close();
        assertTrue(arena.scope().isAlive());
        python.eval("repr").invoke(buffer).close(); // takes hold for a moment, if it can
        assertTrue(arena.scope().isAlive());
        var refused = assertThrows(PythonException.class, () -> memoryview.invoke(buffer));
        assertTrue(refused.getMessage().contains("closing"), refused.getMessage());
        reading.end();
        waitUntilClosed();
        buffer.close();
    }

    @Test
    void aReprDoesNotCloseAnArenaThatAnotherUses() throws Exception {
        PythonObject buffer = python.eval("lambda memory: memory").invoke(memory);
        KeptViews.Reading reading = KeptViews.reading(memory);
        arena.closeWhenReleased();
        reading.end();
        waitUntilClosed();
        assertTrue(python.eval("repr").invoke(buffer).as(String.class).contains("not exported"));
        buffer.close();
    }

    @Test
    void closingIsRefusedWhileAChannelUsesTheMemoryAndSucceedsAfterIt() throws Exception {
        KeptViews.Reading reading = KeptViews.reading(memory);
        var refusal = assertThrows(IllegalStateException.class, arena::close);
        assertTrue(refusal.getMessage().contains("a channel that reads into it"), refusal.getMessage());
        try (PythonObject view = memoryview.invoke(memory)) {
            assertEquals(64, view.len()); // it is as open as before
        }
        reading.end();
        arena.close();
        assertThrows(IllegalStateException.class, arena::close);
        assertThrows(IllegalStateException.class, arena::closeWhenReleased);
    }

    @Test
    void aCleanupActionThatThrowsIsToldToWhoClosesAndTheArenaIsClosed() {
        memory.reinterpret(64, arena, segment -> {
            throw new IllegalArgumentException("the action's own");
        });
        var thrown = assertThrows(IllegalArgumentException.class, arena::close);
        assertEquals("the action's own", thrown.getMessage());
        assertFalse(arena.scope().isAlive());
        var refused = assertThrows(PythonException.class, () -> memoryview.invoke(memory));
        assertTrue(refused.getMessage().contains("closed"), refused.getMessage());
    }

    @Test
    void aRefusalNamesTheHoldersAndTheWayOut() {
        PythonObject first = memoryview.invoke(memory);
        PythonObject second = memoryview.invoke(arena.allocate(32));
        String refusal = assertThrows(IllegalStateException.class, arena::close).getMessage();
        for (String part :
                new String[] {"(64 bytes, 1 export out", "(32 bytes, 1 export out", "in Java, close their PythonObjects"
                }) {
            assertTrue(refusal.contains(part), refusal);
        }
        first.close();
        second.close();
        arena.close();
    }

    @Test
    void memoryOfOthersIsFreedWhenItsLastHolderLetsGo() throws Exception {
        var freed = new AtomicInteger();
        MemorySegment ofOthers = Arena.global().allocate(16).reinterpret(arena, segment -> freed.incrementAndGet());
        PythonObject kept = python.eval("lambda memory: memoryview(memory)").invoke(ofOthers);
        String refusal = assertThrows(IllegalStateException.class, arena::close).getMessage();
        assertTrue(refusal.contains("(16 bytes, 1 export out"), refusal);
        arena.closeWhenReleased();
        assertEquals(0, freed.get());
        kept.close();
        waitUntilClosed();
        assertEquals(1, freed.get());
    }

    @Test
    void memoryOfOthersThatNobodyHoldsIsFreedAtOnce() {
        var freed = new AtomicInteger();
        Arena.global().allocate(16).reinterpret(arena, segment -> freed.incrementAndGet());
        arena.closeWhenReleased();
        assertEquals(1, freed.get());
    }

    @Test
    void theSameHoldsForAnArenaOfTheJdk() throws Exception {
        Arena shared = Arena.ofShared();
        MemorySegment segment = shared.allocate(16);
        Exporter exporter = new Exporter(segment);
        PythonObject view = memoryview.invoke(exporter);
        KeptViews.Reading reading = KeptViews.reading(segment);
        view.close();
        assertEquals(exporter.granted, exporter.released);
        assertThrows(IllegalStateException.class, shared::close);
        reading.end();
        shared.close();
    }
}

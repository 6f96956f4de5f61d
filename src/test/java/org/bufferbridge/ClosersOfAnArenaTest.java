package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.fixtures.leases.KeptViews;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.hold.MemoryHold;
import org.junit.jupiter.api.Test;

/** Two threads close an arena at once; the steps of one of them are taken here one by one. */
class ClosersOfAnArenaTest {
    private final ExportArena arena = ExportArena.open();
    private final MemorySegment memory = arena.allocate(64, 8);
    private final MemoryHold hold = MemoryHold.keptBy(BufferView.of(memory));
    private final MemoryHold.Holder holder = () -> 0;

    @Test
    void aCloseThatFailsOpensNothingThatAnotherThreadIsAboutToClose() throws Exception {
        KeptViews.Reading reading = KeptViews.reading(memory);
        arena.startClosing();
        assertThrows(IllegalStateException.class, arena::close);
        reading.end();
        BufferException refusal = assertThrows(BufferException.class, () -> hold.take(holder));
        assertEquals("the arena that owns the memory is closing; an open one is required", refusal.getMessage());
        arena.closeMemory(new Releases());
        arena.stopClosing();
        assertFalse(memory.scope().isAlive());
    }

    @Test
    void theLastCloseThatFailsOpensTheArenaAgain() throws Exception {
        KeptViews.Reading reading = KeptViews.reading(memory);
        arena.startClosing();
        assertThrows(IllegalStateException.class, arena::close);
        arena.stopClosing();
        hold.take(holder);
        assertThrows(IllegalStateException.class, arena::close);
        hold.letGo(holder);
        reading.end();
        arena.close();
    }
}

package org.bufferbridge.internal.hold;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.bufferbridge.BufferException;
import org.junit.jupiter.api.Test;

/** On a JDK that cannot keep arenas open. That where it can they stay open, the Python tests say. */
class ArenaLockTest {
    @Test
    void memoryThatNobodyClosesIsExported() {
        for (MemorySegment memory : new MemorySegment[] {
            Arena.global().allocate(8),
            Arena.ofAuto().allocate(8),
            MemorySegment.ofArray(new byte[8]),
            MemorySegment.ofBuffer(ByteBuffer.allocateDirect(8)),
            MemorySegment.ofBuffer(ByteBuffer.allocate(8))
        }) {
            assertDoesNotThrow(() -> ArenaLock.requireNeverClosed(memory));
        }
    }

    @Test
    void memoryThatSomebodyCouldCloseIsRefusedWithTheWaysOut() {
        for (Arena arena : new Arena[] {Arena.ofShared(), Arena.ofConfined()}) {
            try (arena) {
                MemorySegment memory = arena.allocate(8);
                for (MemorySegment part : new MemorySegment[] {memory, MemorySegment.ofBuffer(memory.asByteBuffer())}) {
                    BufferException refusal =
                            assertThrows(BufferException.class, () -> ArenaLock.requireNeverClosed(part));
                    assertTrue(refusal.getMessage().contains(Runtime.version().toString()), refusal.getMessage());
                    assertTrue(refusal.getMessage().contains("an ExportArena is required"), refusal.getMessage());
                }
            }
        }
    }
}

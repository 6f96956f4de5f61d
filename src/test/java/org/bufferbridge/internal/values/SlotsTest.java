package org.bufferbridge.internal.values;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class SlotsTest {
    @Test
    void fieldsLieAtTheirDocumentedOffsets() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(48, 8);
            memory.set(ValueLayout.JAVA_INT, 24, Slots.SEQUENCE);
            memory.set(ValueLayout.JAVA_INT, 28, 3);
            memory.set(ValueLayout.JAVA_LONG, 32, -5L);
            memory.set(ValueLayout.JAVA_LONG, 40, 77L);
            long slot = Slots.at(memory.address(), 1);
            assertEquals(memory.address() + 24, slot);
            assertEquals(Slots.SEQUENCE, Slots.tag(slot));
            assertEquals(3, Slots.aux(slot));
            assertEquals(-5L, Slots.payload(slot));
            assertEquals(77L, Slots.object(slot));
        }
    }

    @Test
    void writtenSlotTouchesNoOther() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(72, 8).fill((byte) 0x5A);
            Slots.write(Slots.at(memory.address(), 1), Slots.OBJECT, 7, 9);
            assertEquals(Slots.OBJECT, memory.get(ValueLayout.JAVA_INT, 24));
            assertEquals(7, memory.get(ValueLayout.JAVA_INT, 28));
            assertEquals(9L, memory.get(ValueLayout.JAVA_LONG, 32));
            long untouched = 0x5A5A5A5A5A5A5A5AL;
            for (long byteOffset : new long[] {0, 8, 16, 40, 48, 56, 64}) {
                assertEquals(untouched, memory.get(ValueLayout.JAVA_LONG, byteOffset));
            }
        }
    }

    @Test
    void payloadIsADoubleOrAnIndexByItsTag() {
        try (Arena arena = Arena.ofConfined()) {
            long slot = arena.allocate(Slots.BYTE_SIZE, 8).address();
            Slots.write(slot, Slots.FLOAT, 0, Double.doubleToRawLongBits(-2.5));
            assertEquals(-2.5, Slots.floating(slot));
            Slots.write(slot, Slots.STR, 0, 1);
            Object[] refs = {"a", "b"};
            assertSame(refs[1], Slots.reference(slot, refs));
        }
    }
}

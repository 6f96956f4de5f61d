package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class BuffersTest {
    private static void refusesNull(String name, Executable use) {
        assertEquals(name, assertThrows(NullPointerException.class, use).getMessage());
    }

    @Test
    void nullIsRefusedByTheNameOfTheParameter() {
        refusesNull("memory", () -> Buffers.viewOf(null));
        refusesNull("memory", () -> Buffers.copyOf(null));
        refusesNull("memory", () -> Buffers.exporter(null));
    }

    @Test
    void aCopyIsASnapshotOutsideTheHeapAlsoBeforePythonRuns() {
        double[][] rows = {{1, 2, 3}, {4, 5, 6}};
        BufferView copy = Buffers.copyOf(rows);
        rows[1][2] = 7;
        assertArrayEquals(new long[] {2, 3}, copy.shape());
        assertEquals(6, copy.getDouble(1, 2));
        copy.setDouble(8, 1, 2);
        assertEquals(8, copy.getDouble(1, 2));
        assertEquals(true, copy.memory().isNative());
    }
}

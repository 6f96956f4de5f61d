package org.bufferbridge.internal.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.List;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportableTest {
    private abstract static class Exporter implements BufferExporter {}

    @Test
    void exportersAreCalled() {
        assertEquals(Exportable.BY_UPCALL, Exportable.kind(Exporter.class));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                boolean[].class,
                byte[].class,
                short[].class,
                char[].class,
                int[].class,
                long[].class,
                float[].class,
                double[].class,
                BufferView.class
            })
    void memoryIsKnown(Class<?> type) {
        assertEquals(Exportable.KNOWN_MEMORY, Exportable.kind(type));
    }

    @ParameterizedTest
    @ValueSource(classes = {Memory.class, Structure.class})
    void memoryOfJnaIsAskedForAtEachExport(Class<?> type) {
        assertEquals(Exportable.BY_UPCALL, Exportable.kind(type));
    }

    @Test
    void hiddenClassesOfMemoryAreKnown() {
        assertEquals(
                Exportable.KNOWN_MEMORY,
                Exportable.kind(Arena.global().allocate(8).getClass()));
        assertEquals(
                Exportable.KNOWN_MEMORY,
                Exportable.kind(ByteBuffer.allocateDirect(8).getClass()));
        assertEquals(
                Exportable.KNOWN_MEMORY,
                Exportable.kind(DoubleBuffer.allocate(8).asReadOnlyBuffer().getClass()));
    }

    @ParameterizedTest
    @ValueSource(classes = {String.class, List.class, Object[].class, double[][].class, int.class, Pointer.class})
    void othersAreNoBuffers(Class<?> type) {
        assertEquals(Exportable.NOTHING, Exportable.kind(type));
    }
}

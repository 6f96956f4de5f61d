package org.bufferbridge.python.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.ExportArena;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Memory by DLPack, where Java hosts Python. */
@ExtendWith(Interpreter.class)
class DlpackTest {
    private static final String LENDER = """
            import numpy
            class Lender:
                def __init__(self, array):
                    self.array = array
                def __dlpack__(self, **wanted):
                    return self.array.__dlpack__(**wanted)
            lender = Lender(numpy.arange(4.0))
            """;

    private final Python python;

    DlpackTest(Python python) {
        this.python = python;
    }

    @Test
    void aTensorIsLeasedAsItIs() {
        long before = Leaks.liveLeases();
        try (PythonNamespace names = python.namespace(Map.of())) {
            names.exec(LENDER);
            try (PythonObject lender = names.get("lender");
                    PythonBuffer buffer = lender.buffer()) {
                buffer.view().setDouble(7.0, 1);
                assertEquals(9.0 + 3.0, names.eval("float(lender.array.sum())").asDouble());
                assertEquals("d", buffer.view().format().toString());
            }
            assertEquals(before, Leaks.liveLeases());
        }
    }

    @Test
    void anObjectWithoutMemoryIsRefused() {
        try (PythonNamespace names = python.namespace(Map.of())) {
            names.exec("class Nothing: pass\nnothing = Nothing()");
            try (PythonObject nothing = names.get("nothing")) {
                BufferException refusal = assertThrows(BufferException.class, nothing::buffer);
                assertTrue(refusal.getMessage().contains("Nothing has no buffer"), refusal.getMessage());
            }
        }
    }

    @Test
    void javasMemoryIsATensorUntilItIsDeleted() {
        ExportArena arena = ExportArena.open();
        BufferView view = BufferView.of(arena.allocate(24), BufferFormat.FLOAT64, 3);
        try (PythonNamespace names = python.namespace(Map.of("memory", view))) {
            names.exec("import numpy\ntensor = numpy.from_dlpack(memory)\ntensor[1] = 5");
            assertEquals(5.0, view.getDouble(1));
            assertThrows(IllegalStateException.class, arena::close);
            names.exec("del tensor, memory");
        }
        arena.close();
    }
}

package org.bufferbridge.internal.export;

import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.ExportArena;
import org.bufferbridge.ExportGuard;
import org.bufferbridge.internal.hold.Keepers;

/**
 * Initialises classes that the first export, lease or arena would initialise. {@link Holding} does it when Java and
 * Python are joined. A class whose initialisation overflows a stack never works again. A first use may be near the end
 * of a stack.
 */
public final class Prepared {
    private Prepared() {}

    static void now() {
        try (ExportArena arena = ExportArena.open()) {
            Keepers.of(BufferView.of(arena.allocate(1)).asSegment());
            BufferView.of(arena.allocate(1)).getByte(0); // has the JDK generate the code of an access
            new BufferRequest(0).hashCode(); // has the JDK make the methods of a record
            useGuard(BufferView.of(arena.allocate(1)));
        }
    }

    private static void useGuard(BufferView view) {
        ExportGuard guard = new ExportGuard();
        guard.release(guard.grant(new BufferRequest(0), () -> view));
        GuardWord word = new GuardWord();
        word.inNativeMemory();
        word.close();
        word.open();
        guard.change(() -> {});
    }
}

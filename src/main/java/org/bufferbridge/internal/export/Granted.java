package org.bufferbridge.internal.export;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.ExportGuard;
import org.bufferbridge.GuardedExporter;
import org.bufferbridge.internal.jni.Natives;

/**
 * What a guard granted to C: the first export of a {@link GuardedExporter} by one JavaBuffer after a change. The guard
 * has counted it. C counts all others, up to the next change (guarded.c).
 *
 * @param word keeps the native memory of the guard's word
 */
public record Granted(
        GuardedExporter exporter,
        BufferView view,
        MemorySegment word,
        long epoch,
        boolean isExclusive,
        IdleHoldings holdings) {
    /** Called with the guard's lock, which has the word open in the epoch of this grant. */
    public static Granted of(
            GuardedExporter exporter, BufferView view, GuardWord word, boolean isExclusive, IdleHoldings holdings) {
        return new Granted(exporter, view, word.inNativeMemory(), word.epoch(), isExclusive, holdings);
    }

    /**
     * Called from C, without the GIL: has the guard of an exporter grant its memory.
     *
     * @param blockAddress where the address of the word, the epoch, and 1 for an exclusive policy go
     */
    static Granted grant(GuardedExporter exporter, int flags, long blockAddress) {
        ExportGuard guard = exporter.guard();
        if (guard == null) {
            throw new BufferException(
                    exporter.getClass().getName() + ".guard() returned null; an ExportGuard is required");
        }
        Granted granted = GuardAccess.GUARDS.grant(guard, new BufferRequest(flags), exporter);
        write(blockAddress, granted.word.address());
        write(blockAddress + Long.BYTES, granted.epoch);
        write(blockAddress + 2 * Long.BYTES, granted.isExclusive ? 1 : 0);
        return granted;
    }

    /** What keeps the guard's word, and no memory. */
    Granted withoutView() {
        return new Granted(exporter, null, word, epoch, isExclusive, holdings);
    }

    private static void write(long address, long value) {
        Natives.ADDRESS_SPACE.set(ValueLayout.JAVA_LONG, address, value);
    }
}

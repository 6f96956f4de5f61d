package org.bufferbridge.internal.lease;

/** A view of leased memory could not be closed: a call of the JDK uses the memory at this moment. Nothing has ended. */
public final class MemoryInUse extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    MemoryInUse(IllegalStateException jdks) {
        super("the memory is in use", jdks);
    }
}

package org.bufferbridge.internal.lease;

/** A call of the JDK uses leased memory at this moment, so its view cannot be closed. Nothing has ended. */
final class MemoryInUse extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    MemoryInUse(IllegalStateException jdks) {
        super("the memory is in use", jdks);
    }
}

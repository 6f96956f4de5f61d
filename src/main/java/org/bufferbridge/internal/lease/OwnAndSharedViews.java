package org.bufferbridge.internal.lease;

/**
 * The views of a lease: one that belongs to a thread, and one for all threads. Each is made when it is first asked for.
 *
 * <p>Threads: guarded by the {@code PythonBuffer}.
 */
abstract class OwnAndSharedViews {
    LeaseViews own;
    LeaseViews shared;

    /**
     * Closes the views. Later ones are made anew.
     *
     * @throws MemoryInUse if a call of the JDK uses the memory at this moment
     */
    public void close() {
        if (own != null) {
            own.close();
            own = null;
        }
        if (shared != null) {
            shared.close();
            shared = null;
        }
    }
}

package org.bufferbridge.internal.lease;

/**
 * The views of a lease: one that belongs to a thread, and one for all threads. Each is made at its first use.
 *
 * <p>Threads: used by the thread whose {@link Turn} it is.
 */
abstract class OwnAndSharedViews {
    LeaseViews own;
    LeaseViews shared;

    /**
     * Closes the views. A later use makes new ones.
     *
     * @throws MemoryInUse if a call of the JDK uses the memory at this moment
     */
    void close() {
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

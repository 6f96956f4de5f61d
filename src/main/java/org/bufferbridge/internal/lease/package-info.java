/**
 * Leases: Python buffers that Java has.
 *
 * <ul>
 *   <li>{@link Lease}: reads the {@code Py_buffer} in place, and checks it
 *   <li>{@link BufferLease}: the lease of a {@code PythonBuffer}, from its views to its end; {@link Turn}: which thread
 *       makes or closes views
 *   <li>{@link CallLease}, {@link OwnedLease}: the two kinds of lease; one ends with its call, one lasts until
 *       {@code close()}
 *   <li>{@link LeasedMemory}, {@link LeaseViews}, {@link OwnAndSharedViews}: who in Python holds leased memory, and
 *       when the buffer is released; the view over one arena
 *   <li>{@link OwnedArena}: a shared arena that only its owner accesses. The owner closes it without a handshake; the
 *       class says why that is safe
 * </ul>
 */
package org.bufferbridge.internal.lease;

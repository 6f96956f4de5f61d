/**
 * Leases: Python buffers that Java has.
 *
 * <ul>
 *   <li>{@link Lease}: reads the {@code Py_buffer} in place, checked
 *   <li>{@link CallLease}, {@link OwnedLease}: the two kinds of lease behind a {@code PythonBuffer}: what ends with
 *       its call, what lasts until {@code close()}
 *   <li>{@link LeasedMemory}, {@link LeaseViews}, {@link OwnAndSharedViews}: who in Python holds leased memory in
 *       turn, and when the buffer goes back; the view over one arena
 *   <li>{@link OwnedArena}: a shared arena that one thread alone may access, and closes without a handshake; why
 *       that is safe
 * </ul>
 */
package org.bufferbridge.internal.lease;

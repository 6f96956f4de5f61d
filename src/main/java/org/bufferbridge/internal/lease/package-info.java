/**
 * Leases: Python buffers that Java holds.
 */
package org.bufferbridge.internal.lease;

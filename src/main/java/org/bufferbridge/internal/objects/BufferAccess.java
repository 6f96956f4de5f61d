package org.bufferbridge.internal.objects;

import org.bufferbridge.PythonBuffer;
import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.lease.BufferLease;

/** The lease behind a {@link PythonBuffer}, which is not for users; see {@link Secrets}. */
public interface BufferAccess {
    /** The one implementation. */
    BufferAccess BUFFERS = Secrets.of(BufferAccess.class, "org.bufferbridge.PythonBuffer");

    PythonBuffer of(BufferLease lease);

    BufferLease lease(PythonBuffer buffer);
}

package org.bufferbridge.internal.objects;

import org.bufferbridge.PythonBuffer;
import org.bufferbridge.internal.base.Secrets;

/** The operations of {@link PythonBuffer} that are not for users; see {@link Secrets}. */
public interface BufferAccess {
    /** The one implementation. */
    BufferAccess BUFFERS = Secrets.of(BufferAccess.class, "org.bufferbridge.PythonBuffer");

    /** A buffer for a lease of the running call. */
    PythonBuffer forCall(long lease);

    /** Requests the buffer again, writable, unless it is writable already. */
    void requireWritable(PythonBuffer buffer);

    /** Makes views read-only from now on, even if the exporter allows writing. */
    void onlyRead(PythonBuffer buffer);

    /** Ends the call that the buffer was passed to. Called on that call's thread. */
    void endCall(PythonBuffer buffer);

    /** The address of a new reference to the Python object. */
    long newReference(PythonBuffer buffer);
}

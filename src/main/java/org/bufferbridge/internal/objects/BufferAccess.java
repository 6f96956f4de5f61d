package org.bufferbridge.internal.objects;

import org.bufferbridge.PythonBuffer;
import org.bufferbridge.internal.base.Secrets;

/** What {@link PythonBuffer} shows this library alone; see {@link Secrets}. */
public interface BufferAccess {
    /** The one implementation. */
    BufferAccess BUFFERS = Secrets.of(BufferAccess.class, "org.bufferbridge.PythonBuffer");

    /** For a lease of the running call. */
    PythonBuffer forCall(long lease);

    /** Asks the exporter again, for a writable buffer, if the first request did not get one. */
    void requireWritable(PythonBuffer buffer);

    /** From now on views are read-only, also where the exporter would allow writing. */
    void onlyRead(PythonBuffer buffer);

    /** The method that the buffer was passed to has returned; on its thread. */
    void endCall(PythonBuffer buffer);

    /** The address of a new reference to the Python object. */
    long newReference(PythonBuffer buffer);
}

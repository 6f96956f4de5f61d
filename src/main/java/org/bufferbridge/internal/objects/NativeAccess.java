package org.bufferbridge.internal.objects;

import java.util.Objects;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.internal.lease.BufferLease;

/** Java's half of the C API ({@code bufferbridge_api.h}): leases of native code. Called from C. Stateless. */
final class NativeAccess {
    private NativeAccess() {}

    /**
     * The object whose memory is exported to native code, for an object of JNI code.
     *
     * @throws IllegalStateException if the lease is closed
     * @throws WrongThreadException if the view of the lease is another thread's
     */
    static Object exporter(Object object) {
        Objects.requireNonNull(object, "a PythonBuffer, a BufferView or other memory is required, not null");
        return object instanceof PythonBuffer buffer ? buffer.view() : object;
    }

    /** Takes the ownership of a lease. If it throws before it has marked the lease as retained, it has not taken it. */
    static PythonBuffer lease(long lease) {
        return BufferAccess.BUFFERS.of(BufferLease.owned(lease));
    }

    static void close(Object lease) {
        ((PythonBuffer) lease).close();
    }
}

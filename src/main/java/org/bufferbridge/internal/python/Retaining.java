package org.bufferbridge.internal.python;

import org.bufferbridge.PythonBuffer;
import org.bufferbridge.internal.values.Results;

/**
 * Java's half of {@code bufferbridge.retain}: makes one lease that Python closes.
 *
 * <p>Python first has this object, which closes the lease if Python cannot get hold of it. One thread uses it.
 */
public final class Retaining {
    private PythonBuffer retained;

    public Retaining() {}

    /** Retains a buffer that was leased for this call. */
    public void retain(PythonBuffer buffer) {
        retained = buffer.retain();
    }

    /** The PythonBuffer itself, and not the object that it stands for. */
    public Results.Itself lease() {
        return new Results.Itself(retained);
    }

    public void close() {
        if (retained != null) {
            retained.close();
        }
    }
}

package org.bufferbridge.internal.python;

import org.bufferbridge.internal.calls.Throwables;

/** Java's half of {@code JavaError}. */
public final class Thrown {
    private Thrown() {}

    /** The stack trace of an exception. Most are caught and not printed, so Python asks for it when it is wanted. */
    public static String stack(Throwable thrown) {
        return Throwables.stack(thrown);
    }
}

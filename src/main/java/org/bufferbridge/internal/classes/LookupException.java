package org.bufferbridge.internal.classes;

/** Thrown for a class that cannot be found, linked or read. Python sees LookupError. */
public final class LookupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LookupException(String message, Throwable cause) {
        super(message, cause);
    }
}

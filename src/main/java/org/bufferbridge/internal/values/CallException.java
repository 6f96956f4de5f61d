package org.bufferbridge.internal.values;

/**
 * Thrown when the rules of {@code Overloads} refuse a call or an assignment. Nothing was called. Python sees a plain
 * TypeError or OverflowError.
 */
public final class CallException extends RuntimeException {
    /** No overload takes the arguments, or several fit equally well. */
    public static final int TYPE = 0;

    /** A value is outside the range of the type that would take it, and nothing else is wrong. */
    public static final int OVERFLOW = 1;

    private static final long serialVersionUID = 1L;

    private final int kind;

    private CallException(int kind, String message) {
        // The stack would show only the bridge itself. The Python traceback has the place of the call.
        super(message, null, true, false);
        this.kind = kind;
    }

    public static CallException type(String message) {
        return new CallException(TYPE, message);
    }

    public static CallException overflow(String message) {
        return new CallException(OVERFLOW, message);
    }

    /** {@link #TYPE} or {@link #OVERFLOW}. */
    public int kind() {
        return kind;
    }
}

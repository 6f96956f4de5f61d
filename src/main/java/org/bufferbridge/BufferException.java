package org.bufferbridge;

import java.io.Serial;

/**
 * A refusal: an exporter does not grant a request, or a view would need a copy or a false description. Python
 * consumers see it as {@code BufferError}.
 *
 * <p>A wrong argument is no refusal; it leads to an {@link IllegalArgumentException} or
 * {@link IndexOutOfBoundsException}.
 */
public final class BufferException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * A refusal without a further cause.
     *
     * @param message the refusal, with the actual and the required value
     */
    public BufferException(String message) {
        super(message);
    }

    /**
     * A refusal that another exception led to.
     *
     * @param message the refusal, with the actual and the required value
     * @param cause   the exception that led to it; Python sees it as {@code __cause__}
     */
    public BufferException(String message, Throwable cause) {
        super(message, cause);
    }
}

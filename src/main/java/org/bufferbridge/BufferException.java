package org.bufferbridge;

import java.io.Serial;

/**
 * A refusal: an exporter does not grant a request, or a view cannot be had without the copy or the lie it
 * would take. Python consumers see it as {@code BufferError}.
 *
 * <p>A wrong argument is no refusal; it is an {@link IllegalArgumentException} or
 * {@link IndexOutOfBoundsException}.
 */
public final class BufferException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * A refusal without a further cause.
     *
     * @param message what was refused, with the actual and the required value
     */
    public BufferException(String message) {
        super(message);
    }

    /**
     * A refusal that another exception led to.
     *
     * @param message what was refused, with the actual and the required value
     * @param cause   what led to it; Python sees it as {@code __cause__}
     */
    public BufferException(String message, Throwable cause) {
        super(message, cause);
    }
}

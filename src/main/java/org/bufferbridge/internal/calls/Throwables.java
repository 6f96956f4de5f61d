package org.bufferbridge.internal.calls;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.bufferbridge.BufferException;
import org.bufferbridge.internal.classes.LookupException;
import org.bufferbridge.internal.values.CallException;

/**
 * Describes a Java exception for Python. No method here throws, whatever the exception's own methods do. Otherwise an
 * exception without a description would be lost.
 *
 * <p>This class holds no state.
 */
public final class Throwables {
    /** Seen as a plain JavaError. */
    public static final int OTHER = 0;

    /** Seen as BufferError. */
    public static final int BUFFER = 1;

    /** Seen as ValueError. */
    public static final int VALUE = 2;

    /** Seen as IndexError. */
    public static final int INDEX = 3;

    /** Seen as TypeError. */
    public static final int CAST = 4;

    /** Seen as MemoryError. */
    public static final int MEMORY = 5;

    /** Seen as LookupError. */
    public static final int LOOKUP = 6;

    /** Refused by the bridge: a TypeError that is not a JavaError. */
    public static final int CALL_TYPE = 7;

    /** Refused by the bridge: an OverflowError that is not a JavaError. */
    public static final int CALL_OVERFLOW = 8;

    /** Seen as OSError. */
    public static final int IO = 9;

    /** Seen as FileNotFoundError. */
    public static final int NO_FILE = 10;

    // A getCause() that makes a new cause each time would never end.
    private static final int LONGEST_CHAIN = 1000;

    private Throwables() {}

    /**
     * Describes one throwable.
     *
     * @return kind (Integer), class name, message (empty if there is none), and the cause (Throwable) or null. The
     *     chain of causes ends: a throwable that is among its own causes is described without a cause.
     */
    public static Object[] describe(Throwable throwable) {
        return new Object[] {
            kind(throwable),
            throwable.getClass().getName(),
            told(() -> Objects.toString(throwable.getMessage(), "")),
            isAmongItsCauses(throwable) ? null : cause(throwable)
        };
    }

    /** The stack trace as {@code printStackTrace} prints it, with all causes. */
    public static String stack(Throwable throwable) {
        return told(() -> ExceptionUtils.getStackTrace(throwable));
    }

    private static int kind(Throwable throwable) {
        return switch (throwable) {
            case BufferException refused -> BUFFER;
            case CallException call when call.kind() == CallException.OVERFLOW -> CALL_OVERFLOW;
            case CallException call -> CALL_TYPE;
            case IllegalArgumentException value -> VALUE;
            case IndexOutOfBoundsException index -> INDEX;
            case ClassCastException cast -> CAST;
            case OutOfMemoryError memory -> MEMORY;
            case LookupException lookup -> LOOKUP;
            case ClassNotFoundException lookup -> LOOKUP;
            case FileNotFoundException file -> NO_FILE;
            case NoSuchFileException file -> NO_FILE;
            case IOException io -> IO;
            case UncheckedIOException io -> IO;
            default -> OTHER;
        };
    }

    private static String told(Supplier<String> text) {
        try {
            return text.get();
        } catch (Throwable hostile) {
            return "(not available: " + hostile.getClass().getName() + ")";
        }
    }

    private static boolean isAmongItsCauses(Throwable throwable) {
        if (cause(throwable) == null) {
            return false;
        }
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Throwable cause = cause(throwable);
        while (cause != null && cause != throwable && seen.add(cause)) {
            if (seen.size() == LONGEST_CHAIN) {
                return true;
            }
            cause = cause(cause);
        }
        return cause == throwable;
    }

    private static Throwable cause(Throwable throwable) {
        try {
            return throwable.getCause();
        } catch (Throwable hostile) {
            return null;
        }
    }
}

package org.bufferbridge;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bufferbridge.internal.calls.Calls;
import org.bufferbridge.internal.jni.PythonCalls;
import org.bufferbridge.internal.objects.Interpreter;

/**
 * A Python exception that a call from Java raised.
 *
 * <p>Its stack trace begins with Python's frames, innermost first, followed by those of the Java code that called
 * Python. If Python raised it for a Java exception ({@code JavaError}), that exception is the cause.
 *
 * <p>If it leaves a Java method that Python called, Python sees the original exception again. A note has Java's frames.
 */
public final class PythonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The class name of Python's frames in a stack trace. */
    private static final String PYTHON_FRAME = "python";

    /** The beginning of the names of classes whose frames tell users nothing. */
    private static final String INTERNALS = "org.bufferbridge.internal.";

    /** The class that chooses a method. Only its name, because public classes do not use its package. */
    private static final String CHOICE = INTERNALS + "overloads.Overloads";

    /** {@link #type()}. */
    private final String type;

    /** {@link #message()}. */
    private final String pythonMessage;

    /** {@link #traceback()}; null until its first call. */
    private volatile String traceback;

    // Set once, before any other code sees this exception.
    private transient volatile PythonObject exception;

    /** Whether the Python exception stands for a Java exception, which is the cause. */
    private final boolean isTwin;

    /** {@link #isExit()}. */
    private final boolean isExit;

    private PythonException(String type, String message, Throwable cause, boolean isTwin, boolean isExit) {
        super((message.isEmpty() ? type : type + ": " + message) + Interpreter.hint(type), cause);
        this.type = type;
        this.pythonMessage = message;
        this.isTwin = isTwin;
        this.isExit = isExit;
    }

    /**
     * For C.
     *
     * @param frames file, function and line of each Python frame, outermost first, as three texts each
     * @param isTwin whether the Python exception stands for the cause
     * @param address a reference to the exception. It is taken over last, so the caller keeps it if this throws
     */
    static PythonException of(
            String type,
            String message,
            String[] frames,
            Throwable cause,
            boolean isTwin,
            boolean isExit,
            long address) {
        PythonException thrown = new PythonException(type, message, cause, isTwin, isExit);
        List<StackTraceElement> trace = new ArrayList<>();
        for (int i = 0; i + 2 < frames.length; i += 3) {
            trace.add(new StackTraceElement(PYTHON_FRAME, frames[i + 1], frames[i], Integer.parseInt(frames[i + 2])));
        }
        Collections.reverse(trace);
        for (StackTraceElement frame : thrown.getStackTrace()) {
            // The frames that made this exception tell users nothing.
            if (!frame.getClassName().equals(PythonException.class.getName())) {
                trace.add(frame);
            }
        }
        thrown.setStackTrace(trace.toArray(new StackTraceElement[0]));
        thrown.exception = PythonObject.unscoped(address);
        return thrown;
    }

    /**
     * The exception's class.
     *
     * @return its name, with the module unless that is builtins: {@code ValueError}, {@code
     * json.decoder.JSONDecodeError}
     */
    public String type() {
        return type;
    }

    /**
     * {@code str(exception)}.
     *
     * @return the text, empty if there is none
     */
    public String message() {
        return pythonMessage;
    }

    /**
     * Whether it should end a program, a thread or a generator: {@code except Exception} lets it pass. Such are
     * {@code KeyboardInterrupt} and {@code SystemExit}. Java code that catches one lets it pass too.
     *
     * @return whether it derives from {@code BaseException}, and not from {@code Exception}
     */
    public boolean isExit() {
        return isExit;
    }

    /**
     * What Python would print: the traceback, with causes and notes. The first call gets it from Python. If Python has
     * ended by then, or {@link #exception()} is closed, it is only the exception's type and text.
     *
     * @return lines, each with its end
     */
    public String traceback() {
        // No lock: a thread with the GIL would wait for the lock, and its holder for the GIL.
        if (traceback == null) {
            try (PythonObject errors =
                            PythonObject.taking(PythonCalls.importModule("bufferbridge._errors.exceptions"));
                    PythonObject text = errors.call("traceback_of", exception)) {
                traceback = text.toString();
            } catch (IllegalStateException | PythonException unavailable) {
                traceback = getMessage() + System.lineSeparator();
            }
        }
        return traceback;
    }

    /**
     * Gets the traceback first, because a serialised copy cannot get it from Python.
     *
     * @param out where to
     * @throws IOException what {@code out} throws
     */
    private void writeObject(ObjectOutputStream out) throws IOException {
        traceback();
        out.defaultWriteObject();
    }

    /**
     * The exception itself. Its traceback refers to the frames that it passed, and so to all their variables. Memory
     * that these use is held until this object is closed, or forgotten together with this exception. No
     * {@link PythonScope} closes it.
     *
     * @return the object, the same each time; null in a copy that was serialised
     */
    public PythonObject exception() {
        return exception;
    }

    /** The Java exception that this one stands for; null if Python raised one of its own. */
    Throwable javaException() {
        return isTwin ? getCause() : null;
    }

    /** Whether it has frames of Python code. */
    boolean isRaisedByCode() {
        StackTraceElement[] trace = getStackTrace();
        return trace.length > 0 && trace[0].getClassName().equals(PYTHON_FRAME);
    }

    /** For C: this exception, a BufferError in Python, as a {@link BufferException}. */
    static BufferException refusal(PythonException raised) {
        return new BufferException(raised.getMessage(), raised);
    }

    /**
     * For C: the Java frames between the Python code that raised it and the Python code that sees it again. Null if
     * there are none, as where the choice of a method or a loop over an argument raised it.
     */
    String javaFrames() {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement frame : getStackTrace()) {
            if (frame.getClassName().equals(Calls.class.getName())) {
                break; // called by Python, whose traceback goes on from here
            }
            if (frame.getClassName().equals(CHOICE)) {
                text.setLength(0); // the choice of a method looked at an argument, and has called no method yet
            }
            if (!frame.getClassName().equals(PYTHON_FRAME)
                    && !frame.getClassName().startsWith(INTERNALS)) {
                text.append("\n  at ").append(frame);
            }
        }
        return text.isEmpty() ? null : "Through Java:" + text;
    }

    /** For C: the address of a new reference to the exception; 0 if it is closed or serialised. */
    long newReference() {
        try {
            return exception == null ? 0 : exception.reference.newReference(exception);
        } catch (IllegalStateException closed) {
            return 0;
        }
    }
}

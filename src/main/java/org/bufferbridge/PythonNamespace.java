package org.bufferbridge;

import java.util.Map;
import java.util.Objects;
import org.bufferbridge.internal.host.PythonLife;

/**
 * Names and their values, in which Python source runs. It is for programs that read what the source leaves there.
 *
 * <pre>{@code
 *   try (PythonNamespace names = python.namespace(Map.of("samples", samples))) {
 *       names.exec("total = sum(samples)");
 *       double total = names.get("total").asDouble();
 *   }                                                   // Python has let go of the samples
 * }</pre>
 *
 * <p>{@link #close} lets go of all names. Objects that were read from it stay until they are closed. Functions that
 * were defined in it lose the names they refer to.
 *
 * <p><b>Threads.</b> Any thread may call every method.
 */
public final class PythonNamespace implements AutoCloseable {
    private final PythonObject host;
    private final PythonObject names;
    private volatile boolean closed;

    PythonNamespace(PythonObject host, Map<String, ?> bindings) {
        this.host = host;
        this.names = host.callKw("make_namespace", bindings).retain();
    }

    /**
     * Executes statements in this namespace.
     *
     * @param source Python source
     * @throws PythonException what Python raises
     * @throws IllegalStateException if this is closed, or Python has ended
     */
    public void exec(String source) {
        Objects.requireNonNull(source, "source");
        requireOpen();
        host.call("execute_in", names, source).close();
    }

    /**
     * Evaluates an expression in this namespace.
     *
     * @param source Python source of one expression
     * @return its value
     * @throws PythonException what Python raises
     * @throws IllegalStateException if this is closed, or Python has ended
     */
    public PythonObject eval(String source) {
        Objects.requireNonNull(source, "source");
        requireOpen();
        return host.call("evaluate_in", names, source);
    }

    /**
     * The value of a name.
     *
     * @param name the name, as in the source
     * @return its value
     * @throws PythonException NameError if there is no such name
     * @throws IllegalStateException if this is closed, or Python has ended
     */
    public PythonObject get(String name) {
        Objects.requireNonNull(name, "name");
        requireOpen();
        return host.call("value_of", names, name);
    }

    /**
     * Binds a name.
     *
     * @param name the name, as in the source
     * @param value any Java value
     * @throws IllegalStateException if this is closed, or Python has ended
     */
    public void set(String name, Object value) {
        Objects.requireNonNull(name, "name");
        requireOpen();
        names.setItem(name, value);
    }

    /**
     * All names and their values, without {@code __builtins__}.
     *
     * @return a new map, in the order in which the names were bound first
     * @throws IllegalStateException if this is closed, or Python has ended
     */
    public Map<String, PythonObject> asMap() {
        requireOpen();
        try (PythonObject items = host.call("values_of", names)) {
            return items.asMap();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the PythonNamespace is closed; Python.namespace() makes another one");
        }
    }

    /**
     * Lets go of all names, and of what only they held. If cycles, such as a class of the source, still hold Java's
     * memory, Python's collector looks for young cycles. A second call, and one after Python's end, do nothing.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        try {
            if (PythonLife.isRunning()) {
                host.call("let_go", names).close();
            }
        } catch (IllegalStateException ended) {
            // Python ended meanwhile, or another thread closed this.
        }
        names.close(); // last, so that a call that threw above can be repeated
        closed = true;
    }

    @Override
    public String toString() {
        return closed ? "PythonNamespace[closed]" : "PythonNamespace[open]";
    }
}

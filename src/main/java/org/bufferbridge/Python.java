package org.bufferbridge;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.bufferbridge.internal.host.PythonInstallation;
import org.bufferbridge.internal.host.PythonLife;
import org.bufferbridge.internal.host.RunningPython;
import org.bufferbridge.internal.jni.PythonCalls;

/**
 * A handle of the CPython in this process. Each call of {@link #start()} gives one.
 *
 * <pre>{@code
 *   Python python = Python.start();
 *   try (PythonScope scope = python.scope()) {
 *       PythonObject numpy = python.importModule("numpy");
 *       double[] samples = ...;
 *       PythonObject spectrum = numpy.attr("fft").call("rfft", samples);      // over Java's own array
 *       try (PythonBuffer lease = spectrum.buffer()) {
 *           Complex first = lease.view().getComplex(0);                       // numpy's own memory
 *       }
 *   }                                                                         // all objects are closed
 * }</pre>
 *
 * <p><b>Threads.</b> Every method may be called on any thread, platform or virtual; each call takes the GIL and gives
 * it up at its end, and what Python does without the GIL (numpy's long loops, I/O) lets other threads go on. {@link
 * #run} holds the GIL for several calls. Calls nest: Java may call Python that calls Java. Deep recursion needs the
 * stack of the calling thread; {@link #onMainThread} has 8 MiB.
 *
 * <p><b>Handles.</b> Components that do not know of each other each start Python, and each close their own handle.
 * {@link #close} ends the handle and never Python: CPython cannot be initialised twice in a process once numpy and
 * other extensions were loaded, and nobody who closes the last handle can know that no other component starts Python
 * later. So two test classes, or two services, may use {@code try (Python python = Python.start())} at the same time or
 * one after the other. Objects, namespaces and leases do not depend on the handle that they came from.
 *
 * <p><b>The end.</b> Python ends with the JVM: its {@code atexit} functions run, {@code sys.stdout} is flushed, and the
 * interpreter stays as it is, because memory that somebody still looks at stays where it is. {@link #shutdown} ends it
 * earlier, for all handles, when no export and no lease is out. Afterwards calls throw IllegalStateException; leases
 * and objects can be closed without harm.
 *
 * <p><b>Once.</b> A process has one CPython, once. A second class loader with the jar of bufferbridge, such as that of
 * a web application that was redeployed, is refused, also after Python's end: put the jar where both see the same
 * classes.
 *
 * <p>In a process that Python started, {@link #start()} gives a handle of that Python, and {@link #shutdown} does
 * nothing.
 */
public final class Python implements AutoCloseable {
    private final RunningPython python;
    private volatile boolean closed;

    private Python(RunningPython python) {
        this.python = python;
    }

    /**
     * Starts CPython where it does not run yet, and gives a handle of it.
     *
     * @return a new handle
     * @throws IllegalStateException if no CPython is found or it cannot be started, with what was tried; then a later
     *     call tries again, unless CPython ran already. If this JVM denies native access. While Python ends, and after
     *     its end. If another class loader's bufferbridge has, or had, the process's CPython
     */
    public static Python start() {
        return start(PythonConfig.defaults());
    }

    /**
     * Starts CPython where it does not run yet, and gives a handle of it. Threads that start Python while another one
     * does wait for it.
     *
     * @param config how to start; where Python runs already, it must have been started with all that this sets beside
     *     the defaults. The Python that started a process takes the defaults only
     * @return a new handle
     * @throws IllegalStateException if Python was started otherwise; and as {@link #start()} says
     */
    public static Python start(PythonConfig config) {
        return new Python(
                PythonLife.start(Objects.requireNonNull(config, "config").settings()));
    }

    // ------------------------------------------------------------------------------------------------- use

    /**
     * {@code import name}.
     *
     * @param name of the module, with dots for one in a package
     * @return the module itself, also of a name with dots
     * @throws PythonException ModuleNotFoundError if there is none, and whatever the module raises
     * @throws IllegalStateException after Python's end
     */
    public PythonObject importModule(String name) {
        Objects.requireNonNull(name, "name");
        requireOpen();
        return PythonObject.taking(PythonCalls.importModule(name));
    }

    /**
     * The module {@code __main__}, in which {@link #eval(String)} and {@link #exec(String)} run.
     *
     * @return the module
     * @throws IllegalStateException after Python's end
     */
    public PythonObject main() {
        return importModule("__main__");
    }

    /**
     * Evaluates an expression in {@code __main__}.
     *
     * @param source Python source of one expression
     * @return its value
     * @throws PythonException what Python raises
     * @throws IllegalStateException after Python's end
     */
    public PythonObject eval(String source) {
        Objects.requireNonNull(source, "source");
        return host().call("evaluate", source);
    }

    /**
     * Evaluates an expression in a namespace of its own.
     *
     * @param source Python source of one expression
     * @param bindings names and their values, any of Java's
     * @return its value
     * @throws PythonException what Python raises
     * @throws IllegalStateException after Python's end
     */
    public PythonObject eval(String source, Map<String, ?> bindings) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(bindings, "bindings");
        return host().callKw("evaluate_with", bindings, source);
    }

    /**
     * Executes statements in {@code __main__}.
     *
     * @param source Python source
     * @throws PythonException what Python raises
     * @throws IllegalStateException after Python's end
     */
    public void exec(String source) {
        Objects.requireNonNull(source, "source");
        host().call("execute", source).close();
    }

    /**
     * Executes statements in a namespace of their own, and lets go of all its names, as {@link PythonNamespace#close}
     * does: an arena whose memory was bound can be closed at once. For what the statements leave, use {@link
     * #namespace(Map)}. Functions that outlive the call, such as those that {@code atexit} or a thread was given, lose
     * the names of the namespace too; they belong in {@link #exec(String)} or a {@link PythonNamespace}.
     *
     * @param source Python source
     * @param bindings names and their values, any of Java's
     * @throws PythonException what Python raises
     * @throws IllegalStateException after Python's end
     */
    public void exec(String source, Map<String, ?> bindings) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(bindings, "bindings");
        try (PythonNamespace names = namespace(bindings)) {
            names.exec(source);
        }
    }

    /**
     * An empty namespace, in which source runs, and whose names can be read.
     *
     * @return the namespace, to be closed by the caller
     * @throws IllegalStateException after Python's end
     */
    public PythonNamespace namespace() {
        return namespace(Map.of());
    }

    /**
     * A namespace, in which source runs, and whose names can be read.
     *
     * @param bindings names and their values, any of Java's
     * @return the namespace, to be closed by the caller
     * @throws IllegalStateException after Python's end
     */
    public PythonNamespace namespace(Map<String, ?> bindings) {
        return new PythonNamespace(host(), Objects.requireNonNull(bindings, "bindings"));
    }

    /**
     * Opens a scope on this thread: its end closes every {@link PythonObject} that is made on this thread until then.
     *
     * @return the scope, to be closed on this thread
     * @throws IllegalStateException after Python's end
     */
    public PythonScope scope() {
        requireOpen();
        return PythonScope.open();
    }

    /**
     * A Python list.
     *
     * @param items any Java values
     * @return the list
     */
    public PythonObject list(Object... items) {
        return host().call("make_list", Objects.requireNonNull(items, "items"));
    }

    /**
     * A Python tuple, for example a shape.
     *
     * @param items any Java values
     * @return the tuple
     */
    public PythonObject tuple(Object... items) {
        return host().call("make_tuple", Objects.requireNonNull(items, "items"));
    }

    /**
     * A Python dict.
     *
     * @param items keys and their values, any of Java's
     * @return the dict, in the map's order
     */
    public PythonObject dict(Map<String, ?> items) {
        return host().callKw("make_dict", Objects.requireNonNull(items, "items"));
    }

    /**
     * Runs a task with the GIL, which saves each call in it from taking it. No other thread runs Python meanwhile, so
     * the task must not wait for one that does.
     *
     * @param task what to do, on this thread
     * @throws IllegalStateException after Python's end
     */
    public void run(Runnable task) {
        Objects.requireNonNull(task, "task");
        requireOpen();
        PythonCalls.hold(task);
    }

    /**
     * The same, with a result.
     *
     * @param task what to do, on this thread
     * @param <T> type of the result
     * @return what the task returns
     * @throws IllegalStateException after Python's end
     */
    public <T> T run(Supplier<T> task) {
        Objects.requireNonNull(task, "task");
        List<T> result = new ArrayList<>(1);
        run((Runnable) () -> result.add(task.get()));
        return result.getFirst();
    }

    /**
     * Runs a task on Python's main thread, on which CPython was started and Python's signal handlers run, and waits for
     * it.
     *
     * @param task what to do
     * @param <T> type of the result
     * @return what the task returns
     * @throws Exception what the task throws, as it is, an Error too
     * @throws IllegalStateException after Python's end, or if Python started this process: its main thread is its own
     */
    public <T> T onMainThread(Callable<T> task) throws Exception {
        requireOpen();
        return python.onMainThread(task);
    }

    /**
     * The version of Python.
     *
     * @return for example 3.12.1
     * @throws IllegalStateException after the end of a Python that started this process
     */
    public String version() {
        if (python.installation() != null) {
            return python.installation().version();
        }
        try (PythonObject platform = PythonObject.unscoped(PythonCalls.importModule("platform"));
                PythonObject version = platform.call("python_version")) {
            return version.toString();
        }
    }

    /**
     * Whether calls by this handle are possible.
     *
     * @return false after {@link #close()}, and from the moment in which Python begins to end
     */
    public boolean isOpen() {
        return !closed && PythonLife.isRunning();
    }

    private PythonObject host() {
        requireOpen();
        return python.host();
    }

    private void requireOpen() {
        if (PythonLife.hasEnded()) {
            throw new IllegalStateException("Python has ended");
        }
        if (closed) {
            throw new IllegalStateException("this handle of Python is closed; Python.start() gives another one");
        }
    }

    // ------------------------------------------------------------------------------------------------- end

    /**
     * Closes this handle. Python goes on, for other handles and for those who start it later; it ends with the JVM, or
     * by {@link #shutdown}. A call that runs on another thread is not disturbed. A second call does nothing.
     */
    @Override
    public void close() {
        closed = true;
    }

    /**
     * Ends Python, for all handles and for the rest of the process: lets go of what Java has forgotten and thereby kept
     * out, waits for the calls that are running, waits for Python's non-daemon threads, runs {@code atexit} functions.
     * The signals that Python took are the JVM's again. Does nothing when Python does not run, while another thread
     * ends it, and in a process that Python started.
     *
     * <p>While Python ends, {@link #start()} throws, also to those who are waited for: callbacks, {@code atexit}
     * functions, threads.
     *
     * <p>Python's {@code threading} takes a thread that it has not started itself, so any of Java's, for a daemon, and
     * those that are started from there are daemons too unless {@code daemon=False} says otherwise: they are not waited
     * for.
     *
     * <p>The end of the JVM needs no call of this. In a shutdown hook it waits, without a limit, for calls that are
     * running.
     *
     * @throws IllegalStateException if exports or leases are out, with what they are, if this thread is inside Python,
     *     or if Python is being started; then nothing was ended
     */
    public static void shutdown() {
        PythonLife.shutdown();
    }

    @Override
    public String toString() {
        PythonInstallation installation = python.installation();
        return "Python[" + state() + (installation == null ? "" : ", " + installation.executable()) + "]";
    }

    private String state() {
        if (PythonLife.hasEnded()) {
            return "ended";
        }
        try {
            return (closed ? "closed handle, " : "") + version();
        } catch (IllegalStateException | PythonException e) {
            return "ended";
        }
    }
}

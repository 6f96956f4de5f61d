package org.bufferbridge;

import java.util.ArrayList;
import java.util.Arrays;
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
 * A handle of the CPython in this process. Each call of {@link #start()} returns a new one.
 *
 * <pre>{@code
 *   Python python = Python.start();
 *   try (PythonScope scope = python.scope()) {
 *       PythonObject numpy = python.importModule("numpy");
 *       double[] samples = ...;
 *       PythonObject spectrum = numpy.attr("fft").call("rfft", samples);      // of the Java array itself
 *       try (PythonBuffer lease = spectrum.buffer()) {
 *           Complex first = lease.view().getComplex(0);                       // of numpy's memory
 *       }
 *   }                                                                         // all objects are closed
 * }</pre>
 *
 * <p><b>Threads.</b> Any thread, platform or virtual, may call every method. Each call takes the GIL, and gives it up
 * at its end. While Python works without the GIL (numpy's long loops, I/O), other threads go on. {@link #run} keeps the
 * GIL for several calls. Calls nest: Java may call Python that calls Java. Deep recursion needs the stack of the
 * calling thread; {@link #onMainThread} has 8 MiB.
 *
 * <p><b>Handles.</b> Components that do not know each other each start Python, and each close their own handle.
 * {@link #close} never ends Python. CPython cannot be initialised twice in a process that has loaded numpy and other
 * extensions. Another component may start Python later. So two test classes, or two services, may use
 * {@code try (Python python = Python.start())} at the same time or one after the other. Objects, namespaces and leases
 * do not depend on the handle that they came from.
 *
 * <p><b>The end.</b> Python ends with the JVM: its {@code atexit} functions run, and {@code sys.stdout} is flushed. The
 * interpreter is not finalised, because its memory may still be in use. {@link #shutdown} ends Python earlier, for all
 * handles, when no export and no lease is out. Afterwards calls throw IllegalStateException; leases and objects can be
 * closed without harm.
 *
 * <p><b>Once.</b> A process has one CPython, once. A second class loader with the jar of bufferbridge is refused, even
 * after Python's end. A redeployed web application has such a class loader. Put the jar where both see the same
 * classes.
 *
 * <p>In a process that Python started, {@link #start()} returns a handle of that Python, and {@link #shutdown} does
 * nothing.
 */
public final class Python implements AutoCloseable {
    private final RunningPython python;
    private volatile boolean closed;

    private Python(RunningPython python) {
        this.python = python;
    }

    /**
     * Starts CPython if it does not run yet, and returns a handle of it.
     *
     * @return a new handle
     * @throws IllegalStateException if no CPython is found or it cannot be started, with what was tried. A later call
     *                               tries again, unless CPython ran already. Also if this JVM denies native access, and
     *                               while Python ends and after its end. Also if the bufferbridge of another class
     *                               loader has, or had, the CPython of this process
     */
    public static Python start() {
        return start(PythonConfig.defaults());
    }

    /**
     * Starts CPython if it does not run yet, and returns a handle of it. While one thread starts Python, other threads
     * that call this wait for it.
     *
     * @param config how to start. If Python runs already, it must have been started with all settings that differ from
     *     the defaults here. The Python that started a process accepts the defaults only
     * @return a new handle
     * @throws IllegalStateException if Python was started with other settings, and as {@link #start()} says
     */
    public static Python start(PythonConfig config) {
        return new Python(
                PythonLife.start(Objects.requireNonNull(config, "config").settings()));
    }

    // ------------------------------------------------------------------------------------------------- use

    /**
     * {@code import name}.
     *
     * @param name the module's name, with dots for one in a package
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
     * @param bindings names and their values, any Java values
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
     * Executes statements in a namespace of their own, and then lets go of all its names, as
     * {@link PythonNamespace#close} does. An arena whose memory was bound can therefore be closed at once. Use
     * {@link #namespace(Map)} to read what the statements leave. Functions that outlive the call, such as those given
     * to {@code atexit} or a thread, lose the names, too. They belong in {@link #exec(String)} or a
     * {@link PythonNamespace}.
     *
     * @param source Python source
     * @param bindings names and their values, any Java values
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
     * An empty namespace, in which source runs and whose names can be read.
     *
     * @return the namespace, to be closed by the caller
     * @throws IllegalStateException after Python's end
     */
    public PythonNamespace namespace() {
        return namespace(Map.of());
    }

    /**
     * A namespace in which source runs and whose names can be read.
     *
     * @param bindings names and their values, any Java values
     * @return the namespace, to be closed by the caller
     * @throws IllegalStateException after Python's end
     */
    public PythonNamespace namespace(Map<String, ?> bindings) {
        return new PythonNamespace(host(), Objects.requireNonNull(bindings, "bindings"));
    }

    /**
     * Opens a scope on this thread. Its end closes every {@link PythonObject} that is made on this thread until then.
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
     * @param items any Java values; the items of a single array of objects
     * @return the list
     */
    public PythonObject list(Object... items) {
        return host().call("make_list", spread(items));
    }

    /**
     * A Python tuple, for example a shape.
     *
     * @param items any Java values; the items of a single array of objects
     * @return the tuple
     */
    public PythonObject tuple(Object... items) {
        return host().call("make_tuple", spread(items));
    }

    /** The items as several arguments, whatever the class of the array. */
    private static Object[] spread(Object[] items) {
        Objects.requireNonNull(items, "items");
        return Arrays.copyOf(items, items.length, Object[].class);
    }

    /**
     * A Python dict.
     *
     * @param items keys and their values, any Java values
     * @return the dict, in the map's order
     */
    public PythonObject dict(Map<String, ?> items) {
        return host().callKw("make_dict", Objects.requireNonNull(items, "items"));
    }

    /**
     * Runs a task with the GIL, so that the calls in it need not take it. The task must not wait for a thread that
     * needs the GIL.
     *
     * @param task what to do, on this thread
     * @throws IllegalStateException after Python's end
     */
    public void run(Runnable task) {
        Objects.requireNonNull(task, "task");
        requireOpen();
        PythonCalls.runWithGil(task);
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
     * Runs a task on Python's main thread, and waits for it. CPython was started on that thread and runs its signal
     * handlers there.
     *
     * @param task what to do
     * @param <T> type of the result
     * @return what the task returns
     * @throws Exception what the task throws, unchanged, also an Error
     * @throws IllegalStateException after Python's end; on another thread that is in {@link #run}; if Python started
     *     this process, because its main thread takes no tasks
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
     * @return false after {@link #close()}, and as soon as Python begins to end
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
     * Closes this handle. Python goes on, for other handles and for later starts. It ends with the JVM, or by
     * {@link #shutdown}. Calls that run on other threads go on. A second call does nothing.
     */
    @Override
    public void close() {
        closed = true;
    }

    /**
     * Ends Python, for all handles and for the rest of the process. It lets go of what Java has forgotten. It waits for
     * the calls that are running and for Python's non-daemon threads. Then it runs {@code atexit} functions. The JVM
     * gets back the signals that Python took. This does nothing if Python does not run, while another thread ends it,
     * and in a process that Python started.
     *
     * <p>While Python ends, {@link #start()} throws, also in what this waits for: callbacks, {@code atexit} functions,
     * threads.
     *
     * <p>Python's {@code threading} treats a thread that it has not started, such as a Java thread, as a daemon.
     * Threads that such a thread starts are daemons too, unless {@code daemon=False} says otherwise. This does not wait
     * for daemons.
     *
     * <p>The end of the JVM does not need this call. In a shutdown hook it waits, without a limit, for calls that are
     * running.
     *
     * @throws IllegalStateException if exports or leases are out, with a list of them; if this thread is inside Python;
     *     if Python is being started. Nothing was ended then
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

package org.bufferbridge;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * CPython in this process.
 *
 * <pre>{@code
 *   try (Python python = Python.start()) {
 *       PythonObject numpy = python.importModule("numpy");
 *       double[] samples = ...;
 *       PythonObject spectrum = numpy.attr("fft").call("rfft", samples);      // over Java's own array
 *       try (PythonBuffer lease = spectrum.buffer()) {
 *           Complex first = lease.view().getComplex(0);                       // numpy's own memory
 *       }
 *   }
 * }</pre>
 *
 * <p><b>Threads.</b> Every method may be called on any thread, platform or virtual; each call takes the GIL and gives it up
 * at its end, and what Python does without the GIL (numpy's long loops, I/O) lets other threads go on. {@link #run} holds
 * the GIL for several calls. Calls nest: Java may call Python that calls Java. Deep recursion needs the stack of the calling
 * thread; {@link #onMainThread} has 8 MiB.
 *
 * <p><b>Life.</b> A process has one CPython, and it is started once. {@link #close()} ends it, for good, when no export and no
 * lease is out; afterwards calls throw IllegalStateException, and leases and objects can be closed without harm. A JVM that
 * ends without it runs Python's {@code atexit} functions and flushes {@code sys.stdout}, and leaves the interpreter as it is:
 * memory that somebody still looks at stays where it is.
 *
 * <p>In a process that Python started, {@link #start()} gives access to that Python, and {@link #close()} does nothing.
 */
public final class Python implements AutoCloseable {
    /** How long the end of the JVM waits for Python: for threads that are inside, then for atexit functions. */
    private static final int PATIENCE_MILLISECONDS = 2000;

    private static final int COLLECTIONS = 5;
    private static final int COLLECTION_MILLISECONDS = 20;

    // Guarded by the class.
    private static Python instance;
    private static String failure;

    private final PythonConfig config;
    private final PythonInstallation installation;
    private final PythonMain main;
    private PythonObject host;
    private volatile boolean closed;

    private Python(PythonConfig config, PythonInstallation installation, PythonMain main) {
        this.config = config;
        this.installation = installation;
        this.main = main;
    }

    /**
     * Starts CPython, or returns the one that runs.
     *
     * @return the process's Python
     * @throws IllegalStateException if none is found or it cannot be started, with what was tried; if this JVM denies native
     *     access; or after its end
     */
    public static Python start() {
        return start(PythonConfig.defaults());
    }

    /**
     * Starts CPython, or returns the one that runs.
     *
     * @param config how to start; of one that runs, it must be the configuration it was started with, or the defaults
     * @return the process's Python
     * @throws IllegalStateException if none is found or it cannot be started, with what was tried; if it runs with another
     *     configuration; if this JVM denies native access; or after its end
     */
    public static synchronized Python start(PythonConfig config) {
        if (instance == null && failure == null) {
            requireNativeAccess();
            instance = NativeLibrary.isBound() ? ofThisProcess() : startNew(config);
            return instance;
        }
        if (failure != null) {
            throw new IllegalStateException("Python could not be started, and a process cannot try again: " + failure);
        }
        if (instance.closed) {
            throw new IllegalStateException("Python has ended, and cannot be started again in the same process");
        }
        if (!config.equals(PythonConfig.defaults()) && !config.equals(instance.config)) {
            throw new IllegalStateException("Python runs already, with " + instance.config
                    + ", and a process has one; it cannot be started with " + config);
        }
        return instance;
    }

    /** Where it is denied, classes that need it cannot even be initialised, and would not say what is to be done. */
    @SuppressWarnings("restricted")
    private static void requireNativeAccess() {
        try {
            MemorySegment.NULL.reinterpret(1);
        } catch (IllegalCallerException denied) {
            String modules = Python.class.getModule().isNamed() ? "org.bufferbridge,com.sun.jna" : "ALL-UNNAMED";
            throw new IllegalStateException("this JVM denies native access, which bufferbridge needs: start it with"
                    + " --enable-native-access=" + modules, denied);
        }
    }

    private static Python ofThisProcess() {
        Python python = new Python(PythonConfig.defaults(), null, null);
        python.host = PythonObject.taking(PythonCalls.importModule("bufferbridge._host"));
        return python;
    }

    private static Python startNew(PythonConfig config) {
        PythonInstallation installation = PythonSearch.find(config);
        PythonHost.loadPython(installation);
        Path packageFolder = PythonPackage.layOut(PythonHost.loadLibrary());
        Python python = new Python(config, installation, new PythonMain());
        try {
            python.main.call(() -> {
                python.initialize(packageFolder);
                return null;
            });
        } catch (Exception e) {
            python.main.end();
            if (PythonHost.pythonRuns()) {
                failure = String.valueOf(e.getMessage());
            }
            throw new IllegalStateException("Python " + installation.version() + " of " + installation.executable()
                    + " did not start: " + e.getMessage(), e);
        }
        NativeLibrary.drainBy(python.main::drainSoon);
        Runtime.getRuntime().addShutdownHook(new Thread(python::shutDown, "Python shutdown"));
        return python;
    }

    private void initialize(Path packageFolder) {
        config.environment().forEach(PythonHost::setEnvironment);
        int flags = (config.isolated() ? PythonHost.ISOLATED : 0) | (config.signals() ? PythonHost.SIGNALS : 0);
        int[] executable = installation.executable().toString().codePoints().toArray();
        String refusal = PythonHost.initialize(executable, packageFolder.toString(), flags);
        if (refusal != null) {
            throw new IllegalStateException(refusal);
        }
        host = PythonObject.taking(PythonCalls.importModule("bufferbridge._host"));
        List<Object> prepared = new ArrayList<>(config.arguments());
        prepared.addFirst(config.signals());
        prepared.addFirst(config.folder().map(Path::toString).orElse(null));
        host.call("prepare", prepared.toArray()).close();
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
        requireOpen();
        return host.call("evaluate", source);
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
        requireOpen();
        return host.callKw("evaluate_with", bindings, source);
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
        requireOpen();
        host.call("execute", source).close();
    }

    /**
     * Executes statements in a namespace of their own.
     *
     * @param source Python source
     * @param bindings names and their values, any of Java's
     * @return the namespace afterwards, a dict: {@code item("name")} is what the statements left there
     * @throws PythonException what Python raises
     * @throws IllegalStateException after Python's end
     */
    public PythonObject exec(String source, Map<String, ?> bindings) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(bindings, "bindings");
        requireOpen();
        return host.callKw("execute_with", bindings, source);
    }

    /**
     * A Python list.
     *
     * @param items any Java values
     * @return the list
     */
    public PythonObject list(Object... items) {
        requireOpen();
        return host.call("make_list", items);
    }

    /**
     * A Python tuple, for example a shape.
     *
     * @param items any Java values
     * @return the tuple
     */
    public PythonObject tuple(Object... items) {
        requireOpen();
        return host.call("make_tuple", items);
    }

    /**
     * A Python dict.
     *
     * @param items keys and their values, any of Java's
     * @return the dict, in the map's order
     */
    public PythonObject dict(Map<String, ?> items) {
        requireOpen();
        return host.callKw("make_dict", items);
    }

    /**
     * Runs a task with the GIL, which saves each call in it from taking it. No other thread runs Python meanwhile, so the
     * task must not wait for one that does.
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
     * Runs a task on Python's main thread, on which CPython was started and Python's signal handlers run, and waits for it.
     *
     * @param task what to do
     * @param <T> type of the result
     * @return what the task returns
     * @throws Exception what the task throws
     * @throws IllegalStateException after Python's end, or if Python started this process: its main thread is its own
     */
    public <T> T onMainThread(Callable<T> task) throws Exception {
        requireOpen();
        if (main == null) {
            throw new IllegalStateException("Python started this process, and its main thread takes no tasks from Java");
        }
        return main.call(task);
    }

    /**
     * The version of Python.
     *
     * @return for example 3.12.1
     */
    public String version() {
        if (installation != null) {
            return installation.version();
        }
        try (PythonObject version = importModule("platform").call("python_version")) {
            return version.toString();
        }
    }

    /**
     * Whether Python runs.
     *
     * @return false after {@link #close()}
     */
    public boolean isOpen() {
        return !closed;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Python has ended");
        }
    }

    // ------------------------------------------------------------------------------------------------- end

    /**
     * Ends Python, for good: lets go of what Java has forgotten and thereby kept out, waits for the calls that are running,
     * waits for Python's non-daemon threads, runs {@code atexit} functions. A second call does nothing.
     *
     * <p>Python's {@code threading} takes a thread that it has not started itself, so any of Java's, for a daemon, and
     * those that are started from there are daemons too unless {@code daemon=False} says otherwise: they are not waited
     * for.
     *
     * @throws IllegalStateException if exports or leases are out, with what they are; then nothing was ended
     */
    @Override
    public void close() {
        synchronized (Python.class) {
            if (closed || main == null) {
                return;
            }
            if (PythonCalls.isInside()) {
                throw new IllegalStateException("Python cannot end while this thread is in a call of it, in run() or on"
                        + " Python's main thread; call close() from outside");
            }
            letGoOfForgotten();
            requireNothingOut();
            try {
                if (!main.call(PythonHost::end)) {
                    requireNothingOut();
                    throw new IllegalStateException("Python cannot end: an export or a lease was opened meanwhile");
                }
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            closed = true;
            main.end();
        }
    }

    /** A PythonObject nobody can reach any more may be all that keeps an array over Java's memory alive. */
    private void letGoOfForgotten() {
        for (int attempt = 0; attempt < COLLECTIONS && Buffers.liveExports() + Buffers.liveLeases() > 0; attempt++) {
            System.gc();
            try {
                Thread.sleep(COLLECTION_MILLISECONDS); // what is forgotten is found by a thread of its own
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            PythonCalls.runDeferred();
            host.call("collect").close();
        }
    }

    private void requireNothingOut() {
        long exports = Buffers.liveExports();
        long leases = Buffers.liveLeases();
        if (exports + leases > 0) {
            try (PythonObject list = host.call("out")) {
                throw new IllegalStateException("Python cannot end while memory is out: " + exports + " exports, " + leases
                        + " leases; 0 are required (" + list + ")");
            }
        }
    }

    /** When the JVM ends: Python stays, for its memory may be in use, but what it would do at its end is done. */
    private void shutDown() {
        if (!closed) {
            main.call(() -> host.call("at_exit").close(), PATIENCE_MILLISECONDS);
            PythonHost.shut(PATIENCE_MILLISECONDS);
        }
    }

    @Override
    public String toString() {
        return "Python[" + (closed ? "ended" : version()) + (installation == null ? "" : ", " + installation.executable())
                + "]";
    }
}

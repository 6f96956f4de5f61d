package org.bufferbridge.internal.host;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonObject;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.jni.PythonCalls;
import org.bufferbridge.internal.objects.Interpreter;
import org.bufferbridge.internal.objects.ObjectAccess;

/**
 * The CPython that runs in this process, which all {@link Python} objects share. Java started it, or Python started the
 * process. {@link PythonLife} decides when it starts and ends.
 *
 * <p>Threads: any. One thread at a time calls {@link #start} and {@link #end}.
 */
public final class RunningPython {
    private static final int COLLECTIONS = 5;
    private static final int COLLECTION_MILLISECONDS = 20;

    private final Settings config;
    private final PythonInstallation installation; // null where Python started the process
    private final PythonMain main; // null where Python started the process
    private volatile PythonObject host;

    private RunningPython(Settings config, PythonInstallation installation, PythonMain main) {
        this.config = config;
        this.installation = installation;
        this.main = main;
    }

    /** Thrown if a start fails after CPython ran: the process cannot try again. Users see the cause. */
    static final class LateFailure extends Exception {
        private static final long serialVersionUID = 1L;

        private LateFailure(String message, Throwable cause) {
            super(message, cause, false, false);
        }
    }

    // ---------------------------------------------------------------------------------------------------- start

    /**
     * Refuses a JVM that denies native access. Classes that need it would otherwise fail to initialise, without advice.
     */
    @SuppressWarnings("restricted")
    static void requireNativeAccess() {
        try {
            MemorySegment.NULL.reinterpret(1);
        } catch (IllegalCallerException denied) {
            String modules = RunningPython.class.getModule().isNamed() ? "org.bufferbridge,com.sun.jna" : "ALL-UNNAMED";
            throw new IllegalStateException(
                    "this JVM denies native access, which bufferbridge needs: start it with"
                            + " --enable-native-access=" + modules,
                    denied);
        }
    }

    /** The Python that started this process. */
    static RunningPython ofThisProcess() {
        RunningPython python = new RunningPython(Settings.DEFAULTS, null, null);
        python.host = ObjectAccess.OBJECTS.unscoped(PythonCalls.importModule("bufferbridge._process.host"));
        return python;
    }

    /**
     * Starts CPython.
     *
     * @throws IllegalStateException if it cannot be started, and the process can try again
     * @throws LateFailure if the start fails after CPython ran
     */
    static RunningPython start(Settings config) throws LateFailure {
        PythonInstallation installation = PythonSearch.find(config).installation();
        PythonHost.loadPython(installation);
        Path packageFolder = PythonPackage.layOut(PythonHost.loadLibrary());
        RunningPython python = new RunningPython(config, installation, new PythonMain());
        try {
            python.main.call(() -> {
                python.initialize(packageFolder);
                return null;
            });
        } catch (Throwable e) {
            String message = "Python " + installation.version() + " of " + installation.executable()
                    + " did not start: " + e.getMessage();
            boolean isLate = PythonHost.pythonRuns();
            if (isLate) {
                PythonHost.giveBackSignals();
            }
            python.main.end();
            if (isLate) {
                throw new LateFailure(message, e);
            }
            throw new IllegalStateException(message, e);
        }
        Natives.runDeferredBy(python.main::runDeferredSoon);
        Interpreter.isEmbedded(installation.executable() + " (" + installation.version() + ")");
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
        host = ObjectAccess.OBJECTS.unscoped(PythonCalls.importModule("bufferbridge._process.host"));
        List<Object> prepared = new ArrayList<>(config.arguments());
        prepared.addFirst(config.signals());
        prepared.addFirst(config.folder() == null ? null : config.folder().toString());
        host.call("prepare", prepared.toArray()).close();
        if (config.stdout() != null || config.stderr() != null) {
            String out = Settings.encoding(config.stdout());
            String err = Settings.encoding(config.stderr());
            host.call("print_to", config.stdout(), out, config.stderr(), err).close();
        }
    }

    /**
     * Requires that this Python fits the configuration of a start. The defaults fit every Python. Any other
     * configuration fits only a Python that was started with all that it sets.
     *
     * @throws IllegalStateException if it does not fit
     */
    void requireStartedAs(Settings wanted) {
        if (isHost() ? wanted.equals(Settings.DEFAULTS) : wanted.isPartOf(config, installation)) {
            return;
        }
        throw new IllegalStateException(
                isHost()
                        ? "Python started this process, and runs as it was started; it cannot be started with " + wanted
                                + "; Python.start() without a configuration takes it as it is"
                        : "Python runs already, with " + config + ": it is Python " + installation.version() + " of "
                                + installation.executable() + ", and a process has one; it cannot be started with "
                                + wanted);
    }

    // ------------------------------------------------------------------------------------------------------ use

    /** Whether Python started this process. */
    boolean isHost() {
        return main == null;
    }

    /** The module {@code bufferbridge._process.host}. */
    public PythonObject host() {
        return host;
    }

    /** The interpreter's description of itself; null where Python started the process. */
    public PythonInstallation installation() {
        return installation;
    }

    public <T> T onMainThread(Callable<T> task) throws Exception {
        if (main == null) {
            throw new IllegalStateException(
                    "Python started this process, and its main thread takes no tasks from Java");
        }
        if (!PythonMain.isCurrent() && PythonCalls.hasGil()) {
            throw new IllegalStateException("this thread is in run(), so it and Python's main thread would wait for"
                    + " each other; call onMainThread() outside of run()");
        }
        return main.call(task);
    }

    // ------------------------------------------------------------------------------------------------------ end

    /**
     * Lets go of what Java has forgotten, and looks at what is out.
     *
     * @throws IllegalStateException if the calling thread is inside Python, or if exports or leases are out
     */
    void requireReadyToEnd() {
        if (PythonCalls.isInside()) {
            throw new IllegalStateException("Python cannot end while this thread is in a call of Python, in run() or on"
                    + " its main thread; call shutdown() from outside");
        }
        letGoOfForgotten();
        requireNothingOut();
    }

    /** An unreachable PythonObject may be all that keeps an array over Java memory alive. */
    private void letGoOfForgotten() {
        for (int attempt = 0; attempt < COLLECTIONS && Leaks.liveExports() + Leaks.liveLeases() > 0; attempt++) {
            System.gc();
            try {
                Thread.sleep(COLLECTION_MILLISECONDS); // another thread finds what is forgotten
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            PythonCalls.runDeferred();
            host.call("collect").close();
        }
    }

    void requireNothingOut() {
        long exports = Leaks.liveExports();
        long leases = Leaks.liveLeases();
        if (exports + leases > 0) {
            try (PythonObject list = host.call("out")) {
                throw new IllegalStateException("Python cannot end while memory is out: "
                        + exports + (exports == 1 ? " export, " : " exports, ")
                        + leases + (leases == 1 ? " lease" : " leases") + "; 0 are required (" + list + ")");
            }
        }
    }

    /** Finalises CPython on its main thread. Returns false, with nothing done, if an export or a lease is out. */
    boolean end() {
        try {
            if (!main.call(PythonHost::end)) {
                return false;
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        main.end();
        return true;
    }

    /** Has the main thread run Python's {@code atexit} functions, and waits up to a time limit. */
    void runAtexit(long patienceMilliseconds) {
        main.call(() -> host.call("at_exit").close(), patienceMilliseconds);
    }
}

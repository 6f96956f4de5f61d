package org.bufferbridge.internal.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bufferbridge.Python;
import org.bufferbridge.internal.doctor.NeededLibraries;
import org.bufferbridge.internal.jni.Natives;

/**
 * The life of the process's one CPython, for the class loader of this class. One word has the state:
 *
 * <pre>
 *   NONE -----start-----> STARTING --CPython runs--> RUNNING --shutdown--> ENDING --finalised--> ENDED
 *    ^                     |    |                     ^   |                 |  ^
 *    +-failed before that--+    |                     |   +--the JVM ends---|--+ (and stays ENDING)
 *                               |                     +---memory is out-----+
 *                               +--failed after that--> FAILED
 * </pre>
 *
 * <p>In a process that Python started, NONE becomes RUNNING at once. That state stays, because Python ends the process
 * itself.
 *
 * <p>There is no monitor. The thread whose compare-and-set leads to STARTING or ENDING does the work alone. Any other
 * thread reads the word once to see RUNNING. While Python starts, other calls of {@link #start} wait for the outcome.
 * While Python ends, they throw at once. The thread that ends Python waits for callbacks, {@code atexit} functions and
 * threads, and any of these may be the caller.
 */
public final class PythonLife {
    /**
     * How long the end of the JVM waits for a start or an end that is in progress. It waits as long for each of its
     * steps.
     */
    private static final int PATIENCE_MILLISECONDS = 2000;

    /** How often a thread that waits for a start looks whether it has ended. */
    private static final int LOOK_MILLISECONDS = 100;

    private sealed interface State {}

    private record None() implements State {}

    private record Starting(Thread starter, CountDownLatch over) implements State {}

    private record Running(RunningPython python) implements State {}

    private record Ending(Thread ender, CountDownLatch over) implements State {}

    private record Ended() implements State {}

    /** The start failed after CPython ran. */
    private record Failed(RunningPython.LateFailure failure) implements State {}

    private static final State NONE = new None();
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findStaticVarHandle(PythonLife.class, "state", State.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * A plain assignment ends STARTING or ENDING, and waiting threads then look again. A call might overflow the stack
     * and leave the state as it was.
     */
    private static volatile State state = NONE;

    // Only the thread that is STARTING writes it.
    private static boolean hasHook;

    private PythonLife() {}

    /** Whether Python runs and does not end. */
    public static boolean isRunning() {
        return state instanceof Running;
    }

    /** Whether Python has ended. */
    public static boolean hasEnded() {
        return state instanceof Ended;
    }

    // ---------------------------------------------------------------------------------------------------- start

    /**
     * The Python that runs, or a new one.
     *
     * @throws IllegalStateException as {@code Python.start} says
     */
    public static RunningPython start(Settings config) {
        while (true) {
            switch (state) {
                case Running running -> {
                    running.python.requireStartedAs(config);
                    return running.python;
                }
                case None none -> startOnce(config);
                case Starting starting -> await(starting);
                case Ending ending ->
                    throw new IllegalStateException(
                            ending.ender + " is ending Python, which cannot be started again in the same process");
                case Ended ended ->
                    throw new IllegalStateException(
                            "Python has ended, and cannot be started again in the same process");
                case Failed failed ->
                    throw new IllegalStateException("Python could not be started, and a process cannot try again: "
                            + failed.failure.getMessage());
            }
        }
    }

    private static void await(Starting starting) {
        if (starting.starter == Thread.currentThread() || PythonMain.isCurrent()) {
            throw new IllegalStateException(
                    starting.starter + " is starting Python; code that runs during the start cannot wait for it");
        }
        boolean interrupted = false;
        while (true) {
            try {
                starting.over.await(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Leads from NONE to RUNNING, or throws. Does nothing if another thread leads away from NONE. */
    private static void startOnce(Settings config) {
        NeededLibraries.require();
        RunningPython.requireNativeAccess();
        if (Natives.isBound()) {
            // A start by Java leaves NONE before it binds the native methods. So in NONE, Python started this process.
            // No thread waits here, because another caller may have the GIL.
            if (state == NONE) {
                STATE.compareAndSet(NONE, new Running(RunningPython.ofThisProcess()));
            }
            return;
        }
        Starting starting = new Starting(Thread.currentThread(), new CountDownLatch(1));
        if (!STATE.compareAndSet(NONE, starting)) {
            return;
        }
        State next = NONE;
        try {
            next = startClaimed(config);
        } finally {
            state = next;
            starting.over.countDown();
        }
        if (next instanceof Failed failed) {
            throw new IllegalStateException(failed.failure.getMessage(), failed.failure.getCause());
        }
    }

    private static State startClaimed(Settings config) {
        ProcessClaim.take();
        boolean hasRun = false;
        try {
            addHook();
            RunningPython python = RunningPython.start(config);
            hasRun = true;
            return new Running(python);
        } catch (RunningPython.LateFailure e) {
            hasRun = true;
            return new Failed(e);
        } finally {
            if (!hasRun) {
                ProcessClaim.giveBack();
            }
        }
    }

    private static void addHook() {
        if (!hasHook) {
            try {
                Runtime.getRuntime().addShutdownHook(new Thread(PythonLife::endWithJvm, "Python shutdown"));
            } catch (IllegalStateException e) {
                throw new IllegalStateException("the JVM is ending, and Python cannot be started any more", e);
            }
            hasHook = true;
        }
    }

    // ------------------------------------------------------------------------------------------------------ end

    /**
     * Ends Python. Does nothing if none runs, if another thread ends it, or if Python started this process.
     *
     * @throws IllegalStateException as {@link Python#shutdown} says
     */
    public static void shutdown() {
        State now = state;
        if (now instanceof Starting starting) {
            throw new IllegalStateException(
                    starting.starter + " is starting Python; shutdown() can end it once it runs");
        }
        if (!(now instanceof Running running) || running.python.isHost()) {
            return;
        }
        try {
            running.python.requireReadyToEnd();
        } catch (IllegalStateException e) {
            if (state != now) {
                return; // another thread has begun to end it, and the calls made here were refused
            }
            throw e;
        }
        // From here on this thread waits for the main thread. It must not overflow its stack while the main thread ends
        // Python.
        Natives.requireStack();
        Ending ending = new Ending(Thread.currentThread(), new CountDownLatch(1));
        if (!STATE.compareAndSet(now, ending)) {
            return;
        }
        State next = now;
        try {
            if (running.python.end()) {
                next = new Ended();
            }
        } finally {
            state = next;
            ending.over.countDown();
        }
        if (next == now) {
            running.python.requireNothingOut();
            throw new IllegalStateException("Python cannot end: an export or a lease was opened meanwhile");
        }
    }

    /**
     * Runs Python's {@code atexit} functions, and lets no thread enter Python. Python stays, because its memory may be
     * in use.
     */
    private static void endWithJvm() {
        switch (state) {
            case Starting starting -> awaitBriefly(starting.over);
            case Ending ending -> awaitBriefly(ending.over);
            default -> {}
        }
        State now = state;
        if (now instanceof Running running) {
            // Other shutdown hooks may use Python until here.
            running.python.runAtexit(PATIENCE_MILLISECONDS);
            if (STATE.compareAndSet(now, new Ending(Thread.currentThread(), new CountDownLatch(1)))) {
                PythonHost.shut(PATIENCE_MILLISECONDS);
            }
        }
    }

    private static void awaitBriefly(CountDownLatch over) {
        try {
            over.await(PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.bufferbridge.internal.host;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bufferbridge.internal.jni.PythonCalls;

/**
 * Python's main thread, in a process that Java started: CPython is initialised and finalised on it, signals are handled
 * on it, and it does what was put off by threads that must not wait for the GIL. Its stack is that of a program's main
 * thread: deep recursion is a RecursionError, not a crash.
 */
public final class PythonMain {
    private static final long STACK_BYTES = 8L << 20;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(this::mainThread);
    private volatile Thread main;
    private final AtomicBoolean draining = new AtomicBoolean();

    private static final class MainThread extends Thread {
        MainThread(Runnable tasks) {
            super(null, tasks, "Python main", STACK_BYTES);
            setDaemon(true);
        }
    }

    private Thread mainThread(Runnable tasks) {
        main = new MainThread(tasks);
        return main;
    }

    /** Whether the calling thread is Python's main thread. */
    static boolean isCurrent() {
        return Thread.currentThread() instanceof MainThread;
    }

    /**
     * Runs a task on the thread and waits for it, also when the caller is interrupted meanwhile: it stays interrupted.
     *
     * @throws Exception what the task throws
     */
    <T> T call(Callable<T> task) throws Exception {
        if (Thread.currentThread() == main) {
            return task.call();
        }
        Future<T> result;
        try {
            result = thread.submit(task);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("Python has ended", e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw PythonMain.<RuntimeException>rethrow(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Throws what was thrown, an Error as an Error. */
    @SuppressWarnings("unchecked")
    static <T extends Throwable> T rethrow(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** Runs a task on the thread and waits for it, but not for long; whether it ended in time. */
    boolean call(Runnable task, long patienceMilliseconds) {
        try {
            thread.submit(task).get(patienceMilliseconds, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return false;
        }
    }

    /** Has the thread do, soon, what was put off; nothing once it has ended. */
    void drainSoon() {
        if (draining.compareAndSet(false, true)) {
            try {
                thread.execute(() -> {
                    draining.set(false); // before, so that nothing that is put off from now on is missed
                    PythonCalls.runDeferred();
                });
            } catch (RejectedExecutionException e) {
                // Python has ended, and with it the reason.
            }
        }
    }

    void end() {
        thread.shutdown();
    }
}

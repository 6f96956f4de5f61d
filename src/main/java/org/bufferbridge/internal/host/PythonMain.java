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
 * Python's main thread, in a process that Java started. CPython is initialised, handles signals and is finalised on it.
 * It does the deferred work of threads that must not wait for the GIL. Its stack is that of a program's main
 * thread: deep recursion is a RecursionError, not a crash.
 */
public final class PythonMain {
    private static final long STACK_BYTES = 8L << 20;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(this::mainThread);
    private volatile Thread main;
    private final AtomicBoolean isSubmitted = new AtomicBoolean();

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
     * Runs a task on the thread and waits for it. A caller that is interrupted meanwhile waits on, and stays
     * interrupted.
     *
     * @throws Exception the exception of the task
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

    /** Throws the exception itself, an Error as an Error. */
    @SuppressWarnings("unchecked")
    static <T extends Throwable> T rethrow(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** Runs a task on the thread and waits for it, up to a time limit. Returns whether the task succeeded in time. */
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

    /** Has the thread soon do the deferred work. Does nothing once the thread has ended. */
    void runDeferredSoon() {
        if (isSubmitted.compareAndSet(false, true)) {
            try {
                thread.execute(() -> {
                    isSubmitted.set(false); // first, because work that is deferred from now on needs a new task
                    PythonCalls.runDeferred();
                });
            } catch (RejectedExecutionException e) {
                // Python has ended, and there is no work.
            }
        }
    }

    void end() {
        thread.shutdown();
    }
}

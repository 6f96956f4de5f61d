package org.bufferbridge.bench;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.DoubleSupplier;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonObject;

/** Leases that a Java thread acquires, and a JNI downcall that does nothing, with which they are compared. */
public final class Leases {
    private static final ExecutorService THREAD = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "leases");
        thread.setDaemon(true);
        return thread;
    });

    private Leases() {}

    /** Does the same as Python.run, which exists only in a process that Java started. */
    private static void withTheGil(Runnable task) {
        try {
            Method run = Class.forName("org.bufferbridge.internal.jni.PythonCalls")
                    .getDeclaredMethod("runWithGil", Runnable.class);
            run.setAccessible(true);
            run.invoke(null, task);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Loads the library that has {@link #nothing}. */
    public static void load(String library) {
        System.load(library);
    }

    private static native void nothing();

    private static double onThread(DoubleSupplier measure) throws ExecutionException, InterruptedException {
        return THREAD.submit(measure::getAsDouble).get();
    }

    /** Nanoseconds of one downcall. */
    public static double downcall(int turns) throws Exception {
        return onThread(() -> {
            long start = ProcessorTime.nanoseconds();
            for (int i = 0; i < turns; i++) {
                nothing();
            }
            return (ProcessorTime.nanoseconds() - start) / (double) turns;
        });
    }

    private static double cycles(PythonObject object, int turns) {
        long start = ProcessorTime.nanoseconds();
        for (int i = 0; i < turns; i++) {
            object.buffer().close();
        }
        return (ProcessorTime.nanoseconds() - start) / (double) turns;
    }

    /** Nanoseconds to acquire a lease and to close it. */
    public static double acquireAndClose(PythonBuffer leased, int turns) throws Exception {
        PythonObject object = (PythonObject) leased.owner();
        return onThread(() -> cycles(object, turns));
    }

    /** Nanoseconds to read an int of Python's. */
    public static double readInteger(PythonObject number, int turns) throws Exception {
        return onThread(() -> {
            long start = ProcessorTime.nanoseconds();
            for (int i = 0; i < turns; i++) {
                number.asLong();
            }
            return (ProcessorTime.nanoseconds() - start) / (double) turns;
        });
    }

    /** Nanoseconds to read a str of Python's. */
    public static double readText(PythonObject text, int turns) throws Exception {
        return readAs(text, String.class, turns);
    }

    /** Nanoseconds to read a list of Python's floats. */
    public static double readDoubles(PythonObject numbers, int turns) throws Exception {
        return readAs(numbers, double[].class, turns);
    }

    private static double readAs(PythonObject object, Class<?> type, int turns) throws Exception {
        return onThread(() -> {
            long start = ProcessorTime.nanoseconds();
            for (int i = 0; i < turns; i++) {
                object.as(type);
            }
            return (ProcessorTime.nanoseconds() - start) / (double) turns;
        });
    }

    /** As {@link #acquireAndClose}, on a thread that keeps the GIL meanwhile. */
    public static double acquireAndCloseInPython(PythonBuffer leased, int turns) throws Exception {
        PythonObject object = (PythonObject) leased.owner();
        double[] taken = new double[1];
        return onThread(() -> {
            withTheGil(() -> taken[0] = cycles(object, turns));
            return taken[0];
        });
    }

    /** The same on several threads at once: nanoseconds of the wall clock, divided by the leases of all threads. */
    public static double acquireAndCloseByThreads(PythonBuffer leased, int threads, int turns) throws Exception {
        PythonObject object = (PythonObject) leased.owner();
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> crowd = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            crowd.add(Thread.ofPlatform().daemon().start(() -> {
                object.buffer().close();
                ready.countDown();
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                cycles(object, turns);
            }));
        }
        ready.await();
        long start = System.nanoTime();
        begin.countDown();
        for (Thread thread : crowd) {
            thread.join();
        }
        return (System.nanoTime() - start) / ((double) threads * turns);
    }

    /** The same, and the memory is read. */
    public static double acquireReadAndClose(PythonBuffer leased, int turns) throws Exception {
        PythonObject object = (PythonObject) leased.owner();
        return onThread(() -> {
            long read = 0;
            long start = ProcessorTime.nanoseconds();
            for (int i = 0; i < turns; i++) {
                try (PythonBuffer buffer = object.buffer()) {
                    read += buffer.view().getLong(0);
                }
            }
            return (ProcessorTime.nanoseconds() - start + (read & 0)) / (double) turns;
        });
    }
}

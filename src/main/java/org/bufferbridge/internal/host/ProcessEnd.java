package org.bufferbridge.internal.host;

import java.lang.invoke.MethodHandle;
import java.time.Duration;
import org.bufferbridge.PythonObject;
import org.bufferbridge.internal.base.Log;
import org.bufferbridge.internal.jni.JdkInternals;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.jni.PythonCalls;
import org.bufferbridge.internal.objects.ObjectAccess;

/**
 * Java's half of the end of a process that Python hosts; {@code end.c} describes the whole.
 *
 * <p>When Java ends the process ({@link System#exit}), a shutdown hook runs Python's {@code atexit} functions and
 * flushes its streams. When Python ends it, {@link #runHooks} runs Java's shutdown hooks. {@link Runtime#halt} does
 * neither.
 *
 * <p>A JVM that other code created may end long before the process. Then its shutdown hook has C leave that JVM.
 *
 * <p>Threads: one thread calls {@link #runHooks}.
 */
public final class ProcessEnd {
    /** How long the end of the JVM waits for Python. A thread may hold the GIL for ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * How long the end of a JVM waits for the GIL. If the thread that ends it holds the GIL, no other thread gets it.
     */
    private static final Duration PATIENCE_FOR_GIL = Duration.ofMillis(500);

    /** How long one call of {@link #runHooks} takes at most. Python sees Ctrl-C between two calls. */
    private static final Duration MOMENT = Duration.ofMillis(50);

    private static Thread hooks;

    private ProcessEnd() {}

    private static boolean isArmed;

    /**
     * Makes the end of the JVM an orderly one for Python. After a start that failed, a second call does nothing.
     *
     * @param isOwnJvm false if other code created the JVM, whose end is not the end of Python
     */
    static synchronized void arm(boolean isOwnJvm) {
        if (isArmed) {
            return;
        }
        Runtime.getRuntime()
                .addShutdownHook(
                        isOwnJvm
                                ? new Thread(ProcessEnd::endPython, "bufferbridge: Python ends with the JVM")
                                : new Thread(ProcessEnd::leaveJvm, "bufferbridge: the JVM is left"));
        ProcessClaim.takeForHost();
        isArmed = true;
    }

    private static void leaveJvm() {
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("bufferbridge: waits for the GIL")
                .start(() -> Natives.jvmEnds(true));
        try {
            thread.join(PATIENCE_FOR_GIL);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        Natives.jvmEnds(false);
    }

    private static void endPython() {
        if (!Natives.javaEnds()) {
            return; // Python ends the process, and runs these hooks
        }
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("bufferbridge: atexit")
                .start(() -> {
                    try (PythonObject end =
                            ObjectAccess.OBJECTS.taking(PythonCalls.importModule("bufferbridge._process.end"))) {
                        end.call("at_end_of_java").close();
                    } catch (IllegalStateException closed) {
                        // Python has ended meanwhile
                    }
                });
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs Java's shutdown hooks, as the end of a JVM does. The JVM goes on, and late releases still reach it.
     *
     * @return whether they have finished; if not, the caller calls again
     */
    static boolean runHooks() throws InterruptedException {
        if (hooks == null) {
            hooks = Thread.ofPlatform()
                    .daemon()
                    .name("bufferbridge: shutdown hooks")
                    .start(ProcessEnd::shutDown);
        }
        return hooks.join(MOMENT);
    }

    /** Stops all Java threads permanently, the calling one too; {@code jvm_stop.c} says why. */
    static void halt() {
        Runtime.getRuntime().halt(0);
    }

    private static void shutDown() {
        MethodHandle shutdown = JdkInternals.shutDown();
        if (shutdown == null) {
            Log.warn(() ->
                    "this JDK (" + Runtime.version() + ") does not let its shutdown hooks be run at the end of Python");
            return;
        }
        try {
            shutdown.invokeExact();
        } catch (Throwable thrown) {
            Log.warn("Java's shutdown hooks", thrown);
        }
    }
}

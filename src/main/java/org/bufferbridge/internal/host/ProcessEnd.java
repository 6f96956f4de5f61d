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
 * The end of a process that Python hosts, Java's half; {@code end.c} tells the whole.
 *
 * <p>When Java ends the process ({@link System#exit}), a shutdown hook runs Python's {@code atexit} functions and
 * flushes its streams. When Python does, {@link #runHooks} runs Java's shutdown hooks. {@link Runtime#halt} does
 * neither.
 *
 * <p>A JVM that somebody else created may be ended long before the process. Then its shutdown hook has C leave it.
 *
 * <p>Threads: {@link #runHooks} is called on one thread.
 */
public final class ProcessEnd {
    /** How long the end of the JVM waits for Python, of which a thread may hold the GIL for good. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long the end of a JVM waits for the GIL. Who ends it may hold that, and then no other thread does. */
    private static final Duration PATIENCE_FOR_GIL = Duration.ofMillis(500);

    /** How long one call of {@link #runHooks} takes at most, so that Ctrl-C is seen in between. */
    private static final Duration MOMENT = Duration.ofMillis(50);

    private static Thread hooks;

    private ProcessEnd() {}

    private static boolean isArmed;

    /**
     * From now on the end of the JVM is an orderly one for Python. A start that failed is tried again: once is enough.
     *
     * @param isOwnJvm false if somebody else created the JVM: its end is not Python's
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
            return; // Python ends the process, and has these hooks run
        }
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("bufferbridge: atexit")
                .start(() -> {
                    try (PythonObject end =
                            ObjectAccess.OBJECTS.taking(PythonCalls.importModule("bufferbridge._end"))) {
                        end.call("at_end_of_java").close();
                    } catch (IllegalStateException closed) {
                        // Python ended meanwhile
                    }
                });
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs Java's shutdown hooks, as the end of a JVM does. The JVM goes on, for what is released to it late.
     *
     * @return whether they have finished; if not, it is to be called again
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

    /** Stops all of Java's threads for good, the calling one too; {@code jvm_stop.c} tells why. */
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

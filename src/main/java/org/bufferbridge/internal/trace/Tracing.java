package org.bufferbridge.internal.trace;

import java.lang.StackWalker.StackFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.Leak;
import org.bufferbridge.internal.base.Log;
import org.bufferbridge.internal.base.SpinLock;
import org.bufferbridge.internal.jni.Natives;

/**
 * Tells Flight Recorder and the logger of exports and leases, and takes stacks. While it is off, Java reads one field
 * that is false, and C one word that is 0 (trace.c).
 *
 * <p>A runtime without the module {@code jdk.jfr} never loads {@link FlightEvents}, which needs it.
 *
 * <p>Threads: any. C calls with the GIL, unless a method says otherwise.
 */
public final class Tracing {
    // The bits of bb_tracing (trace.h).
    private static final int EVENTS = 1;
    private static final int SOME_STACKS = 2;
    private static final int ALL_STACKS = 4;

    /** Frames of this package and of the internal ones show how the library was entered, not by whom. */
    private static final String OWN_PACKAGE = "org.bufferbridge";

    private static final String OWN_PACKAGES = "org.bufferbridge.internal.";

    /**
     * Whether Flight Recorder records events of this library. It is not volatile, because hot paths read it. A thread
     * that sees a change late tells of its next export.
     */
    public static boolean events;

    private static final SpinLock LOCK = new SpinLock();

    /** The bits that C got last; -1 until C can be called. Guarded by the lock. */
    private static int told = -1;

    private Tracing() {}

    /** Called from C, once native methods are bound. */
    static void begin() {
        Natives.isBound(); // notes that they are bound
        told = 0; // no other thread can know yet
        if (ModuleLayer.boot().findModule("jdk.jfr").isPresent()) {
            FlightEvents.listen();
        }
        update();
        Log.debug(() -> "in one process with Python; leak level " + LeakReports.level());
    }

    /** Tells C what to trace from now on. */
    static void update() {
        LOCK.take();
        try {
            int bits = (events ? EVENTS : 0)
                    | switch (LeakReports.level()) {
                        case OFF, SIMPLE -> 0;
                        case ADVANCED -> SOME_STACKS;
                        case PARANOID -> ALL_STACKS;
                    };
            if (told >= 0 && bits != told) {
                Natives.setTracing(bits);
                told = bits;
            }
        } finally {
            LOCK.taken = 0;
        }
    }

    /** Called when a recording begins or ends. */
    static void setEvents(boolean recorded) {
        events = recorded;
        update();
    }

    // ----------------------------------------------------------------------------------------------------- stacks

    /** The name of this thread, and on further lines its {@link #javaStack()}. Called from C, too. */
    public static String place() {
        String stack = javaStack();
        return Thread.currentThread().getName().replace('\n', ' ') + (stack == null ? "" : "\n" + stack);
    }

    /** The calls of this thread outside of this library, innermost first; null if there are none. */
    public static String javaStack() {
        String stack = StackWalker.getInstance()
                .walk(frames -> frames.filter(Tracing::isForeign)
                        .map(frame -> "\tat " + frame.toStackTraceElement())
                        .collect(Collectors.joining("\n")));
        return stack.isEmpty() ? null : stack;
    }

    private static boolean isForeign(StackFrame frame) {
        String name = frame.getClassName();
        boolean isOfOurPackage = name.lastIndexOf('.') == OWN_PACKAGE.length() && name.startsWith(OWN_PACKAGE);
        return !isOfOurPackage && !name.startsWith(OWN_PACKAGES);
    }

    // ----------------------------------------------------------------------------------------------------- events

    /** Called from C. */
    public static void exported(Object exporter, int flags, long byteSize) {
        if (events) {
            FlightEvents.exported(typeName(exporter), flags, byteSize);
        }
    }

    /** Called from C. */
    public static void released(Object exporter, int flags, long byteSize, long heldNanos) {
        if (events) {
            FlightEvents.released(typeName(exporter), flags, byteSize, heldNanos);
        }
    }

    /** Called after a lease was acquired. */
    public static void leased(String exporter, int flags, long byteSize) {
        FlightEvents.leased(exporter, flags, byteSize);
    }

    /** Called before a lease is released. */
    public static void closed(String exporter, int flags, long byteSize, long heldNanos) {
        FlightEvents.closed(exporter, flags, byteSize, heldNanos);
    }

    /** Called after an explicit copy. */
    public static void copied(Class<?> type, long byteSize) {
        if (events) {
            FlightEvents.copied(type.getTypeName(), byteSize);
        }
    }

    /**
     * Tells of a refused request, whether the exporter or the library refused it. Called from C, without the GIL.
     *
     * @param exporter the type whose memory it is
     */
    public static void refused(String exporter, int flags, String reason) {
        Log.debug(() -> "refused: " + exporter + ", " + new BufferRequest(flags) + ": " + reason);
        if (events) {
            FlightEvents.refused(exporter, flags, reason);
        }
    }

    public static void leaked(Leak leak) {
        if (events) {
            FlightEvents.leaked(leak);
        }
    }

    /**
     * Reports a retained lease that nobody closed. Called from C, without the GIL, before the buffer is released.
     *
     * @param sinceNanos since 1970
     */
    static void leaseLeaked(
            String exporter,
            int flags,
            long byteSize,
            long sinceNanos,
            String thread,
            String pythonStack,
            String javaStack) {
        Leak leak = new Leak(Leak.Kind.LEASE, exporter, new BufferRequest(flags), 1, byteSize, pythonStack, javaStack);
        Duration age = Duration.between(instant(sinceNanos), Instant.now());
        LeakReports.report(leak, ", since " + age.toMillis() / 1000.0 + " s, by " + thread);
    }

    static Instant instant(long sinceNanos) {
        return Instant.ofEpochSecond(0, sinceNanos);
    }

    private static String typeName(Object object) {
        return object.getClass().getTypeName();
    }
}

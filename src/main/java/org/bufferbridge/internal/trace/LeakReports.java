package org.bufferbridge.internal.trace;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bufferbridge.Leak;
import org.bufferbridge.LeakLevel;
import org.bufferbridge.internal.base.Log;
import org.bufferbridge.internal.base.SpinLock;

/**
 * The leaks that were found, and the level of the search for them: what users see as {@code Leaks}.
 *
 * <p>Owns: the leaks, counted; the level.
 *
 * <p>Threads: any.
 */
public final class LeakReports {
    private static final SpinLock LOCK = new SpinLock();

    /** Guarded by the lock; the first found comes first. The key is a leak with the count 0. */
    private static final Map<Leak, Leak> FOUND = new LinkedHashMap<>();

    private static volatile LeakLevel level = configured();

    private LeakReports() {}

    public static LeakLevel level() {
        return level;
    }

    public static void setLevel(LeakLevel level) {
        LeakReports.level = level;
        Tracing.update();
    }

    /** One leak for each kind, owner and stacks; the first found comes first. */
    public static List<Leak> found() {
        LOCK.take();
        try {
            return List.copyOf(FOUND.values());
        } finally {
            LOCK.taken = 0;
        }
    }

    /** Whether the level wants the stacks of what Java code acquires. */
    public static boolean wantStacks() {
        return level.compareTo(LeakLevel.ADVANCED) >= 0;
    }

    /**
     * Reports a leak.
     *
     * @param leak with the count 1
     * @param origin when and where it was acquired, as far as that is known; for the message only
     */
    public static void report(Leak leak, String origin) {
        if (level == LeakLevel.OFF) {
            return;
        }
        Leak key = new Leak(leak.kind(), leak.owner(), null, 0, 0, leak.pythonStack(), leak.javaStack());
        boolean isFirst;
        LOCK.take();
        try {
            isFirst = FOUND.merge(key, leak, (known, again) -> known.plus(again.byteSize())) == leak;
        } finally {
            LOCK.taken = 0;
        }
        Tracing.leaked(leak);
        if (isFirst) {
            Log.warn(() -> leak + origin + places(leak));
        }
    }

    private static String places(Leak leak) {
        if (leak.javaStack() == null && leak.pythonStack() == null) {
            return wantStacks() ? "" : "; the leak level ADVANCED would tell where it was acquired";
        }
        return (leak.javaStack() == null ? "" : "\nacquired in Java:\n" + leak.javaStack())
                + (leak.pythonStack() == null ? "" : "\nacquired in Python:\n" + leak.pythonStack());
    }

    private static LeakLevel configured() {
        String property = System.getProperty("bufferbridge.leaks");
        String name = property != null ? property : System.getenv("BUFFERBRIDGE_LEAKS");
        if (name == null || name.isEmpty()) {
            return LeakLevel.SIMPLE;
        }
        try {
            return LeakLevel.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            Log.warn(() -> "the leak level " + name + " is none of off, simple, advanced, paranoid; it is simple now");
            return LeakLevel.SIMPLE;
        }
    }
}

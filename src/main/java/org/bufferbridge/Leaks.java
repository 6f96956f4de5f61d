package org.bufferbridge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Leaks: how closely is watched for them, and which were found.
 *
 * <p>A leak is what Java code should have closed and cannot any more, because nothing refers to it: a {@link PythonBuffer}
 * that was retained, an {@link ExportArena}. It is noticed by the garbage collector, so some time later. A {@link
 * PythonObject} that is forgotten is no leak: the collector gives it back, and nobody waits for it.
 *
 * <p>Each leak is reported to the {@link System.Logger} named {@code org.bufferbridge}, as a warning: the first of its
 * kind, owner and stacks; those after it are counted. {@link #found()} tells the counts.
 *
 * <p>The level is that of the system property {@code bufferbridge.leaks}, else of the environment variable {@code
 * BUFFERBRIDGE_LEAKS}, else {@link LeakLevel#SIMPLE}; and what {@link #setLevel} says from then on.
 *
 * <p>Threads: all methods may be called on any thread.
 */
public final class Leaks {
    /** Guarded by itself, first found first. The key is a leak that counts nothing. */
    private static final Map<Leak, Leak> FOUND = new LinkedHashMap<>();

    private static volatile LeakLevel level = configured();

    private Leaks() {}

    /**
     * How closely is watched.
     *
     * @return the level
     */
    public static LeakLevel level() {
        return level;
    }

    /**
     * Watches more or less closely from now on. Of what is out already, no stacks are taken.
     *
     * @param level the level
     */
    public static void setLevel(LeakLevel level) {
        Leaks.level = java.util.Objects.requireNonNull(level, "level");
        Tracing.update();
    }

    /**
     * The leaks that were found, at levels above {@link LeakLevel#OFF}.
     *
     * @return one for each kind, owner and stacks, first found first
     */
    public static List<Leak> found() {
        synchronized (FOUND) {
            return List.copyOf(FOUND.values());
        }
    }

    /** Whether stacks are to be taken of what Java code acquires. */
    static boolean wantStacks() {
        return level.compareTo(LeakLevel.ADVANCED) >= 0;
    }

    /**
     * Reports a leak.
     *
     * @param leak   with its count at 1
     * @param origin when and where it was acquired, as far as that is known; for the message only
     */
    static void report(Leak leak, String origin) {
        if (level == LeakLevel.OFF) {
            return;
        }
        Leak key = new Leak(leak.kind(), leak.owner(), null, 0, 0, leak.pythonStack(), leak.javaStack());
        boolean isFirst;
        synchronized (FOUND) {
            isFirst = FOUND.merge(key, leak, (known, again) -> known.plus(again.byteSize())) == leak;
        }
        Tracing.leaked(leak);
        if (isFirst) {
            Tracing.LOGGER.log(System.Logger.Level.WARNING, () -> leak + origin + places(leak));
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
            Tracing.LOGGER.log(System.Logger.Level.WARNING, "the leak level " + name
                    + " is none of off, simple, advanced, paranoid; it is simple now");
            return LeakLevel.SIMPLE;
        }
    }
}

package org.bufferbridge.internal.base;

import java.util.function.Supplier;

/**
 * Tells the {@link System.Logger} named {@code org.bufferbridge}. Only this class calls a logger. A logger is user
 * code: whatever it throws is dropped here, so that no caller fails by it. It may also wait, even for Python, so no
 * thread calls this while it has a lock or the GIL.
 *
 * <p>Threads: any.
 */
public final class Log {
    private static volatile System.Logger logger;

    private Log() {}

    public static void debug(Supplier<String> text) {
        tell(System.Logger.Level.DEBUG, text, null);
    }

    public static void debug(String text, Throwable thrown) {
        tell(System.Logger.Level.DEBUG, () -> text, thrown);
    }

    public static void warn(Supplier<String> text) {
        tell(System.Logger.Level.WARNING, text, null);
    }

    public static void warn(String text, Throwable thrown) {
        tell(System.Logger.Level.WARNING, () -> text, thrown);
    }

    private static void tell(System.Logger.Level level, Supplier<String> text, Throwable thrown) {
        try {
            System.Logger told = logger;
            if (told == null) {
                told = System.getLogger("org.bufferbridge");
                logger = told;
            }
            if (told.isLoggable(level)) {
                told.log(level, text.get(), thrown);
            }
        } catch (Throwable broken) {
            // There is nobody left to tell.
            return;
        }
    }
}

package org.bufferbridge.internal.objects;

/**
 * Which interpreter Java has started, for messages: users who miss a module see which Python lacks it.
 *
 * <p>Threads: any; set once.
 */
public final class Interpreter {
    private static volatile String embedded;

    private Interpreter() {}

    /** Called when Java has started Python. */
    public static void isEmbedded(String executableAndVersion) {
        embedded = executableAndVersion;
    }

    /** What a message says after an exception of that type; empty where there is nothing to say. */
    public static String hint(String type) {
        String python = embedded;
        return python == null || !type.equals("ModuleNotFoundError")
                ? ""
                : "; this Python is " + python + ": install the module there, or name another Python with"
                        + " -Dbufferbridge.python=";
    }
}

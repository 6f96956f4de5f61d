package org.bufferbridge.internal.objects;

/**
 * The interpreter that Java has started, for messages. Users who miss a module see which Python lacks it.
 *
 * <p>Threads: any; set once.
 */
public final class Interpreter {
    private static volatile String embedded;

    private Interpreter() {}

    /** Called once Java has started Python. */
    public static void isEmbedded(String executableAndVersion) {
        embedded = executableAndVersion;
    }

    /** The end of a message about an exception of that type; empty for most types. */
    public static String hint(String type) {
        String python = embedded;
        return python == null || !type.equals("ModuleNotFoundError")
                ? ""
                : "; this Python is " + python + ": install the module there, or name another Python with"
                        + " -Dbufferbridge.python=";
    }
}

package org.bufferbridge.internal.python;

/**
 * Finds classes of Arrow Java for {@code arrow.py}, from where the objects of a call have theirs.
 *
 * <p>Threads: any; stateless.
 */
public final class ArrowClasses {
    private ArrowClasses() {}

    /**
     * A class of Arrow Java.
     *
     * @param near an object, or a class, whose loader is asked; then the context class loader of the thread is
     * @throws UnsupportedOperationException if the class is missing
     */
    public static Class<?> find(Object near, String name) {
        Class<?> type = near instanceof Class<?> given ? given : near.getClass();
        Class<?> found = find(type.getClassLoader(), name);
        if (found == null) {
            found = find(Thread.currentThread().getContextClassLoader(), name);
        }
        if (found == null) {
            throw new UnsupportedOperationException(name + " is missing: put org.apache.arrow:" + artifact(name)
                    + ", in the version of the arrow-vector that is there, on the class path");
        }
        return found;
    }

    private static Class<?> find(ClassLoader loader, String name) {
        try {
            return Class.forName(name, true, loader);
        } catch (ClassNotFoundException missing) {
            return null;
        }
    }

    private static String artifact(String name) {
        if (name.startsWith("org.apache.arrow.c.")) {
            return "arrow-c-data";
        }
        return name.startsWith("org.apache.arrow.memory.") ? "arrow-memory-core" : "arrow-vector";
    }
}

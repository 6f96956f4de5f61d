package org.bufferbridge.internal.host;

import java.security.Security;

/**
 * Ensures that a process has one CPython, once. Each class loader that loads the jar has classes and a native library
 * of its own. All of them see one security property, which says which class loader has, or had, CPython. Programs
 * replace the system properties as a whole ({@link System#setProperties}), but not the security properties. The
 * property stays after Python's end: CPython cannot be initialised again once extensions such as numpy were loaded.
 *
 * <p>Owns: that property. Threads: any; of several that claim, one succeeds.
 */
public final class ProcessClaim {
    private static final String PROPERTY = "org.bufferbridge.cpython";

    /** The same object in all class loaders. */
    private static final Object SHARED = PROPERTY.intern();

    private ProcessClaim() {}

    private static String claimant() {
        ClassLoader loader = ProcessClaim.class.getClassLoader();
        return loader == null ? "the bootstrap class loader" : "the class loader " + describe(loader);
    }

    private static String describe(ClassLoader loader) {
        return loader.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(loader))
                + (loader.getName() == null ? "" : " (" + loader.getName() + ")");
    }

    /**
     * Claims the process for this class loader, before CPython is loaded.
     *
     * @throws IllegalStateException if another class loader has, or had, CPython
     */
    static void take() {
        String other = claim();
        if (other != null) {
            throw new IllegalStateException("CPython runs, or ran, in this process already, with the bufferbridge of "
                    + other + "; this is the bufferbridge of " + claimant() + ". " + wayOut());
        }
    }

    /** The rule that a process has one CPython, and what to do about it. */
    static String wayOut() {
        return "A process can have one CPython, once. Put the jars of bufferbridge where all that use Python see the"
                + " same classes: on the application's class path, or in a parent class loader (Tomcat: in lib/,"
                + " and not in WEB-INF/lib)";
    }

    /** Claims the process for the Python that started it. No other class loader then starts a second Python. */
    static void takeForHost() {
        claim();
    }

    /** Claims the process. Returns null, or the class loader that has it already. */
    private static String claim() {
        synchronized (SHARED) {
            String other = Security.getProperty(PROPERTY);
            if (other == null || other.isEmpty()) {
                Security.setProperty(PROPERTY, claimant());
                return null;
            }
            return other;
        }
    }

    /** Gives the claim back, after a start that failed before CPython ran. No security property can be removed. */
    static void giveBack() {
        synchronized (SHARED) {
            Security.setProperty(PROPERTY, "");
        }
    }
}

package org.bufferbridge.internal.host;

import java.security.Security;

/**
 * That a process has one CPython, once, also where it has bufferbridge several times: each class loader that loads the
 * jar has classes, and a native library, of its own. A security property, which all of them see, says who has CPython
 * or had it. Programs replace the system properties as a whole ({@link System#setProperties}), but not these. The
 * property stays after Python's end: CPython cannot be initialised again once extensions such as numpy were loaded.
 *
 * <p>Owns: that property. Threads: any; of several that claim, one gets it.
 */
public final class ProcessClaim {
    private static final String PROPERTY = "org.bufferbridge.cpython";

    /** One object for all class loaders. */
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
     * @throws IllegalStateException if another one has it, or had it
     */
    static void take() {
        String other = claim();
        if (other != null) {
            throw new IllegalStateException("CPython runs, or ran, in this process already, with the bufferbridge of "
                    + other + "; this is the bufferbridge of " + claimant() + ". " + wayOut());
        }
    }

    /** A process has one CPython, and what to do about it. */
    static String wayOut() {
        return "A process can have one CPython, once. Put the jars of bufferbridge where all that use Python see the"
                + " same classes: on the application's class path, or in a parent class loader (Tomcat: in lib/,"
                + " and not in WEB-INF/lib)";
    }

    /** The same for the Python that started this process: no other class loader starts a second one beside it. */
    static void takeForHost() {
        claim();
    }

    /** Null, or who has it. */
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

    /** After a start that failed before CPython ran: others may try. No security property can be removed. */
    static void giveBack() {
        synchronized (SHARED) {
            Security.setProperty(PROPERTY, "");
        }
    }
}

package org.bufferbridge.internal.python;

import java.util.List;
import org.bufferbridge.internal.classes.ClassSearch;
import org.bufferbridge.internal.classes.Packages;
import org.bufferbridge.internal.members.MethodGroup;

/**
 * Java's half of {@code packages.py} and {@code signatures.py}: what has a name in Java, and the signatures of methods.
 *
 * <p>Threads: any; stateless. Class loaders are user code.
 */
public final class Names {
    private Names() {}

    /** The class of that name, without initialising it; null if there is none. */
    public static Class<?> found(String name) {
        return ClassSearch.known(name);
    }

    /** Whether there is a package of that name, or one below it. */
    public static boolean isPackage(String name) {
        return Packages.exists(name);
    }

    /** The simple names of the packages right below a package. */
    public static List<String> packages(String name) {
        return Packages.below(name);
    }

    /** The simple names of the public classes of a package. */
    public static List<String> classes(String name) {
        return Packages.classes(name);
    }

    /** For messages: where classes come from. */
    public static String searched() {
        return ClassSearch.searched();
    }

    /** Whether a value of the second class is one of the first. */
    public static boolean isSubclass(Class<?> of, Class<?> candidate) {
        return of.isAssignableFrom(candidate);
    }

    /** Each overload: the type of its result, then the types and names of its parameters. */
    public static List<List<String>> overloads(MethodGroup group) {
        return group.described();
    }
}

package org.bufferbridge.internal.classes;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Modifier;
import java.security.CodeSource;
import java.util.Objects;
import org.apache.commons.lang3.ClassUtils;

/**
 * What Python may reach: public classes in packages exported to this module. Of this library, only
 * its public package, and what is made for its Python half: on the class path, and from a module to
 * itself, Java would let its internals be reached as well.
 *
 * <p>Methods that look at their caller, such as {@code Class.forName(String)}, see a class of this
 * library: called from Python they may do what the library's own code may do.
 *
 * <p>This class holds no state.
 */
public final class Access {
    private static final Module MODULE = Access.class.getModule();
    private static final String INTERNALS = "org.bufferbridge.";

    /** What the Python half of this library calls by name; how a class of it is come by, JavaType tells. */
    public static final String PYTHON_HALF = "org.bufferbridge.internal.python.";

    private Access() {}

    /** Whether a class can be named from here; its public members then can, inherited ones too. */
    public static boolean isAccessible(Class<?> type) {
        return isPublic(type)
                && type.getModule().isExported(type.getPackageName(), MODULE)
                && !isInternal(type);
    }

    /** False where the class around it is missing. */
    private static boolean isPublic(Class<?> type) {
        try {
            return ClassUtils.isPublic(type);
        } catch (Throwable e) {
            Listing.rethrowWantOfMemory(e);
            return Modifier.isPublic(type.getModifiers());
        }
    }

    private static boolean isInternal(Class<?> type) {
        return isOurs(type) && !isForPythonHalf(type);
    }

    /** Whether a class is one that the Python half of this library alone may name. */
    public static boolean isForPythonHalf(Class<?> type) {
        return isOurs(type) && type.getName().startsWith(PYTHON_HALF);
    }

    /** Whether it is of this library, but not of its public package. */
    private static boolean isOurs(Class<?> type) {
        return type.getPackageName().startsWith(INTERNALS)
                && Objects.equals(source(type), source(Access.class));
    }

    private static CodeSource source(Class<?> type) {
        return type.getProtectionDomain().getCodeSource();
    }

    /** Why a class's own members cannot be reached, and the way out; null if they can. */
    public static String obstacle(Class<?> type) {
        if (isAccessible(type) || type.isPrimitive() || type.isArray()) {
            return null;
        }
        if (isInternal(type)) {
            return type.getName() + " is internal to bufferbridge";
        }
        if (!isPublic(type)) {
            return type.getName() + " is not public";
        }
        String module = type.getModule().getName();
        String target = MODULE.isNamed() ? MODULE.getName() : "ALL-UNNAMED";
        return "the module "
                + module
                + " does not export the package "
                + type.getPackageName()
                + "; --add-exports "
                + module
                + "/"
                + type.getPackageName()
                + "="
                + target
                + " among the JVM's options does";
    }

    /** A lookup that sees a class of another module, which ours does not read by itself. */
    static MethodHandles.Lookup lookup(Class<?> type) {
        MODULE.addReads(type.getModule());
        // Not the public lookup: that one refuses methods that look at their caller, such as
        // Class.forName.
        return MethodHandles.lookup();
    }
}

package org.bufferbridge.internal.classes;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Modifier;
import java.security.CodeSource;
import java.util.Objects;
import org.apache.commons.lang3.ClassUtils;

/**
 * Python may reach public classes in packages that are exported to this module.
 *
 * <p>Of this library, Python may reach only the public package and the classes made for the Python half. Java's own
 * rules would allow more. On the class path, and from a module to itself, they allow access to the internals.
 *
 * <p>Methods that look at their caller, such as {@code Class.forName(String)}, see a class of this library. When
 * Python calls them, they may do what the library's own code may do.
 *
 * <p>This class holds no state.
 */
public final class Access {
    private static final Module MODULE = Access.class.getModule();
    private static final String INTERNALS = "org.bufferbridge.";

    /**
     * The package of the classes that the Python half of this library calls by name. JavaType says how it gets them.
     */
    public static final String PYTHON_HALF = "org.bufferbridge.internal.python.";

    private Access() {}

    /** Whether this module can name a class. If it can, it can name the class's public members, inherited ones too. */
    public static boolean isAccessible(Class<?> type) {
        return isPublic(type) && type.getModule().isExported(type.getPackageName(), MODULE) && !isInternal(type);
    }

    /**
     * Whether a class and its enclosing classes are public. Where an enclosing class is missing, the class's own
     * modifier decides.
     */
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

    /** Whether only the Python half of this library may name a class. */
    public static boolean isForPythonHalf(Class<?> type) {
        return isOurs(type) && type.getName().startsWith(PYTHON_HALF);
    }

    /** Whether a class is of this library and outside of its public package. */
    private static boolean isOurs(Class<?> type) {
        return type.getPackageName().startsWith(INTERNALS) && Objects.equals(source(type), source(Access.class));
    }

    private static CodeSource source(Class<?> type) {
        return type.getProtectionDomain().getCodeSource();
    }

    /** Why a class's own members cannot be reached, and what to do about it; null if they can be reached. */
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
                + " among the JVM's options exports it";
    }

    /** A lookup that may do what a class may do. Its module has to open the class's package to this module. */
    public static MethodHandles.Lookup privateLookup(Class<?> type) throws IllegalAccessException {
        return MethodHandles.privateLookupIn(type, lookup(type));
    }

    /** A lookup that sees a class of another module, which this module does not read by itself. */
    static MethodHandles.Lookup lookup(Class<?> type) {
        MODULE.addReads(type.getModule());
        // The public lookup refuses methods that look at their caller, such as Class.forName.
        return MethodHandles.lookup();
    }
}

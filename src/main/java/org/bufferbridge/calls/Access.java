package org.bufferbridge.calls;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Modifier;
import java.security.CodeSource;
import java.util.Objects;
import org.apache.commons.lang3.ClassUtils;

/**
 * What Python may reach: public classes in packages exported to this module. Of this library, only
 * its public package: on the class path, and from a module to itself, Java would let its internals
 * be reached as well.
 *
 * <p>Methods that look at their caller, such as {@code Class.forName(String)}, see a class of this
 * library: called from Python they may do what the library's own code may do.
 *
 * <p>This class holds no state.
 */
final class Access {
    private static final Module MODULE = Access.class.getModule();
    private static final String INTERNALS = "org.bufferbridge.";

    private Access() {}

    /** Whether a class can be named from here; its public members then can, inherited ones too. */
    static boolean isAccessible(Class<?> type) {
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
        return type.getPackageName().startsWith(INTERNALS)
                && Objects.equals(source(type), source(Access.class));
    }

    private static CodeSource source(Class<?> type) {
        return type.getProtectionDomain().getCodeSource();
    }

    /** Why a class's own members cannot be reached, and the way out; null if they can. */
    static String obstacle(Class<?> type) {
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

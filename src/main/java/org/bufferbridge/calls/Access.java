package org.bufferbridge.calls;

import java.lang.invoke.MethodHandles;
import org.apache.commons.lang3.ClassUtils;

/**
 * What this module may reach: public classes in packages exported to it.
 *
 * <p>This class holds no state.
 */
final class Access {
    private static final Module MODULE = Access.class.getModule();

    private Access() {}

    /** Whether a class can be named from here; its public members then can, inherited ones too. */
    static boolean isAccessible(Class<?> type) {
        return ClassUtils.isPublic(type)
                && type.getModule().isExported(type.getPackageName(), MODULE);
    }

    /** A lookup that sees a class of another module, which ours does not read by itself. */
    static MethodHandles.Lookup lookup(Class<?> type) {
        MODULE.addReads(type.getModule());
        // Not the public lookup: that one refuses methods that look at their caller, such as
        // Class.forName.
        return MethodHandles.lookup();
    }
}

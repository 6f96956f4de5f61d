package org.bufferbridge.internal.export;

import java.lang.reflect.Method;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferExporterProvider;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.GuardedExporter;
import org.bufferbridge.internal.memory.JnaMemory;
import org.bufferbridge.internal.memory.KnownMemory;

/**
 * Which Java objects can be Python buffers, and by which exporter. C calls {@link #kind} when it makes the {@code
 * JavaClass} of a class. It calls {@link #exporterOf} once for each object of a class that exports by upcall.
 *
 * <p>Threads: stateless.
 */
public final class Exportable {
    /** Objects of the class are no buffers. */
    static final int NOTHING = 0;

    /** Each export calls a {@link BufferExporter}: the object itself, or the one of a provider or of JNA memory. */
    static final int BY_UPCALL = 1;

    /** Memory the library knows: see {@link Holding}. */
    static final int KNOWN_MEMORY = 2;

    /** Memory that changes only through a guard: held as known memory is, and counted in the guard's word. */
    static final int GUARDED = 3;

    /** Objects of the class are no buffers yet: C asks again when the class next comes to Python. */
    static final int NOTHING_YET = 4;

    private Exportable() {}

    /** Called from C. */
    static int kind(Class<?> type) {
        if (KnownMemory.isKnown(type)) {
            return KNOWN_MEMORY;
        }
        if (GuardedExporter.class.isAssignableFrom(type) && leavesCountingToGuard(type)) {
            return GUARDED;
        }
        if (BufferExporter.class.isAssignableFrom(type) || JnaMemory.isOfJna(type)) {
            return BY_UPCALL;
        }
        if (isOfTheJdk(type)) {
            return NOTHING;
        }
        if (Providers.of(type) != null) {
            return BY_UPCALL;
        }
        return Providers.areKnown(type) ? NOTHING : NOTHING_YET;
    }

    /** Called from C: the exporter of an object whose kind is {@link #BY_UPCALL}. */
    static BufferExporter exporterOf(Object object) {
        if (object instanceof BufferExporter exporter) {
            return exporter;
        }
        if (JnaMemory.isOfJna(object.getClass())) {
            return JnaMemory.exporter(object);
        }
        BufferExporterProvider provider = Providers.of(object.getClass());
        if (provider == null) {
            throw new BufferException("there is no BufferExporterProvider for "
                    + object.getClass().getName());
        }
        BufferExporter exporter = provider.exporterFor(object);
        if (exporter == null) {
            throw new BufferException("the provider for " + object.getClass().getName() + ", "
                    + provider.getClass().getName() + ", gave no exporter: exporterFor() returned null");
        }
        return exporter;
    }

    /** Whether a guarded exporter sees neither grants nor releases. A class that cannot be looked at may see them. */
    private static boolean leavesCountingToGuard(Class<?> type) {
        try {
            return isOfGuardedExporter(type.getMethod("getBuffer", BufferRequest.class))
                    && isOfGuardedExporter(type.getMethod("releaseBuffer", BufferView.class));
        } catch (NoSuchMethodException | LinkageError missing) {
            return false;
        }
    }

    private static boolean isOfGuardedExporter(Method method) {
        return method.getDeclaringClass() == GuardedExporter.class;
    }

    /** Whether no provider exports the class: most classes at the start are such, and need no providers loaded. */
    private static boolean isOfTheJdk(Class<?> type) {
        return type.isPrimitive() || type.getName().startsWith("java.lang.");
    }
}

package org.bufferbridge.internal.export;

import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferExporterProvider;
import org.bufferbridge.internal.memory.JnaMemory;
import org.bufferbridge.internal.memory.KnownMemory;

/**
 * What of Java can be a Python buffer, and through whom. Called from C: once for each class, and once for each object
 * of a class that exports by upcall.
 *
 * <p>Threads: stateless.
 */
public final class Exportable {
    /** Objects of the class are no buffers. */
    static final int NOTHING = 0;

    /** A {@link BufferExporter}, the object's own, a provider's or JNA memory's, is called for each export. */
    static final int BY_UPCALL = 1;

    /** Memory the library knows: see {@link Holding}. */
    static final int KNOWN_MEMORY = 2;

    /** Objects of the class are no buffers yet: the class is asked about again, the next time it is met. */
    static final int NOTHING_YET = 3;

    private Exportable() {}

    /** Called from C. */
    static int kind(Class<?> type) {
        if (KnownMemory.isKnown(type)) {
            return KNOWN_MEMORY;
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

    /** The bulk of what is met at the start, which no provider exports: spares loading them. */
    private static boolean isOfTheJdk(Class<?> type) {
        return type.isPrimitive() || type.getName().startsWith("java.lang.");
    }
}

package org.bufferbridge;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * What of Java can be a Python buffer, and through whom. Called from C: once for each class, and once for each object of
 * a class that exports by upcall.
 *
 * <p>Threads: stateless but for the list of providers, which is made once.
 */
final class Exportable {
    /** Objects of the class are no buffers. */
    static final int NOTHING = 0;

    /** A {@link BufferExporter}, the object's own or a provider's, is called for each export. */
    static final int BY_UPCALL = 1;

    /** Memory the library knows: see {@link Holding}. */
    static final int KNOWN_MEMORY = 2;

    private Exportable() {}

    /** How many providers that cannot be loaded are passed over. */
    private static final int MOST_BROKEN = 100;

    /** Null until they are loaded. */
    private static volatile List<BufferExporterProvider> providers;

    private static List<BufferExporterProvider> providers() {
        List<BufferExporterProvider> found = providers;
        if (found == null) {
            found = load();
            providers = found;
        }
        return found;
    }

    /** One that cannot be loaded is passed over, and said: nothing could be told, not even of errors, if it were thrown. */
    private static List<BufferExporterProvider> load() {
        List<BufferExporterProvider> found = new ArrayList<>();
        Iterator<BufferExporterProvider> all =
                ServiceLoader.load(BufferExporterProvider.class, ClassLoader.getSystemClassLoader()).iterator();
        for (int broken = 0; broken < MOST_BROKEN; ) {
            try {
                if (!all.hasNext()) {
                    break;
                }
                found.add(all.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                broken++;
                System.getLogger("org.bufferbridge").log(System.Logger.Level.WARNING,
                        "a BufferExporterProvider cannot be loaded, and its types are not exported: " + e.getMessage());
            }
        }
        return found;
    }

    /** Called from C. */
    static int kind(Class<?> type) {
        if (KnownMemory.isKnown(type)) {
            return KNOWN_MEMORY;
        }
        return BufferExporter.class.isAssignableFrom(type) || providerFor(type) != null ? BY_UPCALL : NOTHING;
    }

    /** Called from C: the exporter of an object whose kind is {@link #BY_UPCALL}. */
    static BufferExporter exporterOf(Object object) {
        if (object instanceof BufferExporter exporter) {
            return exporter;
        }
        BufferExporterProvider provider = providerFor(object.getClass());
        BufferExporter exporter = provider == null ? null : provider.exporterFor(object);
        if (exporter == null) {
            throw new BufferException("the provider for " + object.getClass().getName() + " gave no exporter");
        }
        return exporter;
    }

    private static BufferExporterProvider providerFor(Class<?> type) {
        if (type.isPrimitive() || type.getName().startsWith("java.lang.")) {
            return null; // the bulk of what is met at start; spares loading the providers
        }
        for (BufferExporterProvider provider : providers()) {
            if (provider.type().isAssignableFrom(type)) {
                return provider;
            }
        }
        return null;
    }
}

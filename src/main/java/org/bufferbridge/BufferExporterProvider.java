package org.bufferbridge;

/**
 * Teaches the bridge a foreign type: objects of {@link #type()} become Python buffers through the exporter this
 * provider makes for them.
 *
 * <p>Providers are found with {@link java.util.ServiceLoader}: name the class in {@code
 * META-INF/services/org.bufferbridge.BufferExporterProvider}, or in the module's {@code provides} clause. They are
 * looked for with the system class loader, with the library's own, on the class path that {@code bufferbridge.adopt}
 * was given, and with the class loader of the class that is to be exported. The first whose type fits is taken, in
 * that order. Types that the library exports itself, and classes that implement {@link BufferExporter}, never come
 * here.
 *
 * <p>A provider whose class, constructor or {@link #type()} fails, whatever it throws, is passed over. A warning of
 * the {@code System.Logger} named {@code org.bufferbridge} names it. A provider that calls Python while it is being
 * made sees only those that were made before it.
 *
 * <p>Threads: {@link #exporterFor} is called on any thread, without the GIL.
 */
public interface BufferExporterProvider {
    /**
     * The class or interface whose objects this provider exports. It is asked for once.
     *
     * @return the type, not null
     */
    Class<?> type();

    /**
     * The exporter for an object. It is asked for once for each Python object that stands for {@code object}, before
     * its first export, and is kept as long as that Python object lives. Threads whose first exports race may each
     * ask; the first answer stays. An exception thrown here is that export's; the next export asks again.
     *
     * @param object an instance of {@link #type()}
     * @return its exporter; null refuses the export
     * @throws BufferException if this object cannot be exported
     */
    BufferExporter exporterFor(Object object);
}

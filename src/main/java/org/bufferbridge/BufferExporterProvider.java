package org.bufferbridge;

/**
 * Adds a foreign type to the bridge: its objects become Python buffers through the exporters that this provider makes.
 *
 * <p>Providers are found with {@link java.util.ServiceLoader}: name the class in
 * {@code META-INF/services/org.bufferbridge.BufferExporterProvider}, or in the module's {@code provides} clause. The
 * search uses the class loaders of the system, of the library and of the class path of {@code bufferbridge.adopt}. Then
 * it uses that of the exported class. The first provider whose type fits is taken. Types that the library exports
 * itself, and classes that implement {@link BufferExporter}, need no provider and are never passed to one.
 *
 * <p>A provider whose class, constructor or {@link #type()} throws anything is skipped. A warning of the
 * {@code System.Logger} named {@code org.bufferbridge} names it. If a provider calls Python during its construction,
 * that call uses only providers that were made earlier.
 *
 * <p>Threads: any thread may call {@link #exporterFor}, without the GIL.
 */
public interface BufferExporterProvider {
    /**
     * The class or interface whose objects this provider exports. The bridge asks for it once.
     *
     * @return the type, not null
     */
    Class<?> type();

    /**
     * The exporter for an object. The bridge asks once for each Python object that stands for {@code object}, before
     * its first export. It keeps the exporter as long as that Python object lives. Threads whose first exports race
     * may each ask; the first answer stays. An exception thrown here fails that one export, and the next export asks
     * again.
     *
     * @param object an instance of {@link #type()}
     * @return its exporter; null refuses the export
     * @throws BufferException if this object cannot be exported
     */
    BufferExporter exporterFor(Object object);
}

package org.bufferbridge;

/**
 * Teaches the bridge a foreign type: objects of {@link #type()} become Python buffers through the exporter this provider
 * makes for them.
 *
 * <p>Providers are found with {@link java.util.ServiceLoader}, through the system class loader: name the class in {@code
 * META-INF/services/org.bufferbridge.BufferExporterProvider}, or in the module's {@code provides} clause. They are asked
 * in the order the loader finds them; the first whose type fits is taken. Types that the library exports itself, and
 * classes that implement {@link BufferExporter}, never come here.
 *
 * <p>Threads: {@link #exporterFor} is called on any thread, without the GIL.
 */
public interface BufferExporterProvider {
    /**
     * The class or interface whose objects this provider exports.
     *
     * @return the type
     */
    Class<?> type();

    /**
     * The exporter for an object. It is asked for once for each Python object that stands for {@code object}, before its
     * first export, and is kept as long as that Python object lives.
     *
     * @param object an instance of {@link #type()}
     * @return its exporter
     * @throws BufferException if this object cannot be exported
     */
    BufferExporter exporterFor(Object object);
}

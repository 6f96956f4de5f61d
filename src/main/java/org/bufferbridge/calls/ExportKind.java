package org.bufferbridge.calls;

import org.bufferbridge.BufferExporter;

/**
 * Says of a class whether its objects can be Python buffers. It is asked once per class, when its
 * {@link JavaType} is made.
 */
final class ExportKind {
    /** Objects of the class cannot be exported. */
    static final int NONE = 0;

    /** A {@link BufferExporter}; whether it may block is asked of each object. */
    static final int EXPORTER = 1;

    /** Memory the library exports itself. */
    static final int MEMORY = 2;

    private ExportKind() {}

    static int of(Class<?> type) {
        return BufferExporter.class.isAssignableFrom(type) ? EXPORTER : NONE;
    }
}

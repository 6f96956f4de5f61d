package org.bufferbridge;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parameter that the method writes through. A Python buffer passed to it is requested writable
 * ({@code PyBUF_FULL}). A read-only Python buffer is refused with BufferError before the method runs. Read-only Java
 * memory, as a {@link BufferView}, MemorySegment or NIO buffer, is refused in the same way.
 *
 * <p>Without this annotation, a buffer is requested with {@code PyBUF_FULL_RO} and is as writable as its exporter
 * makes it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Writable {}

package org.bufferbridge;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parameter that the method only reads. A Python buffer passed to it arrives read-only, even if its exporter would
 * allow writing. Java memory arrives read-only too, as a {@link BufferView}, MemorySegment or NIO buffer. Arrays
 * arrive as themselves: Java has no read-only form of them.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ReadOnly {}

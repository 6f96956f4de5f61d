package org.bufferbridge;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parameter that the method only reads. A Python buffer passed to it arrives read-only, also when its exporter would
 * allow writing; and so does Java's own memory, as a read-only {@link BufferView}, MemorySegment or NIO buffer. Arrays,
 * which Java has no read-only form of, arrive as themselves.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ReadOnly {}

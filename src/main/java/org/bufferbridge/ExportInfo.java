package org.bufferbridge;

import java.time.Duration;
import java.time.Instant;

/**
 * One export that is out: Java memory that a Python consumer has.
 *
 * <p>Exports of memory that the library knows (arrays, NIO buffers, segments, views) are only counted. Of these, only
 * exporter and size are known, until a {@link LeakLevel} or a recording of Flight Recorder traces them.
 *
 * @param exporter    the class of the Java object
 * @param request     the request of the consumer; null if the export is only counted
 * @param byteSize    the size of the granted view
 * @param since       when it was acquired; null if the export is only counted
 * @param thread      the thread that acquired it: its name in Python; otherwise its name in Java if a stack was taken,
 *                    or its number; null if the export is only counted
 * @param pythonStack from where in Python, innermost call last; null if no stack was taken
 * @param javaStack   from where in Java, innermost call first; null if no stack was taken, or no Java code led there
 */
public record ExportInfo(
        String exporter,
        BufferRequest request,
        long byteSize,
        Instant since,
        String thread,
        String pythonStack,
        String javaStack) {
    /**
     * The time that the export has been out.
     *
     * @return the time since {@link #since}, or null
     */
    public Duration age() {
        return since == null ? null : Duration.between(since, Instant.now());
    }
}

package org.bufferbridge;

import java.time.Duration;
import java.time.Instant;

/**
 * One holding: Java memory that a {@code JavaBuffer} in Python holds, and that the library knows. That is an array, an
 * NIO buffer, a segment or a view. The memory is held from the first export until the Python object dies or its
 * {@code release()} is called. It is held even while no export is out. An arena that owns it refuses to close
 * meanwhile.
 *
 * @param holder      the class of the Java object
 * @param exports     the number of exports that are out; often 0
 * @param byteSize    the size of the memory
 * @param address     where the memory begins, as {@code MemorySegment.address()}
 * @param since       when the holding began
 * @param thread      the thread that took hold: its name in Python; otherwise its name in Java if a stack was taken, or
 *                    its number
 * @param pythonStack from where in Python, innermost call last; null if no stack was taken
 * @param javaStack   from where in Java, innermost call first; null if no stack was taken, or no Java code led there
 */
public record HoldingInfo(
        String holder,
        long exports,
        long byteSize,
        long address,
        Instant since,
        String thread,
        String pythonStack,
        String javaStack) {
    /**
     * The time that the memory has been held.
     *
     * @return the time since {@link #since}
     */
    public Duration age() {
        return Duration.between(since, Instant.now());
    }
}

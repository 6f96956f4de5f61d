package org.bufferbridge;

import java.time.Duration;
import java.time.Instant;

/**
 * One lease that is out: a Python buffer that Java has.
 *
 * @param owner       the type of the Python object
 * @param request     the request that it answers
 * @param byteSize    the buffer's size
 * @param isRetained  whether it lasts beyond its call. Then it lasts until {@link PythonBuffer#close()}, or until
 *                    Python lets go of a view that Java passed back
 * @param since       when it was acquired
 * @param thread      the thread that acquired it: its name in Python; otherwise its name in Java if a stack was taken,
 *                    or its number
 * @param pythonStack from where in Python, innermost call last; null if no stack was taken
 * @param javaStack   from where in Java it was retained, innermost call first; null if no stack was taken
 */
public record LeaseInfo(
        String owner,
        BufferRequest request,
        long byteSize,
        boolean isRetained,
        Instant since,
        String thread,
        String pythonStack,
        String javaStack) {
    /**
     * The time that the lease has been out.
     *
     * @return the time since {@link #since}
     */
    public Duration age() {
        return Duration.between(since, Instant.now());
    }
}

package org.bufferbridge.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The clock of the measurements. It stops while the system runs other threads. */
final class ProcessorTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ProcessorTime() {}

    /** The processor time that the calling thread has used. */
    static long nanoseconds() {
        return THREADS.getCurrentThreadCpuTime();
    }
}

package org.bufferbridge.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The clock of the measurements: it stands still while the system lets others run. */
final class ProcessorTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ProcessorTime() {}

    /** What the calling thread has used. */
    static long nanoseconds() {
        return THREADS.getCurrentThreadCpuTime();
    }
}

package org.bufferbridge;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** What HotSpot tells of its own options. Where the module jdk.management is missing, it tells nothing. */
final class VmOptions {
    private static final long LEAST_OF_G1 = 1 << 20;
    private static final long LEAST_OF_SHENANDOAH = 256 << 10;
    private static final long MOST_REGION_BYTES = 32 << 20;
    private static final long REGIONS = 2048;

    private VmOptions() {}

    /** Whether this JVM was built with Shenandoah: only then it knows the collector's own options. */
    static boolean hasShenandoah() {
        return value("ShenandoahGCHeuristics") != null;
    }

    /** Of a heap region, bytes: as G1 tells it, else by the rule that both collectors have. */
    static long regionByteSize() {
        String ofG1 = isTrue("UseG1GC") ? value("G1HeapRegionSize") : null;
        if (ofG1 != null && !ofG1.equals("0")) {
            return Long.parseLong(ofG1);
        }
        long size = Long.highestOneBit(Math.max(1, Runtime.getRuntime().maxMemory() / REGIONS));
        long least = Pins.collector().equals("Shenandoah") ? LEAST_OF_SHENANDOAH : LEAST_OF_G1;
        return Math.clamp(size, least, MOST_REGION_BYTES);
    }

    private static boolean isTrue(String option) {
        return "true".equals(value(option));
    }

    /** Null if there is no such option. */
    private static String value(String option) {
        try {
            HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return bean == null ? null : bean.getVMOption(option).getValue();
        } catch (IllegalArgumentException | LinkageError absent) {
            return null;
        }
    }
}

package org.bufferbridge.internal.hold;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bufferbridge.internal.jni.Natives;

/** The options of HotSpot. Where the module jdk.management is missing, none is known. */
public final class VmOptions {
    private static final long MIN_REGION_OF_G1 = 1 << 20;
    private static final long MIN_REGION_OF_SHENANDOAH = 256 << 10;
    private static final long MAX_REGION_BYTES = 32 << 20;
    private static final long REGIONS = 2048;
    private static final long MIN_SHENANDOAH_REGIONS = 10;
    private static final long LARGE_PAGE_BYTES = 2 << 20;

    /** For each collector, an option that only a JVM with that collector has. */
    private static final Map<String, String> OPTION_OF_COLLECTOR = new LinkedHashMap<>();

    static {
        OPTION_OF_COLLECTOR.put("G1", "G1HeapRegionSize");
        OPTION_OF_COLLECTOR.put("Shenandoah", "ShenandoahGCHeuristics");
        OPTION_OF_COLLECTOR.put("ZGC", "ZCollectionInterval");
        OPTION_OF_COLLECTOR.put("Parallel", "UseMaximumCompactionOnSystemGC");
        OPTION_OF_COLLECTOR.put("Serial", "UseSerialGC");
    }

    private VmOptions() {}

    /** The collectors that this JVM was built with, by the names of {@link Pins}, as far as the JVM tells. */
    public static List<String> collectors() {
        List<String> collectors = new ArrayList<>();
        OPTION_OF_COLLECTOR.forEach((collector, option) -> {
            if (value(option) != null) {
                collectors.add(collector);
            }
        });
        return collectors;
    }

    /** Whether this JVM was built with Shenandoah. */
    static boolean hasShenandoah() {
        return flag(OPTION_OF_COLLECTOR.get("Shenandoah"), Long.BYTES) != -1
                || value(OPTION_OF_COLLECTOR.get("Shenandoah")) != null;
    }

    /** The size of a heap region in bytes: as G1 tells it, otherwise by the collector's rule. */
    static long regionByteSize() {
        long heap = Runtime.getRuntime().maxMemory();
        if (Pins.collector().equals("Shenandoah")) {
            return shenandoahRegionByteSize(heap);
        }
        long ofG1 = isTrue("UseG1GC") ? number("G1HeapRegionSize", 0) : 0;
        long byRule = Math.clamp(Long.highestOneBit(Math.max(1, heap / REGIONS)), MIN_REGION_OF_G1, MAX_REGION_BYTES);
        return ofG1 != 0 ? ofG1 : byRule;
    }

    /**
     * The size in bytes of the largest array that shares a region with other objects. The collector may move such an
     * array, unless it is pinned. G1 gives an object larger than half a region its own regions, Shenandoah one larger
     * than a region.
     */
    static long maxSharingBytes(long regionByteSize) {
        return Pins.collector().equals("Shenandoah") ? regionByteSize : regionByteSize / 2;
    }

    /** HotSpot tells Shenandoah's options only where they are unlocked. Elsewhere nobody can have set them. */
    private static long shenandoahRegionByteSize(long heap) {
        long size = number("ShenandoahRegionSize", 0);
        if (size == 0) {
            size = Math.max(
                    heap / number("ShenandoahTargetNumRegions", REGIONS),
                    number("ShenandoahMinRegionSize", MIN_REGION_OF_SHENANDOAH));
            size = Math.min(size, number("ShenandoahMaxRegionSize", MAX_REGION_BYTES));
        }
        boolean pagesAreLarge = isTrue("UseLargePages") || isTrue("UseTransparentHugePages");
        if (pagesAreLarge) {
            long page = number("LargePageSizeInBytes", 0) == 0 ? LARGE_PAGE_BYTES : number("LargePageSizeInBytes", 0);
            long aligned = Math.ceilDiv(size, page) * page;
            size = heap / aligned >= MIN_SHENANDOAH_REGIONS ? aligned : size;
        }
        return Long.highestOneBit(size);
    }

    private static long number(String option, long otherwise) {
        long flag = flag(option, Long.BYTES);
        if (flag >= 0) {
            return flag;
        }
        String value = value(option);
        return value == null ? otherwise : Long.parseLong(value);
    }

    /** Whether an option is switched on. */
    static boolean isTrue(String option) {
        long flag = flag(option, 1);
        return flag >= 0 ? flag == 1 : "true".equals(value(option));
    }

    /** The value of a flag, as the JVM's tables have it; -1 if it is not known. */
    static long flag(String option, int byteSize) {
        return Natives.isBound() ? Natives.vmFlag(option, byteSize) : -1;
    }

    /** As the management beans have it, whose first use takes long. Null if there is no such option. */
    static String value(String option) {
        try {
            HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return bean == null ? null : bean.getVMOption(option).getValue();
        } catch (IllegalArgumentException | LinkageError absent) {
            return null;
        }
    }
}

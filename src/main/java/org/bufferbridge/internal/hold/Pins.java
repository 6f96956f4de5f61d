package org.bufferbridge.internal.hold;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.bufferbridge.BufferException;
import org.bufferbridge.internal.jni.Natives;

/**
 * Whether this JVM can keep a heap array in place for long, and how much may be kept so.
 *
 * <p>G1 (from JDK 22, JEP 423) and Shenandoah pin the array's region and go on collecting. The other collectors stop
 * collecting altogether while an array is pinned, and a long pin ends in a stall: there, nothing is pinned. G1 of JDK
 * 25.0.0 to 25.0.2 may move pinned arrays (JDK-8377811). Under {@code -Xcheck:jni} the JVM hands out copies instead of
 * pinning. So the collector's name is asked, and then a pinned array is poked and read back.
 *
 * <p>A pin keeps a whole region from being collected, however small the array is. So whole regions are counted, by C,
 * which knows where a pinned array lies. Three system properties limit them: {@code bufferbridge.maxPinnedBytes}, of
 * all regions that have a pinned array (default: half of the largest heap); {@code bufferbridge.maxPinnedRegions}, of
 * those that arrays share, which lie scattered and leave no room for large objects in between (default: a quarter of
 * the heap's regions); {@code bufferbridge.maxPinnedArrays} (default: no limit).
 *
 * <p>Threads: of threads that probe at once each finds the same.
 */
public final class Pins {
    private static final String NONE = "";

    /** What was found out, when the native library was there to try it; null before. */
    private static volatile String found;

    private static final long REGION_BYTES = VmOptions.regionByteSize();
    private static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();
    private static final long MAX_BYTES = Long.getLong("bufferbridge.maxPinnedBytes", HEAP_BYTES / 2);
    private static final long MAX_REGIONS =
            Long.getLong("bufferbridge.maxPinnedRegions", Math.max(1, HEAP_BYTES / REGION_BYTES / 4));
    private static final long MAX_ARRAYS = Long.getLong("bufferbridge.maxPinnedArrays", Long.MAX_VALUE);
    private static final String WAYS =
            "; bufferbridge.borrow() lends the array for a block of code, bufferbridge.copy() takes a snapshot";

    private Pins() {}

    /**
     * Null when heap arrays can be pinned here, else the reason in words.
     *
     * @throws OutOfMemoryError if that cannot be found out now
     */
    public static String obstacle() {
        if (!Natives.isBound()) {
            return "Python does not run yet";
        }
        String obstacle = found;
        if (obstacle == null) {
            obstacle = findObstacle();
            found = obstacle;
        }
        return obstacle.equals(NONE) ? null : obstacle;
    }

    /**
     * Asked before an array is pinned.
     *
     * @throws BufferException if this JVM cannot pin
     */
    static void require() {
        String obstacle = obstacle();
        if (obstacle != null) {
            throw new BufferException("a Java heap array cannot be exported in place: " + obstacle + WAYS);
        }
    }

    /** Called from C: length times item size, bytes. */
    static long byteSize(Object array) {
        return HeapArrays.byteSize(array);
    }

    /**
     * Called from C, when more would be pinned than is allowed, and nothing that is pinned can be let go of.
     *
     * @param array   which was to be pinned
     * @param arrays  that are pinned
     * @param regions that have pinned small arrays
     * @param bytes   of all regions that have pinned arrays
     * @throws BufferException always
     */
    static void refuse(Object array, long arrays, long regions, long bytes) {
        throw new BufferException("a Java heap array of " + HeapArrays.byteSize(array) + " bytes cannot be pinned: "
                + arrays + " arrays are, in heap regions of " + bytes + " bytes together, " + regions
                + " of them with small arrays; at most "
                + (MAX_ARRAYS == Long.MAX_VALUE ? "" : MAX_ARRAYS + " arrays (bufferbridge.maxPinnedArrays), ")
                + MAX_BYTES + " bytes (bufferbridge.maxPinnedBytes) and " + MAX_REGIONS
                + " such regions (bufferbridge.maxPinnedRegions) are allowed" + WAYS);
    }

    private static String findObstacle() {
        String ofCollector = obstacleOf(collector(), Runtime.version(), VmOptions.hasShenandoah());
        if (ofCollector != null) {
            return ofCollector;
        }
        if (!pokeIsSeen()) {
            return "the JVM hands out copies of arrays (-Xcheck:jni does that)";
        }
        Natives.limitPins(REGION_BYTES, VmOptions.mostSharingBytes(REGION_BYTES), MAX_ARRAYS, MAX_REGIONS, MAX_BYTES);
        return NONE;
    }

    /** Null when a collector pins on a JDK of that version; else the reason in words, and the way out. */
    static String obstacleOf(String collector, Runtime.Version version, boolean hasShenandoah) {
        String shenandoah = hasShenandoah
                ? " or Shenandoah (-XX:+UseShenandoahGC among the JVM's options:"
                        + " bufferbridge.start(options=[\"-XX:+UseShenandoahGC\"]))"
                : "";
        if (collector.equals("G1")) {
            return movesPinnedArrays(version)
                    ? "G1 of JDK " + version + " may move pinned arrays (JDK-8377811); JDK 25.0.3 or later" + shenandoah
                            + " is required"
                    : null;
        }
        return collector.equals("Shenandoah")
                ? null
                : "the collector " + collector + " cannot pin; G1" + shenandoah + " is required";
    }

    /** Whether a collector of that name can pin heap arrays on this JDK. */
    public static boolean canPin(String collector) {
        return obstacleOf(collector, Runtime.version(), false) == null;
    }

    private static boolean movesPinnedArrays(Runtime.Version version) {
        return version.feature() == 25 && version.interim() == 0 && version.update() <= 2;
    }

    /** What users call the collector of this JVM. */
    public static String collector() {
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            return collectorOf(bean.getName());
        }
        return "of this JVM, which tells no name,";
    }

    /** What users call the collector that has a management bean of that name. */
    static String collectorOf(String bean) {
        String name = bean.toLowerCase(Locale.ROOT);
        if (name.startsWith("g1")) {
            return "G1";
        }
        if (name.startsWith("shenandoah")) {
            return "Shenandoah";
        }
        if (name.startsWith("zgc")) {
            return "ZGC";
        }
        if (name.startsWith("ps ")) {
            return "Parallel";
        }
        if (name.equals("copy") || name.equals("marksweepcompact")) {
            return "Serial";
        }
        return name.startsWith("epsilon") ? "Epsilon" : "\"" + bean + "\"";
    }

    private static boolean pokeIsSeen() {
        byte[] array = new byte[64];
        try {
            return Natives.pokePinned(array, 17, (byte) 42);
        } catch (UnsatisfiedLinkError absent) {
            return false;
        }
    }
}

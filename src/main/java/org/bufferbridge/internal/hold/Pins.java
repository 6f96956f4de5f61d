package org.bufferbridge.internal.hold;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.bufferbridge.BufferException;
import org.bufferbridge.internal.jni.Natives;

/**
 * Whether this JVM can pin heap arrays for long, and how much may be pinned.
 *
 * <p>G1 (from JDK 22, JEP 423) and Shenandoah pin the region of an array and go on collecting. Other collectors do not
 * collect while an array is pinned, so a long pin ends in a stall. Nothing is pinned under them. G1 of JDK 25.0.0 to
 * 25.0.2 may move pinned arrays (JDK-8377811). Under {@code -Xcheck:jni} the JVM hands out copies. So this class looks
 * at the collector's name and the JDK's version. Then it pokes a pinned array, and reads it back.
 *
 * <p>A pin keeps a whole region from being collected, however small the array is. So C counts regions, once it knows
 * where a pinned array lies. Three system properties limit pins. {@code bufferbridge.maxPinnedBytes} limits the bytes
 * of all regions with a pinned array (default: half of the largest heap). {@code bufferbridge.maxPinnedRegions} limits
 * the regions that arrays share (default: a quarter of the heap's regions). Such regions lie scattered and leave no
 * room for large objects. {@code bufferbridge.maxPinnedArrays} limits the arrays (default: no limit).
 *
 * <p>Threads: any. Threads that probe at once get the same answer.
 */
public final class Pins {
    private static final String NONE = "";

    /** The collectors of which one is switched on, by their flags. */
    private static final List<String> SWITCHED_ON = List.of("G1", "Shenandoah", "Z", "Parallel", "Serial", "Epsilon");

    /** The obstacle, or NONE; null before the native library could try. */
    private static volatile String found;

    private static final String WAYS =
            "; bufferbridge.borrow() lends the array for a block of code, bufferbridge.copy() takes a snapshot";

    /**
     * How much may be pinned. It is found at the first pin: C looks the methods of {@link Pins} up before the natives
     * are bound that read HotSpot's flags. The management beans, which would be asked instead, take tens of
     * milliseconds.
     */
    private static final class Limits {
        static final long REGION_BYTES = VmOptions.regionByteSize();
        static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();
        static final long MAX_BYTES = Long.getLong("bufferbridge.maxPinnedBytes", HEAP_BYTES / 2);
        static final long MAX_REGIONS =
                Long.getLong("bufferbridge.maxPinnedRegions", Math.max(1, HEAP_BYTES / REGION_BYTES / 4));
        static final long MAX_ARRAYS = Long.getLong("bufferbridge.maxPinnedArrays", Long.MAX_VALUE);

        private Limits() {}
    }

    private Pins() {}

    /**
     * Null where heap arrays can be pinned, otherwise the reason in words.
     *
     * @throws OutOfMemoryError if the trial gets no memory
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
     * Called before an array is pinned.
     *
     * @throws BufferException if this JVM cannot pin
     */
    static void require() {
        String obstacle = obstacle();
        if (obstacle != null) {
            throw new BufferException("a Java heap array cannot be exported in place: " + obstacle + WAYS);
        }
    }

    /** Called from C: length times item size, in bytes. */
    static long byteSize(Object array) {
        return HeapArrays.byteSize(array);
    }

    /**
     * Called from C, when a pin would exceed a limit, and no other pinned array can be let go of.
     *
     * @param array the array to pin
     * @param arrays how many arrays are pinned
     * @param regions how many regions have small pinned arrays
     * @param bytes the size of all regions with pinned arrays
     * @throws BufferException always
     */
    static void refuse(Object array, long arrays, long regions, long bytes) {
        throw new BufferException("a Java heap array of " + HeapArrays.byteSize(array) + " bytes cannot be pinned: "
                + arrays + " arrays are, in heap regions of " + bytes + " bytes together, " + regions
                + " of them with small arrays; at most "
                + (Limits.MAX_ARRAYS == Long.MAX_VALUE
                        ? ""
                        : Limits.MAX_ARRAYS + " arrays (bufferbridge.maxPinnedArrays), ")
                + Limits.MAX_BYTES + " bytes (bufferbridge.maxPinnedBytes) and " + Limits.MAX_REGIONS
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
        Natives.limitPins(
                Limits.REGION_BYTES,
                VmOptions.maxSharingBytes(Limits.REGION_BYTES),
                Limits.MAX_ARRAYS,
                Limits.MAX_REGIONS,
                Limits.MAX_BYTES);
        return NONE;
    }

    /** Null where the collector pins on that JDK, otherwise the reason in words, and the way out. */
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

    /** The name that users know for the collector of this JVM. */
    public static String collector() {
        for (String collector : SWITCHED_ON) {
            if (VmOptions.flag("Use" + collector + "GC", 1) == 1) {
                return collectorOf(collector);
            }
        }
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            return collectorOf(bean.getName());
        }
        return "of this JVM, which tells no name,";
    }

    /** The name that users know for the collector of a flag or of a management bean. */
    static String collectorOf(String bean) {
        String name = bean.toLowerCase(Locale.ROOT);
        if (name.startsWith("g1")) {
            return "G1";
        }
        if (name.startsWith("shenandoah")) {
            return "Shenandoah";
        }
        if (name.startsWith("z")) {
            return "ZGC";
        }
        if (name.startsWith("ps ") || name.equals("parallel")) {
            return "Parallel";
        }
        if (name.equals("serial") || name.equals("copy") || name.equals("marksweepcompact")) {
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

package org.bufferbridge;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Whether this JVM can keep a heap array in place for long, and how much may be kept so.
 *
 * <p>G1 (from JDK 22, JEP 423) and Shenandoah pin the array's region and go on collecting. The other collectors stop
 * collecting altogether while an array is pinned, and a long pin ends in a stall: there, nothing is pinned. G1 of JDK
 * 25.0.0 to 25.0.2 may move pinned arrays (JDK-8377811). Under {@code -Xcheck:jni} the JVM hands out copies instead of
 * pinning. So the collector's name is asked, and then a pinned array is poked and read back.
 *
 * <p>A pin keeps a whole region from being collected, so their number and bytes are capped, by the system properties
 * {@code bufferbridge.maxPinnedBytes} (default: half of the largest heap) and {@code bufferbridge.maxPinnedArrays}
 * (default: 256).
 *
 * <p>Threads: the caps are guarded by the class's monitor; of threads that probe at once each finds the same.
 */
final class Pins {
    private static final String NONE = "";

    /** What was found out, when the native library was there to try it; null before. */
    private static volatile String found;

    private static final long MAX_BYTES =
            Long.getLong("bufferbridge.maxPinnedBytes", Runtime.getRuntime().maxMemory() / 2);
    private static final long MAX_ARRAYS = Long.getLong("bufferbridge.maxPinnedArrays", 256);

    private static long bytes;
    private static long arrays;

    private Pins() {}

    /**
     * Null when heap arrays can be pinned here, else the reason in words.
     *
     * @throws OutOfMemoryError if that cannot be found out now
     */
    static String obstacle() {
        if (!NativeLibrary.isBound()) {
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
     * Accounts for a pin that is about to be made.
     *
     * @throws BufferException if this JVM cannot pin, or a cap would be exceeded
     */
    static synchronized void reserve(long byteSize) {
        String ways = "; bufferbridge.borrow() lends the array for a block of code, bufferbridge.copy() takes a snapshot";
        String obstacle = obstacle();
        if (obstacle != null) {
            throw new BufferException("a Java heap array cannot be exported in place: " + obstacle + ways);
        }
        if (byteSize > MAX_BYTES - bytes) {
            throw new BufferException(byteSize + " bytes of a heap array cannot be pinned beside the " + bytes
                    + " that are: at most " + MAX_BYTES + " are allowed (bufferbridge.maxPinnedBytes)" + ways);
        }
        if (arrays >= MAX_ARRAYS) {
            throw new BufferException(arrays + " heap arrays are pinned; at most " + MAX_ARRAYS
                    + " are allowed (bufferbridge.maxPinnedArrays)" + ways);
        }
        bytes += byteSize;
        arrays++;
    }

    /** Undoes one {@link #reserve}. */
    static synchronized void unreserve(long byteSize) {
        bytes -= byteSize;
        arrays--;
    }

    private static String findObstacle() {
        String ofCollector = obstacleOf(collectorName(), Runtime.version());
        if (ofCollector != null) {
            return ofCollector;
        }
        return pokeIsSeen() ? NONE : "the JVM hands out copies of arrays (-Xcheck:jni does that)";
    }

    /** Null when a collector, named in lower case, pins on a JDK of that version; else the reason in words. */
    static String obstacleOf(String collector, Runtime.Version version) {
        if (collector.startsWith("g1")) {
            if (movesPinnedArrays(version)) {
                return "G1 of JDK " + version + " may move pinned arrays (JDK-8377811); 25.0.3 or later is required";
            }
        } else if (!collector.startsWith("shenandoah")) {
            return "the collector \"" + collector + "\" cannot pin; G1 or Shenandoah is required";
        }
        return null;
    }

    private static boolean movesPinnedArrays(Runtime.Version version) {
        return version.feature() == 25 && version.interim() == 0 && version.update() <= 2;
    }

    private static String collectorName() {
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            return bean.getName().toLowerCase(Locale.ROOT);
        }
        return "unknown";
    }

    private static boolean pokeIsSeen() {
        byte[] array = new byte[64];
        try {
            return NativeLibrary.pokePinned(array, 17, (byte) 42);
        } catch (UnsatisfiedLinkError absent) {
            return false;
        }
    }
}

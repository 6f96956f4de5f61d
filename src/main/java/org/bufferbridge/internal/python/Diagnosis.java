package org.bufferbridge.internal.python;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Collectors;
import org.bufferbridge.internal.hold.ArenaLock;
import org.bufferbridge.internal.hold.Pins;
import org.bufferbridge.internal.jni.Natives;

/**
 * What this JVM can do for the bridge, in words; {@code python -m bufferbridge doctor} prints it.
 *
 * <p>Threads: stateless.
 */
public final class Diagnosis {
    private Diagnosis() {}

    /**
     * The version of the jar.
     *
     * @return for example {@code 0.1.0}; null if the classes are in no jar
     */
    public static String version() {
        return Diagnosis.class.getPackage().getImplementationVersion();
    }

    /**
     * The version of what the jar and the native library must agree on.
     *
     * @return a number, which has to be the library's
     */
    public static int abiVersion() {
        return Natives.ABI_VERSION;
    }

    /**
     * The JVM.
     *
     * @return its version and vendor
     */
    public static String jvm() {
        return Runtime.version() + " of " + System.getProperty("java.vm.vendor");
    }

    /**
     * The garbage collector.
     *
     * @return what it is called, for example {@code G1}, and the names of its parts
     */
    public static String collector() {
        return Pins.collector() + " (" + parts() + ")";
    }

    private static String parts() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(", "));
    }

    /**
     * Why heap arrays are not exported in place.
     *
     * @return null if they are
     */
    public static String pinObstacle() {
        return Pins.obstacle();
    }

    /**
     * Why the memory of arenas that can be closed is not exported.
     *
     * @return null if it is, and {@code close()} is refused meanwhile
     */
    public static String arenaObstacle() {
        return ArenaLock.obstacle();
    }
}

package org.bufferbridge.internal.doctor;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bufferbridge.internal.hold.ArenaLock;
import org.bufferbridge.internal.hold.Pins;
import org.bufferbridge.internal.hold.VmOptions;
import org.bufferbridge.internal.jni.Natives;

/**
 * Finds what this JVM can do for the bridge.
 *
 * <p>Threads: any; stateless.
 */
public final class JavaFindings {
    private JavaFindings() {}

    /** The findings that do not need Python. */
    public static List<Finding> ofJvm() {
        return List.of(jvm(), jar(), libraries(), nativeAccess());
    }

    /** The findings that need a running Python. */
    public static List<Finding> ofAbilities() {
        return List.of(collector(), collectors(), arenas());
    }

    /**
     * The place of this library's classes.
     *
     * @return a file or a folder; null if they are in none, as in a jar within a jar
     */
    public static String place() {
        return place(JavaFindings.class);
    }

    static String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return null;
        }
        try {
            return Path.of(URI.create(source.getLocation().toString())).toString();
        } catch (RuntimeException inNoFile) {
            return null;
        }
    }

    // --------------------------------------------------------------------------------------------------- findings

    private static Finding jvm() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("version", Runtime.version().toString());
        data.put("vendor", System.getProperty("java.vm.vendor"));
        data.put("name", System.getProperty("java.vm.name"));
        data.put("home", System.getProperty("java.home"));
        data.put("system", System.getProperty("os.name"));
        data.put("machine", System.getProperty("os.arch"));
        data.put("largest_heap", Runtime.getRuntime().maxMemory());
        String found = Runtime.version() + " of " + System.getProperty("java.vm.vendor") + ", "
                + System.getProperty("java.home");
        return Finding.of("running", found, "running", data);
    }

    private static Finding jar() {
        Map<String, Object> data = NeededLibraries.described("bufferbridge", JavaFindings.class);
        data.put("native_interface", Natives.ABI_VERSION);
        return Finding.of("jar", versionOf(data) + ", native interface " + Natives.ABI_VERSION, "jar", data);
    }

    private static Finding libraries() {
        List<Map<String, Object>> found = NeededLibraries.found();
        String words = found.stream()
                .map(library -> library.get("name") + " " + versionOf(library))
                .collect(Collectors.joining(", "));
        String missing = NeededLibraries.missing();
        return missing == null
                ? Finding.of("libraries", words, "libraries", found)
                : new Finding("libraries", missing, missing, false, "libraries", found);
    }

    private static Object versionOf(Map<String, Object> jar) {
        return Objects.requireNonNullElse(jar.get("version"), "of no version");
    }

    /** Java 24 and later warn if it is not granted, and a later release will deny it. */
    private static Finding nativeAccess() {
        Map<String, Object> granted = new TreeMap<>();
        for (Module module : Arrays.asList(JavaFindings.class.getModule(), NeededLibraries.moduleOfJna())) {
            if (module != null) {
                String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
                granted.merge(name, module.isNativeAccessEnabled(), (one, other) -> one.equals(true) ? other : one);
            }
        }
        if (!granted.containsValue(false)) {
            return Finding.of(
                    "native access", "granted to " + String.join(", ", granted.keySet()), "native_access", granted);
        }
        String missing = "native access is not granted; start Java with --enable-native-access="
                + String.join(",", granted.keySet());
        return new Finding("native access", missing, missing, true, "native_access", granted);
    }

    private static Finding collector() {
        String pins = Pins.obstacle();
        List<String> parts = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .toList();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", Pins.collector());
        data.put("parts", parts);
        data.put("pins", pins == null);
        data.put("obstacle", pins);
        String name = Pins.collector() + " (" + String.join(", ", parts) + ")";
        return pins == null
                ? Finding.of("collector", name + "; heap arrays are exported in place", "collector", data)
                : new Finding(
                        "collector",
                        name + "; heap arrays are not exported in place; use bb.borrow() or bb.copy()",
                        "export of heap arrays in place: " + pins,
                        true,
                        "collector",
                        data);
    }

    /** The collectors that this JVM was built with. */
    private static Finding collectors() {
        Map<String, Object> pins = new LinkedHashMap<>();
        for (String name : VmOptions.collectors()) {
            pins.put(name, Pins.canPin(name));
        }
        String words = pins.entrySet().stream()
                .map(entry -> entry.getKey() + (entry.getValue().equals(true) ? " (pins)" : ""))
                .collect(Collectors.joining(", "));
        return Finding.of("collectors", pins.isEmpty() ? "this JVM does not tell" : words, "collectors", pins);
    }

    private static Finding arenas() {
        String obstacle = ArenaLock.obstacle();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("close_is_refused", obstacle == null);
        data.put("obstacle", obstacle);
        return obstacle == null
                ? Finding.of("arenas", "close() is refused while Python holds their memory", "arenas", data)
                : new Finding(
                        "arenas",
                        obstacle,
                        "export of memory of arenas that can be closed: " + obstacle,
                        true,
                        "arenas",
                        data);
    }
}

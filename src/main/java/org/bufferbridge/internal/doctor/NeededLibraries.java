package org.bufferbridge.internal.doctor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The libraries that this library needs. Maven and the Python package bring them; only a hand-written class path can
 * lack one. This class uses neither of them.
 *
 * <p>Threads: any; stateless.
 */
public final class NeededLibraries {
    private record Needed(String name, String maven, String className) {
        /** Null if it is missing. */
        private Class<?> find() {
            try {
                return Class.forName(className, false, NeededLibraries.class.getClassLoader());
            } catch (ClassNotFoundException | LinkageError absent) {
                return null;
            }
        }
    }

    private static final List<Needed> ALL = List.of(
            new Needed("jna", "net.java.dev.jna:jna-jpms", "com.sun.jna.Native"),
            new Needed("commons-lang3", "org.apache.commons:commons-lang3", "org.apache.commons.lang3.ClassUtils"));

    private NeededLibraries() {}

    /**
     * What is missing, with the remedy.
     *
     * @return one sentence; null if nothing is missing
     */
    public static String missing() {
        List<Needed> absent =
                ALL.stream().filter(needed -> needed.find() == null).toList();
        if (absent.isEmpty()) {
            return null;
        }
        List<String> names = absent.stream()
                .map(needed -> needed.name + " (Maven: " + needed.maven + ")")
                .toList();
        return "bufferbridge needs the library " + String.join(" and the library ", names)
                + (absent.size() == 1 ? ", which is" : ", which are")
                + " not on the class path; put the jar next to bufferbridge's, or have Maven or Gradle bring it";
    }

    /**
     * Called before Python starts.
     *
     * @throws IllegalStateException if one is missing
     */
    public static void require() {
        String missing = missing();
        if (missing != null) {
            throw new IllegalStateException(missing);
        }
    }

    /** The module of the library that loads libpython; null if the library is missing. */
    static Module moduleOfJna() {
        Class<?> jna = ALL.getFirst().find();
        return jna == null ? null : jna.getModule();
    }

    /** The name, version and place of each library that was found. */
    static List<Map<String, Object>> found() {
        return ALL.stream()
                .filter(needed -> needed.find() != null)
                .map(needed -> described(needed.name, needed.find()))
                .toList();
    }

    /** The name, version and place of a class's jar. The version is null if the jar does not say it. */
    static Map<String, Object> described(String name, Class<?> type) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", name);
        described.put("version", version(type));
        described.put("place", JavaFindings.place(type));
        return described;
    }

    /** "5.19.1" of "5.19.1 (b0)", from the manifest or the module; null if the classes are in no jar. */
    private static String version(Class<?> type) {
        String version = type.getModule().isNamed()
                ? type.getModule().getDescriptor().rawVersion().orElse(null)
                : type.getPackage().getImplementationVersion();
        return version == null ? null : version.split(" ")[0];
    }
}

package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Packages use each other in one direction, as docs/design/architecture.md lists it. {@code jdeps} tells which class
 * uses which. A public class counts to the internal package on whose line it stands.
 */
class PackagesTest {
    private static final Path DOCUMENT = Path.of("docs", "design", "architecture.md");
    private static final Path CLASSES = Path.of("target", "classes");
    private static final Pattern LIST =
            Pattern.compile("^```packages\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern EDGE = Pattern.compile(
            "^ +(org\\.bufferbridge\\.[\\w.$]+) +-> (org\\.bufferbridge\\.[\\w.$]+) ", Pattern.MULTILINE);
    private static final String PUBLIC = "org.bufferbridge.";
    private static final String INTERNAL = "org.bufferbridge.internal.";

    /** The packages, and what each may use; the lowest first. */
    private static final Map<String, Set<String>> ALLOWED = new LinkedHashMap<>();

    /** Where a public class counts to. */
    private static final Map<String, String> PACKAGE_OF_PUBLIC = new HashMap<>();

    @BeforeAll
    static void readList() throws IOException {
        Matcher list = LIST.matcher(Files.readString(DOCUMENT));
        assertTrue(list.find(), () -> DOCUMENT + " has no list of packages");
        for (String line : list.group(1).lines().toList()) {
            String[] sides = line.split("->");
            List<String> names = List.of(sides[0].trim().split(" +"));
            ALLOWED.put(
                    names.getFirst(),
                    sides.length == 1
                            ? Set.of()
                            : new TreeSet<>(List.of(sides[1].trim().split(" "))));
            names.stream().skip(1).forEach(name -> PACKAGE_OF_PUBLIC.put(name, names.getFirst()));
        }
    }

    @Test
    void aPackageUsesOnlyThoseAboveItInTheList() {
        Set<String> above = new TreeSet<>();
        ALLOWED.forEach((name, used) -> {
            assertTrue(above.containsAll(used), () -> name + " may use " + used + ", and before it stand " + above);
            above.add(name);
        });
    }

    @Test
    void everyEdgeIsInTheListAndEveryListedEdgeIsThere() {
        Map<String, Set<String>> found = new LinkedHashMap<>();
        ALLOWED.keySet().forEach(name -> found.put(name, new TreeSet<>()));
        Map<String, String> examples = new HashMap<>();
        Matcher edges = EDGE.matcher(jdeps());
        while (edges.find()) {
            String from = packageOf(edges.group(1));
            String to = packageOf(edges.group(2));
            if (!from.equals(to)) {
                found.get(from).add(to);
                examples.put(from + " -> " + to, edges.group(1) + " uses " + edges.group(2));
            }
        }
        found.forEach((name, used) -> used.stream()
                .filter(to -> !ALLOWED.get(name).contains(to))
                .forEach(to -> {
                    throw new AssertionError(name + " may not use " + to + ": " + examples.get(name + " -> " + to));
                }));
        assertEquals(ALLOWED.toString(), found.toString());
    }

    @Test
    void everyInternalPackageIsInTheList() throws IOException {
        try (Stream<Path> folders = Files.list(CLASSES.resolve(Path.of("org", "bufferbridge", "internal")))) {
            Set<String> there = new TreeSet<>(
                    folders.map(folder -> folder.getFileName().toString()).toList());
            assertEquals(new TreeSet<>(ALLOWED.keySet()), there);
        }
    }

    private static String packageOf(String className) {
        String outer = className.replaceFirst("\\$.*", "");
        String name = outer.startsWith(INTERNAL)
                ? outer.substring(INTERNAL.length(), outer.lastIndexOf('.'))
                : PACKAGE_OF_PUBLIC.get(publicClass(outer).substring(PUBLIC.length()));
        assertTrue(name != null && ALLOWED.containsKey(name), () -> outer + " is on no line of the list");
        return name;
    }

    /** The public class that a layer belongs to: a sealed class, whose only subclass is the layer above it. */
    private static String publicClass(String className) {
        try {
            Class<?> layer = Class.forName(className, false, PackagesTest.class.getClassLoader());
            while (!Modifier.isPublic(layer.getModifiers()) && layer.isSealed()) {
                layer = layer.getPermittedSubclasses()[0];
            }
            return layer.getName();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Which class uses which, one a line. */
    private static String jdeps() {
        StringWriter printed = new StringWriter();
        PrintWriter writer = new PrintWriter(printed);
        String libraries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .reduce("", (path, entry) -> path + File.pathSeparator + entry);
        int status = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        writer,
                        writer,
                        "-verbose:class",
                        "-filter:none",
                        "--multi-release",
                        "base",
                        "-cp",
                        libraries,
                        CLASSES.resolve("org").toString());
        assertEquals(0, status, printed::toString);
        return printed.toString();
    }
}

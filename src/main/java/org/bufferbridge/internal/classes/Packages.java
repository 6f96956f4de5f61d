package org.bufferbridge.internal.classes;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.commons.lang3.StringUtils;

/**
 * The packages and classes that Python can name: those of modules that export them, of the class path, and of class
 * loaders that tell their places. It is for completion, for imports, and for the advice in messages. A class that is
 * not listed here can still be found by its name.
 *
 * <p>Threads: any. What a jar has is read once.
 */
public final class Packages {
    private static final int MAX_SIMILAR = 3;
    private static final String CLASS = ".class";

    /** For each jar, the names of its class files. */
    private static final Map<String, Set<String>> JARS = new ConcurrentHashMap<>();

    /** The names that exist. None of them goes. */
    private static final Set<String> EXISTING = ConcurrentHashMap.newKeySet();

    private Packages() {}

    /** Whether there is a package of that name, or one below it. */
    public static boolean exists(String name) {
        if (EXISTING.contains(name)) {
            return true;
        }
        boolean exists = !name.isEmpty() && names(name).findAny().isPresent();
        if (exists) {
            EXISTING.add(name);
        }
        return exists;
    }

    /** The simple names of the packages right below a package, sorted; of the first ones for an empty name. */
    public static List<String> below(String name) {
        int start = name.isEmpty() ? 0 : name.length() + 1;
        return names(name)
                .filter(below -> below.length() > start)
                .map(below -> StringUtils.substringBefore(below.substring(start), "."))
                .distinct()
                .sorted()
                .toList();
    }

    /** The names of all packages that are the one of that name or lie below it. */
    private static Stream<String> names(String above) {
        Stream<String> inModules = ModuleLayer.boot().modules().stream()
                .flatMap(module -> module.getPackages().stream()
                        .filter(name -> isIn(name, above))
                        .filter(name -> module.isExported(name, Packages.class.getModule())));
        Stream<String> loaded = ClassSearch.loaders().stream()
                .flatMap(loader -> Stream.of(loader.getDefinedPackages()))
                .map(Package::getName)
                .filter(name -> isIn(name, above));
        Stream<String> onClassPath = ClassSearch.classPath().stream()
                .flatMap(entry -> packagesOf(entry, above))
                .filter(name -> isIn(name, above));
        return Stream.of(inModules, loaded, onClassPath)
                .flatMap(Function.identity())
                .filter(name -> !name.isEmpty() && !name.startsWith("META-INF"));
    }

    private static boolean isIn(String name, String above) {
        return above.isEmpty()
                || name.startsWith(above) && (name.length() == above.length() || name.charAt(above.length()) == '.');
    }

    private static Stream<String> packagesOf(String entry, String above) {
        File file = new File(entry);
        if (file.isFile()) {
            return classFiles(entry).stream()
                    .filter(name -> name.indexOf('/') > 0)
                    .map(name -> StringUtils.substringBeforeLast(name, "/").replace('/', '.'));
        }
        Path start = new File(file, above.replace('.', File.separatorChar)).toPath();
        if (!file.isDirectory() || !Files.isDirectory(start)) {
            return Stream.empty();
        }
        // One level is enough: the package itself, and those right below.
        Stream<String> self = above.isEmpty() ? Stream.empty() : Stream.of(above);
        String prefix = above.isEmpty() ? "" : above + ".";
        return Stream.concat(
                self,
                list(start).stream().filter(path -> Files.isDirectory(path)).map(path -> prefix + path.getFileName()));
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static Set<String> classFiles(String jar) {
        return JARS.computeIfAbsent(jar, Packages::readJar);
    }

    private static Set<String> readJar(String jar) {
        Set<String> names = new TreeSet<>();
        try (JarFile file = new JarFile(jar)) {
            for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
                if (entry.getName().endsWith(CLASS) && !entry.getName().startsWith("META-INF/")) {
                    names.add(entry.getName());
                }
            }
        } catch (IOException | RuntimeException unreadable) {
            return Set.of(); // no jar, or a broken one
        }
        return names;
    }

    /** The simple names of a package's public classes that are not nested, sorted. */
    public static List<String> classes(String name) {
        List<String> found = new ArrayList<>();
        for (String simple : files(name)) {
            Class<?> type = ClassSearch.known(name + "." + simple);
            if (type != null && Access.isAccessible(type)) {
                found.add(simple);
            }
        }
        return found;
    }

    /** The simple names of a package's class files, sorted, without nested classes. */
    private static Set<String> files(String name) {
        String folder = name.replace('.', '/') + "/";
        Set<String> names = new TreeSet<>();
        for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
            if (module.reference().descriptor().packages().contains(name)) {
                try (ModuleReader reader = module.reference().open();
                        Stream<String> files = reader.list()) {
                    files.forEach(file -> addClass(names, file, folder));
                } catch (IOException unreadable) {
                    // this module tells nothing
                    continue;
                }
            }
        }
        for (String entry : ClassSearch.classPath()) {
            if (new File(entry).isFile()) {
                classFiles(entry).forEach(file -> addClass(names, file, folder));
            } else {
                list(new File(entry, folder).toPath())
                        .forEach(file -> addClass(names, folder + file.getFileName(), folder));
            }
        }
        return names;
    }

    private static void addClass(Set<String> names, String file, String folder) {
        if (file.startsWith(folder) && file.endsWith(CLASS) && file.indexOf('/', folder.length()) < 0) {
            String simple = file.substring(folder.length(), file.length() - CLASS.length());
            if (simple.indexOf('$') < 0 && !simple.endsWith("-info")) {
                names.add(simple);
            }
        }
    }

    /** The names of at most three classes that somebody may have meant by the name of a class that does not exist. */
    static List<String> similar(String name) {
        String dotted = name.replace('/', '.');
        if (!dotted.equals(name) && ClassSearch.known(dotted) != null) {
            return List.of(dotted);
        }
        String above = dotted.contains(".") ? StringUtils.substringBeforeLast(dotted, ".") : "";
        String simple = StringUtils.substringAfterLast("." + dotted, ".");
        List<String> found = above.isEmpty()
                ? List.of()
                : files(above).stream()
                        .filter(candidate -> distance(candidate, simple) <= tolerance(simple))
                        .sorted(Comparator.comparingInt(candidate -> distance(candidate, simple)))
                        .map(candidate -> above + "." + candidate)
                        .toList();
        if (above.isEmpty()) {
            found = names("")
                    .distinct()
                    .map(candidate -> candidate + "." + simple)
                    .filter(candidate -> ClassSearch.known(candidate) != null)
                    .sorted(Comparator.comparingInt(String::length))
                    .toList();
        }
        return found.stream().filter(Packages::isAccessible).limit(MAX_SIMILAR).toList();
    }

    /** How many letters may differ. In a short name, two would be too many. */
    private static int tolerance(String name) {
        return name.length() < 5 ? 1 : Math.max(2, name.length() / 4);
    }

    private static boolean isAccessible(String name) {
        Class<?> type = ClassSearch.known(name);
        return type != null && Access.isAccessible(type);
    }

    /** How many letters differ, where upper and lower case count as the same. */
    @SuppressWarnings("deprecation") // its successor is in another library
    private static int distance(String one, String other) {
        return StringUtils.getLevenshteinDistance(one.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
    }
}

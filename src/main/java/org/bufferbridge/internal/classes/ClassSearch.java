package org.bufferbridge.internal.classes;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.lang3.ClassUtils;
import org.apache.commons.lang3.StringUtils;

/**
 * Finds classes by name. It searches four class loaders: the thread's context class loader, the system's, this
 * library's, and the one that {@code adopt} made.
 *
 * <p>Any thread may call. The loader of {@code adopt} is added once, before there are other threads.
 */
public final class ClassSearch {
    /** A length in brackets, as {@code int[3]} has it. */
    private static final Pattern LENGTH = Pattern.compile("\\[\\s*\\d+\\s*]");

    // The loader of the class path that was given to bufferbridge.adopt(); null in a JVM that this library started.
    // If the JVM has this library's jar already, this loader has the library's own loader among its ancestors.
    private static volatile ClassLoader added;

    private ClassSearch() {}

    /** Called from C, before any search. */
    public static void add(ClassLoader loader) {
        added = loader;
    }

    /** The loaders that stay for the life of the process, in the order of the search. */
    public static Set<ClassLoader> lastingLoaders() {
        Set<ClassLoader> loaders = new LinkedHashSet<>();
        addLasting(loaders);
        return loaders;
    }

    private static void addLasting(Set<ClassLoader> loaders) {
        loaders.add(ClassLoader.getSystemClassLoader());
        loaders.add(ClassSearch.class.getClassLoader());
        loaders.add(added);
        loaders.remove(null);
    }

    public static Class<?> find(String name) {
        Throwable last = null;
        for (ClassLoader loader : loaders()) {
            try {
                return ClassUtils.getClass(loader, name, false);
            } catch (LinkageError e) {
                throw new LookupException("class " + name + " was found but cannot be linked: " + e.getMessage(), e);
            } catch (Throwable e) {
                // A class loader is user code; another one may know the class.
                Listing.rethrowWantOfMemory(e);
                last = e;
            }
        }
        throw new LookupException(
                "no class " + name + "; " + wayOut(name), last instanceof ClassNotFoundException ? null : last);
    }

    /** A class of that name, without initialising it; null if no loader finds one. */
    public static Class<?> known(String name) {
        for (ClassLoader loader : loaders()) {
            try {
                return Class.forName(name, false, loader);
            } catch (Throwable e) {
                Listing.rethrowWantOfMemory(e); // a class loader is user code; another one may know the class
            }
        }
        return null;
    }

    private static String wayOut(String name) {
        if (Packages.exists(name)) {
            return name + " is a package";
        }
        if (name.indexOf('<') > 0) {
            return "a name has no type arguments: " + StringUtils.substringBefore(name, "<");
        }
        if (LENGTH.matcher(name).find()) {
            return "the length of an array is an argument of its class: "
                    + LENGTH.matcher(name).replaceAll("[]");
        }
        String item = StringUtils.stripEnd(name, "[]");
        String brackets = name.substring(item.length());
        String similar =
                Packages.similar(item).stream().map(found -> found + brackets).collect(Collectors.joining(" or "));
        return similar.isEmpty() ? searched() : "did you mean " + similar + "?";
    }

    static Set<ClassLoader> loaders() {
        Set<ClassLoader> loaders = new LinkedHashSet<>();
        loaders.add(Thread.currentThread().getContextClassLoader());
        addLasting(loaders);
        return loaders;
    }

    /** For messages: where classes come from, without the jars of this library. */
    public static String searched() {
        StringJoiner entries = new StringJoiner(", ", "searched: the JDK, ", "").setEmptyValue("searched: the JDK");
        for (String entry : classPath()) {
            if (!isOwn(entry)) {
                entries.add(new File(entry).exists() ? entry : entry + " (does not exist)");
            }
        }
        return entries.toString();
    }

    /** Whether an entry of the class path came with this library, which users do not search. */
    private static boolean isOwn(String entry) {
        String name = new File(entry).getName();
        return name.startsWith("bufferbridge") && name.endsWith(".jar")
                || name.startsWith("jna-jpms") && name.endsWith(".jar")
                || name.startsWith("commons-lang3") && name.endsWith(".jar");
    }

    /** The jars and folders that classes come from, as far as the class loaders tell them. */
    static Set<String> classPath() {
        Set<String> entries = new LinkedHashSet<>();
        for (String path : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
            if (!path.isEmpty()) {
                entries.add(path);
            }
        }
        for (ClassLoader loader : loaders()) {
            if (loader instanceof URLClassLoader further) {
                for (URL url : further.getURLs()) {
                    entries.add(path(url));
                }
            }
        }
        return entries;
    }

    private static String path(URL url) {
        try {
            return url.getProtocol().equals("file") ? new File(url.toURI()).getPath() : url.toString();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return url.toString();
        }
    }
}

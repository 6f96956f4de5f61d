package org.bufferbridge.internal.classes;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.commons.lang3.ClassUtils;

/**
 * Finds classes by name: first with the context class loader of the thread, then with the system
 * class loader, then with that of this library, then with the one that {@code adopt} has made.
 *
 * <p>Any thread may ask; the loader that is added is added once, before there are others.
 */
public final class ClassSearch {
    // Of the class path that bufferbridge.adopt() was given; null in a JVM of our own. Where the
    // JVM has our jar already, it is another than our own, with that one among its parents.
    private static volatile ClassLoader added;

    private ClassSearch() {}

    /** Called from C, before any class is looked for. */
    public static void add(ClassLoader loader) {
        added = loader;
    }

    /** Those that stay for the life of the process, in the order in which they are asked. */
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
                throw new LookupException(
                        "class " + name + " was found but cannot be linked: " + e.getMessage(), e);
            } catch (Throwable e) {
                // A class loader is anybody's code; another one may know the class.
                Listing.rethrowWantOfMemory(e);
                last = e;
            }
        }
        throw new LookupException("no class " + name + "; " + searched(), last);
    }

    private static Set<ClassLoader> loaders() {
        Set<ClassLoader> loaders = new LinkedHashSet<>();
        loaders.add(Thread.currentThread().getContextClassLoader());
        addLasting(loaders);
        return loaders;
    }

    private static String searched() {
        StringJoiner entries =
                new StringJoiner(", ", "searched: ", "").setEmptyValue("the class path is empty");
        for (String path : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
            if (!path.isEmpty()) {
                entries.add(new File(path).exists() ? path : path + " (does not exist)");
            }
        }
        for (ClassLoader loader : loaders()) {
            if (loader instanceof URLClassLoader further) {
                for (URL url : further.getURLs()) {
                    entries.add(url.toString());
                }
            }
        }
        return entries.toString();
    }
}

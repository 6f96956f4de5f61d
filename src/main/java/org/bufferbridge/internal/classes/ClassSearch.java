package org.bufferbridge.internal.classes;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.commons.lang3.ClassUtils;

/**
 * Finds classes by name. It searches four class loaders: the thread's context class loader, the system's, this
 * library's, and the one that {@code adopt} made.
 *
 * <p>Any thread may call. The loader of {@code adopt} is added once, before there are other threads.
 */
public final class ClassSearch {
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
        throw new LookupException("no class " + name + "; " + searched(), last);
    }

    private static Set<ClassLoader> loaders() {
        Set<ClassLoader> loaders = new LinkedHashSet<>();
        loaders.add(Thread.currentThread().getContextClassLoader());
        addLasting(loaders);
        return loaders;
    }

    private static String searched() {
        StringJoiner entries = new StringJoiner(", ", "searched: ", "").setEmptyValue("the class path is empty");
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

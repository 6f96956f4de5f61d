package org.bufferbridge.calls;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.commons.lang3.ClassUtils;

/**
 * Finds classes by name: first with the context class loader of the thread, then with the system
 * class loader, then with that of this library.
 *
 * <p>This class holds no state.
 */
final class ClassSearch {
    private ClassSearch() {}

    static Class<?> find(String name) {
        Exception last = null;
        for (ClassLoader loader : loaders()) {
            try {
                return ClassUtils.getClass(loader, name, false);
            } catch (ClassNotFoundException
                    | IllegalArgumentException
                    | IndexOutOfBoundsException e) {
                // The unchecked ones are about names that no class can have.
                last = e;
            } catch (LinkageError e) {
                throw new LookupException(
                        "class " + name + " was found but cannot be linked: " + e.getMessage(), e);
            }
        }
        throw new LookupException("no class " + name + "; " + searched(), last);
    }

    private static Set<ClassLoader> loaders() {
        Set<ClassLoader> loaders = new LinkedHashSet<>();
        loaders.add(Thread.currentThread().getContextClassLoader());
        loaders.add(ClassLoader.getSystemClassLoader());
        loaders.add(ClassSearch.class.getClassLoader());
        loaders.remove(null);
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

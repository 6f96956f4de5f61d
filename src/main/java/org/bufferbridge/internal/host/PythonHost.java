package org.bufferbridge.internal.host;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.bufferbridge.internal.jni.Natives;

/**
 * Loads CPython and the native half of bufferbridge into this process.
 *
 * <p>numpy's extensions are linked against no libpython. All later libraries must therefore find its symbols, which JNA
 * can arrange and {@link System#load} cannot. The native half is then loaded by its path. {@code import bufferbridge}
 * loads the same file, so both languages have one instance with one state.
 *
 * <p>{@code JNI_OnLoad} binds the native methods. Only Python's main thread calls {@link #initialize} and {@link #end}.
 */
public final class PythonHost {
    /** The property that names the native library. Without it the jar's library is used. */
    public static final String LIBRARY_PROPERTY = "bufferbridge.library";

    static final String WAY_TO_WHOLE_JAR = "; org.bufferbridge:bufferbridge from Maven has all that Java needs";

    /** A flag of {@link #initialize}: as {@code python -I}. */
    static final int ISOLATED = 1;

    /** A flag of {@link #initialize}: Python has its signal handlers. */
    static final int SIGNALS = 2;

    private static final int RTLD_NOW = 2;
    private static final int RTLD_GLOBAL = Platform.isMac() ? 8 : 0x100;

    // JNA unloads a library once its NativeLibrary is unreachable.
    private static NativeLibrary libpython;

    private PythonHost() {}

    /** The version of the library, which must be that of {@link Natives}. */
    private static native int abiVersion();

    /**
     * Starts CPython, with the calling thread as its main thread. Imports the package {@code bufferbridge}, and gives
     * up the GIL.
     *
     * @param executable code points of the interpreter's path, from which CPython finds its standard library
     * @param packageFolder the folder to import bufferbridge from
     * @param flags {@link #ISOLATED}, {@link #SIGNALS}
     * @return null, or why it cannot be used; {@link #pythonRuns} says whether CPython runs even so
     */
    static native String initialize(int[] executable, String packageFolder, int flags);

    /** Gives the JVM the signals that CPython took during a start that failed. */
    static native void giveBackSignals();

    /**
     * Ends CPython, unless something is out. Waits for the threads that are inside. Gives the JVM the signals that
     * Python took.
     *
     * @return false when exports or leases are out, and nothing was done
     */
    static native boolean end();

    /**
     * Lets no thread enter Python from now on, because the JVM is about to end. Waits for those inside, up to a time
     * limit.
     */
    public static native void shut(int patienceMilliseconds);

    /**
     * Loads libpython, and shows its symbols to all libraries.
     *
     * @throws IllegalStateException if it cannot be loaded, is not of the interpreter's version, or runs already
     */
    static void loadPython(PythonInstallation python) {
        requireJna();
        try {
            libpython = NativeLibrary.getInstance(
                    python.library().toString(), Map.of(Library.OPTION_OPEN_FLAGS, RTLD_NOW | RTLD_GLOBAL));
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "cannot load libpython " + python.library() + ": " + e.getMessage() + hintOfNoexec(e), e);
        }
        try {
            String version = libpython.getFunction("Py_GetVersion").invokeString(new Object[0], false);
            if (!isOfVersion(version, python.version())) {
                throw new IllegalStateException("the library " + python.library() + " is of Python "
                        + version.split(" ")[0] + "; that of " + python.executable() + ", Python " + python.version()
                        + ", is required");
            }
            if (pythonRuns()) {
                throw new IllegalStateException("CPython runs already in this process, started by another library or by"
                        + " the bufferbridge of another class loader. " + ProcessClaim.wayOut());
            }
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException(python.library() + " is no libpython: " + e.getMessage(), e);
        }
    }

    /** Whether a text of {@code Py_GetVersion} ("3.12.1+ (main, ...") names that version. */
    static boolean isOfVersion(String text, String version) {
        return text.startsWith(version)
                && (text.length() == version.length() || !Character.isDigit(text.charAt(version.length())));
    }

    /** Whether CPython runs in this process, whichever code started it. Then it cannot be started again. */
    static boolean pythonRuns() {
        return libpython.getFunction("Py_IsInitialized").invokeInt(new Object[0]) != 0;
    }

    private static void requireJna() {
        try {
            MethodHandles.lookup().ensureInitialized(Native.class);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "JNA cannot load its native library: " + e.getMessage() + hintOfNoexec(e), e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Loads the native half, out of the jar or from where {@value #LIBRARY_PROPERTY} says.
     *
     * @return the file that was loaded
     * @throws IllegalStateException if it cannot be loaded or has another version
     */
    @SuppressWarnings("restricted")
    static Path loadLibrary() {
        File library = libraryFile();
        try {
            System.load(library.getPath());
            int version = abiVersion();
            if (version != Natives.ABI_VERSION) {
                throw new IllegalStateException("the native library " + library + " has ABI version " + version
                        + ", the jar " + Natives.ABI_VERSION + ": both must be of one release");
            }
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "cannot load the native library " + library + ": " + e.getMessage() + hintOfNoexec(e), e);
        }
        return library.toPath();
    }

    /** Sets an environment variable of the process. CPython reads it when it starts. */
    static void setEnvironment(String name, String value) {
        Function set = NativeLibrary.getProcess().getFunction("setenv");
        int status = set.invokeInt(new Object[] {name, value, 1});
        if (status != 0) {
            throw new IllegalStateException("the environment variable " + name + " cannot be set");
        }
    }

    private static File libraryFile() {
        String override = System.getProperty(LIBRARY_PROPERTY);
        if (override != null) {
            File library = new File(override).getAbsoluteFile();
            if (!library.isFile()) {
                throw new IllegalStateException("-D" + LIBRARY_PROPERTY + "=" + override
                        + ": there is no such file; the native library is required");
            }
            return library;
        }
        try {
            File library = Native.extractFromResourcePath("/" + libraryInJar(), PythonHost.class.getClassLoader());
            return library.getAbsoluteFile();
        } catch (IOException e) {
            throw new IllegalStateException(
                    missingLibrary() == null
                            ? "the native library for " + platform() + " cannot be taken out of the jar: "
                                    + e.getMessage() + hintOfNoexec(e) + "; -D" + LIBRARY_PROPERTY
                                    + "= names a library that is used as it is"
                            : missingLibrary(),
                    e);
        }
    }

    /**
     * Why the jar does not have the native library for this machine.
     *
     * @return null if it has one; otherwise the reason and the remedy, in one sentence
     */
    public static String missingLibrary() {
        if (PythonHost.class.getResource("/" + libraryInJar()) != null) {
            return null;
        }
        return PythonPackage.isInJar()
                ? "the bufferbridge jar has no native library for " + platform() + ": use a release that"
                        + " has it, or name a library that was built for this machine with -D" + LIBRARY_PROPERTY + "="
                : "this bufferbridge jar has neither the native library nor the Python code" + WAY_TO_WHOLE_JAR;
    }

    private static String libraryInJar() {
        return platform() + "/" + System.mapLibraryName("bufferbridge");
    }

    /** The platform as JNA names it, such as linux-x86-64. JNA has no name for a Linux whose C library is musl. */
    private static String platform() {
        return Platform.isLinux() && usesMusl()
                ? Platform.RESOURCE_PREFIX.replace("linux-", "linux-musl-")
                : Platform.RESOURCE_PREFIX;
    }

    /** Whether musl's loader is mapped in this process. */
    private static boolean usesMusl() {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
            return maps.anyMatch(line -> line.contains("/ld-musl-"));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** The advice for a file system that is mounted noexec. The loader's message does not name this cause. */
    private static String hintOfNoexec(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("failed to map segment") || message.contains("Operation not permitted")
                ? " (is the temporary folder mounted noexec? -Djna.tmpdir= names another one)"
                : "";
    }
}

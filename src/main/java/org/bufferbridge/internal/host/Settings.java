package org.bufferbridge.internal.host;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bufferbridge.PythonConfig;

/**
 * The settings of a {@link PythonConfig}.
 *
 * @param executable the interpreter, or null to search for one
 * @param libpython its library, or null to ask the interpreter
 * @param arguments {@code sys.argv}
 * @param environment variables that are set for Python
 * @param folder the working folder, or null for that of the process
 * @param isolated as {@code python -I}
 * @param signals whether Python has its signal handlers
 * @param stdout where {@code sys.stdout} writes, or null for the process's own output
 * @param stderr the same for {@code sys.stderr}
 */
public record Settings(
        Path executable,
        Path libpython,
        List<String> arguments,
        Map<String, String> environment,
        Path folder,
        boolean isolated,
        boolean signals,
        OutputStream stdout,
        OutputStream stderr) {
    /** The settings of {@code Python.start()}. */
    public static final Settings DEFAULTS =
            new Settings(null, null, List.of(), Map.of(), null, false, false, null, null);

    public Settings withExecutable(Path value) {
        return new Settings(value, libpython, arguments, environment, folder, isolated, signals, stdout, stderr);
    }

    public Settings withLibpython(Path value) {
        return new Settings(executable, value, arguments, environment, folder, isolated, signals, stdout, stderr);
    }

    public Settings withArguments(List<String> value) {
        return new Settings(executable, libpython, value, environment, folder, isolated, signals, stdout, stderr);
    }

    public Settings withEnvironment(Map<String, String> value) {
        return new Settings(executable, libpython, arguments, value, folder, isolated, signals, stdout, stderr);
    }

    public Settings withFolder(Path value) {
        return new Settings(executable, libpython, arguments, environment, value, isolated, signals, stdout, stderr);
    }

    public Settings withIsolated(boolean value) {
        return new Settings(executable, libpython, arguments, environment, folder, value, signals, stdout, stderr);
    }

    public Settings withSignals(boolean value) {
        return new Settings(executable, libpython, arguments, environment, folder, isolated, value, stdout, stderr);
    }

    public Settings withStdout(OutputStream value) {
        return new Settings(executable, libpython, arguments, environment, folder, isolated, signals, value, stderr);
    }

    public Settings withStderr(OutputStream value) {
        return new Settings(executable, libpython, arguments, environment, folder, isolated, signals, stdout, value);
    }

    /** The encoding that a stream expects: that of its own, if it is for text. */
    static String encoding(OutputStream stream) {
        return stream instanceof PrintStream text ? text.charset().name() : StandardCharsets.UTF_8.name();
    }

    /** Whether a Python that runs has all settings by which these differ from the defaults. */
    boolean isPartOf(Settings running, PythonInstallation found) {
        return (executable == null || executable.equals(running.executable) || executable.equals(found.executable()))
                && (libpython == null || libpython.equals(running.libpython) || libpython.equals(found.library()))
                && (arguments.isEmpty() || arguments.equals(running.arguments))
                && running.environment.entrySet().containsAll(environment.entrySet())
                && (folder == null || folder.equals(running.folder))
                && (!isolated || running.isolated)
                && (!signals || running.signals)
                && (stdout == null || stdout == running.stdout)
                && (stderr == null || stderr == running.stderr);
    }

    @Override
    public String toString() {
        return "PythonConfig[executable=" + (executable == null ? "searched" : executable)
                + ", libpython=" + (libpython == null ? "searched" : libpython) + ", arguments=" + arguments
                + ", environment=" + environment.keySet() + ", folder=" + (folder == null ? "the process's" : folder)
                + ", isolated=" + isolated + ", signals=" + signals + ", stdout=" + name(stdout) + ", stderr="
                + name(stderr) + "]";
    }

    private static String name(OutputStream stream) {
        return stream == null ? "the process's" : stream.getClass().getName();
    }
}

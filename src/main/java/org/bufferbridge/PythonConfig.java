package org.bufferbridge;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bufferbridge.internal.host.Settings;

/**
 * The configuration of a CPython that starts in this process. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 *   Python python = Python.start(PythonConfig.defaults().venv(Path.of(".venv")).arguments("job.py", "--fast"));
 * }</pre>
 *
 * <p><b>Which interpreter.</b> {@link #executable} or {@link #venv} chooses it. Without either, the system property
 * {@code bufferbridge.python} names it, or the environment variable {@code VIRTUAL_ENV}. Without these,
 * {@code python3}, {@code python} and {@code python3.11} and newer are searched on the PATH. The first CPython 3.11 or
 * newer with a shared libpython is taken. Its standard library, site-packages and {@code sys.executable} are those that
 * it has on the command line.
 */
public final class PythonConfig {
    private static final PythonConfig DEFAULTS = new PythonConfig(Settings.DEFAULTS);

    private final Settings settings;

    private PythonConfig(Settings settings) {
        this.settings = settings;
    }

    /**
     * The default configuration: the first interpreter that is found, no arguments, the environment and working
     * folder of this process. Python is not isolated, and the JVM keeps all signals.
     *
     * @return the configuration of {@link Python#start()}
     */
    public static PythonConfig defaults() {
        return DEFAULTS;
    }

    /**
     * Chooses the interpreter by its executable: that of a distribution, a virtual environment or a build.
     *
     * @param python path of an executable file
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such file, or it is not executable
     */
    public PythonConfig executable(Path python) {
        // The path stays unresolved: a venv's interpreter is a link, and finds its venv by the place of the link.
        Path absolute =
                Objects.requireNonNull(python, "python").toAbsolutePath().normalize();
        if (!Files.isRegularFile(absolute) || !Files.isExecutable(absolute)) {
            throw new IllegalArgumentException("no executable file " + absolute + "; a Python interpreter is required");
        }
        return new PythonConfig(settings.withExecutable(absolute));
    }

    /**
     * Chooses the interpreter of a virtual environment.
     *
     * @param venv its folder
     * @return a changed copy
     * @throws IllegalArgumentException if the folder holds no {@code bin/python}
     */
    public PythonConfig venv(Path venv) {
        return executable(Objects.requireNonNull(venv, "venv").resolve("bin").resolve("python"));
    }

    /**
     * Sets the shared library of the interpreter, for an interpreter that does not say where its library is.
     *
     * @param library path of a libpython of the interpreter's version
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such file
     */
    public PythonConfig libpython(Path library) {
        Path absolute = Objects.requireNonNull(library, "library").toAbsolutePath();
        if (!Files.isRegularFile(absolute)) {
            throw new IllegalArgumentException("no file " + absolute + "; a shared libpython is required");
        }
        return new PythonConfig(settings.withLibpython(absolute));
    }

    /**
     * Sets {@code sys.argv}.
     *
     * @param argv the first is the program's name; none means one empty name, as in an interactive Python
     * @return a changed copy
     */
    public PythonConfig arguments(String... argv) {
        Objects.requireNonNull(argv, "argv");
        for (int i = 0; i < argv.length; i++) {
            Objects.requireNonNull(argv[i], "argv[" + i + "]");
        }
        return new PythonConfig(settings.withArguments(List.of(argv)));
    }

    /**
     * Adds environment variables to those of this process. They are set in the process before CPython starts. {@code
     * PYTHONPATH} and similar variables therefore take effect, {@code os.environ} has all of them, and child processes
     * of Python inherit them. Java's {@link System#getenv()} does not see them.
     *
     * @param variables names and values
     * @return a changed copy
     * @throws IllegalArgumentException if a name is empty or contains '=', or a text contains a NUL
     */
    public PythonConfig environment(Map<String, String> variables) {
        Objects.requireNonNull(variables, "variables").forEach((name, value) -> {
            Objects.requireNonNull(name, "the name of an environment variable");
            Objects.requireNonNull(value, () -> "the value of the environment variable " + name);
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("the environment variable '" + name + "' cannot be set:"
                        + " a name is not empty and has no '=', and neither name nor value has a NUL");
            }
        });
        // The copy keeps the given order; Map.copyOf would not.
        Map<String, String> copy = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        return new PythonConfig(settings.withEnvironment(copy));
    }

    /**
     * Sets the working folder of the whole process, as {@code os.chdir} does. Relative paths in Java keep the old
     * one.
     *
     * @param workingFolder an existing folder
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such folder
     */
    public PythonConfig folder(Path workingFolder) {
        Path absolute = Objects.requireNonNull(workingFolder, "workingFolder").toAbsolutePath();
        if (!Files.isDirectory(absolute)) {
            throw new IllegalArgumentException("no folder " + absolute + "; a working folder has to exist");
        }
        return new PythonConfig(settings.withFolder(absolute));
    }

    /**
     * Isolates Python as {@code python -I} does: no {@code PYTHON*} environment variables, no user site-packages.
     *
     * @param alone whether to isolate
     * @return a changed copy
     */
    public PythonConfig isolated(boolean alone) {
        return new PythonConfig(settings.withIsolated(alone));
    }

    /**
     * Says whether Python's signal handlers are installed. With them, SIGINT raises KeyboardInterrupt in code on
     * Python's main thread ({@link Python#onMainThread}). It no longer ends the JVM, and SIGPIPE is ignored. Without
     * them, the JVM keeps all signals, and Ctrl-C runs its shutdown hooks. After {@link Python#shutdown} the JVM has
     * all signals back.
     *
     * @param handled whether Python handles signals
     * @return a changed copy
     */
    public PythonConfig signals(boolean handled) {
        return new PythonConfig(settings.withSignals(handled));
    }

    /**
     * Has {@code sys.stdout} write to a stream of Java, such as {@code System.out}. Each line is one call of the
     * stream, without the GIL, on the thread that prints. An IOException of the stream is an OSError in Python. Until
     * the last {@code atexit} function, this is the stream; afterwards Python writes to the output of the process
     * again. Only Python itself writes to it: C code of extensions, and child processes, have the process's own output.
     *
     * @param stream a stream, which any thread may use. The text is encoded in UTF-8, or in the charset of a
     *     {@link java.io.PrintStream}
     * @return a changed copy
     */
    public PythonConfig stdout(OutputStream stream) {
        return new PythonConfig(settings.withStdout(Objects.requireNonNull(stream, "stream")));
    }

    /**
     * Has {@code sys.stderr} write to a stream of Java, as {@link #stdout}.
     *
     * @param stream a stream, which any thread may use
     * @return a changed copy
     */
    public PythonConfig stderr(OutputStream stream) {
        return new PythonConfig(settings.withStderr(Objects.requireNonNull(stream, "stream")));
    }

    /**
     * The chosen interpreter.
     *
     * @return its path; empty if the interpreter will be searched for
     */
    public Optional<Path> executable() {
        return Optional.ofNullable(settings.executable());
    }

    Settings settings() {
        return settings;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PythonConfig config && settings.equals(config.settings);
    }

    @Override
    public int hashCode() {
        return settings.hashCode();
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}

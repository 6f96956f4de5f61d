package org.bufferbridge;

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
 * How to start CPython in this process. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 *   Python python = Python.start(PythonConfig.defaults().venv(Path.of(".venv")).arguments("job.py", "--fast"));
 * }</pre>
 *
 * <p><b>Which interpreter.</b> {@link #executable} or {@link #venv}; without either the system property {@code
 * bufferbridge.python}, the environment variable {@code VIRTUAL_ENV}, then {@code python3}, {@code python} and {@code
 * python3.11} and newer on the PATH: the first that is CPython 3.11 or newer with a shared libpython. Its standard
 * library, site-packages and {@code sys.executable} are those it has on the command line.
 */
public final class PythonConfig {
    private static final PythonConfig DEFAULTS = new PythonConfig(Settings.DEFAULTS);

    private final Settings settings;

    private PythonConfig(Settings settings) {
        this.settings = settings;
    }

    /**
     * The first interpreter that is found, no arguments, the environment and working folder of this process, not isolated,
     * all signals left to the JVM.
     *
     * @return the configuration of {@link Python#start()}
     */
    public static PythonConfig defaults() {
        return DEFAULTS;
    }

    /**
     * The interpreter, as one would call it in a shell: of a distribution, of a virtual environment, of a build.
     *
     * @param python path of an executable file
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such file, or it is not executable
     */
    public PythonConfig executable(Path python) {
        // Not the real path: a venv's interpreter is a link, and knows its venv by the link's place.
        Path absolute = Objects.requireNonNull(python, "python").toAbsolutePath().normalize();
        if (!Files.isRegularFile(absolute) || !Files.isExecutable(absolute)) {
            throw new IllegalArgumentException("no executable file " + absolute + "; a Python interpreter is required");
        }
        return new PythonConfig(settings.withExecutable(absolute));
    }

    /**
     * The interpreter of a virtual environment.
     *
     * @param venv its folder
     * @return a changed copy
     * @throws IllegalArgumentException if the folder holds no {@code bin/python}
     */
    public PythonConfig venv(Path venv) {
        return executable(Objects.requireNonNull(venv, "venv").resolve("bin").resolve("python"));
    }

    /**
     * The shared library of the interpreter, where it is not found by asking the interpreter.
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
     * {@code sys.argv}.
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
     * Environment variables beside those of this process. They are set in the process before CPython starts, so {@code
     * PYTHONPATH} and its kin count, {@code os.environ} has them, and child processes of Python inherit them. Java's
     * {@link System#getenv()} does not see them.
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
        // In the order given: a copy by Map.copyOf has none.
        Map<String, String> copy = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        return new PythonConfig(settings.withEnvironment(copy));
    }

    /**
     * The working folder: of the whole process, as {@code os.chdir} sets it. Java's relative paths keep the old one.
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
     * Isolated, as {@code python -I}: no {@code PYTHON*} environment variables, no user site-packages.
     *
     * @param alone whether to isolate
     * @return a changed copy
     */
    public PythonConfig isolated(boolean alone) {
        return new PythonConfig(settings.withIsolated(alone));
    }

    /**
     * Whether Python's signal handlers are installed: SIGINT raises KeyboardInterrupt in what runs on Python's main thread
     * ({@link Python#onMainThread}) and no longer ends the JVM; SIGPIPE is ignored. Without them all signals stay the
     * JVM's, and Ctrl-C runs its shutdown hooks. After {@link Python#shutdown} the JVM has all signals back.
     *
     * @param handled whether Python handles signals
     * @return a changed copy
     */
    public PythonConfig signals(boolean handled) {
        return new PythonConfig(settings.withSignals(handled));
    }

    /**
     * The interpreter that was chosen.
     *
     * @return its path, or nothing where it is to be searched for
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

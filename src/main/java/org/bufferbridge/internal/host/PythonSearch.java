package org.bufferbridge.internal.host;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bufferbridge.PythonConfig;

/**
 * Finds the interpreter to embed: the one that was named, otherwise the first on the PATH that fits. If the named one
 * does not fit, no other one replaces it, and the search fails.
 */
public final class PythonSearch {
    /** The property that names an interpreter, if {@link PythonConfig} does not. */
    static final String PROPERTY = "bufferbridge.python";

    private static final List<String> NAMES =
            List.of("python3", "python", "python3.14", "python3.13", "python3.12", "python3.11");

    private PythonSearch() {}

    /**
     * The result of a search.
     *
     * @param installation the interpreter
     * @param foundBy the setting that named it, or "PATH"
     * @param passedOver why earlier candidates were passed over
     */
    public record Found(PythonInstallation installation, String foundBy, List<String> passedOver) {}

    /**
     * Finds the interpreter.
     *
     * @throws IllegalStateException if none fits; the message says what was tried and why each was passed over
     */
    public static Found find(Settings config) {
        Path libpython = config.libpython();
        Named named = named(config);
        List<String> reasons = new ArrayList<>();
        for (String candidate : named != null ? List.of(named.python) : onPath()) {
            try {
                PythonInstallation found = PythonInstallation.of(candidate, libpython);
                if (!config.isolated()) {
                    found.requireHome(config.environment());
                }
                return new Found(found, named != null ? named.by : "PATH", List.copyOf(reasons));
            } catch (PythonInstallation.Unsuitable e) {
                reasons.add(e.getMessage());
            }
        }
        throw new IllegalStateException(
                named != null
                        ? "cannot embed the Python that " + named.by + " names: " + reasons.getFirst()
                        : "no CPython 3.11 or newer with a shared libpython was found; name one with"
                                + " PythonConfig.executable, -D" + PROPERTY + "= or VIRTUAL_ENV (tried: "
                                + (reasons.isEmpty() ? "no python on the PATH" : String.join("; ", reasons)) + ")");
    }

    /** An interpreter, and the setting that names it. */
    private record Named(String python, String by) {}

    private static Named named(Settings config) {
        if (config.executable() != null) {
            return new Named(config.executable().toString(), "PythonConfig");
        }
        String property = System.getProperty(PROPERTY);
        if (property != null && !property.isEmpty()) {
            return new Named(property, "-D" + PROPERTY);
        }
        String venv = System.getenv("VIRTUAL_ENV");
        return venv == null || venv.isEmpty()
                ? null
                : new Named(Path.of(venv, "bin", "python").toString(), "VIRTUAL_ENV");
    }

    private static Set<String> onPath() {
        String path = System.getenv("PATH");
        return onPath(path == null ? "" : path);
    }

    /**
     * Searches absolute folders only. An empty or relative one means the working folder, where any user may have put
     * files.
     */
    static Set<String> onPath(String path) {
        Set<String> found = new LinkedHashSet<>();
        for (String name : NAMES) {
            for (String folder : path.split(File.pathSeparator)) {
                Path candidate = Path.of(folder, name);
                if (candidate.isAbsolute() && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                    found.add(candidate.toString());
                }
            }
        }
        return found;
    }
}

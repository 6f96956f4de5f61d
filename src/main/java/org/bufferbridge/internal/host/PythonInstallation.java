package org.bufferbridge.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A CPython that can be embedded. The interpreter runs once and describes itself, because only it knows where its
 * shared library is.
 *
 * @param executable the interpreter, as it names itself
 * @param version for example "3.12.1"
 * @param library its shared libpython, an existing file
 */
public record PythonInstallation(Path executable, String version, Path library) {
    private static final int OLDEST_MINOR = 11;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String BEGIN = "<bufferbridge>";
    private static final String END = "</bufferbridge>";

    /**
     * Python 2 understands it too, so an old interpreter can say how old it is. It writes the answer at once and
     * between marks, because a .pth file, a sitecustomize and warnings write too.
     */
    private static final String QUESTION = """
            import platform, struct, sys
            answer = [platform.python_implementation(), ".".join(map(str, sys.version_info[:3])),
                      str(struct.calcsize("P")), str(sys.executable)]
            if sys.version_info >= (3, 11):
                import os, sysconfig
                get = sysconfig.get_config_var
                answer.append(str(get("Py_GIL_DISABLED") or 0))
                names = [get("INSTSONAME"), get("LDLIBRARY"), "libpython%d.%d.so.1.0" % sys.version_info[:2]]
                folders = [get("LIBDIR"), os.path.join(sys.base_prefix, "lib"), get("PYTHONFRAMEWORKPREFIX"),
                           os.path.join("/usr/lib", get("MULTIARCH") or "")]
                for folder in folders:
                    for name in names:
                        if folder and name and not name.endswith(".a"):
                            answer.append(os.path.join(folder, name))
            sys.stdout.write("\\n".join(["", "<bufferbridge>"] + answer + ["</bufferbridge>", ""]))
            """;

    /** Says why an interpreter cannot be embedded. The message is a clause: "X is Python 2.7.18; ... is required". */
    static final class Unsuitable extends Exception {
        private static final long serialVersionUID = 1L;

        Unsuitable(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * Asks an interpreter.
     *
     * @param python the executable, or a name on the PATH
     * @param libpython its shared library, or null to find it
     * @throws Unsuitable if it cannot be run or embedded, with what was tried
     */
    static PythonInstallation of(String python, Path libpython) throws Unsuitable {
        return of(python, libpython, PATIENCE);
    }

    static PythonInstallation of(String python, Path libpython, Duration patience) throws Unsuitable {
        List<String> answer = ask(python, patience);
        String implementation = answer.get(0);
        String version = answer.get(1);
        if (!implementation.equals("CPython")) {
            throw new Unsuitable(python + " is " + implementation + " " + version + "; CPython is required");
        }
        if (answer.size() < 5) {
            throw new Unsuitable(python + " is Python " + version + "; 3." + OLDEST_MINOR + " or newer is required");
        }
        if (!answer.get(2).equals("8")) {
            throw new Unsuitable(python + " has pointers of " + answer.get(2) + " bytes; 8 are required");
        }
        if (!answer.get(4).equals("0")) {
            throw new Unsuitable(python + " is free-threaded, which CPython's stable ABI does not serve;"
                    + " a build with the GIL is required");
        }
        Path library = libpython != null ? libpython : library(python, answer.subList(5, answer.size()));
        return new PythonInstallation(Path.of(answer.get(3)), version, library);
    }

    private static Path library(String python, List<String> candidates) throws Unsuitable {
        Set<String> tried = new LinkedHashSet<>(candidates);
        for (String candidate : tried) {
            if (Files.isRegularFile(Path.of(candidate))) {
                return Path.of(candidate);
            }
        }
        throw new Unsuitable(python + " has no shared libpython (tried " + String.join(", ", tried)
                + "); one built with --enable-shared, or the distribution's package of libpython, is required");
    }

    /**
     * Requires that the interpreter starts with the PYTHONHOME that is set, if one is. A wrong one would end this
     * process.
     *
     * @param environment the variables that are added to the process's own environment
     * @throws Unsuitable with the interpreter's message
     */
    void requireHome(Map<String, String> environment) throws Unsuitable {
        String home = environment.getOrDefault("PYTHONHOME", System.getenv("PYTHONHOME"));
        if (home == null || home.isEmpty()) {
            return;
        }
        Answer answer = run(executable.toString(), environment, PATIENCE, "-c", "");
        if (answer.status != 0) {
            throw new Unsuitable(executable + " does not start with PYTHONHOME=" + home + ": " + answer.reason());
        }
    }

    /** The lines of the answer; at least four. */
    private static List<String> ask(String python, Duration patience) throws Unsuitable {
        Answer answer = run(python, Map.of(), patience, "-E", "-s", "-c", QUESTION);
        int begin = answer.lines.indexOf(BEGIN);
        int end = answer.lines.lastIndexOf(END);
        if (answer.status != 0 || begin < 0 || end < begin + 5) {
            throw new Unsuitable(python + " ended with exit status " + answer.status + ": " + answer.reason());
        }
        return answer.lines.subList(begin + 1, end);
    }

    private record Answer(int status, List<String> lines) {
        /** The line that says why: CPython's fatal error if there is one, otherwise the last line. */
        String reason() {
            return lines.stream()
                    .filter(line -> line.startsWith("Fatal Python error"))
                    .findFirst()
                    .orElse(lines.isEmpty() ? "it printed nothing" : lines.getLast());
        }
    }

    private static Answer run(String python, Map<String, String> environment, Duration patience, String... arguments)
            throws Unsuitable {
        if (Files.isDirectory(Path.of(python))) {
            throw new Unsuitable(python + " is a folder; an interpreter, such as bin/python in it, is required");
        }
        Path path = Path.of(python);
        List<String> command = new ArrayList<>();
        command.add(path.getNameCount() > 1 ? path.toAbsolutePath().toString() : python);
        command.addAll(List.of(arguments));
        // Python imports from its working folder. Ours may hold an unrelated platform.py.
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(path.toAbsolutePath().getRoot().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            // Another thread reads, because the process may neither write nor end.
            FutureTask<byte[]> output = new FutureTask<>(process.getInputStream()::readAllBytes);
            Thread.ofPlatform().daemon().name("bufferbridge: asks " + python).start(output);
            long end = System.nanoTime() + patience.toNanos();
            boolean isInterrupted = false;
            try {
                while (true) {
                    try {
                        byte[] bytes = output.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                        String text = new String(bytes, StandardCharsets.UTF_8);
                        return new Answer(process.waitFor(), text.lines().toList());
                    } catch (InterruptedException e) {
                        isInterrupted = true; // the interpreter is as suitable as before
                    }
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                if (isInterrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        } catch (IOException e) {
            throw new Unsuitable(python + " cannot be run: " + e.getMessage());
        } catch (TimeoutException e) {
            throw new Unsuitable(python + " did not answer within " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new Unsuitable("the answer of " + python + " cannot be read: "
                    + e.getCause().getMessage());
        }
    }
}

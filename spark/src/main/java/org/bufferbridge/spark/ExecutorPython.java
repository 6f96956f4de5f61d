package org.bufferbridge.spark;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.bufferbridge.Python;
import org.bufferbridge.PythonConfig;
import org.bufferbridge.PythonObject;

/**
 * The one Python of this JVM, and the module {@code _bufferbridge_spark} in it. The first function that asks decides
 * which interpreter it is, and which environment it has. Functions that want another are refused, and run in stock
 * Spark's worker processes.
 *
 * <p>Python starts once and ends with the JVM. A start that failed is not tried again; its reason is the refusal.
 */
public final class ExecutorPython {
    /**
     * Variables that Spark itself sets for each worker. They differ between tasks, and no function's result may depend
     * on them.
     */
    private static final Set<String> OF_TASKS = Set.of(
            "OMP_NUM_THREADS",
            "PYTHON_DAEMON_KILL_WORKER_ON_FLUSH_FAILURE",
            "PYTHON_FAULTHANDLER_DIR",
            "PYTHON_TRACEBACK_DUMP_INTERVAL_SECONDS",
            "PYSPARK_EXECUTOR_MEMORY_MB",
            "PYTHON_UDF_BATCH_SIZE",
            "SPARK_AUTH_SOCKET_TIMEOUT",
            "SPARK_BUFFER_SIZE",
            "SPARK_HIDE_TRACEBACK",
            "SPARK_JOB_ARTIFACT_UUID",
            "SPARK_LOCAL_DIRS",
            "SPARK_PIPELINED_UDF",
            "SPARK_PIPELINED_UDF_QUEUE_DEPTH",
            "SPARK_PYTHON_RUNTIME",
            "SPARK_REUSE_WORKER",
            "SPARK_SIMPLIFIED_TRACEBACK",
            "SPARK_TRACEBACK_WITH_LOCALS");

    /** What a function asks for. Equal requests have the same Python. */
    public record Request(String executable, Map<String, String> environment) {
        public Request {
            environment = new HashMap<>(environment);
            environment.keySet().removeAll(OF_TASKS);
            environment = Map.copyOf(environment);
        }
    }

    private static final Map<Request, String> REFUSED = new ConcurrentHashMap<>();
    private static volatile ExecutorPython running;
    private static String failure;

    private final Request request;
    private final Path executable;
    private final PythonObject module;
    private final String version;

    private ExecutorPython(Request request, Map<String, String> environment) {
        this.request = request;
        this.executable = find(request.executable());
        Python python = Python.start(PythonConfig.defaults()
                .executable(executable)
                .environment(environment)
                .stdout(System.err)
                .stderr(System.err));
        try (PythonObject sys = python.importModule("sys");
                PythonObject path = sys.attr("path")) {
            path.call("append", codeSource() + "/python").close();
            this.module = python.importModule("_bufferbridge_spark");
        }
        try (PythonObject text = module.call("version")) {
            this.version = text.toString();
        }
    }

    /**
     * The Python for a function, which this call starts if none runs yet.
     *
     * @param request what the function asks for
     * @param version major and minor version of the Python that pickled the function
     * @param environment all variables of a worker process, for the start
     * @throws Refusal if Python cannot start, or the one that runs is another
     */
    public static ExecutorPython of(Request request, String version, Map<String, String> environment) throws Refusal {
        ExecutorPython python = running;
        if (python == null) {
            python = start(request, environment);
        }
        if (!version.equals(python.version)) {
            throw new Refusal("the function is of Python " + version + ", and the executor runs Python "
                    + python.version + " (" + python.executable + ")");
        }
        if (!request.equals(python.request)) {
            String reason = REFUSED.computeIfAbsent(request, python::difference);
            if (!reason.isEmpty()) {
                throw new Refusal(reason);
            }
        }
        return python;
    }

    private static synchronized ExecutorPython start(Request request, Map<String, String> environment) throws Refusal {
        if (running != null) {
            return running;
        }
        if (failure == null) {
            try {
                running = new ExecutorPython(request, environment);
                return running;
            } catch (RuntimeException | LinkageError e) {
                failure = "Python does not start in the executor: " + e;
            }
        }
        throw new Refusal(failure);
    }

    /** Why a request cannot be met, or an empty text. */
    private String difference(Request wanted) {
        Path other;
        try {
            other = find(wanted.executable());
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
        if (!other.equals(executable)) {
            return "the function wants " + other + ", and the executor runs " + executable;
        }
        Set<String> names = new TreeSet<>(wanted.environment().keySet());
        names.addAll(request.environment().keySet());
        names.removeIf(name -> Objects.equals(
                wanted.environment().get(name), request.environment().get(name)));
        return names.isEmpty() ? "" : "the function wants other environment variables than the first one: " + names;
    }

    /** The file that a shell would run. A link is not followed: its target is no longer the virtual environment. */
    private static Path find(String command) {
        if (command.indexOf(File.separatorChar) >= 0) {
            Path path = Path.of(command).toAbsolutePath().normalize();
            if (Files.isExecutable(path)) {
                return path;
            }
            throw new IllegalArgumentException("there is no executable file " + path);
        }
        String folders = Objects.requireNonNullElse(System.getenv("PATH"), "");
        for (String folder : folders.split(File.pathSeparator)) {
            Path path = Path.of(folder).resolve(command).toAbsolutePath().normalize();
            if (Files.isExecutable(path) && !Files.isDirectory(path)) {
                return path;
            }
        }
        throw new IllegalArgumentException("there is no command " + command + " on the executor's PATH: " + folders);
    }

    private static Path codeSource() {
        try {
            return Path.of(ExecutorPython.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    PythonObject module() {
        return module;
    }
}

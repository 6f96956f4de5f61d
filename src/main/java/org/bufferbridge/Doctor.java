package org.bufferbridge;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bufferbridge.internal.doctor.Finding;
import org.bufferbridge.internal.doctor.JavaFindings;
import org.bufferbridge.internal.doctor.Json;
import org.bufferbridge.internal.host.PythonHost;
import org.bufferbridge.internal.host.PythonInstallation;
import org.bufferbridge.internal.host.PythonSearch;

/**
 * A program that says which Python is found and why, what this JVM can do, and what is missing. Each missing thing has
 * a remedy. It starts Python and sends memory through it in both directions. {@code python -m bufferbridge doctor} is
 * the same from Python.
 *
 * <pre>{@code
 *   java --enable-native-access=ALL-UNNAMED -cp 'bufferbridge.jar:jars/*' org.bufferbridge.Doctor
 * }</pre>
 *
 * <p>Arguments: {@code --json} prints one JSON object for programs instead of a line for each finding.
 * {@code --python=PLACE} names the interpreter, as {@link PythonConfig#executable} does. The exit status is 0 if Java
 * and Python see each other's memory. It is 1 if something does not work, and 2 for an unknown argument.
 */
public final class Doctor {
    private static final String PYTHON_ARGUMENT = "--python=";

    private final List<Finding> findings = new ArrayList<>();
    private final PrintStream lines; // null if JSON is printed at the end

    private Doctor(PrintStream lines) {
        this.lines = lines;
    }

    /**
     * Examines, prints, and ends the JVM with the exit status.
     *
     * @param arguments {@code --json}, {@code --python=PLACE}
     */
    public static void main(String[] arguments) {
        boolean isJson = false;
        PythonConfig config = PythonConfig.defaults();
        for (String argument : Objects.requireNonNull(arguments, "arguments")) {
            if (argument.equals("--json")) {
                isJson = true;
            } else if (argument.startsWith(PYTHON_ARGUMENT)) {
                config = named(argument.substring(PYTHON_ARGUMENT.length()));
            } else {
                refuse("org.bufferbridge.Doctor does not know the argument " + argument
                        + "; --json and --python=PLACE are possible");
            }
        }
        Doctor doctor = new Doctor(isJson ? null : System.out);
        doctor.examine(config);
        System.out.println(isJson ? doctor.json() : "%-13s %s".formatted("missing", doctor.missingInWords()));
        System.out.flush();
        System.exit(doctor.works() ? 0 : 1);
    }

    private static PythonConfig named(String place) {
        try {
            return PythonConfig.defaults().executable(Path.of(place));
        } catch (IllegalArgumentException e) {
            refuse(PYTHON_ARGUMENT + place + ": " + e.getMessage());
            throw e;
        }
    }

    private static void refuse(String reason) {
        System.err.println(reason);
        System.exit(2);
    }

    // --------------------------------------------------------------------------------------------------- examine

    /** Stops at the first thing that does not work. */
    private void examine(PythonConfig config) {
        add(JavaFindings.ofJvm());
        if (!works()) {
            return;
        }
        String missing = PythonHost.missingLibrary();
        boolean isNamed = System.getProperty(PythonHost.LIBRARY_PROPERTY) != null;
        if (missing != null && !isNamed) {
            add(List.of(new Finding("library", missing, missing, false, "", null)));
            return;
        }
        try {
            PythonSearch.Found found = PythonSearch.find(config.settings());
            addSearch(found);
            Python python = Python.start(config);
            PythonObject ofPython =
                    python.importModule("bufferbridge._commands.doctor").call("findings_for_java");
            add(ofPython.asList().stream().map(Doctor::ofPython).toList());
        } catch (IllegalStateException | PythonException e) {
            add(List.of(Finding.broken("Python start", e.getMessage())));
        }
    }

    private void addSearch(PythonSearch.Found found) {
        PythonInstallation python = found.installation();
        for (String reason : found.passedOver()) {
            add(List.of(Finding.of("passed over", reason, "", null)));
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("version", python.version());
        data.put("executable", python.executable());
        data.put("library", python.library());
        data.put("found_by", found.foundBy());
        data.put("passed_over", found.passedOver());
        String words = python.version() + ", " + python.executable() + ", found by " + found.foundBy() + ", "
                + python.library();
        add(List.of(Finding.of("Python found", words, "found", data)));
    }

    /** What {@code findings_for_java} returns: the members of a finding, the data as JSON. */
    private static Finding ofPython(PythonObject members) {
        List<PythonObject> each = members.asList();
        return new Finding(
                each.get(0).toString(),
                each.get(1).toString(),
                each.get(2).toString(),
                each.get(3).asBoolean(),
                each.get(4).toString(),
                new Json.Written(each.get(5).toString()));
    }

    private void add(List<Finding> more) {
        for (Finding finding : more) {
            findings.add(finding);
            if (lines != null) {
                lines.println(finding.line());
                lines.flush();
            }
        }
    }

    // ---------------------------------------------------------------------------------------------------- report

    private boolean works() {
        return findings.stream().allMatch(Finding::works);
    }

    private List<String> missing() {
        return findings.stream()
                .map(Finding::missing)
                .filter(missing -> !missing.isEmpty())
                .toList();
    }

    private String missingInWords() {
        return missing().isEmpty() ? "nothing" : String.join("; ", missing());
    }

    private String json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("works", works());
        report.put("missing", missing());
        report.put("started_by", "Java");
        for (Finding finding : findings) {
            if (!finding.key().isEmpty()) {
                report.put(finding.key(), finding.data());
            }
        }
        report.put("findings", findings.stream().map(Finding::words).toList());
        return Json.of(report);
    }
}

package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code org.bufferbridge.Doctor}, each time in a JVM of its own; and what is said where a part is missing. */
@ExtendWith(Interpreter.class)
class DoctorTest {
    private static final String PYTHON = System.getProperty("bufferbridge.test.python");
    private static final Path CLASSES = Path.of("target", "classes");

    private record Ran(int status, String output) {
        List<String> lines() {
            return output.lines().toList();
        }
    }

    private static Ran run(List<String> classPath, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, classPath),
                "org.bufferbridge.Doctor"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("VIRTUAL_ENV");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Ran(process.exitValue(), output);
    }

    private static List<String> jars() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.matches(".*[/\\\\](jna|commons-lang3)[^/\\\\]*\\.jar"))
                .toList();
    }

    private static List<String> withJars(Path classes) {
        return Stream.concat(Stream.of(classes.toString()), jars().stream()).toList();
    }

    @Test
    void allIsWellWhereTheTestsRun() throws Exception {
        Ran ran = run(withJars(CLASSES), "--python=" + PYTHON);
        assertEquals(0, ran.status, ran.output);
        assertTrue(ran.output.contains("\nPython memory live\n"), ran.output);
        assertTrue(ran.output.contains(", " + PYTHON + ", found by PythonConfig, "), ran.output);
        assertEquals("missing       nothing", ran.lines().getLast());
    }

    @Test
    void jsonIsOneObjectThatPythonReads(Python python) throws Exception {
        Ran ran = run(withJars(CLASSES), "--json", "--python=" + PYTHON);
        assertEquals(0, ran.status, ran.output);
        try (PythonObject report = python.importModule("json").call("loads", ran.output)) {
            Map<String, PythonObject> members = report.asMap();
            assertEquals("Java", members.get("started_by").toString());
            assertTrue(members.get("works").asBoolean());
            assertEquals(0, members.get("missing").len());
            assertEquals(PYTHON, report.item("found").item("executable").toString());
            assertEquals("live", members.get("heap_array").toString());
            assertEquals(
                    Runtime.version().toString(),
                    members.get("running").item("version").toString());
            assertEquals(
                    CLASSES.toAbsolutePath().toString(),
                    members.get("jar").item("place").toString());
            assertEquals(2, members.get("libraries").len());
            assertEquals(
                    members.get("bufferbridge").item("native_interface").asInt(),
                    members.get("jar").item("native_interface").asInt());
            assertEquals(python.version(), members.get("python").item("version").toString());
        }
    }

    @Test
    void anInterpreterThatIsMissingIsRefused(@TempDir Path folder) throws Exception {
        Ran ran = run(withJars(CLASSES), "--python=" + folder.resolve("python"));
        assertEquals(2, ran.status);
        assertTrue(ran.output.contains("no executable file " + folder.resolve("python")), ran.output);
    }

    @Test
    void anUnknownArgumentIsRefused() throws Exception {
        Ran ran = run(withJars(CLASSES), "--yaml");
        assertEquals(2, ran.status);
        assertEquals(
                "org.bufferbridge.Doctor does not know the argument --yaml; --json and --python=PLACE are possible",
                ran.output.strip());
    }

    // ------------------------------------------------------------------------------------------ what is missing

    @Test
    void aMissingLibraryIsNamedWithTheRemedy() throws Exception {
        for (String there : jars()) {
            Ran ran = run(List.of(CLASSES.toString(), there), "--python=" + PYTHON);
            assertEquals(1, ran.status, ran.output);
            String absent = there.contains("jna")
                    ? "commons-lang3 (Maven: org.apache.commons:commons-lang3)"
                    : "jna (Maven: net.java.dev.jna:jna-jpms)";
            assertEquals(
                    "missing       bufferbridge needs the library " + absent + ", which is not on the class path; put"
                            + " the jar next to bufferbridge's, or have Maven or Gradle bring it",
                    ran.lines().getLast());
        }
    }

    @Test
    void pythonDoesNotStartWithoutALibrary(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Start.java"), """
                public class Start {
                    public static void main(String[] arguments) {
                        try {
                            org.bufferbridge.Python.start();
                        } catch (IllegalStateException e) {
                            System.out.println(e.getMessage());
                        }
                    }
                }
                """);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        CLASSES.toString(),
                        folder.resolve("Start.java").toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(
                "bufferbridge needs the library jna (Maven: net.java.dev.jna:jna-jpms) and the library commons-lang3"
                        + " (Maven: org.apache.commons:commons-lang3), which are not on the class path; put the jar"
                        + " next to bufferbridge's, or have Maven or Gradle bring it",
                output.strip());
    }

    private static void copyClasses(Path folder, String leftOut) throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = CLASSES.relativize(file).toString();
                if (!name.matches(leftOut)) {
                    Path copy = folder.resolve(name);
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }

    @Test
    void classesWithoutTheNativeLibrarySayTheRemedy(@TempDir Path folder) throws Exception {
        copyClasses(folder, ".*libbufferbridge\\..*");
        Ran ran = run(withJars(folder), "--python=" + PYTHON);
        assertEquals(1, ran.status);
        assertTrue(
                ran.lines()
                        .getLast()
                        .matches("missing       the bufferbridge jar has no native library for [a-z0-9-]+: use a"
                                + " release that has it, or name a library that was built for this machine with"
                                + " -Dbufferbridge\\.library="),
                ran.output);
    }

    @Test
    void aJarOfClassesAloneNamesTheWholeJar(@TempDir Path folder) throws Exception {
        copyClasses(folder, ".*libbufferbridge\\..*|org/bufferbridge/python/.*");
        assertEquals(
                "missing       this bufferbridge jar has neither the native library nor the Python code;"
                        + " org.bufferbridge:bufferbridge from Maven has all that Java needs",
                run(withJars(folder), "--python=" + PYTHON).lines().getLast());
    }

    @Test
    void aMissingModuleNamesTheInterpreter(Python python) {
        PythonException raised = assertThrows(PythonException.class, () -> python.exec("import no_such_module"));
        assertEquals(
                "ModuleNotFoundError: No module named 'no_such_module'; this Python is " + PYTHON + " ("
                        + python.version() + "): install the module there, or name another Python with"
                        + " -Dbufferbridge.python=",
                raised.getMessage());
        assertEquals("No module named 'no_such_module'", raised.message());
    }

    @Test
    void pythonSeesThePlaceOfTheClassesThatJavaHas(Python python) {
        try (PythonObject place = python.importModule("bufferbridge").call("jar_path")) {
            assertEquals(CLASSES.toAbsolutePath().toString(), place.toString());
        }
    }
}

package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bufferbridge.fixtures.processes.ChildJvm;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How Python lives and ends in a process that Java started; each program has a JVM of its own. */
class PythonLifeTest {
    private static final String PYTHON = System.getProperty("bufferbridge.test.python");

    private static void assertEnds(int status, List<String> lines, ChildJvm.End end) {
        assertEquals(lines, end.lines());
        assertEquals(status, end.status(), () -> String.join("\n", end.lines()));
    }

    private static void assertStartsWith(String expected, String line) {
        assertTrue(line.startsWith(expected), line);
    }

    @Test
    void shutdownEndsPythonOnceAndLaterReleasesAreHarmless() throws Exception {
        assertEnds(
                0,
                List.of(
                        "Python says bye",
                        "Python has ended",
                        "Python has ended",
                        "Python has ended, and cannot be started again in the same process",
                        "open: false Python[ended, " + PYTHON + "]"),
                new ChildJvm().run("closes"));
    }

    @Test
    void shutdownIsRefusedWhileMemoryIsOut() throws Exception {
        ChildJvm.End end = new ChildJvm().run("closesWithMemoryOut");
        assertEquals(0, end.status());
        assertStartsWith(
                "Python cannot end while memory is out: 0 exports, 1 lease; 0 are required (a lease of <bytearray",
                end.lines().get(0));
        assertEquals("written: 5", end.lines().get(1));
        assertStartsWith(
                "Python cannot end while memory is out: 1 export, 0 leases; 0 are required (an export of <JavaBuffer",
                end.lines().get(2));
        assertEquals("open: false", end.lines().get(3));
    }

    @Test
    void whatJavaHasForgottenIsNotOut() throws Exception {
        assertEnds(0, List.of("24 bytes, 1 export", "open: false"), new ChildJvm().run("closesAfterForgetting"));
    }

    @Test
    void shutdownIsRefusedToThoseWhoAreInside() throws Exception {
        String refusal = "Python cannot end while this thread is in a call of Python, in run() or on its main thread;"
                + " call shutdown() from outside";
        assertEnds(0, List.of(refusal, refusal, refusal, "open: false"), new ChildJvm().run("closesFromInside"));
    }

    @RepeatedTest(3)
    void callsInFlightFinishAndLaterOnesAreRefused() throws Exception {
        assertEnds(0, List.of("open: false"), new ChildJvm().run("closesWhileOthersCall"));
    }

    @Test
    void returningFromMainRunsAtexitAndFlushes() throws Exception {
        assertEnds(0, List.of("hello Python says bye"), new ChildJvm().run("returns"));
    }

    @Test
    void exitRunsAtexitAndFlushesAndKeepsItsStatus() throws Exception {
        assertEnds(7, List.of("hello Python says bye"), new ChildJvm().run("exits"));
    }

    @RepeatedTest(3)
    void exitWhileThreadsAreBusyOnBothSidesKeepsItsStatus() throws Exception {
        assertEnds(7, List.of(), new ChildJvm().run("exitsWhileBusy"));
    }

    @RepeatedTest(3)
    void returningWhileDaemonThreadsAreBusyOnBothSidesEndsInOrder() throws Exception {
        assertEnds(0, List.of(), new ChildJvm().run("returnsWhileBusy"));
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void signalsEndTheJvmAndRunAtexit(String signal, int status) throws Exception {
        Process process = new ChildJvm().start("waits");
        try (BufferedReader output = process.inputReader()) {
            assertEquals("ready", output.readLine());
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertEquals("Python says bye", output.readLine());
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(status, process.exitValue());
    }

    @Test
    void interruptsAreKeyboardInterruptsOnTheMainThreadWherePythonHandlesSignals() throws Exception {
        Process process = new ChildJvm().start("waitsOnMainThread");
        try (BufferedReader output = process.inputReader()) {
            assertEquals("ready", output.readLine());
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertEquals("KeyboardInterrupt", output.readLine());
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }

    @Test
    void systemExitOfPythonIsAnExceptionToJava() throws Exception {
        assertEnds(0, List.of("SystemExit 3"), new ChildJvm().run("raisesSystemExit"));
    }

    @ParameterizedTest
    @CsvSource({"1, True, False, True", "'', False, False, False"})
    void faulthandlerLeavesTheJvmItsSignals(String variable, String before, String disabled, String again)
            throws Exception {
        ChildJvm child = new ChildJvm().option("-XX:TieredStopAtLevel=1");
        assertEnds(
                0,
                List.of("30000 " + before, "30000 " + disabled, "30000 " + again, "100"),
                child.environment(Map.of("PYTHONFAULTHANDLER", variable)).run("faults"));
    }

    @Test
    void pythonMayEndTheProcess() throws Exception {
        assertEnds(5, List.of(), new ChildJvm().run("endsTheProcess"));
    }

    @Test
    void exitCalledByPythonThroughJavaKeepsItsStatus() throws Exception {
        assertEnds(6, List.of(), new ChildJvm().run("exitsInsideACall"));
    }

    @Test
    void aForkedChildReadsWhatItHasAndIsRefusedTheRest() throws Exception {
        assertEnds(0, List.of("child: 0"), new ChildJvm().run("forks"));
    }

    @Test
    void subprocessesAndSpawnedPoolsRunThisPython() throws Exception {
        assertEnds(0, List.of("subprocess: 42", "pool: [1, 2, 3]"), new ChildJvm().run("spawns"));
    }

    @Test
    void pythonIsStartedAsConfigured() throws Exception {
        ChildJvm.End end = new ChildJvm().run("isConfigured");
        assertEquals(
                List.of(
                        "['job.py', '--größe', '']",
                        "true",
                        "ü=1",
                        "999",
                        PYTHON,
                        Path.of(PYTHON).getParent().getParent().toString(),
                        "True",
                        "job.py"),
                end.lines().subList(0, 8));
        assertTrue(end.lines().get(8).startsWith("Python runs already, with PythonConfig["), end.lines()::toString);
    }

    @Test
    void isolatedPythonIgnoresTheEnvironment() throws Exception {
        assertEnds(0, List.of("(1, 4300)", "True"), new ChildJvm().run("isIsolated"));
    }

    @Test
    void everyStartGivesAHandleOfTheOnePython() throws Exception {
        ChildJvm.End end = new ChildJvm().run("startsAgain");
        assertEquals(List.of("same: true", "True"), end.lines().subList(0, 2));
        assertTrue(end.lines().get(2).contains("other code started"), end.lines()::toString);
    }

    @Test
    void deepRecursionIsAnErrorOnEveryStack() throws Exception {
        ChildJvm.End end = new ChildJvm().run("recurses");
        assertEquals(0, end.status(), () -> String.join("\n", end.lines()));
        assertEquals(12, end.lines().size(), end.lines()::toString);
        for (String line : end.lines()) {
            assertTrue(
                    line.endsWith("RecursionError") || line.equals("through_java bufferbridge.JavaError"),
                    end.lines()::toString);
        }
    }

    @Test
    void anEndThatTheStackCannotHoldChangesNothing() throws Exception {
        assertEnds(
                0,
                List.of("ended: true, after overflows: true", "Python has ended"),
                new ChildJvm().run("endsAtTheBottom"));
    }

    @Test
    void forgottenObjectsAreLetGoThoughNoThreadCallsPython() throws Exception {
        assertEnds(0, List.of("let go", "waited"), new ChildJvm().run("defers"));
    }

    @Test
    void virtualThreadsAndThreadsThatHoldPythonDoNotWaitForEachOther() throws Exception {
        ChildJvm.End end = new ChildJvm()
                .option("-Djdk.virtualThreadScheduler.parallelism=1")
                .run("mixesVirtualThreads");
        assertEquals(0, end.status(), () -> String.join("\n", end.lines()));
        assertEquals("closed", end.lines().getLast());
    }

    @Test
    void virtualThreadsThatWaitForPythonLeaveACarrier() throws Exception {
        assertEnds(
                0,
                List.of("ran", "true", "closed"),
                new ChildJvm()
                        .option("-Djdk.virtualThreadScheduler.parallelism=1")
                        .run("waitsForAVirtualThread"));
    }

    // ------------------------------------------------------------------------------------ what cannot be started

    private static String failure(ChildJvm jvm, String... program) throws Exception {
        ChildJvm.End end = jvm.run(program);
        assertEquals(1, end.status(), () -> String.join("\n", end.lines()));
        return end.lines().stream()
                .filter(line -> line.startsWith("Exception in thread"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(String.join("\n", end.lines())));
    }

    @Test
    void aMissingInterpreterIsNamed() throws Exception {
        String failure = failure(new ChildJvm(), "startsWith", "/nowhere/python3");
        assertTrue(failure.contains("no executable file /nowhere/python3; a Python interpreter is required"), failure);
    }

    @Test
    void deniedNativeAccessIsSaidWithTheOption() throws Exception {
        assumeTrue(Runtime.version().feature() >= 24, "older JVMs do not deny native access");
        assertEquals(
                "Exception in thread \"main\" java.lang.IllegalStateException: this JVM denies native access, which"
                        + " bufferbridge needs: start it with --enable-native-access=ALL-UNNAMED",
                failure(new ChildJvm().withoutNativeAccess(), "returns"));
    }

    @Test
    void aProgramThatIsNoPythonIsNamedWithItsAnswer() throws Exception {
        String failure = failure(new ChildJvm(), "startsWith", "/bin/false");
        assertTrue(
                failure.contains(
                        "cannot embed the Python that PythonConfig names: /bin/false ended with exit status 1: it"
                                + " printed nothing"),
                failure);
    }

    /** An executable that answers as some interpreter would, in which a .pth file and a warning write too. */
    private static String interpreter(Path folder, String... answers) throws IOException {
        Path script = folder.resolve("python3");
        Files.writeString(
                script,
                "#!/bin/sh\necho 'a warning' >&2\nprintf '%s\\n' 'written by x.pth' '<bufferbridge>' '"
                        + String.join("' '", answers) + "' '</bufferbridge>' 'bye'\n");
        assertTrue(script.toFile().setExecutable(true));
        return script.toString();
    }

    @Test
    void anInterpreterThatIsTooOldIsNamedWithItsVersion(@TempDir Path folder) throws Exception {
        String python = interpreter(folder, "CPython", "3.10.13", "8", "/usr/bin/python3.10");
        String failure = failure(new ChildJvm(), "startsWith", python);
        assertTrue(failure.contains("names: " + python + " is Python 3.10.13; 3.11 or newer is required"), failure);
    }

    @Test
    void anotherImplementationIsNamed(@TempDir Path folder) throws Exception {
        String python = interpreter(folder, "PyPy", "3.11.9", "8", "/usr/bin/pypy3", "0", "/usr/lib/libpypy3-c.so");
        String failure = failure(new ChildJvm(), "startsWith", python);
        assertTrue(failure.contains(python + " is PyPy 3.11.9; CPython is required"), failure);
    }

    @Test
    void aStaticInterpreterIsNamedWithWhatWasTried(@TempDir Path folder) throws Exception {
        String python =
                interpreter(folder, "CPython", "3.12.1", "8", "/usr/bin/python3", "0", "/nowhere/libpython3.12.so");
        String failure = failure(new ChildJvm(), "startsWith", python);
        assertTrue(
                failure.contains(python + " has no shared libpython (tried /nowhere/libpython3.12.so);"
                        + " one built with --enable-shared, or the distribution's package of libpython, is required"),
                failure);
    }

    @Test
    void aProgramThatAnswersSomethingElseIsNamedWithItsAnswer() throws Exception {
        String failure = failure(new ChildJvm(), "startsWith", "/bin/echo");
        assertTrue(failure.contains("names: /bin/echo ended with exit status 0: "), failure);
    }

    @Test
    void aWrongPythonHomeIsAnExceptionAndNotTheEndOfTheProcess() throws Exception {
        String failure = failure(
                new ChildJvm().environment(Map.of("PYTHONHOME", "/nowhere")),
                "startsWith",
                System.getProperty("bufferbridge.test.python"));
        assertTrue(failure.contains("does not start with PYTHONHOME=/nowhere: Fatal Python error"), failure);
    }

    @Test
    void aLibraryThatIsNoLibpythonIsNamed() throws Exception {
        String library =
                Path.of(System.getProperty("java.home"), "lib", "libjava.so").toString();
        String failure = failure(new ChildJvm(), "startsWithLibrary", library);
        assertTrue(failure.contains(library + " is no libpython"), failure);
    }

    @Test
    void aFileThatIsNoLibraryIsNamed() throws Exception {
        String failure = failure(new ChildJvm(), "startsWithLibrary", "/etc/passwd");
        assertTrue(failure.contains("cannot load libpython /etc/passwd: "), failure);
    }

    @Test
    void anEmptyPathSaysThatNothingWasFound() throws Exception {
        String failure = failure(new ChildJvm().environment(Map.of("PATH", "/nowhere")), "searches");
        assertTrue(
                failure.contains("no CPython 3.11 or newer with a shared libpython was found;"
                        + " name one with PythonConfig.executable, -Dbufferbridge.python= or VIRTUAL_ENV"
                        + " (tried: no python on the PATH)"),
                failure);
    }

    @Test
    void aNativeLibraryThatIsMissingIsNamed() throws Exception {
        String failure = failure(new ChildJvm().option("-Dbufferbridge.library=/nowhere/lib.so"), "closes");
        assertTrue(failure.contains("-Dbufferbridge.library=/nowhere/lib.so: there is no such file"), failure);
    }

    @Test
    void modulesOfTheWorkingFolderAreNotImportedByTheInterpreterThatIsAsked(@TempDir Path folder) throws Exception {
        for (String module : List.of("platform", "struct", "sysconfig", "os")) {
            Files.writeString(folder.resolve(module + ".py"), "raise SystemExit('imported from the working folder')");
        }
        ChildJvm.End end = new ChildJvm()
                .folder(folder)
                .environment(Map.of("PATH", Path.of(PYTHON).getParent().toString()))
                .run("searches");
        assertEquals(0, end.status(), () -> String.join("\n", end.lines()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"property", "VIRTUAL_ENV", "PATH"})
    void theInterpreterIsFoundBy(String way) throws Exception {
        Path folder = Path.of(PYTHON).getParent();
        ChildJvm jvm = new ChildJvm();
        switch (way) {
            case "property" -> jvm.option("-Dbufferbridge.python=" + PYTHON);
            case "VIRTUAL_ENV" ->
                jvm.environment(Map.of("VIRTUAL_ENV", folder.getParent().toString()));
            default -> jvm.environment(Map.of("PATH", folder.toString()));
        }
        ChildJvm.End end = jvm.run("searches");
        assertEquals(0, end.status(), () -> String.join("\n", end.lines()));
        assertEquals(folder, Path.of(end.lines().getFirst()).getParent());
    }
}

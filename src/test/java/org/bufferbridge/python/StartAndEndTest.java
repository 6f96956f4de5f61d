package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bufferbridge.fixtures.processes.ChildJvm;
import org.bufferbridge.fixtures.processes.ClassLoaderPrograms;
import org.bufferbridge.fixtures.processes.LifePrograms;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Starts and ends of Python at the same time: no thread waits for ever. Each gets Python or the reason why not. Each
 * program has a JVM of its own.
 */
class StartAndEndTest {
    private static final String ENDING = "a thread is ending Python, which cannot be started again in the same process";
    private static final String ENDED = "Python has ended, and cannot be started again in the same process";

    private static void assertSays(List<String> lines, String... program) throws Exception {
        assertSays(0, lines, new ChildJvm().programs(LifePrograms.class).run(program));
    }

    private static void assertSays(int status, List<String> lines, ChildJvm.End end) {
        assertEquals(lines, end.lines());
        assertEquals(status, end.status(), () -> String.join("\n", end.lines()));
    }

    // ------------------------------------------------------------------------------- those the end waits for

    @RepeatedTest(3)
    void aCallbackThatStartsPythonWhileItEndsIsRefusedAtOnce() throws Exception {
        ChildJvm.End end = new ChildJvm().programs(LifePrograms.class).run("callbackStarts");
        assertEquals(ENDING, end.lines().getFirst());
        assertTrue(end.lines().getLast().startsWith("Python[ended"), end.lines()::toString);
        assertEquals(0, end.status());
    }

    @Test
    void anAtexitFunctionThatStartsPythonIsRefusedAtOnce() throws Exception {
        assertSays(List.of(ENDING, "open: false"), "atexitStarts");
    }

    @Test
    void shutdownInAnAtexitFunctionDoesNothing() throws Exception {
        assertSays(List.of("done", "open: false"), "atexitShutsDown");
    }

    @Test
    void anAtexitFunctionMayWaitForAThreadThatStartsAndEndsPython() throws Exception {
        assertSays(List.of(ENDING, "done", "waited: true", "open: false"), "atexitWaitsForAThread");
    }

    @Test
    void aThreadOfPythonsThatStartsPythonWhileItEndsIsRefusedAtOnce() throws Exception {
        assertSays(List.of(ENDING, "open: false"), "threadStarts");
    }

    @Test
    void aShutdownHookMayUsePython() throws Exception {
        ChildJvm.End end = new ChildJvm().programs(LifePrograms.class).run("hookStarts");
        // Hooks run at the same time: this one comes before Python's own, or after it.
        assertTrue(
                end.lines().contains("42")
                        || end.lines().contains("Python has ended")
                        || end.lines().contains(ENDING),
                end.lines()::toString);
        assertTrue(end.lines().contains("Python says bye"), end.lines()::toString);
        assertEquals(0, end.status());
    }

    @RepeatedTest(3)
    void aShutdownHookMayShutPythonDown() throws Exception {
        ChildJvm.End end = new ChildJvm().programs(LifePrograms.class).run("hookShutsDown");
        assertEquals(
                List.of("Python says bye", "done"),
                end.lines().stream().sorted().toList());
        assertEquals(0, end.status());
    }

    @Test
    void aFirstStartInAShutdownHookIsRefused() throws Exception {
        assertSays(List.of("the JVM is ending, and Python cannot be started any more"), "hookStartsFirst");
    }

    // ------------------------------------------------------------------------------------------------ at once

    @RepeatedTest(3)
    void theFirstStartByManyThreadsAtOnceIsOne() throws Exception {
        assertSays(List.of("[3]"), "startsAtOnce", "false");
    }

    @Test
    void theFirstStartByManyVirtualThreadsOfOneCarrierIsOne() throws Exception {
        assertSays(
                0,
                List.of("[3]"),
                new ChildJvm()
                        .programs(LifePrograms.class)
                        .option("-Djdk.virtualThreadScheduler.parallelism=1")
                        .run("startsAtOnce", "true"));
    }

    @RepeatedTest(3)
    void startsWhilePythonEndsAreHandlesOrRefused() throws Exception {
        assertSays(List.of("others: [], open: false"), "startsWhileItEnds");
    }

    @RepeatedTest(3)
    void shutdownByManyThreadsAtOnceIsOne() throws Exception {
        assertSays(List.of("[done]", "open: false"), "shutsDownAtOnce");
    }

    @Test
    void shutdownOfAPythonThatStartsIsRefused() throws Exception {
        assertSays(
                List.of("a thread is starting Python; shutdown() can end it once it runs", "42", ENDED),
                "shutsDownUnderAStart");
    }

    @Test
    void aHandleIsClosedUnderACallThatGoesOn() throws Exception {
        assertSays(
                List.of(
                        "done",
                        "42",
                        "this handle of Python is closed; Python.start() gives another one",
                        "true false 2"),
                "closesAHandleUnderACall");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50, 150, 250, 350, 450, 600, 800})
    void anExitWhilePythonStartsKeepsItsStatus(int milliseconds) throws Exception {
        assertSays(
                7,
                List.of(),
                new ChildJvm().programs(LifePrograms.class).run("exitsWhileItStarts", Integer.toString(milliseconds)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 50, 150, 300})
    void anExitWhilePythonEndsKeepsItsStatus(int milliseconds) throws Exception {
        assertSays(
                7,
                List.of(),
                new ChildJvm().programs(LifePrograms.class).run("exitsWhileItEnds", Integer.toString(milliseconds)));
    }

    // ------------------------------------------------------------------------------------- one after the other

    @Test
    void aStartThatFailedBeforePythonRanIsTriedAgain() throws Exception {
        assertSays(List.of("true", "42"), "failsFirst");
    }

    @Test
    void aConfigurationFitsThePythonThatRunsIfAllItSetsIsSo() throws Exception {
        assertSays(Collections.nCopies(7, "true"), "startsWithParts");
    }

    @Test
    void handlesOneAfterTheOtherAndAtTheSameTimeAreOfOnePython() throws Exception {
        assertSays(
                List.of(
                        "[0 1 2]",
                        "[0 1 2]",
                        "42",
                        "this handle of Python is closed; Python.start() gives another one",
                        "42"),
                "startsOneAfterTheOther");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void signalsThatPythonTookAreTheJvmsAfterItsEnd(String signal, int status) throws Exception {
        Process process = new ChildJvm().programs(LifePrograms.class).start("givesSignalsBack");
        try (BufferedReader output = process.inputReader()) {
            assertEquals("taken: true", output.readLine());
            assertEquals("given back: true", output.readLine());
            assertEquals("ready", output.readLine());
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertEquals("the hook ran", output.readLine());
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(status, process.exitValue());
    }

    // -------------------------------------------------------------------------------------- two class loaders

    private static final String REFUSED =
            "CPython runs, or ran, in this process already, with the bufferbridge of the class"
                    + " loader java.net.URLClassLoader@ (first); this is the bufferbridge of the class loader"
                    + " java.net.URLClassLoader@ (second). A process can have one CPython, once. Put the jars of"
                    + " bufferbridge where all that use Python see the same classes: on the application's class path,"
                    + " or in a parent class loader (Tomcat: in lib/, and not in WEB-INF/lib)";

    private static void assertLoadersSay(List<String> lines, String program) throws Exception {
        // Without the log: the class path of this JVM has test providers that the loaders' own classes are not.
        assertSays(
                0,
                lines,
                new ChildJvm()
                        .programs(ClassLoaderPrograms.class)
                        .option("-Djava.util.logging.config.file=/dev/null")
                        .run(program));
    }

    @Test
    void aSecondClassLoaderIsRefusedWithTheWayOut() throws Exception {
        assertLoadersSay(List.of("42", REFUSED, "42"), "besideTheFirst");
    }

    @Test
    void aSecondClassLoaderIsRefusedAfterTheFirstHasClosedItsHandle() throws Exception {
        assertLoadersSay(List.of("42", REFUSED), "afterAHandleOfTheFirst");
    }

    @Test
    void aSecondClassLoaderIsRefusedAfterPythonsEnd() throws Exception {
        assertLoadersSay(List.of("42", REFUSED), "afterTheFirst");
    }

    @Test
    void aSecondClassLoaderIsRefusedWhereThePropertiesWereReplaced() throws Exception {
        assertLoadersSay(List.of("42", REFUSED), "afterOtherProperties");
    }

    @Test
    void ofTwoClassLoadersThatStartAtOnceOneIsRefused() throws Exception {
        assertLoadersSay(List.of("1 started, 1 refused"), "atOnce");
    }

    @Test
    void aClassLoaderWhoseStartFailedLeavesThePlaceToAnother() throws Exception {
        assertLoadersSay(
                List.of(
                        "true",
                        "42",
                        REFUSED.replace("first", "x").replace("second", "first").replace("(x)", "(second)")),
                "afterAFailure");
    }
}

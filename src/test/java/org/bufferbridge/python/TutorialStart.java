package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** How the steps of {@link TutorialTest} and {@link MemoryTutorialTest} start Python, and what they leave. */
abstract class TutorialStart {
    static Python python;

    /**
     * A process has one Python, and it is started once. Without a configuration it is the one of the virtual
     * environment in VIRTUAL_ENV, or the first on the PATH. A shell would start the same.
     * {@code -Dbufferbridge.python=} names another one from outside. A configuration names it in the program, and may
     * say what a command line says: arguments, environment, working folder.
     *
     * <p>Each start gives a handle of the one Python. Closing a handle never ends Python: it ends with the JVM. So each
     * part of a program, and each class of its tests, starts Python and closes what it was given.
     */
    @BeforeAll
    static void start() {
        Path interpreter = Path.of(System.getProperty("bufferbridge.test.python"));
        python = Python.start(PythonConfig.defaults().executable(interpreter));
    }

    private long outBefore;

    @BeforeEach
    void countWhatIsOut() {
        outBefore = Leaks.liveExports() + Leaks.liveLeases();
    }

    /** What was opened in a try block is closed with it: a step leaves no export and no lease behind. */
    @AfterEach
    void nothingIsLeftBehind() {
        long out = Leaks.liveExports() + Leaks.liveLeases();
        assertTrue(out <= outBefore, () -> out + " are out, and were " + outBefore + " before");
    }
}

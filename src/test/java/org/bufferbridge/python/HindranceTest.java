package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.bufferbridge.fixtures.processes.ChildJvm;
import org.bufferbridge.fixtures.processes.Hindrances;
import org.junit.jupiter.api.Test;

/**
 * User code that never returns, waits for Python or throws keeps no other thread waiting, and breaks nothing. It runs
 * without a lock of the library.
 */
class HindranceTest {
    private static void prints(String program, String... lines) throws Exception {
        ChildJvm.End end = new ChildJvm().programs(Hindrances.class).run(program);
        assertEquals(List.of(lines), end.lines());
    }

    @Test
    void theMonitorOfAnArenaIsItsUsers() throws Exception {
        prints("monitorOfAnArena", "both end");
    }

    @Test
    void theMonitorOfABufferIsItsUsers() throws Exception {
        prints("monitorOfABuffer", "both end");
    }

    @Test
    void aLoggerThatThrowsEndsNoThreadAndReplacesNoException() throws Exception {
        prints(
                "throwingLogger",
                "told: true",
                "the next forgotten lease goes back: true",
                "the next arena closes: true",
                "a refusal stays what it is: BufferException");
    }

    @Test
    void aLoggerMayCallPythonOfWhatIsRefused() throws Exception {
        prints("loggerThatCallsPython", "refused", "both end");
    }

    @Test
    void aLoggerThatNeverReturnsKeepsNothingThatIsForgotten() throws Exception {
        prints("loggerThatNeverReturns", "what is forgotten next goes: true");
    }

    @Test
    void aCleanupActionThatNeverReturnsKeepsNoOtherArenaOpen() throws Exception {
        prints("cleanupThatNeverReturns", "the next arena closes: true");
    }

    @Test
    void aFinaliserThatNeverReturnsKeepsNothingElseThatWasPutOff() throws Exception {
        prints("finaliserThatNeverReturns", "all others go back: true");
    }

    @Test
    void finalisersThatCallJavaDoNotRunEachWithinAnother() throws Exception {
        prints("finalisersThatCallJava", "all have ended: true");
    }
}

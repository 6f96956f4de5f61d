package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bufferbridge.fixtures.processes.ChildJvm;
import org.bufferbridge.fixtures.processes.OutputPrograms;
import org.junit.jupiter.api.Test;

/** What Python prints reaches streams of Java, on every thread, until Python's end. */
class OutputTest {
    private static List<String> lines(String... program) throws Exception {
        ChildJvm.End end = new ChildJvm().programs(OutputPrograms.class).run(program);
        assertEquals(0, end.status(), () -> String.join("\n", end.lines()));
        return end.lines();
    }

    @Test
    void bothStreamsGetLinesAndBytes() throws Exception {
        assertEquals(
                List.of("to out", "to err", "7", "[to out, no line end bytes]", "no line end bytesno file descriptor"),
                lines("bothStreams"));
    }

    @Test
    void theEncodingIsThatOfTheStream() throws Exception {
        assertEquals(List.of("true", "true"), lines("encodings"));
    }

    @Test
    void linesOfThreadsStayWhole() throws Exception {
        assertEquals(List.of("400 400"), lines("threads"));
    }

    @Test
    void aStreamThatFailsIsAnOSError() throws Exception {
        assertEquals(List.of("bufferbridge.JavaOSError: java.io.IOException: the disk is full", "2"), lines("failing"));
    }

    @Test
    void aStreamMayCallPythonWhichPrints() throws Exception {
        assertEquals(List.of("[first, from the stream, last]"), lines("callsBack"));
    }

    @Test
    void aThreadThatPrintsDoesNotKeepTheGil() throws Exception {
        assertEquals(List.of("both have gone on"), lines("lockHeld"));
    }

    @Test
    void nothingIsLostAtTheEndOfPython() throws Exception {
        List<String> lines = lines("end", "true");
        assertEquals(List.of("no line end", "unfinished from atexit"), lines.subList(0, 2));
        assertTrue(lines.contains("the end"), lines::toString);
    }

    @Test
    void nothingIsLostAtTheEndOfTheJvm() throws Exception {
        assertEquals(
                List.of("no line end", "unfinished from atexit"),
                lines("end", "false").subList(0, 2));
    }

    @Test
    void aStartWithAnotherStreamIsRefused() throws Exception {
        assertEquals(List.of("true", "true"), lines("otherStreams"));
    }

    @Test
    void bothWaysAtOnceMakeNoCircle() throws Exception {
        assertEquals(List.of("from Java", "from Python", "after the end"), lines("bothWays"));
    }
}

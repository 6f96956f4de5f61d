package org.bufferbridge.internal.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonInstallationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static String refusal(String python) {
        return assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThrows(
                                PythonInstallation.Unsuitable.class,
                                () -> PythonInstallation.of(python, null, PATIENCE))
                        .getMessage());
    }

    private static String script(Path folder, String text) throws IOException {
        Path script = folder.resolve("python3");
        Files.writeString(script, "#!/bin/sh\n" + text + "\n");
        assertEquals(true, script.toFile().setExecutable(true));
        return script.toString();
    }

    @Test
    void anInterpreterThatDoesNotAnswerIsGivenUp(@TempDir Path folder) throws IOException {
        String python = script(folder, "sleep 600");
        assertEquals(python + " did not answer within 1 s", refusal(python));
    }

    @Test
    void aThreadThatIsInterruptedAsksAllTheSame(@TempDir Path folder) throws IOException {
        String python = script(folder, "sleep 0.2; echo it answers; exit 3");
        Thread.currentThread().interrupt();
        String refusal = assertThrows(
                        PythonInstallation.Unsuitable.class,
                        () -> PythonInstallation.of(python, null, PATIENCE.multipliedBy(20)))
                .getMessage();
        assertTrue(Thread.interrupted(), "the thread stays interrupted");
        assertFalse(refusal.contains("interrupted"), refusal);
    }

    @Test
    void anInterpreterThatWritesForEverIsGivenUp(@TempDir Path folder) throws IOException {
        String python = script(folder, "while true; do echo again; sleep 0.1; done");
        assertEquals(python + " did not answer within 1 s", refusal(python));
    }

    @Test
    void interpretersAreSearchedForInAbsoluteFoldersOnly(@TempDir Path folder) throws IOException {
        String python = script(folder, "exit 1");
        Path relative = Path.of("").toAbsolutePath().relativize(folder.toRealPath());
        assertEquals(Set.of(python), PythonSearch.onPath("/nowhere:" + folder));
        assertEquals(Set.of(), PythonSearch.onPath(relative + "::."));
        assertEquals(Set.of(), PythonSearch.onPath(""));
    }

    @ParameterizedTest
    @CsvSource({
        "3.12.1 (main), true",
        "3.12.1+ (main), true",
        "3.12.1, true",
        "3.12.10 (main), false",
        "3.12.2 (main), false"
    })
    void aLibraryIsOfAVersionToItsLastDigit(String text, boolean isOfVersion) {
        assertEquals(isOfVersion, PythonHost.isOfVersion(text, "3.12.1"));
    }

    @Test
    void aFolderIsRefusedByName(@TempDir Path folder) {
        assertEquals(
                folder + " is a folder; an interpreter, such as bin/python in it, is required",
                refusal(folder.toString()));
    }
}

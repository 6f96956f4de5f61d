package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bufferbridge.fixtures.processes.ChildJvm;
import org.bufferbridge.fixtures.processes.LifePrograms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder of the Python package goes with its process, or with the next one if the process was killed. */
class TemporaryFolderTest {
    @TempDir
    private Path temporary;

    private final List<Process> processes = new ArrayList<>();

    /** A process in which Python runs. Its folder is the last line but one that it said before it was ready. */
    private record Living(Process process, BufferedReader output, Path folder) {
        String sayAndEnd() throws IOException, InterruptedException {
            process.getOutputStream().write('x');
            process.getOutputStream().close();
            String said = output.lines().collect(Collectors.joining("\n"));
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            return said;
        }

        void kill() throws InterruptedException {
            process.destroyForcibly();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        }
    }

    private Living start() throws IOException {
        Process process = new ChildJvm()
                .programs(LifePrograms.class)
                .option("-Djava.io.tmpdir=" + temporary)
                .start("livesUntilALineComes");
        processes.add(process);
        BufferedReader output = process.inputReader();
        Path initFile = Path.of(output.readLine());
        assertEquals("ready", output.readLine());
        return new Living(process, output, initFile.getParent().getParent());
    }

    private TreeSet<Path> folders() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("bufferbridge-"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static TreeSet<Path> set(Path... paths) {
        return new TreeSet<>(List.of(paths));
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void whatAKilledProcessLeftGoesWithTheNextStartAndWhatLivesStays() throws Exception {
        Living killed = start();
        Living living = start();
        killed.kill();
        assertEquals(set(killed.folder, living.folder), folders());
        Living next = start();
        assertEquals(set(living.folder, next.folder), folders());
        assertEquals("imported after x", next.sayAndEnd());
        assertEquals(set(living.folder), folders());
        assertEquals("imported after x", living.sayAndEnd());
        assertEquals(set(), folders());
    }

    @Test
    void foldersThatAreNotKnownToBeLeftOverStay() throws Exception {
        Path precious = Files.createDirectory(temporary.resolve("precious"));
        Files.createFile(precious.resolve("in-use"));
        Path link = Files.createSymbolicLink(temporary.resolve("bufferbridge-1-link"), precious);
        Path unmarked = Files.createDirectory(temporary.resolve("bufferbridge-1-unmarked"));
        Path linked = Files.createDirectory(temporary.resolve("bufferbridge-1-linked"));
        Files.createSymbolicLink(linked.resolve("in-use"), precious.resolve("in-use"));
        Path file = Files.createFile(temporary.resolve("bufferbridge-1-file"));
        Path left = Files.createDirectory(temporary.resolve("bufferbridge-1-left"));
        Files.createFile(left.resolve("in-use"));
        Files.createSymbolicLink(left.resolve("library"), precious.resolve("in-use"));
        assertEquals("imported after x", start().sayAndEnd());
        assertEquals(set(link, unmarked, linked, file), folders());
        assertTrue(Files.exists(precious.resolve("in-use")));
    }
}

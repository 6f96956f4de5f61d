package org.bufferbridge.internal.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Folders of this process, {@code bufferbridge-<process>-<random>}. They are deleted when the JVM ends. What a killed
 * JVM leaves, the next one deletes.
 *
 * <p>A process locks a file in its folder as long as it lives. A folder whose file can be locked is left over. The
 * number in the name cannot tell that: two containers that share a temporary folder do not see each other's processes.
 * It says which folder is this process's own. Its file must not even be opened again: POSIX drops a process's locks of
 * a file when the process closes any descriptor of that file.
 */
final class TemporaryFolder {
    private static final String PREFIX = "bufferbridge-";
    private static final String LOCK = "in-use";
    private static final String OWN_PREFIX = PREFIX + ProcessHandle.current().pid() + "-";

    private TemporaryFolder() {}

    /**
     * Makes a folder in the temporary folder, and deletes those that are left over.
     *
     * @throws IOException if the folder cannot be made; those that are left over never throw
     */
    static Path make() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        deleteLeftOver(parent);
        while (true) {
            Path folder = Files.createTempDirectory(parent, OWN_PREFIX);
            Path file = folder.resolve(LOCK);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (isLocked(channel, file)) {
                Thread cleanup = new Thread(() -> deleteAtEnd(folder, channel), "bufferbridge cleanup");
                Runtime.getRuntime().addShutdownHook(cleanup);
                return folder;
            }
            channel.close(); // Another JVM saw the folder before its file was locked, and deletes it.
        }
    }

    private static boolean isLocked(FileChannel channel, Path file) throws IOException {
        try {
            return channel.tryLock() != null && Files.exists(file); // lock() would fail in an interrupted thread
        } catch (IOException e) {
            Files.delete(file); // The file system has no locks. A folder without the file is never taken for left over.
            return true;
        }
    }

    /** The hook refers to the channel until the end: the collector would close it, and the lock would go. */
    private static void deleteAtEnd(Path folder, FileChannel channel) {
        delete(folder);
        try {
            channel.close();
        } catch (IOException e) {
            // The process ends, and its locks with it.
        }
    }

    private static void deleteLeftOver(Path parent) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*-*")) {
            for (Path folder : folders) {
                if (!folder.getFileName().toString().startsWith(OWN_PREFIX)) {
                    deleteIfLeftOver(folder);
                }
            }
        } catch (IOException | RuntimeException e) {
            // They stay. The system clears its temporary folder.
        }
    }

    private static void deleteIfLeftOver(Path folder) {
        // A link could lead to what is not ours. Another user's file cannot be opened for writing.
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.tryLock() != null) {
                delete(folder);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // There is no such file, it is another user's, or its process lives.
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // The rest stays in the temporary folder, which the system clears.
        }
    }
}

package org.bufferbridge.internal.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lays out the Python package {@code bufferbridge}, which the jar carries, as a folder that Python imports from. Its
 * extension is a link to the library that Java loaded. A copy would be a second instance with a state of its own.
 */
public final class PythonPackage {
    /** The package's files in the jar, and {@code index}, the list of their paths. */
    private static final String RESOURCES = "/org/bufferbridge/python/";

    private PythonPackage() {}

    /** Whether this jar carries the package. The jar of the Python package does not. */
    static boolean isInJar() {
        return PythonPackage.class.getResource(RESOURCES + "index") != null;
    }

    /**
     * Lays the package out in a {@link TemporaryFolder}.
     *
     * @param library the native library that Java loaded
     * @return the folder to import from
     * @throws IllegalStateException if the folder cannot be written
     */
    static Path layOut(Path library) {
        try {
            Path folder = TemporaryFolder.make();
            Path files = Files.createDirectory(folder.resolve("bufferbridge"));
            for (String name : text("index").lines().toList()) {
                Path place = files.resolve(name);
                Files.createDirectories(place.getParent());
                try (InputStream file = resource(name)) {
                    Files.copy(file, place);
                }
            }
            Files.createSymbolicLink(files.resolve("_native.abi3.so"), library);
            return folder;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the Python package cannot be laid out in the temporary folder "
                            + System.getProperty("java.io.tmpdir") + ": " + e,
                    e);
        }
    }

    private static String text(String name) throws IOException {
        try (InputStream file = resource(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream file = PythonPackage.class.getResourceAsStream(RESOURCES + name);
        if (file == null) {
            throw new IOException("the bufferbridge jar has no " + RESOURCES + name + PythonHost.WAY_TO_WHOLE_JAR);
        }
        return file;
    }
}

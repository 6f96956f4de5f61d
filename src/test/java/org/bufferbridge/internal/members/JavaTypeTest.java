package org.bufferbridge.internal.members;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.internal.classes.LookupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JavaTypeTest {
    public abstract static class Exporter implements BufferExporter {}

    @ParameterizedTest
    @CsvSource({
        "java.lang.String, java.lang.String",
        "java.util.Map.Entry, java.util.Map.Entry",
        "java.util.Map$Entry, java.util.Map.Entry",
        "int, int",
        "int[], int[]",
        "double[][], double[][]",
        "java.lang.String[][], java.lang.String[][]",
        "java.util.Map.Entry[], java.util.Map.Entry[]",
        "org.bufferbridge.internal.members.JavaTypeTest.Exporter,"
                + " org.bufferbridge.internal.members.JavaTypeTest.Exporter"
    })
    void nameFindsTheClass(String name, String canonicalName) {
        assertEquals(canonicalName, JavaType.forName(name).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"com.example.Missing", "java.util.Map.entry", "java/util/Map", "int[", "", "[]", " "})
    void unknownNameIsRefused(String name) {
        LookupException refused = assertThrows(LookupException.class, () -> JavaType.forName(name));
        assertTrue(refused.getMessage().startsWith("no class " + name + ";"), refused.getMessage());
    }

    @Test
    void failedSearchListsTheClassPathAndMarksWhatIsMissing() {
        String before = System.getProperty("java.class.path");
        String missing = new File("no-such-folder", "app.jar").getPath();
        String present = System.getProperty("java.home");
        System.setProperty("java.class.path", present + File.pathSeparator + missing);
        try {
            assertEquals(
                    "no class a.B; searched: the JDK, " + present + ", " + missing + " (does not exist)",
                    assertThrows(LookupException.class, () -> JavaType.forName("a.B"))
                            .getMessage());
            System.setProperty("java.class.path", "");
            assertEquals(
                    "no class a.B; searched: the JDK",
                    assertThrows(LookupException.class, () -> JavaType.forName("a.B"))
                            .getMessage());
        } finally {
            System.setProperty("java.class.path", before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "java.util.Arraylist, did you mean java.util.ArrayList?",
        "ArrayList, did you mean java.util.ArrayList?",
        "java/util/Map, did you mean java.util.Map?",
        "java.util.HashMpa, java.util.HashMap",
        "java.util, java.util is a package",
        "org.bufferbridge.BufferVew, did you mean org.bufferbridge.BufferView?"
    })
    void aMistypedNameLeadsToTheClass(String name, String advice) {
        LookupException refused = assertThrows(LookupException.class, () -> JavaType.forName(name));
        assertTrue(refused.getMessage().contains(advice), refused.getMessage());
        assertFalse(refused.getMessage().contains("searched"), refused.getMessage());
        assertNull(refused.getCause());
    }

    @Test
    void contextClassLoaderIsSearchedFirst() throws Exception {
        String file = "org/bufferbridge/internal/members/JavaTypeTest.class";
        String url = JavaTypeTest.class.getResource("/" + file).toString();
        URL classes = URI.create(url.substring(0, url.length() - file.length())).toURL();
        URL missing = URI.create("file:/no-such-folder/").toURL();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader own = new URLClassLoader(new URL[] {classes, missing}, null)) {
            thread.setContextClassLoader(own);
            JavaType found = JavaType.forName("org.bufferbridge.internal.members.JavaTypeTest.Plain");
            assertSame(own, found.type().getClassLoader());
            assertNotEquals(JavaType.ofClass(Plain.class).id(), found.id());
            String message = assertThrows(LookupException.class, () -> JavaType.forName("a.B"))
                    .getMessage();
            assertTrue(message.contains("no-such-folder (does not exist)"), message);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    public static final class Plain {}

    @Test
    void classThatCannotBeLinkedIsRefused() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new ClassLoader(null) {
            @Override
            protected Class<?> findClass(String name) {
                throw new NoClassDefFoundError("a/Missing");
            }
        });
        try {
            assertEquals(
                    "class a.B was found but cannot be linked: a/Missing",
                    assertThrows(LookupException.class, () -> JavaType.forName("a.B"))
                            .getMessage());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void classHasOneType() {
        JavaType type = JavaType.forName("java.util.ArrayList");
        assertSame(type, JavaType.of(new ArrayList<>()));
        assertSame(type, JavaType.ofClass(ArrayList.class));
        assertSame(ArrayList.class, type.type());
    }

    @Test
    void typesHaveDifferentIds() {
        assertNotEquals(
                JavaType.ofClass(List.class).id(), JavaType.ofClass(Map.class).id());
        assertTrue(JavaType.ofClass(List.class).id() >= 0);
    }

    @Test
    void classWithoutCanonicalNameHasItsBinaryName() {
        Object anonymous = new Object() {};
        assertEquals(anonymous.getClass().getName(), JavaType.of(anonymous).name());
    }
}

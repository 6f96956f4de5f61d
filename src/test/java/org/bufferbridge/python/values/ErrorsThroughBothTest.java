package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bufferbridge.BufferException;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.exporters.ThrowingExporter;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is raised in one language, and passes through the other one: the very same object, however often it crosses. */
@ExtendWith(Interpreter.class)
class ErrorsThroughBothTest {
    private final Python python;
    private final PythonNamespace names;

    /** Functions that raise, and one that calls Java. */
    ErrorsThroughBothTest(Python python) {
        this.python = python;
        names = python.namespace();
        names.exec("""
                import bufferbridge

                def raise_(error):
                    raise error

                def call(java, *arguments):
                    return java.apply(*arguments)

                def call_and_wrap(java):
                    try:
                        java.apply(None)
                    except Exception as error:
                        raise KeyError('wrapped') from error

                def call_and_replace(java):
                    try:
                        java.apply(None)
                    except Exception:
                        raise KeyError('replaced')

                def call_and_hide(java):
                    try:
                        java.apply(None)
                    except Exception:
                        raise KeyError('hidden') from None

                def caught(java):
                    try:
                        java.apply(None)
                    except BaseException as error:
                        return error
                """);
    }

    private PythonObject function(String name) {
        return names.get(name);
    }

    private static UnaryOperator<Object> throwing(Throwable throwable) {
        return ignored -> {
            throw ErrorsThroughBothTest.<RuntimeException>unchecked(throwable);
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable throwable) throws T {
        throw (T) throwable;
    }

    // --------------------------------------------------------------- Java's exceptions, through Python

    @Test
    void aJavaExceptionThatWentThroughPythonIsTheCause() {
        var thrown = new UncheckedIOException("disk", new IOException("full"));
        var raised = assertThrows(PythonException.class, () -> function("call").invoke(throwing(thrown), 1));
        assertSame(thrown, raised.getCause());
        assertEquals("bufferbridge.JavaOSError", raised.type());
        assertTrue(raised.getMessage().contains("java.io.UncheckedIOException: disk"), raised.getMessage());
        assertTrue(raised.traceback().contains("java.io.IOException: full"), raised.traceback());
        assertEquals("python.call(<java>:7)", raised.getStackTrace()[0].toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"call_and_wrap", "call_and_replace"})
    void aJavaExceptionBehindAPythonExceptionIsTheCause(String function) {
        var thrown = new IllegalStateException("deep");
        var raised =
                assertThrows(PythonException.class, () -> function(function).invoke(throwing(thrown)));
        assertEquals("KeyError", raised.type());
        assertSame(thrown, raised.getCause());
    }

    @Test
    void aJavaExceptionThatPythonHidIsNoCause() {
        var raised = assertThrows(
                PythonException.class, () -> function("call_and_hide").invoke(throwing(new IllegalStateException())));
        assertNull(raised.getCause());
    }

    static List<Arguments> sisters() {
        return List.of(
                Arguments.of(new BufferException("refused"), "JavaBufferError", "BufferError"),
                Arguments.of(new IllegalArgumentException("bad"), "JavaValueError", "ValueError"),
                Arguments.of(new NumberFormatException("bad"), "JavaValueError", "ValueError"),
                Arguments.of(new IndexOutOfBoundsException(7), "JavaIndexError", "IndexError"),
                Arguments.of(new ClassCastException("no frame"), "JavaTypeError", "TypeError"),
                Arguments.of(new OutOfMemoryError("full"), "JavaMemoryError", "MemoryError"),
                Arguments.of(new ClassNotFoundException("no.Such"), "JavaLookupError", "LookupError"),
                Arguments.of(new IOException("disk"), "JavaOSError", "OSError"),
                Arguments.of(new UncheckedIOException(new IOException("disk")), "JavaOSError", "OSError"),
                Arguments.of(new NoSuchFileException("name"), "JavaFileNotFoundError", "FileNotFoundError"),
                Arguments.of(new FileNotFoundException("name"), "JavaFileNotFoundError", "FileNotFoundError"),
                Arguments.of(new UnsupportedOperationException("other"), "JavaError", "Exception"),
                Arguments.of(new StackOverflowError(), "JavaError", "Exception"),
                Arguments.of(new Exception(), "JavaError", "Exception"));
    }

    @ParameterizedTest
    @MethodSource("sisters")
    void eachSisterIsPythonsOwnInPythonAndTheCauseInJava(Throwable thrown, String sister, String builtin) {
        var raised = assertThrows(PythonException.class, () -> function("call").invoke(throwing(thrown), 1));
        assertEquals("bufferbridge." + sister, raised.type());
        assertSame(thrown, raised.getCause());
        assertSame(thrown, raised.exception().attr("java_exception").toJava());
        PythonObject caughtAs =
                python.eval("lambda error, name: isinstance(error, getattr(__import__('builtins'), name))");
        assertTrue(caughtAs.invoke(raised.exception(), builtin).asBoolean());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BufferException",
                "IllegalArgumentException",
                "OutOfMemoryError",
                "UnsupportedOperationException"
            })
    void whatAnExporterThrowsIsTheCause(String name) {
        ThrowingExporter exporter = ThrowingExporter.in("GET", name);
        var raised = assertThrows(
                PythonException.class, () -> python.eval("memoryview").invoke(exporter));
        assertEquals(name, raised.getCause().getClass().getSimpleName());
    }

    @Test
    void theCausesOfAJavaExceptionAreChainedInPython() {
        var thrown = new IllegalStateException("outer", new IllegalArgumentException("inner", new IOException("root")));
        PythonObject error = function("caught").invoke(throwing(thrown));
        assertEquals("java.lang.IllegalStateException", error.attr("java_class").toString());
        assertEquals("inner", error.attr("__cause__").attr("java_message").toString());
        assertTrue(python.eval("lambda e: isinstance(e, ValueError)")
                .invoke(error.attr("__cause__"))
                .asBoolean());
        assertSame(
                thrown.getCause().getCause(),
                error.attr("__cause__").attr("__cause__").attr("java_exception").toJava());
        assertTrue(error.attr("java_stack").toString().contains(ErrorsThroughBothTest.class.getName()));
    }

    // ------------------------------------------------------------- Python's exceptions, through Java

    @Test
    void aPythonExceptionThatWentThroughJavaIsTheVeryObject() {
        PythonObject error = python.eval("LookupError('original')");
        UnaryOperator<Object> java = ignored -> function("raise_").invoke(error);
        PythonObject caught = function("caught").invoke(java);
        assertTrue(caught.is(error));
        String note = caught.attr("__notes__").item(0).toString();
        assertTrue(note.startsWith("Through Java:\n  at "), note);
        assertTrue(note.contains(ErrorsThroughBothTest.class.getName()), note);
    }

    @Test
    void itStaysTheVeryObjectHoweverOftenItCrosses() {
        PythonObject error = python.eval("LookupError('original')");
        UnaryOperator<Object> java = ignored -> function("raise_").invoke(error);
        for (int i = 0; i < 5; i++) {
            UnaryOperator<Object> inner = java;
            java = ignored -> function("call").invoke(inner, (Object) null);
        }
        UnaryOperator<Object> outermost = java;
        assertTrue(function("caught").invoke(outermost).is(error));
        var raised = assertThrows(PythonException.class, () -> outermost.apply(null));
        assertTrue(raised.exception().is(error));
        assertEquals("LookupError", raised.type());
    }

    @Test
    void aPythonExceptionBehindAJavaExceptionIsItsCause() {
        PythonObject error = python.eval("LookupError('original')");
        PythonObject caught = function("caught").invoke((UnaryOperator<Object>) ignored -> {
            try {
                return function("raise_").invoke(error);
            } catch (PythonException raised) {
                throw new IllegalArgumentException("wrapped", raised);
            }
        });
        assertEquals("wrapped", caught.attr("java_message").toString());
        assertTrue(caught.attr("__cause__").is(error));
    }

    @Test
    void keyboardInterruptAndSystemExitPassThroughJava() {
        for (String name : List.of("KeyboardInterrupt", "SystemExit", "GeneratorExit")) {
            PythonObject error = python.eval(name + "()");
            assertTrue(function("caught")
                    .invoke((UnaryOperator<Object>)
                            ignored -> function("raise_").invoke(error))
                    .is(error));
        }
    }

    @Test
    void whatJavaCatchesIsOverForPython() {
        UnaryOperator<Object> java = ignored -> {
            assertThrows(PythonException.class, () -> python.eval("1 / 0"));
            return "went on";
        };
        assertEquals("went on", function("call").invoke(java, 1).toString());
    }

    @Test
    void aClosedExceptionIsAJavaErrorInPython() {
        UnaryOperator<Object> java = ignored -> {
            try {
                return python.eval("1 / 0");
            } catch (PythonException raised) {
                raised.exception().close();
                throw raised;
            }
        };
        PythonObject caught = function("caught").invoke(java);
        assertEquals(
                "org.bufferbridge.PythonException", caught.attr("java_class").toString());
    }
}

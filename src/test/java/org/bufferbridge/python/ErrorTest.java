package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is raised in Python is thrown in Java, and the other way round: the very same object, however often it crosses.
 */
@ExtendWith(Interpreter.class)
class ErrorTest {
    private final Python python;
    private final PythonNamespace names;

    /** Functions that raise, and one that calls Java. */
    ErrorTest(Python python) {
        this.python = python;
        names = python.namespace();
        names.exec("""
                import bufferbridge

                def raise_(error):
                    raise error

                def outer(error):
                    raise_(error)

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

    private PythonException raisedBy(String expression) {
        return assertThrows(PythonException.class, () -> python.eval(expression));
    }

    private static UnaryOperator<Object> throwing(Throwable throwable) {
        return ignored -> {
            throw ErrorTest.<RuntimeException>unchecked(throwable);
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable throwable) throws T {
        throw (T) throwable;
    }

    // ---------------------------------------------------------------------- Python's exceptions in Java

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            1 / 0                                   | ZeroDivisionError    | division by zero
            int('x')                                | ValueError           | invalid literal for int() with base 10: 'x'
            {}['k']                                 | KeyError             | 'k'
            nothing                                 | NameError            | name 'nothing' is not defined
            __import__('json').loads('[') | json.decoder.JSONDecodeError | Expecting value: line 1 column 2 (char 1)
            next(iter([]))                          | StopIteration        | ""
            __import__('sys').exit(3)               | SystemExit           | 3
            (_ for _ in ()).throw(KeyboardInterrupt)| KeyboardInterrupt    | ""
            exec(r"raise Exception('\\ud800')")     | Exception            | \ud800
            """)
    void typeAndMessageArePythons(String expression, String type, String message) {
        PythonException raised = raisedBy(expression);
        assertEquals(type, raised.type());
        assertEquals(message, raised.message());
        assertEquals(message.isEmpty() ? type : type + ": " + message, raised.getMessage());
        assertNull(raised.getCause());
    }

    @Test
    void theTracebackIsWhatPythonPrints() {
        try (PythonObject error = python.eval("ValueError('boom')")) {
            error.call("add_note", "a note").close();
            var raised =
                    assertThrows(PythonException.class, () -> function("outer").invoke(error));
            assertTrue(raised.traceback().startsWith("Traceback (most recent call last):\n"), raised.traceback());
            assertTrue(raised.traceback().endsWith("ValueError: boom\na note\n"), raised.traceback());
            assertTrue(raised.traceback().contains("in outer"), raised.traceback());
        }
    }

    @Test
    void pythonsFramesComeFirstAndInnermostFirst() {
        try (PythonObject error = python.eval("ValueError('boom')")) {
            var raised =
                    assertThrows(PythonException.class, () -> function("outer").invoke(error));
            StackTraceElement[] trace = raised.getStackTrace();
            assertEquals("python.raise_(<java>:4)", trace[0].toString());
            assertEquals("python.outer(<java>:7)", trace[1].toString());
            assertTrue(List.of(trace).stream()
                    .anyMatch(frame -> frame.getMethodName().equals("invoke")));
            assertTrue(List.of(trace).stream()
                    .anyMatch(frame -> frame.getClassName().equals(ErrorTest.class.getName())));
            assertTrue(List.of(trace).stream()
                    .noneMatch(frame -> frame.getClassName().equals(PythonException.class.getName())));
        }
    }

    @Test
    void theExceptionItselfIsThere() {
        PythonObject error = python.eval("OSError(2, 'no such file', 'name')");
        var raised =
                assertThrows(PythonException.class, () -> function("raise_").invoke(error));
        assertTrue(raised.exception().is(error));
        assertEquals(2, raised.exception().attr("errno").asInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"__str__", "__repr__", "__str__ = __repr__"})
    void anExceptionThatCannotBeToldIsStillThrown(String method) {
        try (PythonNamespace hostile = python.namespace(Map.of("__name__", "somewhere"))) {
            hostile.exec("""
                    class Hostile(Exception):
                        def METHOD(self): raise RuntimeError('no text')
                    """.replace("METHOD", method.split(" ")[0]));
            PythonObject error = hostile.eval("Hostile()");
            var raised =
                    assertThrows(PythonException.class, () -> function("raise_").invoke(error));
            assertTrue(raised.type().endsWith("Hostile"), raised.type());
            assertNotNull(raised.message());
        }
    }

    @Test
    void aClassThatIsNoExceptionIsATypeError() {
        assertEquals(
                "TypeError",
                assertThrows(PythonException.class, () -> function("raise_").invoke(5))
                        .type());
    }

    @Test
    void aSyntaxErrorSaysWhere() {
        var raised = assertThrows(PythonException.class, () -> python.exec("x = = 1"));
        assertEquals("SyntaxError", raised.type());
        assertTrue(raised.traceback().contains("x = = 1"), raised.traceback());
    }

    @Test
    void whatARefusedSystemExitLeavesIsARunningPython() {
        assertEquals("SystemExit", raisedBy("exit(5)").type());
        assertEquals(2, python.eval("1 + 1").asInt());
    }

    @Test
    void aSerialisedExceptionKeepsItsTexts() throws Exception {
        PythonException raised = raisedBy("1 / 0");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
            stream.writeObject(raised);
        }
        try (ObjectInputStream stream = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            PythonException copy = (PythonException) stream.readObject();
            assertEquals("ZeroDivisionError", copy.type());
            assertEquals(raised.traceback(), copy.traceback());
            assertEquals(raised.getMessage(), copy.getMessage());
            assertNull(copy.exception());
            // Thrown into Python, it is a Java exception like any other.
            PythonObject caught = function("caught").invoke(throwing(copy));
            assertEquals(
                    "org.bufferbridge.PythonException",
                    caught.attr("java_class").toString());
        }
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
        assertEquals("python.call(<java>:10)", raised.getStackTrace()[0].toString());
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
        assertTrue(error.attr("java_stack").toString().contains(ErrorTest.class.getName()));
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
        assertTrue(note.contains(ErrorTest.class.getName()), note);
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

    // ------------------------------------------------------------------------------------- refusals

    @Test
    void aRefusedLeaseIsABufferExceptionWithPythonsReason() {
        var refusal = assertThrows(BufferException.class, () -> python.eval("5").buffer());
        assertEquals(
                "TypeError",
                assertInstanceOf(PythonException.class, refusal.getCause()).type());
        assertTrue(refusal.getMessage().contains("'int'"), refusal.getMessage());
    }

    @Test
    void callsOfAClosedObjectAreRefused() {
        PythonObject closed = python.eval("[1]");
        closed.close();
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.attr("x"));
        assertThrows(IllegalStateException.class, () -> closed.setAttr("x", 1));
        assertThrows(IllegalStateException.class, () -> closed.call("append", 1));
        assertThrows(IllegalStateException.class, closed::invoke);
        assertThrows(IllegalStateException.class, () -> closed.item(0));
        assertThrows(IllegalStateException.class, () -> closed.setItem(0, 1));
        assertThrows(IllegalStateException.class, closed::len);
        assertThrows(IllegalStateException.class, closed::iterator);
        assertThrows(IllegalStateException.class, closed::buffer);
        assertThrows(IllegalStateException.class, closed::toJava);
        assertThrows(IllegalStateException.class, closed::asBoolean);
        assertThrows(IllegalStateException.class, closed::asList);
        assertThrows(IllegalStateException.class, closed::asMap);
        assertThrows(IllegalStateException.class, closed::isNone);
        assertEquals("<a closed PythonObject>", closed.toString());
        PythonObject open = python.eval("[1]");
        assertThrows(IllegalStateException.class, () -> closed.is(open));
        assertThrows(IllegalStateException.class, () -> open.is(closed));
    }
}

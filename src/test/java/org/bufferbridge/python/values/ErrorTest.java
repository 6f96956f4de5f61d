package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bufferbridge.BufferException;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is raised in Python is thrown in Java, with its type, its message and its traceback. */
@ExtendWith(Interpreter.class)
class ErrorTest {
    private final Python python;
    private final PythonNamespace names;

    /** Functions that raise, and one that catches. */
    ErrorTest(Python python) {
        this.python = python;
        names = python.namespace();
        names.exec("""
                def raise_(error):
                    raise error

                def outer(error):
                    raise_(error)

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
            assertEquals("python.raise_(<java>:2)", trace[0].toString());
            assertEquals("python.outer(<java>:5)", trace[1].toString());
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
            PythonObject caught = function("caught").invoke((UnaryOperator<Object>) ignored -> {
                throw copy;
            });
            assertEquals(
                    "org.bufferbridge.PythonException",
                    caught.attr("java_class").toString());
        }
    }

    // ------------------------------------------------------------------------------------- refusals

    @Test
    void aRefusedLeaseIsABufferExceptionWithPythonsReason() {
        var refusal = assertThrows(BufferException.class, () -> python.eval("5").buffer());
        assertEquals(
                "TypeError",
                assertInstanceOf(PythonException.class, refusal.getCause()).type());
        assertTrue(refusal.getMessage().contains("int has no buffer"), refusal.getMessage());
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

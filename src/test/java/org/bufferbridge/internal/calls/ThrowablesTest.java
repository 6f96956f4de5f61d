package org.bufferbridge.internal.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.bufferbridge.BufferException;
import org.bufferbridge.internal.classes.LookupException;
import org.bufferbridge.internal.values.CallException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ThrowablesTest {
    private static final int KIND = 0;
    private static final int CLASS_NAME = 1;
    private static final int MESSAGE = 2;
    private static final int CAUSE = 3;

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(new IOException(), Throwables.IO),
                Arguments.of(new UncheckedIOException(new IOException()), Throwables.IO),
                Arguments.of(new AccessDeniedException("x"), Throwables.IO),
                Arguments.of(new FileNotFoundException(), Throwables.NO_FILE),
                Arguments.of(new NoSuchFileException("x"), Throwables.NO_FILE),
                Arguments.of(new ArithmeticException(), Throwables.OTHER),
                Arguments.of(new NoSuchElementException(), Throwables.OTHER),
                Arguments.of(new StackOverflowError(), Throwables.OTHER),
                Arguments.of(new BufferException("refused"), Throwables.BUFFER),
                Arguments.of(new IllegalArgumentException(), Throwables.VALUE),
                Arguments.of(new NumberFormatException(), Throwables.VALUE),
                Arguments.of(new ArrayIndexOutOfBoundsException(), Throwables.INDEX),
                Arguments.of(new ClassCastException(), Throwables.CAST),
                Arguments.of(new OutOfMemoryError(), Throwables.MEMORY),
                Arguments.of(new ClassNotFoundException(), Throwables.LOOKUP),
                Arguments.of(new LookupException("x", null), Throwables.LOOKUP),
                Arguments.of(CallException.type("x"), Throwables.CALL_TYPE),
                Arguments.of(CallException.overflow("x"), Throwables.CALL_OVERFLOW));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void classDecidesTheKind(Throwable throwable, int kind) {
        assertEquals(kind, Throwables.describe(throwable)[KIND]);
    }

    @Test
    void everythingToBeToldIsTold() {
        Exception cause = new IOException("disk full");
        Throwable thrown = new IllegalStateException("no", cause);
        Object[] told = Throwables.describe(thrown);
        assertEquals("java.lang.IllegalStateException", told[CLASS_NAME]);
        assertEquals("no", told[MESSAGE]);
        assertSame(cause, told[CAUSE]);
        String trace = Throwables.stack(thrown);
        assertTrue(trace.startsWith("java.lang.IllegalStateException: no"), trace);
        assertTrue(trace.contains("ThrowablesTest.everythingToBeToldIsTold("), trace);
        assertTrue(trace.contains("Caused by: java.io.IOException: disk full"), trace);
    }

    @Test
    void missingMessageIsEmpty() {
        Object[] told = Throwables.describe(new IOException());
        assertEquals("", told[MESSAGE]);
        assertNull(told[CAUSE]);
    }

    private static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException();
        }

        @Override
        public synchronized Throwable getCause() {
            throw new StackOverflowError();
        }

        @Override
        public void printStackTrace(PrintStream stream) {
            throw new IllegalStateException();
        }

        @Override
        public void printStackTrace(PrintWriter writer) {
            throw new IllegalStateException();
        }
    }

    @Test
    void hostileThrowableIsStillDescribed() {
        Object[] told = Throwables.describe(new Hostile());
        assertEquals(Hostile.class.getName(), told[CLASS_NAME]);
        assertEquals("(not available: java.lang.IllegalStateException)", told[MESSAGE]);
        assertEquals("(not available: java.lang.IllegalStateException)", Throwables.stack(new Hostile()));
        assertNull(told[CAUSE]);
    }

    @Test
    void cyclicCausesEnd() {
        Exception first = new Exception("first");
        Exception second = new Exception("second", first);
        first.initCause(second);
        Exception outer = new Exception("outer", first);
        assertSame(first, Throwables.describe(outer)[CAUSE]);
        assertNull(Throwables.describe(first)[CAUSE]);
        assertNull(Throwables.describe(second)[CAUSE]);
    }

    private static final class Endless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            return new Endless();
        }

        @Override
        public void printStackTrace(PrintWriter writer) {
            writer.print("endless");
        }
    }

    @Test
    void causesMadeOnDemandEnd() {
        assertNull(Throwables.describe(new Endless())[CAUSE]);
    }

    @Test
    void longChainOfCausesIsKept() {
        Throwable chain = new Exception();
        for (int i = 0; i < 100; i++) {
            chain = new Exception(chain);
        }
        assertSame(chain.getCause(), Throwables.describe(chain)[CAUSE]);
    }
}

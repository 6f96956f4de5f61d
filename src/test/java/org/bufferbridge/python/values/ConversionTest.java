package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.bufferbridge.BufferView;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.bufferbridge.internal.jni.PythonCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One Python value as a Java value: by value and within range, nothing rounded, nothing truncated. */
@ExtendWith(Interpreter.class)
class ConversionTest {
    private final Python python;
    private final Map<String, Object> names;

    ConversionTest(Python python) {
        this.python = python;
        this.names = Map.of(
                "numpy", python.importModule("numpy"),
                "fractions", python.importModule("fractions"),
                "decimal", python.importModule("decimal"));
    }

    private PythonObject eval(String expression) {
        return python.eval(expression, names);
    }

    private static Arguments row(String expression, Class<?> type, Object value) {
        return Arguments.of(expression, type, value);
    }

    static List<Arguments> taken() {
        return List.of(
                row("True", boolean.class, true),
                row("False", Boolean.class, false),
                row("numpy.bool_(True)", boolean.class, true),
                row("127", byte.class, Byte.MAX_VALUE),
                row("-128", Byte.class, Byte.MIN_VALUE),
                row("numpy.int8(-128)", byte.class, Byte.MIN_VALUE),
                row("32767", short.class, Short.MAX_VALUE),
                row("-32768", Short.class, Short.MIN_VALUE),
                row("2**31 - 1", int.class, Integer.MAX_VALUE),
                row("-2**31", Integer.class, Integer.MIN_VALUE),
                row("numpy.uint16(65535)", int.class, 65535),
                row("2**63 - 1", long.class, Long.MAX_VALUE),
                row("-2**63", Long.class, Long.MIN_VALUE),
                row("numpy.int64(-2**63)", long.class, Long.MIN_VALUE),
                row("1.5", float.class, 1.5f),
                row("7", float.class, 7f),
                row("numpy.float32(0.1)", float.class, 0.1f),
                row("float('inf')", float.class, Float.POSITIVE_INFINITY),
                row("2**127", float.class, 0x1p127f),
                row("1e300", double.class, 1e300),
                row("-0.0", double.class, -0.0),
                row("3", double.class, 3.0),
                row("2**1000", double.class, 0x1p1000),
                row("float('nan')", Double.class, Double.NaN),
                row("numpy.float64(2.5)", double.class, 2.5),
                row("numpy.float16(0.5)", double.class, 0.5),
                row("fractions.Fraction(1, 4)", double.class, 0.25),
                row("fractions.Fraction(1, 3)", double.class, 1 / 3.0),
                row("numpy.timedelta64(3, 'ns')", Duration.class, Duration.ofNanos(3)),
                row("numpy.datetime64(0, 's')", LocalDateTime.class, LocalDateTime.of(1970, 1, 1, 0, 0)),
                row("numpy.datetime64(0, 's')", Instant.class, Instant.EPOCH),
                row("'x'", char.class, 'x'),
                row("'\\ud800'", Character.class, '\ud800'),
                row("''", String.class, ""),
                row("'a\\0b'", String.class, "a\0b"),
                row("'\\U0001f40d'", String.class, "\ud83d\udc0d"),
                row("'lone \\udc80'", String.class, "lone \udc80"),
                row("'\\u00e9' * 1000", String.class, "\u00e9".repeat(1000)),
                row("numpy.str_('s')", String.class, "s"),
                row("'text'", CharSequence.class, "text"),
                row("2**63", BigInteger.class, BigInteger.TWO.pow(63)),
                row("-(2**500)", BigInteger.class, BigInteger.TWO.pow(500).negate()),
                row("7", BigInteger.class, BigInteger.valueOf(7)),
                row(
                        "numpy.uint64(2**64 - 1)",
                        BigInteger.class,
                        BigInteger.TWO.pow(64).subtract(BigInteger.ONE)),
                row("2**70", BigDecimal.class, new BigDecimal(BigInteger.TWO.pow(70))),
                row("decimal.Decimal('-1.50')", BigDecimal.class, new BigDecimal("-1.50")),
                row("decimal.Decimal('7E+9')", Object.class, new BigDecimal("7E+9")),
                row("'SECONDS'", TimeUnit.class, TimeUnit.SECONDS),
                row("None", Optional.class, Optional.empty()),
                row("__import__('pathlib').PurePosixPath('a/b')", Path.class, Path.of("a/b")),
                row("__import__('pathlib').PurePosixPath('a/b')", File.class, new File("a/b")),
                row("7", Number.class, 7),
                row("None", String.class, null),
                row("None", Integer.class, null),
                row("None", int[].class, null),
                row("None", Object.class, null));
    }

    @ParameterizedTest
    @MethodSource("taken")
    void aValueIsTaken(String expression, Class<?> type, Object value) {
        try (PythonObject object = eval(expression)) {
            assertEquals(value, object.as(type));
        }
    }

    @Test
    void valueWhoseExporterRefusesIsItselfAndItsExceptionIsThrownWhereABufferIsWanted() {
        try (PythonObject times = eval("numpy.array([5], 'M8[s]')")) {
            assertSame(times, times.toJava());
            PythonException raised = assertThrows(PythonException.class, () -> times.as(BufferView.class));
            assertEquals("ValueError", raised.type());
            assertTrue(assertThrows(ClassCastException.class, () -> times.as(int.class))
                    .getMessage()
                    .contains("it has no buffer"));
        }
    }

    @Test
    void bytesThatACollectionStoresAreEqualByTheirValue() {
        try (PythonNamespace stored = python.namespace(Map.of())) {
            stored.exec("""
                    import bufferbridge as bb
                    table = bb.jclass("java.util.HashMap")({b"key": 1, "other": bytes(bytearray(b"key"))})
                    """);
            Map<?, ?> table = (Map<?, ?>) stored.get("table").toJava();
            Object key = table.keySet().stream()
                    .filter(PythonObject.class::isInstance)
                    .findFirst()
                    .orElseThrow();
            assertEquals(key, table.get("other"));
            assertEquals(key.hashCode(), table.get("other").hashCode());
            assertEquals(1, table.get(table.get("other")));
            assertNotEquals(key, "key");
            assertNotEquals(eval("b'key'"), eval("b'key'"));
        }
    }

    @Test
    void bytesBecomeAnArrayByCopyAndNothingStaysLeased() {
        long leases = Leaks.liveLeases();
        assertArrayEquals(new byte[] {97, 0, 98}, eval("b'a\\0b'").as(byte[].class));
        assertEquals(leases, Leaks.liveLeases());
    }

    static List<Arguments> copied() {
        return List.of(
                row("numpy.arange(4.).reshape(2, 2)", double[][].class, new double[][] {{0, 1}, {2, 3}}),
                row("numpy.arange(4.).reshape(2, 2).T", double[][].class, new double[][] {{0, 2}, {1, 3}}),
                row("numpy.arange(6, dtype='i2')[::-2]", double[].class, new double[] {5, 3, 1}),
                row("numpy.arange(3)", int[].class, new int[] {0, 1, 2}),
                row("numpy.arange(3)", short[].class, new short[] {0, 1, 2}),
                row("numpy.arange(3, dtype='>i4')", int[].class, new int[] {0, 1, 2}),
                row("numpy.array([2**32 - 1], 'u4')", long[].class, new long[] {(1L << 32) - 1}),
                row("numpy.array([1.5, numpy.inf])", float[].class, new float[] {1.5f, Float.POSITIVE_INFINITY}),
                row("numpy.array([1.5], 'e')", float[].class, new float[] {1.5f}),
                row("numpy.array([True, False])", boolean[].class, new boolean[] {true, false}),
                row("numpy.zeros((2, 0, 3))", double[][][].class, new double[2][0][3]),
                row("numpy.array([-1, 1], 'i8')", byte[].class, new byte[] {-1, 1}),
                row("bytearray(b'\\xff\\1')", byte[].class, new byte[] {-1, 1}),
                row("memoryview(b'abcd')[::2]", byte[].class, new byte[] {97, 99}));
    }

    @ParameterizedTest
    @MethodSource("copied")
    void aBufferIsCopiedToAnArrayThatIsNamed(String expression, Class<?> type, Object value) {
        long leases = Leaks.liveLeases();
        try (PythonObject object = eval(expression)) {
            assertArrayEquals(new Object[] {value}, new Object[] {object.as(type)});
        }
        assertEquals(leases, Leaks.liveLeases());
    }

    static List<Arguments> refused() {
        return List.of(
                row("128", byte.class, "128 does not fit byte (-128..127)"),
                row("-129", Byte.class, "-129 does not fit byte (-128..127)"),
                row("2**15", short.class, "32768 does not fit short (-32768..32767)"),
                row("2**31", int.class, "2147483648 does not fit int (-2147483648..2147483647)"),
                row("numpy.uint32(2**32 - 1)", int.class, "4294967295 does not fit int"),
                row("2**63", long.class, "9223372036854775808 does not fit long"),
                row("10**100", long.class, "an int of 333 bits does not fit long"),
                row("1e39", float.class, "1.0E39 does not fit float"),
                row("2**128", float.class, "340282366920938463463374607431768211456 does not fit float"),
                row("2**2000", double.class, "an int of 2001 bits does not fit double"),
                row("1.0", int.class, "is float; a value that int takes is required"),
                row("1.0", long.class, "is float; a value that long takes is required"),
                row("1.5", BigInteger.class, "is float; a value that BigInteger takes is required"),
                row("numpy.longdouble('1e4000')", double.class, "1e+4000 does not fit double"),
                row("numpy.timedelta64(3, 'ns')", long.class, "a time becomes a Duration, and no number"),
                row("numpy.timedelta64('NaT')", Duration.class, "NaT is no time, and not null"),
                row("decimal.Decimal('1.5')", double.class, "a Decimal becomes a BigDecimal; float(x) rounds it"),
                row("decimal.Decimal('-0')", BigDecimal.class, "BigDecimal has neither -0 nor infinities nor NaN"),
                row("True", int.class, "is bool; a value that int takes is required"),
                row("1", boolean.class, "is int; a value that boolean takes is required"),
                row("1", void.class, "is int; a value that void takes is required"),
                row("1", String.class, "is int; a value that String takes is required"),
                row("'ab'", char.class, "is str; a value that char takes is required; a char is a text of one"),
                row("'1'", int.class, "is str; a value that int takes is required"),
                row("1j", double.class, "is complex; a value that double takes is required"),
                row("None", int.class, "is None; a value that int takes is required"),
                row("None", boolean.class, "is None; a value that boolean takes is required"),
                row("[1]", int.class, "is list; a value that int takes is required"),
                row("{}", List.class, "is dict; a value that List takes is required; a mapping becomes a Map"),
                row("{1}", Map.class, "is set; a value that Map takes is required; a Map takes a mapping"),
                row(
                        "len",
                        List.class,
                        "is builtin_function_or_method; a value that List takes is required; List is no"),
                row("[1, 'a']", int[].class, "is list; a value that int[] takes is required; item 1: str is no int"),
                row("[1, 300]", byte[].class, "is list; item 1: 300 does not fit byte (-128..127)"),
                row("b'x'", String.class, "buffer() leases its memory"),
                row("numpy.zeros(3)", double[][].class, "has 1 dimension and the array has 2; double[][] does not"),
                row("numpy.zeros((2, 2))", double[].class, "has 2 dimensions and the array has 1"),
                row("numpy.ones(3)", int[].class, "items of format \"d\"; int[] does not take it"),
                row("numpy.ones(3, complex)", double[].class, "items of format \"Zd\""),
                row("numpy.ones(3, '?')", int[].class, "items of format \"?\""),
                row("numpy.ones(3, 'i4')", boolean[].class, "items of format \"i\""),
                row("numpy.ones(3, 'u2')", char[].class, "items of format \"H\""),
                row("numpy.ones(3, 'i4,i4')", int[].class, "items of format \"T{"),
                row("numpy.array([1, 300])", byte[].class, "300, item 1 of its line, does not fit byte"),
                row("numpy.array([1, 2**31])", int[].class, "2147483648, item 1 of its line, does not fit int"),
                row("numpy.array([2**64 - 1], 'u8')", long[].class, "does not fit long"),
                row("numpy.array([1e39])", float[].class, "1.0E39, item 0 of its line, does not fit float"),
                row("numpy.zeros(3)", String[].class, "is a buffer; a value that String[] takes is required"),
                row("numpy.zeros(3)", List.class, "as(double[].class) copies its numbers, asList() has its items"),
                row("numpy.zeros(3)", ArrayList.class, "as(double[].class) copies its numbers, asList() has its items"),
                row("numpy.zeros(3)", Optional.class, "Optional.of(x.buffer()) has a lease of its memory"),
                row("[1]", ArrayList.class, "is list; a value that ArrayList takes is required; the constructor of"),
                row("{}", TreeMap.class, "is dict; a value that TreeMap takes is required; the constructor of TreeMap"),
                row("numpy.zeros(3)", BufferView.class, "buffer() leases its memory"),
                row("numpy.zeros(3)", MemorySegment.class, "buffer() leases its memory"),
                row("bytearray(3)", ByteBuffer.class, "buffer() leases its memory"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void anotherValueIsRefusedWithWhatItIsAndWhatIsRequired(String expression, Class<?> type, String text) {
        try (PythonObject object = eval(expression)) {
            var refusal = assertThrows(ClassCastException.class, () -> object.as(type));
            assertTrue(refusal.getMessage().contains(text), refusal.getMessage());
        }
    }

    @Test
    void theShortFormsHaveTheRangesOfTheirTypes() {
        assertEquals(Long.MIN_VALUE, eval("-2**63").asLong());
        assertEquals(Integer.MAX_VALUE, eval("2**31 - 1").asInt());
        assertEquals(0.1, eval("0.1").asDouble());
        assertEquals(5.0, eval("5").asDouble());
        assertThrows(ClassCastException.class, () -> eval("2**63").asLong());
        assertThrows(ClassCastException.class, () -> eval("2**31").asInt());
        assertThrows(ClassCastException.class, () -> eval("0.5").asInt());
        assertThrows(ClassCastException.class, () -> eval("'0.5'").asDouble());
        assertThrows(ClassCastException.class, () -> eval("True").asInt());
        assertThrows(ClassCastException.class, () -> eval("None").asDouble());
        assertEquals(7, eval("type('Number', (int,), {})(7)").asInt());
        assertEquals(0.5, eval("type('Number', (float,), {})(0.5)").asDouble());
        assertEquals(7, eval("__import__('numpy').int64(7)").asLong());
    }

    /** C says by these values that it did not read the object. */
    @Test
    void theValuesThatMeanNoValueAreReadToo() {
        assertEquals(
                PythonCalls.NO_INTEGER,
                eval("%d".formatted(PythonCalls.NO_INTEGER)).asLong());
        long bits = Double.doubleToRawLongBits(PythonCalls.NO_NUMBER);
        PythonObject number = eval("__import__('struct').unpack('=d', (%d).to_bytes(8, 'little'))[0]".formatted(bits));
        assertTrue(Double.isNaN(number.asDouble()));
        assertTrue(Double.isNaN(eval("float('nan')").asDouble()));
        assertEquals(-0.0, eval("-0.0").asDouble());
    }

    @Test
    void aLargeIntComesBackAsItWent() {
        for (int bits : new int[] {1, 62, 63, 64, 65, 127, 128, 2000, 10_000}) {
            for (BigInteger offset : List.of(BigInteger.ONE.negate(), BigInteger.ZERO, BigInteger.ONE)) {
                BigInteger number = BigInteger.TWO.pow(bits).add(offset);
                for (BigInteger value : List.of(number, number.negate())) {
                    try (PythonObject there = python.eval("x", Map.of("x", value))) {
                        assertEquals(value, there.as(BigInteger.class));
                        assertEquals(
                                value.toString(16),
                                eval("'{:x}'.format").invoke(there).toString());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "\u00e9t\u00e9",
                "a\0b",
                "\ud83d\udc0d",
                "\ud800",
                "\udc00\ud800",
                "x\udc80y",
                "\uffff\ufeff"
            })
    void aStringComesBackAsItWent(String text) {
        for (String repeated : List.of(text, text.repeat(300))) {
            PythonObject there = python.eval("x + ''", Map.of("x", repeated));
            assertEquals(repeated, there.as(String.class));
            assertEquals(repeated.codePointCount(0, repeated.length()), repeated.isEmpty() ? 0 : there.len());
        }
    }

    @Test
    void theTruthOfAnyObjectIsPythons() {
        for (String yes : List.of("1", "'x'", "[0]", "object()", "numpy.ones(1)", "-0.5")) {
            assertTrue(eval(yes).asBoolean(), yes);
        }
        for (String no : List.of("0", "''", "[]", "None", "numpy.zeros(1)", "0.0")) {
            assertFalse(eval(no).asBoolean(), no);
        }
        var raised =
                assertThrows(PythonException.class, () -> eval("numpy.zeros(2)").asBoolean());
        assertEquals("ValueError", raised.type());
    }
}

package org.bufferbridge.internal.calls;

import static org.bufferbridge.fixtures.calls.PackedCall.call;
import static org.bufferbridge.fixtures.calls.PackedCall.callStatic;
import static org.bufferbridge.fixtures.calls.PackedCall.construct;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bufferbridge.fixtures.calls.PackedCall;
import org.bufferbridge.fixtures.calls.PackedCall.Original;
import org.bufferbridge.internal.members.JavaType;
import org.bufferbridge.internal.members.Member;
import org.bufferbridge.internal.values.CallException;
import org.bufferbridge.internal.values.Slots;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CallsTest {
    private static final IOException THROWN = new IOException("thrown by the user");

    public static final class Echo {
        public Echo(boolean throwing) throws IOException {
            if (throwing) {
                throw THROWN;
            }
        }

        public static byte byteOf() {
            return -1;
        }

        public static short shortOf() {
            return -2;
        }

        public static int intOf() {
            return -3;
        }

        public static long longOf() {
            return Long.MIN_VALUE;
        }

        public static float floatOf() {
            return 0.5f;
        }

        public static double doubleOf() {
            return -0.25;
        }

        public static boolean booleanOf() {
            return true;
        }

        public static char charOf() {
            return '\uFFFF';
        }

        public static void nothing() {}

        public static Object same(Object value) {
            return value;
        }

        public static void fail() throws IOException {
            throw THROWN;
        }

        public static String castWrongly(Object value) {
            return (String) value;
        }

        public int instance(int value) {
            return value;
        }
    }

    public static final class FailsToInitialize {
        private static final Object NOTHING = null;

        static {
            NOTHING.hashCode();
        }

        private FailsToInitialize() {}

        public static void touch() {}
    }

    static Stream<Arguments> results() {
        return Stream.of(
                Arguments.of("byteOf", -1L),
                Arguments.of("shortOf", -2L),
                Arguments.of("intOf", -3L),
                Arguments.of("longOf", Long.MIN_VALUE),
                Arguments.of("floatOf", 0.5),
                Arguments.of("doubleOf", -0.25),
                Arguments.of("booleanOf", true),
                Arguments.of("charOf", '\uFFFF'),
                Arguments.of("nothing", null));
    }

    @ParameterizedTest
    @MethodSource("results")
    void primitiveResultComesBackByValue(String method, Object expected) {
        assertEquals(expected, callStatic(Echo.class, method));
    }

    static Stream<Arguments> boxes() {
        return Stream.of(
                Arguments.of(Named.of("Byte", (byte) 1), 1L),
                Arguments.of(Named.of("Short", (short) 1), 1L),
                Arguments.of(Named.of("Integer", 1), 1L),
                Arguments.of(Named.of("Long", 1L), 1L),
                Arguments.of(Named.of("Float", 1.5f), 1.5),
                Arguments.of(Named.of("Double", 1.5), 1.5),
                Arguments.of(Named.of("Boolean", false), false),
                Arguments.of(Named.of("Character", 'c'), 'c'),
                Arguments.of(Named.of("BigInteger", BigInteger.TEN), 10L),
                Arguments.of(Named.of("large BigInteger", BigInteger.TWO.pow(64)), BigInteger.TWO.pow(64)),
                Arguments.of(Named.of("BigDecimal", new BigDecimal("1.10")), new BigDecimal("1.10")),
                Arguments.of(Named.of("String", "s"), "s"));
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void boxedResultComesBackByValue(Object box, Object expected) {
        assertEquals(expected, callStatic(Echo.class, "same", new Original(box)));
    }

    /** A class of its own, which no int remembers. */
    private static final class LargeInteger extends BigInteger {
        private static final long serialVersionUID = 1L;

        LargeInteger() {
            super("18446744073709551616");
        }
    }

    static Stream<Object> otherObjects() {
        return Stream.of(new LargeInteger(), new ArrayList<>(), new int[0], new Object());
    }

    @ParameterizedTest
    @MethodSource("otherObjects")
    void otherResultIsTheObjectItself(Object object) {
        assertSame(object, callStatic(Echo.class, "same", new Original(object)));
    }

    @Test
    void objectResultCarriesTheIdOfItsType() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slot = arena.allocate(Slots.BYTE_SIZE, 8);
            Member constructors = JavaType.ofClass(ArrayList.class).constructors();
            Object made = Calls.invoke(constructors, null, slot.address(), 0, null);
            assertEquals(Slots.OBJECT, Slots.tag(slot.address()));
            assertEquals(JavaType.of(made).id(), Slots.aux(slot.address()));
        }
    }

    @Test
    void primitiveResultReturnsNoObject() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slot = arena.allocate(Slots.BYTE_SIZE, 8);
            Member method = JavaType.ofClass(Echo.class).member("intOf", true);
            assertNull(Calls.invoke(method, null, slot.address(), 0, null));
        }
    }

    @Test
    void userExceptionIsThrownAsItIs() {
        assertSame(THROWN, assertThrows(IOException.class, () -> callStatic(Echo.class, "fail")));
        assertSame(THROWN, assertThrows(IOException.class, () -> construct(Echo.class, true)));
    }

    @Test
    void castThatFailsInUserCodeIsNoRefusal() {
        assertThrows(ClassCastException.class, () -> callStatic(Echo.class, "castWrongly", new Original(new Object())));
    }

    @Test
    void failingInitializerIsThrownByTheCallAndNotByTheSearch() {
        Member touch = JavaType.forName("org.bufferbridge.internal.calls.CallsTest.FailsToInitialize")
                .member("touch", true);
        assertThrows(ExceptionInInitializerError.class, () -> PackedCall.invoke(touch, null));
    }

    @Test
    void instanceMethodNeedsAnObjectOfItsClass() throws IOException {
        Member instance = JavaType.ofClass(Echo.class).member("instance", false);
        assertEquals(5L, PackedCall.invoke(instance, new Echo(false), 5));
        assertThrows(CallException.class, () -> PackedCall.invoke(instance, null, 5));
        assertThrows(ClassCastException.class, () -> PackedCall.invoke(instance, new Object(), 5));
    }

    @Test
    void staticMethodIsReachedThroughAnObject() throws IOException {
        assertEquals(-3L, call(new Echo(false), "intOf"));
    }

    @Test
    void methodThatLooksAtItsCallerIsCallable() {
        assertSame(String.class, callStatic(Class.class, "forName", "java.lang.String"));
    }

    @Test
    void nestedTypeIsAnswered() {
        Member entry = JavaType.ofClass(java.util.Map.class).member("Entry", true);
        assertSame(JavaType.ofClass(java.util.Map.Entry.class), Calls.nestedType(entry));
    }

    @Test
    void memberOfAnotherKindIsRefused() {
        Member entry = JavaType.ofClass(java.util.Map.class).member("Entry", true);
        assertThrows(ClassCastException.class, () -> PackedCall.invoke(entry, null));
        Member of = JavaType.ofClass(List.class).member("of", true);
        assertThrows(ClassCastException.class, () -> Calls.nestedType(of));
    }
}

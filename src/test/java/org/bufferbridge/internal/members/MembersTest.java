package org.bufferbridge.internal.members;

import static org.bufferbridge.fixtures.calls.PackedCall.call;
import static org.bufferbridge.fixtures.calls.PackedCall.callStatic;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bufferbridge.fixtures.calls.PackedCall;
import org.bufferbridge.fixtures.calls.PackedCall.Original;
import org.bufferbridge.internal.classes.LookupException;
import org.bufferbridge.internal.values.CallException;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MembersTest {
    private static final Object[] TOO_MANY = new Object[9];

    static Stream<Arguments> objectsOfHiddenClasses() {
        Function<Object, Integer> lambda = value -> 3;
        return Stream.of(
                Arguments.of(Named.of("immutable list", List.of(1, 2, 3)), "size"),
                Arguments.of(
                        Named.of("unmodifiable list", Collections.unmodifiableList(new ArrayList<>(List.of(1, 2, 3)))),
                        "size"),
                Arguments.of(Named.of("array as list", Arrays.asList(1, 2, 3)), "size"),
                Arguments.of(Named.of("map entry", Map.entry(3, "x")), "getKey"),
                Arguments.of(Named.of("lambda", lambda), "apply"),
                Arguments.of(
                        Named.of("public class of a package that is not exported", MemorySegment.ofArray(new byte[3])),
                        "byteSize"));
    }

    @ParameterizedTest
    @MethodSource("objectsOfHiddenClasses")
    void methodOfAHiddenClassIsReachedThroughItsInterface(Object object, String name) {
        Object[] arguments = name.equals("apply") ? new Object[] {"x"} : new Object[0];
        assertEquals(3L, call(object, name, arguments));
    }

    static class HiddenBase {
        public String inherited() {
            return "inherited";
        }

        public String widened(int value) {
            return "base";
        }

        public static String sharedByBase() {
            return "shared";
        }
    }

    public static class Visible extends HiddenBase {
        public String widened(byte value) {
            return "visible";
        }
    }

    static final class HiddenLeaf extends Visible {
        public String leafOnly() {
            return "leaf";
        }

        @Override
        public String inherited() {
            return "overridden";
        }
    }

    @Test
    void methodAPublicClassInheritsFromAHiddenOneIsReached() {
        assertEquals("inherited", call(new Visible(), "inherited"));
        assertEquals("base", call(new Visible(), "widened", 5));
        StringBuilder builder = new StringBuilder("abc");
        call(builder, "setLength", 1);
        assertEquals("a", builder.toString());
    }

    @Test
    void overridingMethodOfAHiddenClassIsCalledThroughThePublicOne() {
        assertEquals("overridden", call(new HiddenLeaf(), "inherited"));
    }

    @Test
    void methodOnlyAHiddenClassDeclaresIsAbsent() {
        assertNull(JavaType.of(new HiddenLeaf()).member("leafOnly", false));
        assertNull(JavaType.of(MemorySegment.ofArray(new byte[3])).member("sessionImpl", false));
    }

    public static class Base<T> {
        public String put(T item) {
            return "base";
        }

        public Object self() {
            return this;
        }

        public String same(List<T> items) {
            return "base";
        }
    }

    public static class Overriding extends Base<String> {
        @Override
        public String put(String item) {
            return "overriding";
        }

        @Override
        public Overriding self() {
            return this;
        }
    }

    public static class Inheriting extends Base<Byte> {}

    static class HiddenGeneric<T> {
        public String put(T item) {
            return item.getClass().getSimpleName();
        }
    }

    public static final class VisibleGeneric extends HiddenGeneric<Short> {}

    public interface ByLength extends Comparator<String> {
        @Override
        int compare(String first, String second);
    }

    @Test
    void overriddenMethodCountsOnce() {
        assertEquals("size()", candidates(new ArrayList<>(), "size"));
        assertEquals("self()", candidates(new Overriding(), "self"));
        assertEquals("put(String)", candidates(new Overriding(), "put"));
        ByLength lambda = (first, second) -> first.length() - second.length();
        assertEquals("compare(String, String)", candidates(lambda, "compare"));
    }

    @Test
    void inheritedMethodHasTheTypeArgumentsOfTheClass() {
        assertEquals("put(Byte)", candidates(new Inheriting(), "put"));
        assertEquals("put(Short)", candidates(new VisibleGeneric(), "put"));
        assertEquals("Short", call(new VisibleGeneric(), "put", 5));
        assertThrows(CallException.class, () -> call(new Inheriting(), "put", 300));
        assertThrows(CallException.class, () -> call(new Inheriting(), "same", List.of(300)));
        assertEquals("base", call(new Inheriting(), "same", List.of(3)));
    }

    @Test
    void unknownTypeArgumentIsTheBound() {
        assertEquals("put(Object)", candidates(new Base<>(), "put"));
        assertEquals("add(Object), add(int, Object)", candidates(new ArrayList<>(), "add"));
    }

    public static final class Several {
        public static final int NESTED = 1;
        public static int both = 2;
        public int instanceField;

        public static int both() {
            return 3;
        }

        public int instanceMethod() {
            return 4;
        }

        public static int staticMethod() {
            return 5;
        }

        public static final class Nested {}

        public final class Inner {
            public int outerNumber() {
                return instanceField;
            }
        }

        static final class HiddenNested {}
    }

    @Test
    void classHasItsStaticMembersAndNestedClasses() {
        JavaType type = JavaType.ofClass(Several.class);
        assertEquals(Member.METHOD, type.member("staticMethod", true).kind());
        assertEquals(Member.FIELD, type.member("NESTED", true).kind());
        assertEquals(Member.NESTED_TYPE, type.member("Nested", true).kind());
        assertNull(type.member("HiddenNested", true));
        assertNull(type.member("instanceMethod", true));
        assertNull(type.member("instanceField", true));
    }

    @Test
    void objectHasInstanceAndStaticMembersButNoNestedClasses() {
        JavaType type = JavaType.ofClass(Several.class);
        assertEquals(Member.METHOD, type.member("instanceMethod", false).kind());
        assertEquals(Member.FIELD, type.member("instanceField", false).kind());
        assertNotNull(type.member("staticMethod", false));
        assertNotNull(type.member("NESTED", false));
        assertNull(type.member("Nested", false));
    }

    @Test
    void methodComesBeforeAFieldOfTheSameName() {
        assertEquals(
                Member.METHOD,
                JavaType.ofClass(Several.class).member("both", true).kind());
        assertEquals(3L, callStatic(Several.class, "both"));
    }

    @Test
    void innerClassIsMadeWithItsOuterObject() {
        Several outer = new Several();
        outer.instanceField = 7;
        Object inner = PackedCall.construct(Several.Inner.class, new Original(outer));
        assertEquals(7L, call(inner, "outerNumber"));
    }

    @Test
    void memberIsFoundOnce() {
        JavaType type = JavaType.ofClass(Several.class);
        assertSame(type.member("both", true), type.member("both", true));
        assertSame(type.constructors(), type.constructors());
    }

    @Test
    void staticMethodOfAnInterfaceIsNotInherited() {
        assertNotNull(JavaType.ofClass(List.class).member("of", true));
        assertNull(JavaType.ofClass(ArrayList.class).member("of", true));
    }

    @Test
    void staticMethodOfASuperclassIsInherited() {
        assertEquals("shared", callStatic(Visible.class, "sharedByBase"));
    }

    @Test
    void interfaceHasTheMethodsOfObject() {
        assertNotNull(JavaType.ofClass(List.class).member("getClass", false));
        assertNull(JavaType.ofClass(List.class).member("finalize", false));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Several.class,
                StringBuilder.class,
                List.class,
                Map.class,
                ArrayList.class,
                int[].class,
                Integer.class,
                HiddenLeaf.class,
                Thread.State.class
            })
    void namesAreThoseMembersAreFoundUnder(Class<?> type) {
        JavaType javaType = JavaType.ofClass(type);
        for (boolean isStatic : new boolean[] {true, false}) {
            String[] names = javaType.memberNames(isStatic);
            String[] sorted = names.clone();
            Arrays.sort(sorted);
            assertArrayEquals(sorted, names);
            for (String name : names) {
                assertEquals(name, javaType.member(name, isStatic).name());
            }
        }
    }

    @Test
    void namesTellClassAndObjectApart() {
        JavaType type = JavaType.ofClass(Several.class);
        assertEquals(List.of("Inner", "NESTED", "Nested", "both", "staticMethod"), List.of(type.memberNames(true)));
        List<String> ofObject = List.of(type.memberNames(false));
        assertTrue(ofObject.containsAll(List.of("instanceField", "instanceMethod", "both")));
        assertTrue(!ofObject.contains("Nested"));
    }

    public static final class Absent {}

    public static final class NeedsAbsent {
        public Absent absent() {
            return null;
        }
    }

    @Test
    void classWhoseMembersNameAMissingClassSaysWhich() throws Exception {
        ClassLoader withoutAbsent = new ClassLoader(null) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (!name.equals(NeedsAbsent.class.getName())) {
                    throw new ClassNotFoundException(name);
                }
                byte[] code = classFile(name);
                return defineClass(name, code, 0, code.length);
            }
        };
        JavaType type = JavaType.ofClass(Class.forName(NeedsAbsent.class.getName(), false, withoutAbsent));
        LookupException refused = assertThrows(LookupException.class, () -> type.member("absent", false));
        assertEquals(
                "the members of org.bufferbridge.internal.members.MembersTest$NeedsAbsent cannot be listed:"
                        + " a class they name is missing or broken:"
                        + " org/bufferbridge/internal/members/MembersTest$Absent",
                refused.getMessage());
    }

    private static byte[] classFile(String name) {
        String resource = "/" + name.replace('.', '/') + ".class";
        try (InputStream stream = MembersTest.class.getResourceAsStream(resource)) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The overloads a refused call lists. */
    private static String candidates(Object object, String name) {
        String message = assertThrows(CallException.class, () -> call(object, name, TOO_MANY))
                .getMessage();
        return message.substring(message.indexOf("candidates: ") + "candidates: ".length());
    }
}

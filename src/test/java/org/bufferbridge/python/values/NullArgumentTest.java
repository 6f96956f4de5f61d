package org.bufferbridge.python.values;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.Buffers;
import org.bufferbridge.Complex;
import org.bufferbridge.ExportArena;
import org.bufferbridge.ExportGuard;
import org.bufferbridge.Python;
import org.bufferbridge.PythonConfig;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every public method and constructor, each of its reference parameters null in turn: refused by the parameter's name.
 */
@ExtendWith(Interpreter.class)
class NullArgumentTest {
    private static final Path CLASSES =
            Path.of(System.getProperty("basedir"), "target", "classes", "org", "bufferbridge");

    /** Where null is a value, as the documentation says. */
    private static final Set<String> ACCEPTED = Set.of(
            "BufferException(message)",
            "BufferException(cause)",
            "PythonNamespace.set(value)",
            "PythonObject.contains(item)",
            "PythonObject.delItem(key)",
            "PythonObject.is(other)",
            "PythonObject.item(key)",
            "PythonObject.setAttr(value)",
            "PythonObject.setItem(key)",
            "PythonObject.setItem(value)",
            "PythonObject.valueEquals(other)");

    /** Instead of the parameter's name. */
    private static final Set<String> SAID_OTHERWISE = Set.of("null cannot be an item of format \"d\"; required Boolean,"
            + " Character, Byte, Short, Integer, Long, BigInteger, Float, Double, Complex, byte[] or String");

    /** Made by the library, read by its users: their constructors are no way in. */
    private static final Set<String> MADE_BY_THE_LIBRARY = Set.of("ExportInfo", "HoldingInfo", "Leak", "LeaseInfo");

    private static List<Class<?>> publicTypes() throws IOException, ClassNotFoundException {
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.list(CLASSES)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.endsWith("-info.class")) {
                    Class<?> type =
                            Class.forName("org.bufferbridge." + name.substring(0, name.length() - ".class".length()));
                    if (isPublic(type) && !type.isInterface() && !type.isEnum()) {
                        types.add(type);
                    }
                }
            }
        }
        return types;
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
    }

    /** An object of each type that has instance methods with parameters. */
    private static Object example(Class<?> type, Python python) {
        if (type == BufferView.class) {
            return BufferView.of(Arena.ofAuto().allocate(8, 8), BufferFormat.FLOAT64, 1);
        }
        if (type == BufferFormat.class) {
            return BufferFormat.parse("T{i:x:}");
        }
        if (type == BufferRequest.class) {
            return new BufferRequest(0);
        }
        if (type == ExportGuard.class) {
            return new ExportGuard();
        }
        if (type == ExportArena.class) {
            return ExportArena.open();
        }
        if (type == PythonConfig.class) {
            return PythonConfig.defaults();
        }
        if (type == Python.class) {
            return python;
        }
        if (type == PythonObject.class) {
            return python.eval("bytearray(3)");
        }
        if (type == PythonNamespace.class) {
            return python.namespace();
        }
        if (type == PythonScope.class) {
            return python.scope();
        }
        return null;
    }

    private static void end(Object example) throws Exception {
        if (example instanceof AutoCloseable closeable && !(example instanceof Python)) {
            closeable.close();
        }
    }

    /** Something of a parameter's type that is not null. */
    private static Object sample(Class<?> type, Python python, List<AutoCloseable> opened) {
        Map<Class<?>, Object> samples = new HashMap<>();
        samples.put(String.class, "x");
        samples.put(Path.class, Path.of("x"));
        samples.put(Class.class, String.class);
        samples.put(Map.class, Map.of());
        samples.put(ByteOrder.class, ByteOrder.BIG_ENDIAN);
        samples.put(ValueLayout.class, ValueLayout.JAVA_INT);
        samples.put(MemoryLayout.class, ValueLayout.JAVA_INT);
        samples.put(MemorySegment.class, Arena.ofAuto().allocate(8, 8));
        samples.put(Pointer.class, new Memory(8));
        samples.put(BufferFormat.class, BufferFormat.INT8);
        samples.put(BufferRequest.class, new BufferRequest(0));
        samples.put(BufferView.class, BufferView.of(Arena.ofAuto().allocate(8, 8), BufferFormat.FLOAT64, 1));
        samples.put(Object.class, new byte[3]);
        samples.put(Complex.class, new Complex(1, 2));
        samples.put(MemorySegment[].class, new MemorySegment[] {Arena.ofAuto().allocate(8, 8)});
        samples.put(Throwable.class, new Throwable());
        samples.put(PythonConfig.class, PythonConfig.defaults());
        if (samples.containsKey(type)) {
            return samples.get(type);
        }
        if (type == PythonObject.class) {
            PythonObject object = python.eval("3");
            opened.add(object);
            return object;
        }
        if (type.isPrimitive()) {
            return Array.get(Array.newInstance(type, 1), 0);
        }
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 1);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type.isInterface()) {
            return Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null);
        }
        throw new AssertionError("give this test a sample of " + type);
    }

    private static String nameOf(Class<?> type, Executable executable, Parameter parameter) {
        String name = type.getName().replace("org.bufferbridge.", "");
        return (executable instanceof Method ? name + "." + executable.getName() : name) + "(" + parameter.getName()
                + ")";
    }

    private static List<Executable> entries(Class<?> type) {
        List<Executable> entries = new ArrayList<>();
        if (!MADE_BY_THE_LIBRARY.contains(type.getSimpleName())) {
            entries.addAll(List.of(type.getConstructors()));
        }
        for (Class<?> layer = type; layer.getPackage() == Buffers.class.getPackage(); layer = layer.getSuperclass()) {
            for (Method method : layer.getDeclaredMethods()) {
                boolean isPublic = Modifier.isPublic(method.getModifiers()) && !method.isSynthetic();
                if (isPublic && !method.getName().equals("equals")) {
                    entries.add(method);
                }
            }
        }
        return entries;
    }

    @TestFactory
    List<DynamicTest> nullIsRefusedByTheNameOfTheParameter(Python python) throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (Class<?> type : publicTypes()) {
            for (Executable entry : entries(type)) {
                for (int i = 0; i < entry.getParameterCount(); i++) {
                    int index = i;
                    if (!entry.getParameterTypes()[i].isPrimitive()) {
                        tests.add(dynamicTest(
                                type.getSimpleName() + ": " + entry.getName() + " "
                                        + List.of(entry.getParameters()).get(i),
                                () -> check(type, entry, index, python)));
                    }
                }
            }
        }
        assertTrue(tests.size() > 100, tests.size() + " parameters");
        return tests;
    }

    private static void check(Class<?> type, Executable entry, int index, Python python) throws Exception {
        Parameter parameter = entry.getParameters()[index];
        Object example =
                Modifier.isStatic(entry.getModifiers()) || entry instanceof Constructor ? null : example(type, python);
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            Object[] arguments = new Object[entry.getParameterCount()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = i == index ? null : sample(entry.getParameterTypes()[i], python, opened);
            }
            Throwable thrown = thrownBy(entry, example, arguments);
            if (ACCEPTED.contains(nameOf(type, entry, parameter))) {
                assertTrue(
                        !(thrown instanceof NullPointerException),
                        nameOf(type, entry, parameter) + " is accepted: " + thrown);
            } else {
                assertEquals(
                        NullPointerException.class,
                        thrown == null ? null : thrown.getClass(),
                        nameOf(type, entry, parameter) + ": " + thrown);
                String name = parameter.getName();
                String message = String.valueOf(thrown.getMessage());
                // Where items are read and written nothing is asked beforehand: the JVM's own message names the
                // parameter.
                assertTrue(
                        message.equals(name)
                                || message.contains("\"" + name + "\" is null")
                                || SAID_OTHERWISE.contains(message),
                        nameOf(type, entry, parameter) + ": " + message);
            }
        } finally {
            end(example);
            for (AutoCloseable object : opened) {
                object.close();
            }
        }
    }

    private static Throwable thrownBy(Executable entry, Object example, Object[] arguments) throws Exception {
        try {
            if (entry instanceof Constructor<?> constructor) {
                constructor.newInstance(arguments);
            } else {
                entry.setAccessible(true); // of a superclass that is not public
                ((Method) entry).invoke(example, arguments);
            }
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    @Test
    void whatIsAcceptedIsThere() throws Exception {
        Set<String> all = new TreeSet<>();
        for (Class<?> type : publicTypes()) {
            for (Executable entry : entries(type)) {
                for (Parameter parameter : entry.getParameters()) {
                    all.add(nameOf(type, entry, parameter));
                }
            }
        }
        for (String accepted : ACCEPTED) {
            assertTrue(all.contains(accepted), accepted);
        }
    }
}

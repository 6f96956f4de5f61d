package org.bufferbridge.internal.members;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bufferbridge.internal.classes.Declared;
import org.bufferbridge.internal.overloads.Overload;
import org.bufferbridge.internal.values.Parameter;

/**
 * What the class of an array has in Java by its syntax: {@code new int[3]}, {@code new int[] {1, 2}}, {@code clone()}.
 *
 * <p>This class holds no state.
 */
final class ArrayMembers {
    private ArrayMembers() {}

    /** The constructors: one takes the items, and one takes lengths, for each number of dimensions. */
    static List<Overload> constructors(Class<?> type) {
        MethodHandle sized = handle("sized", Object.class, Class.class, int[].class);
        MethodHandle copied = handle("cloned", Object.class, Object.class);
        List<Overload> found = new ArrayList<>();
        found.add(new Overload(
                declared(type, "<init>", type),
                ArrayMembers.class,
                new Parameter[] {Parameter.of(type, type)},
                copied));
        Class<?> part = type;
        for (int count = 1; part.isArray(); count++) {
            part = part.getComponentType();
            Class<?>[] lengths = new Class<?>[count];
            Arrays.fill(lengths, int.class);
            Parameter[] parameters = new Parameter[count];
            Arrays.fill(parameters, Parameter.of(int.class, int.class));
            MethodHandle ofPart = MethodHandles.insertArguments(sized, 0, part).asCollector(int[].class, count);
            found.add(new Overload(declared(type, "<init>", lengths), ArrayMembers.class, parameters, ofPart));
        }
        return found;
    }

    /** The method {@code clone}, which reflection lists for no array. */
    static Overload cloning(Class<?> type) {
        Declared declared = new Declared(type, "clone", Modifier.PUBLIC, MethodType.methodType(type), null);
        return new Overload(
                declared, ArrayMembers.class, new Parameter[0], handle("cloned", Object.class, Object.class));
    }

    private static Declared declared(Class<?> type, String name, Class<?>... parameters) {
        return new Declared(type, name, Modifier.PUBLIC, MethodType.methodType(void.class, parameters), null);
    }

    private static MethodHandle handle(String name, Class<?> result, Class<?>... parameters) {
        try {
            return MethodHandles.lookup()
                    .findStatic(ArrayMembers.class, name, MethodType.methodType(result, parameters));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the bufferbridge jar is incomplete", e);
        }
    }

    /** @param part the type below as many dimensions as there are lengths */
    private static Object sized(Class<?> part, int[] lengths) {
        return Array.newInstance(part, lengths);
    }

    private static Object cloned(Object array) {
        return switch (Objects.requireNonNull(array, "array")) {
            case Object[] objects -> objects.clone();
            case boolean[] booleans -> booleans.clone();
            case byte[] bytes -> bytes.clone();
            case short[] shorts -> shorts.clone();
            case char[] chars -> chars.clone();
            case int[] ints -> ints.clone();
            case long[] longs -> longs.clone();
            case float[] floats -> floats.clone();
            default -> ((double[]) array).clone();
        };
    }
}

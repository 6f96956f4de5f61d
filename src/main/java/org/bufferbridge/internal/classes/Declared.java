package org.bufferbridge.internal.classes;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;

/**
 * A method, a constructor or a field of a class, as reflection lists it. Reflection lists nothing if another member
 * names a missing class; then {@link ClassFile} lists it.
 *
 * @param declaring the class that declares it
 * @param name {@code <init>} for a constructor
 * @param modifiers the modifiers that reflection gives
 * @param type the raw types; for a field, the type of its getter
 * @param reflected null if reflection does not list it; then its generic types are not known
 */
public record Declared(
        Class<?> declaring, String name, int modifiers, MethodType type, java.lang.reflect.Member reflected) {
    static final String CONSTRUCTOR = "<init>";

    private static final int VARARGS = 0x80;
    private static final int SYNTHETIC = 0x1000;

    public static Declared of(Executable executable) {
        boolean isConstructor = executable instanceof Constructor;
        return new Declared(
                executable.getDeclaringClass(),
                isConstructor ? CONSTRUCTOR : executable.getName(),
                executable.getModifiers(),
                MethodType.methodType(
                        isConstructor ? void.class : ((Method) executable).getReturnType(),
                        executable.getParameterTypes()),
                executable);
    }

    static Declared of(Field field) {
        return new Declared(
                field.getDeclaringClass(),
                field.getName(),
                field.getModifiers(),
                MethodType.methodType(field.getType()),
                field);
    }

    public boolean isPublic() {
        return Modifier.isPublic(modifiers) && (modifiers & SYNTHETIC) == 0;
    }

    public boolean isStatic() {
        return Modifier.isStatic(modifiers);
    }

    public boolean isConstructor() {
        return name.equals(CONSTRUCTOR);
    }

    public boolean isVariable() {
        return (modifiers & VARARGS) != 0;
    }

    /** Null if reflection does not list it. */
    public Executable executable() {
        return (Executable) reflected;
    }

    /**
     * The names of its parameters, as far as the class file has them: from {@code javac -parameters}, otherwise from
     * {@code javac -g}. Methods without code have them by the former only.
     *
     * @return null if it has none
     */
    public String[] parameterNames() {
        try {
            Parameter[] parameters =
                    reflected == null ? new Parameter[0] : executable().getParameters();
            if (parameters.length == type.parameterCount()
                    && Arrays.stream(parameters).allMatch(Parameter::isNamePresent)) {
                return Arrays.stream(parameters).map(Parameter::getName).toArray(String[]::new);
            }
            ClassFile file = ClassFile.of(declaring);
            return file == null ? null : file.parameters(name, type);
        } catch (RuntimeException | LinkageError unreadable) {
            return null;
        }
    }

    /**
     * A handle that calls a method or a constructor.
     *
     * @param reach the accessible class to go through, which declares or inherits the member
     */
    public MethodHandle entry(Class<?> reach) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = Access.lookup(reach);
        if (isConstructor()) {
            return reflected == null
                    ? lookup.findConstructor(declaring, type)
                    : lookup.unreflectConstructor((Constructor<?>) reflected);
        }
        if (reflected != null && declaring == reach) {
            return lookup.unreflect((Method) reflected);
        }
        return isStatic() ? lookup.findStatic(reach, name, type) : lookup.findVirtual(reach, name, type);
    }

    /** A handle that reads the field. */
    public MethodHandle getter(Class<?> reach) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = Access.lookup(reach);
        if (reflected != null && declaring == reach) {
            return lookup.unreflectGetter((Field) reflected);
        }
        return isStatic()
                ? lookup.findStaticGetter(reach, name, type.returnType())
                : lookup.findGetter(reach, name, type.returnType());
    }

    /** A handle that sets the field. */
    public MethodHandle setter(Class<?> reach) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = Access.lookup(reach);
        if (reflected != null && declaring == reach) {
            return lookup.unreflectSetter((Field) reflected);
        }
        return isStatic()
                ? lookup.findStaticSetter(reach, name, type.returnType())
                : lookup.findSetter(reach, name, type.returnType());
    }

    @Override
    public String toString() {
        return declaring.getName() + "." + name;
    }
}

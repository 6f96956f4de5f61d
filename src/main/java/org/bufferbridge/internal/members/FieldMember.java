package org.bufferbridge.internal.members;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.bufferbridge.internal.classes.Declared;
import org.bufferbridge.internal.classes.KnownClass;
import org.bufferbridge.internal.classes.LookupException;
import org.bufferbridge.internal.values.CallException;
import org.bufferbridge.internal.values.Parameter;
import org.bufferbridge.internal.values.Results;
import org.bufferbridge.internal.values.Signatures;

/**
 * A public field, or the length of an array. A value for it is converted like the argument of a call with one
 * parameter.
 */
public final class FieldMember implements Member {
    private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);
    private static final MethodType SETTER = MethodType.methodType(void.class, Object.class, Object.class);

    private static final int IS_STATIC = 1 << 8;
    private static final int IS_SETTABLE = 1 << 9;

    private final String owner;
    private final String name;
    private final Parameter parameter;
    private final MethodHandle getter;
    private final MethodHandle setter;
    private final Field direct; // that JNI may access; or null

    private FieldMember(
            String owner, String name, Parameter parameter, MethodHandle getter, MethodHandle setter, Field direct) {
        this.owner = owner;
        this.name = name;
        this.parameter = parameter;
        this.getter = getter;
        this.setter = setter;
        this.direct = direct;
    }

    /**
     * @param reach the accessible class to go through, which declares or inherits the field
     * @param parameter for a value that is kept
     */
    static FieldMember of(Declared field, Class<?> reach, Parameter parameter) {
        try {
            MethodHandle setter = Modifier.isFinal(field.modifiers())
                    ? null
                    : withSelf(field.setter(reach), field.isStatic()).asType(SETTER);
            return new FieldMember(
                    KnownClass.ofClass(reach).name(),
                    field.name(),
                    parameter,
                    withSelf(field.getter(reach), field.isStatic()).asType(GETTER),
                    setter,
                    directly(field));
        } catch (ReflectiveOperationException e) {
            throw new LookupException("field " + field + " cannot be reached", e);
        }
    }

    static FieldMember lengthOf(Class<?> array) {
        return new FieldMember(
                KnownClass.ofClass(array).name(),
                "length",
                Parameter.of(int.class, int.class),
                MethodHandles.arrayLength(array).asType(GETTER),
                null,
                null);
    }

    /** JNI's specification does not order accesses to volatile fields. */
    private static Field directly(Declared declared) {
        return declared.reflected() instanceof Field field
                        && field.getType().isPrimitive()
                        && !Modifier.isVolatile(field.getModifiers())
                ? field
                : null;
    }

    private static MethodHandle withSelf(MethodHandle accessor, boolean isStatic) {
        return isStatic ? MethodHandles.dropArguments(accessor, 0, Object.class) : accessor;
    }

    @Override
    public int kind() {
        return FIELD;
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Whether C may access the field by JNI, once this class has accessed it: then it is initialised. For fields.c.
     *
     * @return 0 for no; otherwise the character of its descriptor, and bits
     */
    public int directTraits() {
        return direct == null
                ? 0
                : direct.getType().descriptorString().charAt(0)
                        | (Modifier.isStatic(direct.getModifiers()) ? IS_STATIC : 0)
                        | (setter == null ? 0 : IS_SETTABLE);
    }

    /** The field; null if it has no traits. */
    public Field direct() {
        return direct;
    }

    /** Writes the value to a slot. The result is that of {@link Results#write}. */
    public Object get(Object self, long slot) throws Throwable {
        return Results.write(slot, (Object) getter.invokeExact(self), parameter.type.isPrimitive());
    }

    public void set(Object self, long slot, Object[] refs) throws Throwable {
        if (setter == null) {
            throw CallException.type(owner + "." + name + " is final and cannot be set");
        }
        Object value = parameter.convertRead(slot, refs);
        if (value == Parameter.REFUSED) {
            throw CallException.type(owner
                    + "."
                    + Signatures.of(name, new Parameter[] {parameter}, false)
                    + " does not take "
                    + Signatures.kind(slot, refs)
                    + wayOut(slot, refs));
        }
        if (value == Parameter.OUT_OF_RANGE) {
            throw CallException.overflow(parameter.misfit(slot, refs) + " in " + owner + "." + name);
        }
        setter.invokeExact(self, value);
    }

    private String wayOut(long slot, Object[] refs) {
        String obstacle = parameter.obstacle(slot, refs);
        return obstacle == null ? "" : "; " + obstacle;
    }
}

package org.bufferbridge.internal.calls;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.members.FieldMember;
import org.bufferbridge.internal.members.JavaType;
import org.bufferbridge.internal.members.Member;
import org.bufferbridge.internal.members.MethodGroup;
import org.bufferbridge.internal.members.NestedType;
import org.bufferbridge.internal.overloads.Overloads;
import org.bufferbridge.internal.values.ArrowImport;
import org.bufferbridge.internal.values.CallException;
import org.bufferbridge.internal.values.PackedItems;
import org.bufferbridge.internal.values.Parameter;
import org.bufferbridge.internal.values.PythonValues;
import org.bufferbridge.internal.values.Signatures;
import org.bufferbridge.internal.values.Slots;

/**
 * The entries through which C calls Java: one call, one access to a field, one assignment to an item of an array.
 *
 * <p>Arguments come in {@link Slots} and a table of references. The result goes to slot 0; there is room for one slot
 * even when there are no arguments. All arguments are read before user code runs. During the call nothing touches slots
 * and references, and the caller may reuse them as soon as the call returns.
 *
 * <p>An exception of the called code is thrown as it is. A call that the rules of {@link Overloads} refuse throws
 * {@link CallException}; then nothing was called.
 *
 * <p>Any thread may call; this class holds no state.
 */
public final class Calls {
    // Initialised with this class, when Java and Python meet. The first call may be at the bottom of a stack.
    private static final PythonValues VALUES = PythonValues.VALUES;

    private Calls() {}

    /**
     * Calls a method or a constructor.
     *
     * @param group the methods of one name, or the constructors of a class
     * @param self the object whose method is called; ignored by static methods and constructors
     * @param slots address of the arguments' slots, and of the result
     * @param count number of arguments
     * @param refs the objects that the slots refer to; may be null if they refer to none
     * @return the object of a STR or OBJECT result; null for other results
     */
    public static Object invoke(Member group, Object self, long slots, int count, Object[] refs) throws Throwable {
        Object result;
        try {
            result = ((MethodGroup) group).call(self, slots, count, refs);
        } catch (Throwable thrown) {
            endLeases(refs, thrown, null);
            throw thrown;
        }
        endLeases(refs, null, "the leases of a call");
        return result;
    }

    /** Reads a field. The result is that of {@link #invoke}. */
    public static Object getField(Member field, Object self, long slots) throws Throwable {
        return ((FieldMember) field).get(self, slots);
    }

    /** How JNI may access a field: {@link FieldMember#directTraits}. */
    public static int directTraits(Member field) {
        return ((FieldMember) field).directTraits();
    }

    /** The field, if its traits are not 0. */
    public static Field directField(Member field) {
        return ((FieldMember) field).direct();
    }

    /** The class that declares it. */
    public static Class<?> directHolder(Member field) {
        return ((FieldMember) field).direct().getDeclaringClass();
    }

    /** Sets a field to the value in slot 0, which is converted like the argument of a call. */
    public static void setField(Member field, Object self, long slots, Object[] refs) throws Throwable {
        try {
            ((FieldMember) field).set(self, slots, refs);
        } catch (Throwable thrown) {
            endLeases(refs, thrown, null);
            throw thrown;
        }
        endLeases(refs, null, "the lease of a field's value");
    }

    /** Sets an item of an array to the value in slot 0. The value is converted like the argument of a call. */
    public static void setItem(Object array, int index, long slots, Object[] refs) throws Throwable {
        try {
            Array.set(array, index, item(array.getClass(), slots, refs));
        } catch (Throwable thrown) {
            endLeases(refs, thrown, null);
            throw thrown;
        }
        endLeases(refs, null, "the lease of an item");
    }

    private static Object item(Class<?> arrayType, long slot, Object[] refs) {
        Class<?> type = arrayType.getComponentType();
        Parameter parameter = Parameter.of(type, type, PythonValues.Use.KEPT);
        Object value = parameter.convertRead(slot, refs);
        if (value == Parameter.REFUSED || value == null && type.isPrimitive()) {
            String obstacle = value == null ? null : parameter.obstacle(slot, refs);
            throw CallException.type("an item of " + arrayType.getTypeName() + " cannot be "
                    + Signatures.kind(slot, refs) + (obstacle == null ? "" : "; " + obstacle));
        }
        if (value == Parameter.OUT_OF_RANGE) {
            throw CallException.overflow(parameter.misfit(slot, refs) + " in an item of " + arrayType.getTypeName());
        }
        return value;
    }

    /**
     * Ends all leases that were opened for a call and not retained. The exceptions of these ends are suppressed in the
     * exception on its way. Without one, the logger gets them, with {@code what} as their subject.
     */
    private static void endLeases(Object[] refs, Throwable onItsWay, String what) {
        Releases failed = refs == null ? null : failedEnds(refs, null, onItsWay != null);
        if (failed == null) {
            return;
        }
        if (onItsWay != null) {
            failed.suppressIn(onItsWay);
        } else {
            failed.report(what);
        }
    }

    /** Ends them, and closes what was made for a call that has failed. Returns null if none throws. */
    private static Releases failedEnds(Object[] refs, Releases earlier, boolean hasFailed) {
        Releases failed = earlier;
        for (Object reference : refs) {
            if (VALUES.isBuffer(reference) || hasFailed && reference instanceof ArrowImport) {
                try {
                    end(reference);
                } catch (Throwable thrown) {
                    failed = failed == null ? new Releases() : failed;
                    failed.add(thrown);
                }
            } else if (reference instanceof PackedItems items) {
                failed = failedEnds(items.refs(), failed, hasFailed);
            }
        }
        return failed;
    }

    private static void end(Object reference) throws Exception {
        if (reference instanceof ArrowImport made) {
            made.callFailed();
        } else {
            VALUES.endCall(reference);
        }
    }

    public static JavaType nestedType(Member member) {
        return ((NestedType) member).type();
    }
}

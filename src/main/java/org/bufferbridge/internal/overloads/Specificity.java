package org.bufferbridge.internal.overloads;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.commons.lang3.ClassUtils;
import org.bufferbridge.internal.values.Functional;
import org.bufferbridge.internal.values.Parameter;
import org.bufferbridge.internal.values.Slots;

/**
 * Which of two parameter types is the more specific one for an argument.
 *
 * <p>For values that Java has too (None as null, Java objects) the answer is Java's. A Python value could become a
 * value of either type. For it, types that Java leaves unordered are ordered too. Boxes are ordered as their primitive
 * types, and arrays as their elements. A primitive type comes before the boxes and supertypes that it boxes to.
 * Integers come before BigInteger, and BigInteger before BigDecimal. Functional interfaces with a result come before
 * those without.
 *
 * <p>This class holds no state.
 */
public final class Specificity {
    private Specificity() {}

    static boolean isAtLeastAsSpecific(Parameter parameter, Parameter other, long slot) {
        int tag = Slots.tag(slot);
        if (tag == Slots.NONE || tag == Slots.OBJECT) {
            return isSubtype(parameter.type, other.type);
        }
        Functional functional = Slots.isCallable(slot) ? parameter.functional() : null;
        Functional otherFunctional = functional == null ? null : other.functional();
        return otherFunctional == null
                ? isSubtypeForPython(parameter.type, other.type)
                : functional.isAtLeastAsSpecificAs(otherFunctional);
    }

    /** Subtyping among primitive types and among reference types, as Java defines it. */
    static boolean isSubtype(Class<?> type, Class<?> other) {
        return ClassUtils.isAssignable(type, other, false);
    }

    private static boolean isSubtypeForPython(Class<?> type, Class<?> other) {
        if (type.isArray() && other.isArray()) {
            return isSubtypeForPython(type.getComponentType(), other.getComponentType());
        }
        Class<?> primitive = primitive(type);
        Class<?> otherPrimitive = primitive(other);
        if (primitive != null && otherPrimitive != null) {
            return primitive == otherPrimitive
                    ? type.isPrimitive() || !other.isPrimitive()
                    : isSubtype(primitive, otherPrimitive);
        }
        if (other == BigInteger.class && primitive != null) {
            return isSubtype(primitive, long.class);
        }
        if (other == BigDecimal.class) {
            return type == other || type == BigInteger.class || isNumeric(primitive);
        }
        return isSubtype(ClassUtils.primitiveToWrapper(type), other);
    }

    private static Class<?> primitive(Class<?> type) {
        return type.isPrimitive() ? type : ClassUtils.wrapperToPrimitive(type);
    }

    private static boolean isNumeric(Class<?> primitive) {
        return primitive != null && isSubtype(primitive, double.class);
    }
}

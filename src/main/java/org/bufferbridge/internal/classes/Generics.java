package org.bufferbridge.internal.classes;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Map;
import org.apache.commons.lang3.reflect.TypeUtils;

/**
 * The information in the generic signature of a member, beyond its raw types.
 *
 * <p>It uses no switches over types and no streams, and neither does any other code that finds a first member. Their
 * setup on first use would slow the start of Python.
 *
 * <p>This class holds no state.
 */
public final class Generics {
    private Generics() {}

    /**
     * A type after replacement of the variables that a class knows.
     *
     * @param raw the raw type; the result if the variables say less than it
     */
    public static Type resolve(Type generic, Class<?> raw, Map<TypeVariable<?>, Type> variables) {
        if (variables.isEmpty() || !TypeUtils.containsTypeVariables(generic)) {
            return generic;
        }
        Type resolved = substitute(generic, variables);
        return raw.isAssignableFrom(erase(resolved)) ? resolved : raw;
    }

    private static Type substitute(Type generic, Map<TypeVariable<?>, Type> variables) {
        if (generic instanceof TypeVariable<?> variable) {
            Type known = variables.get(variable);
            return known == null ? variable : known;
        }
        if (generic instanceof GenericArrayType array) {
            return TypeUtils.genericArrayType(substitute(array.getGenericComponentType(), variables));
        }
        if (generic instanceof ParameterizedType type) {
            return TypeUtils.parameterizeWithOwner(
                    type.getOwnerType() == null ? null : substitute(type.getOwnerType(), variables),
                    (Class<?>) type.getRawType(),
                    substitute(type.getActualTypeArguments(), variables));
        }
        if (generic instanceof WildcardType wildcard) {
            return TypeUtils.wildcardType()
                    .withUpperBounds(substitute(wildcard.getUpperBounds(), variables))
                    .withLowerBounds(substitute(wildcard.getLowerBounds(), variables))
                    .build();
        }
        return generic;
    }

    private static Type[] substitute(Type[] generics, Map<TypeVariable<?>, Type> variables) {
        Type[] substituted = new Type[generics.length];
        for (int i = 0; i < generics.length; i++) {
            substituted[i] = substitute(generics[i], variables);
        }
        return substituted;
    }

    /**
     * The type arguments that a class, or a type with arguments, gives the variables of a superclass or interface.
     * There are none where its generic declaration names a missing class.
     */
    public static Map<TypeVariable<?>, Type> arguments(Type type, Class<?> declaring) {
        try {
            if (declaring.getTypeParameters().length == 0 || !declaring.isAssignableFrom(erase(type))) {
                return Map.of();
            }
            Type heir = bound(type);
            Map<TypeVariable<?>, Type> variables = ownArguments(heir);
            while (erase(heir) != declaring) {
                // Each step replaces the variables of one class. A class inside a generic class may name the variables
                // of the outer object, which are unknown; its superclass may be that generic class, with others.
                heir = substitute(towards(erase(heir), declaring), variables);
                variables = ownArguments(heir);
            }
            return variables;
        } catch (Throwable unreadable) {
            Listing.rethrowWantOfMemory(unreadable);
            return Map.of();
        }
    }

    private static Map<TypeVariable<?>, Type> ownArguments(Type type) {
        return TypeUtils.getTypeArguments(type, erase(type));
    }

    /** The direct superclass or interface that is the declaring type, or inherits from it. */
    private static Type towards(Class<?> type, Class<?> declaring) {
        Class<?> superclass = type.getSuperclass();
        if (superclass != null && declaring.isAssignableFrom(superclass)) {
            return type.getGenericSuperclass();
        }
        Class<?>[] interfaces = type.getInterfaces();
        int index = 0;
        while (!declaring.isAssignableFrom(interfaces[index])) {
            index++;
        }
        return type.getGenericInterfaces()[index];
    }

    /** The raw type. For a variable it is the bound; for a wildcard, the type that may be put in. */
    public static Class<?> erase(Type generic) {
        if (generic instanceof Class<?> type) {
            return type;
        }
        if (generic instanceof ParameterizedType type) {
            return (Class<?>) type.getRawType();
        }
        return generic instanceof GenericArrayType type
                ? erase(type.getGenericComponentType()).arrayType()
                : erase(bound(generic));
    }

    /** The bound; Object where the class of the bound is missing. Object says less, and nothing wrong. */
    private static Type bound(Type generic) {
        try {
            return knownBound(generic);
        } catch (Throwable unreadable) {
            Listing.rethrowWantOfMemory(unreadable);
            return Object.class;
        }
    }

    private static Type knownBound(Type generic) {
        if (generic instanceof TypeVariable<?> type) {
            return bound(type.getBounds()[0]);
        }
        if (generic instanceof WildcardType type) {
            Type[] lower = type.getLowerBounds();
            return bound(lower.length > 0 ? lower[0] : type.getUpperBounds()[0]);
        }
        return generic;
    }

    /** The component type of an array type. */
    public static Type component(Type array) {
        return array instanceof GenericArrayType type
                ? type.getGenericComponentType()
                : erase(array).getComponentType();
    }

    /**
     * The argument that a type gives a type variable of a superclass or interface; Object if its declaration does not
     * say.
     */
    public static Type argument(Type generic, Class<?> declaring, int index) {
        if (!(bound(generic) instanceof ParameterizedType type)) {
            return Object.class;
        }
        Type known = arguments(type, declaring).get(declaring.getTypeParameters()[index]);
        return known == null ? Object.class : known;
    }
}

package org.bufferbridge.internal.values;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import org.bufferbridge.internal.classes.Access;
import org.bufferbridge.internal.classes.Generics;
import org.bufferbridge.internal.classes.Listing;

/**
 * A functional interface: one with a single abstract method. A Python function can stand for such a method, as a
 * lambda does in Java.
 *
 * <p>Immutable.
 */
public final class Functional {
    /** What is wanted of a call. C has the same numbers. */
    public static final int NOTHING = 0;

    public static final int TRUTH = 1;
    public static final int VALUE = 2;

    /** The Python object itself. */
    public static final int ITSELF = 3;

    public final Class<?> type;

    /** What the method's type wants of a result. */
    public final int wanted;

    /** What takes the result; null unless a {@link #VALUE} is wanted. */
    public final Parameter result;

    /** Which of the method's parameters are primitives. */
    public final boolean[] primitives;

    private final Method method;

    private Functional(Class<?> type, Method method, Type returned) {
        this.type = type;
        this.method = method;
        this.primitives = new boolean[method.getParameterCount()];
        for (int i = 0; i < primitives.length; i++) {
            primitives[i] = method.getParameterTypes()[i].isPrimitive();
        }
        Class<?> raw = method.getReturnType();
        Class<?> resolved = raw == void.class ? raw : Generics.erase(returned);
        if (raw == void.class || raw == boolean.class) {
            this.wanted = raw == void.class ? NOTHING : TRUTH;
        } else {
            this.wanted = resolved == PythonValues.VALUES.objectType() ? ITSELF : VALUE;
        }
        this.result = wanted == VALUE ? Parameter.of(resolved, returned) : null;
    }

    /**
     * The functional interface that a type is.
     *
     * @param generic the type with its type arguments
     * @return null if it is none, or if no proxy can implement it
     */
    static Functional of(Class<?> type, Type generic) {
        if (!type.isInterface() || type.isAnnotation() || type.isSealed() || type.isHidden()) {
            return null;
        }
        try {
            Method method = method(type);
            return method == null ? null : new Functional(type, method, returned(method, generic));
        } catch (Throwable unreadable) {
            Listing.rethrowWantOfMemory(unreadable);
            return null; // a method names a missing class
        }
    }

    /** The name of the one abstract method of an interface; null if there is none, or several. */
    public static String methodName(Class<?> type) {
        try {
            Method method = method(type);
            return method == null ? null : method.getName();
        } catch (Throwable unreadable) {
            Listing.rethrowWantOfMemory(unreadable);
            return null; // a method names a missing class
        }
    }

    /** The one abstract method; null if there is none, or several. */
    private static Method method(Class<?> type) {
        Method found = null;
        for (Method method : type.getMethods()) {
            if (!Modifier.isAbstract(method.getModifiers()) || isOfObject(method)) {
                continue;
            }
            if (found != null && !(isSame(type, found, method))) {
                return null;
            }
            // Of two declarations of one method, the one with the narrower result is implemented.
            if (found == null || found.getReturnType().isAssignableFrom(method.getReturnType())) {
                found = method;
            }
        }
        return found;
    }

    /** Whether every object has the method, as Comparator's {@code equals}. */
    private static boolean isOfObject(Method method) {
        try {
            return Modifier.isPublic(Object.class
                    .getMethod(method.getName(), method.getParameterTypes())
                    .getModifiers());
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /** Whether two methods are one and the same for the classes that implement the interface. */
    private static boolean isSame(Class<?> type, Method one, Method other) {
        return one.getName().equals(other.getName()) && Arrays.equals(parameters(type, one), parameters(type, other));
    }

    private static Class<?>[] parameters(Class<?> type, Method method) {
        Class<?>[] raw = method.getParameterTypes();
        Type[] generic = method.getGenericParameterTypes();
        for (int i = 0; i < raw.length; i++) {
            raw[i] = Generics.erase(
                    Generics.resolve(generic[i], raw[i], Generics.arguments(type, method.getDeclaringClass())));
        }
        return raw;
    }

    private static Type returned(Method method, Type generic) {
        return Generics.resolve(
                method.getGenericReturnType(),
                method.getReturnType(),
                Generics.arguments(generic, method.getDeclaringClass()));
    }

    /** The number of parameters of its method. */
    public int count() {
        return primitives.length;
    }

    /** Whether a method is the one that the function stands for. */
    public boolean isImplemented(Method called) {
        return Modifier.isAbstract(called.getModifiers());
    }

    /** Calls a method of a proxy that its interface implements itself. */
    public static Object callDefault(Object proxy, Method method, Object[] arguments) throws Throwable {
        Class<?> declaring = method.getDeclaringClass();
        if (Modifier.isPublic(declaring.getModifiers())) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        return Access.privateLookup(declaring)
                .unreflectSpecial(method, declaring)
                .bindTo(proxy)
                .invokeWithArguments(arguments == null ? new Object[0] : arguments);
    }

    /**
     * Whether this is at least as specific as another functional interface, for a function that both could take. It is
     * if it is a subtype. It is, too, if it has as many parameters and a result, and the other has no result.
     */
    public boolean isAtLeastAsSpecificAs(Functional other) {
        return other.type.isAssignableFrom(type)
                || count() == other.count() && wanted != NOTHING && other.wanted == NOTHING;
    }

    /**
     * The value that a call wants, as C left it.
     *
     * @param slot the result
     * @param given what C returned
     * @throws ClassCastException if the result is no value of the type
     */
    public Object take(long slot, Object given) {
        return switch (Slots.tag(slot)) {
            case Slots.CONVERTED -> given;
            case Slots.PYTHON -> PythonValues.VALUES.taking(Slots.payload(slot));
            default ->
                wanted == VALUE
                        ? Conversion.result(result, slot, new Object[] {given})
                        : wanted == TRUTH ? (Object) (Slots.payload(slot) != 0) : null;
        };
    }

    /** As in {@code java.util.Comparator.compare}. */
    @Override
    public String toString() {
        return type.getName() + "." + method.getName();
    }
}

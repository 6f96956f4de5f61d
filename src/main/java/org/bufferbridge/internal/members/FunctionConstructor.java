package org.bufferbridge.internal.members;

import org.bufferbridge.internal.classes.Declared;
import org.bufferbridge.internal.overloads.Overload;
import org.bufferbridge.internal.values.Parameter;
import org.bufferbridge.internal.values.Results;

/**
 * What Python calls as the constructor of a functional interface. {@code Runnable(f)} is the function {@code f} as a
 * Runnable, as a cast of a lambda is in Java. It stays a Java object in Python, so a call with it has one meaning.
 *
 * <p>This class holds no state.
 */
public final class FunctionConstructor {
    private FunctionConstructor() {}

    /** The constructor of a type; null if the type is no functional interface. */
    static Overload of(Class<?> type) {
        Parameter parameter = Parameter.of(type, type);
        if (parameter.functional() == null) {
            return null;
        }
        try {
            Declared made = Declared.of(FunctionConstructor.class.getMethod("made", Object.class));
            return new Overload(made, FunctionConstructor.class, new Parameter[] {parameter});
        } catch (NoSuchMethodException e) {
            throw new LinkageError("the bufferbridge jar is incomplete", e);
        }
    }

    /** The result for the argument, which was converted. */
    public static Object made(Object function) {
        return function == null ? null : new Results.Itself(function);
    }
}

package org.bufferbridge.internal.members;

import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.temporal.TemporalAdjuster;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.lang3.ClassUtils;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.internal.classes.Listing;
import org.bufferbridge.internal.values.Functional;

/**
 * The method that Python means by a call of an object: {@code f(x)} is {@code f.apply(x)} of a Function.
 *
 * <p>A lambda or a proxy has such a method if it implements one functional interface. Any other class has one if, of
 * the interfaces that it implements, one is annotated as functional. An interface does not count beside one that
 * extends it. TemporalAdjuster counts for lambdas only, because each date and time is one. An exporter of memory has no
 * such method.
 *
 * <p>Asking may load classes, which runs user code. This class holds no state.
 */
final class CallMember {
    /** Python asks for the method by this name, which no member has. */
    static final String NAME = "()";

    private CallMember() {}

    /** The name of the method; null if a call of an object of the class means nothing. */
    static String methodName(Class<?> type) {
        if (Modifier.isAbstract(type.getModifiers()) || BufferExporter.class.isAssignableFrom(type)) {
            return null;
        }
        try {
            Class<?> functional = functional(type);
            return functional == null ? null : Functional.methodName(functional);
        } catch (Throwable unreadable) {
            Listing.rethrowWantOfMemory(unreadable);
            return null; // an annotation names a missing class
        }
    }

    /** The only functional interface of the class that counts; null if there is none, or several. */
    private static Class<?> functional(Class<?> type) {
        boolean isLambda = type.isHidden() && type.isSynthetic() || Proxy.isProxyClass(type);
        List<Class<?>> found = new ArrayList<>();
        for (Class<?> candidate : ClassUtils.getAllInterfaces(type)) {
            boolean counts = isLambda
                    ? Functional.methodName(candidate) != null
                    : candidate.isAnnotationPresent(FunctionalInterface.class) && candidate != TemporalAdjuster.class;
            if (counts) {
                found.add(candidate);
            }
        }
        Class<?> chosen = null;
        for (Class<?> candidate : found) {
            if (isExtended(candidate, found)) {
                continue;
            }
            if (chosen != null) {
                return null;
            }
            chosen = candidate;
        }
        return chosen;
    }

    private static boolean isExtended(Class<?> candidate, List<Class<?>> others) {
        for (Class<?> other : others) {
            if (other != candidate && candidate.isAssignableFrom(other)) {
                return true;
            }
        }
        return false;
    }
}

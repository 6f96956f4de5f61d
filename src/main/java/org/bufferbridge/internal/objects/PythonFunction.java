package org.bufferbridge.internal.objects;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.jni.PythonCalls;
import org.bufferbridge.internal.values.Arguments;
import org.bufferbridge.internal.values.Functional;

/**
 * A Python function as an object of a functional interface: a proxy, whose handler this is.
 *
 * <p>It keeps the function until the garbage collector finds the proxy; no {@link org.bufferbridge.PythonScope} closes
 * it. Its {@code equals}, {@code hashCode} and {@code toString} are the function's own {@code ==}, {@code hash} and
 * {@code str}. Back in Python, a proxy is the function.
 *
 * <p>Threads: any may call it, as any PythonObject.
 */
public final class PythonFunction implements InvocationHandler {
    private static final Object[] NOTHING = {};

    private static boolean isPrepared;

    private final PythonObject function;
    private final Functional type;

    private PythonFunction(PythonObject function, Functional type) {
        this.function = function;
        this.type = type;
    }

    /** A new object of the interface. */
    static Object of(PythonObject function, Functional type) {
        if (!isPrepared) {
            Natives.requireStack(); // a class of the JDK whose initialisation overflows a stack never works again
        }
        Object proxy = Proxy.newProxyInstance(
                type.type.getClassLoader(), new Class<?>[] {type.type}, new PythonFunction(function, type));
        isPrepared = true;
        return proxy;
    }

    /** The function that an object was made of; null for any other object. */
    static PythonObject behind(Object value) {
        return value instanceof Proxy
                        && Proxy.isProxyClass(value.getClass())
                        && Proxy.getInvocationHandler(value) instanceof PythonFunction made
                ? made.function
                : null;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> equalTo(proxy, arguments[0]);
                case "hashCode" -> hash();
                default -> function.toString();
            };
        }
        return type.isImplemented(method)
                ? call(method, arguments == null ? NOTHING : arguments)
                : Functional.callDefault(proxy, method, arguments);
    }

    private boolean equalTo(Object proxy, Object other) {
        PythonObject that = proxy == other ? function : behind(other);
        if (that == null || that == function) {
            return that != null;
        }
        PythonReference reference = ObjectAccess.OBJECTS.reference(function);
        long address = reference.acquire();
        try (Arguments packed = Arguments.of(that)) {
            return PythonCalls.equal(address, packed.slots(), packed.refs());
        } finally {
            reference.release(function);
        }
    }

    private int hash() {
        PythonReference reference = ObjectAccess.OBJECTS.reference(function);
        long address = reference.acquire();
        try {
            return Long.hashCode(PythonCalls.hash(address));
        } finally {
            reference.release(function);
        }
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        PythonReference reference = ObjectAccess.OBJECTS.reference(function);
        long address = reference.acquire();
        try (Arguments packed = Arguments.of(type.primitives, arguments)) {
            long slots = packed.slots();
            Object given =
                    PythonCalls.function(address, slots, arguments.length, packed.refs(), type.wanted, type.result);
            return type.wanted == Functional.NOTHING ? null : type.take(slots, given);
        } catch (PythonException raised) {
            throw thrown(raised, method, arguments.length);
        } catch (ClassCastException misfit) {
            throw new ClassCastException("the result of a Python function for " + type + ": " + misfit.getMessage());
        } finally {
            reference.release(function);
        }
    }

    /** A Java exception that Python let through is thrown itself, if the method may throw it. */
    private Throwable thrown(PythonException raised, Method method, int count) {
        Throwable java = ObjectAccess.OBJECTS.javaException(raised);
        if (java == null || !mayThrow(method, java)) {
            noteCall(raised, count);
            return raised;
        }
        raised.exception().close();
        return java;
    }

    /** A TypeError from no Python code is perhaps about the number of arguments. So it tells how Java has called. */
    private void noteCall(PythonException raised, int count) {
        if (!raised.type().equals("TypeError") || ObjectAccess.OBJECTS.isRaisedByCode(raised)) {
            return;
        }
        String key = type.type == Comparator.class ? "; Comparator.comparing(f) compares by a key" : "";
        try {
            raised.exception()
                    .call("add_note", "Java has called it as " + type + ", with arguments: " + count + key)
                    .close();
        } catch (IllegalStateException | PythonException unnoted) {
            // Python ends, or the exception takes no notes
        }
    }

    private static boolean mayThrow(Method method, Throwable thrown) {
        if (thrown instanceof RuntimeException || thrown instanceof Error) {
            return true;
        }
        for (Class<?> declared : method.getExceptionTypes()) {
            if (declared.isInstance(thrown)) {
                return true;
            }
        }
        return false;
    }
}

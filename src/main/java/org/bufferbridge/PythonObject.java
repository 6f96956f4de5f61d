package org.bufferbridge;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.jni.PythonCalls;
import org.bufferbridge.internal.lease.BufferLease;
import org.bufferbridge.internal.objects.ObjectAccess;
import org.bufferbridge.internal.objects.PythonInvocation;
import org.bufferbridge.internal.objects.PythonIterator;
import org.bufferbridge.internal.objects.PythonReference;
import org.bufferbridge.internal.values.Arguments;
import org.bufferbridge.internal.values.Conversion;

/**
 * A reference of Java to a Python object. If it is returned to Python or passed as an argument, Python sees the same
 * object.
 *
 * <p><b>Arguments</b> of the methods here are any Java values. Primitives, their boxes, String, BigInteger and null
 * become Python's own values. A PythonObject or PythonBuffer is the original object. Arrays of primitives, NIO buffers,
 * segments, views and exporters become {@code JavaBuffer}s, live and without a copy. Any other object becomes a
 * {@code JavaObject}.
 *
 * <p><b>Results</b> are PythonObjects; {@link #as} and the methods after it convert them to Java values.
 *
 * <p><b>Errors.</b> What Python raises is a {@link PythonException}. Every method but {@link #toString},
 * {@link #retain} and {@link #close} throws IllegalStateException if this is closed or Python has ended.
 *
 * <p><b>Life.</b> {@link #close} lets go of the Python object at once. A {@link PythonScope} does so for all objects
 * that were made in it. The garbage collector does so for a forgotten object, but does not see how much memory Python
 * holds for it.
 *
 * <p><b>Threads.</b> Any thread may call all methods. Each takes the GIL for the call.
 */
public final class PythonObject implements AutoCloseable, Iterable<PythonObject> {
    static {
        Secrets.install(ObjectAccess.class, new Access());
    }

    private final PythonReference reference;

    private PythonObject(long address) {
        reference = new PythonReference(this, address);
    }

    /** Takes over a reference, for a user. The object belongs to this thread's innermost {@link PythonScope}. */
    static PythonObject taking(long address) {
        PythonObject object = unscoped(address);
        PythonScope.enter(object.reference);
        return object;
    }

    /** Takes over a reference, for what outlives every scope. */
    static PythonObject unscoped(long address) {
        PythonObject object = new PythonObject(address);
        object.reference.watch();
        return object;
    }

    PythonReference reference() {
        return reference;
    }

    private static final class Access implements ObjectAccess {
        @Override
        public PythonObject taking(long address) {
            return PythonObject.taking(address);
        }

        @Override
        public PythonObject unscoped(long address) {
            return PythonObject.unscoped(address);
        }

        @Override
        public PythonReference reference(PythonObject object) {
            return object.reference;
        }
    }

    // --------------------------------------------------------------------------------- attributes and calls

    /**
     * {@code x.name}.
     *
     * @param name the attribute's name
     * @return its value
     * @throws PythonException AttributeError if there is none
     */
    public PythonObject attr(String name) {
        Objects.requireNonNull(name, "name");
        long object = reference.acquire();
        try {
            return taking(PythonCalls.attribute(object, name));
        } finally {
            reference.release(this);
        }
    }

    /**
     * {@code x.name = value}.
     *
     * @param name the attribute's name
     * @param value any Java value
     * @throws PythonException what Python raises
     */
    public void setAttr(String name, Object value) {
        Objects.requireNonNull(name, "name");
        long object = reference.acquire();
        try (Arguments packed = Arguments.of(value)) {
            PythonCalls.setAttribute(object, name, packed.slots(), packed.refs());
        } finally {
            reference.release(this);
        }
    }

    /**
     * {@code x.method(*arguments)}.
     *
     * @param method the method's name
     * @param arguments any Java values
     * @return the result
     * @throws PythonException what Python raises
     */
    public PythonObject call(String method, Object... arguments) {
        Objects.requireNonNull(method, "method");
        return taking(PythonInvocation.call(this, method, Map.of(), arguments));
    }

    /**
     * {@code x.method(*arguments, **keywords)}.
     *
     * @param method the method's name
     * @param keywords keyword arguments by name
     * @param arguments any Java values
     * @return the result
     * @throws PythonException what Python raises
     */
    public PythonObject callKw(String method, Map<String, ?> keywords, Object... arguments) {
        Objects.requireNonNull(method, "method");
        return taking(PythonInvocation.call(this, method, keywords, arguments));
    }

    /**
     * {@code x(*arguments)}: calls the object itself, a function or a class.
     *
     * @param arguments any Java values
     * @return the result
     * @throws PythonException what Python raises
     */
    public PythonObject invoke(Object... arguments) {
        return taking(PythonInvocation.call(this, null, Map.of(), arguments));
    }

    /**
     * {@code x(*arguments, **keywords)}.
     *
     * @param keywords keyword arguments by name
     * @param arguments any Java values
     * @return the result
     * @throws PythonException what Python raises
     */
    public PythonObject invokeKw(Map<String, ?> keywords, Object... arguments) {
        return taking(PythonInvocation.call(this, null, keywords, arguments));
    }

    // ------------------------------------------------------------------------------------------- containers

    /**
     * {@code x[key]}.
     *
     * @param key any Java value
     * @return the item
     * @throws PythonException IndexError, KeyError and whatever else Python raises
     */
    public PythonObject item(Object key) {
        long object = reference.acquire();
        try (Arguments packed = Arguments.of(key)) {
            return taking(PythonCalls.item(object, packed.slots(), packed.refs()));
        } finally {
            reference.release(this);
        }
    }

    /**
     * {@code x[key] = value}.
     *
     * @param key any Java value
     * @param value any Java value
     * @throws PythonException what Python raises
     */
    public void setItem(Object key, Object value) {
        long object = reference.acquire();
        try (Arguments packed = Arguments.of(key, value)) {
            PythonCalls.setItem(object, packed.slots(), packed.refs());
        } finally {
            reference.release(this);
        }
    }

    /**
     * {@code len(x)}.
     *
     * @return the number of items
     * @throws PythonException TypeError if it has no length
     */
    public long len() {
        long object = reference.acquire();
        try {
            return PythonCalls.length(object);
        } finally {
            reference.release(this);
        }
    }

    /**
     * {@code iter(x)}.
     *
     * @return an iterator; the caller closes each item, or leaves it to the garbage collector
     * @throws PythonException TypeError if it cannot be iterated over; {@code next} and {@code hasNext} throw what
     *     Python raises
     */
    @Override
    public Iterator<PythonObject> iterator() {
        return items();
    }

    private PythonIterator items() {
        long object = reference.acquire();
        try {
            return new PythonIterator(taking(PythonCalls.iterator(object)));
        } finally {
            reference.release(this);
        }
    }

    // ----------------------------------------------------------------------------------------------- memory

    /**
     * Leases the object's memory, as {@code memoryview(x)} would: all of its geometry and format, writable if the
     * exporter says so.
     *
     * @return the lease, which the caller closes on any thread; its view belongs to the first thread that calls
     *     {@link PythonBuffer#view()}, until {@link PythonBuffer#share()}
     * @throws BufferException if the object has no buffer, or refuses
     */
    public PythonBuffer buffer() {
        return buffer(new BufferRequest(BufferRequest.FULL_RO));
    }

    /**
     * Leases the object's memory.
     *
     * @param request the request to the exporter
     * @return the lease, which the caller closes on any thread; its view belongs to the first thread that calls
     *     {@link PythonBuffer#view()}, until {@link PythonBuffer#share()}
     * @throws BufferException if the object has no buffer, or refuses
     */
    public PythonBuffer buffer(BufferRequest request) {
        Objects.requireNonNull(request, "request");
        long object = reference.acquire();
        try {
            return new PythonBuffer(BufferLease.owned(PythonCalls.lease(object, request.flags())));
        } finally {
            reference.release(this);
        }
    }

    // ------------------------------------------------------------------------------------------ conversions

    /**
     * This object as a Java value, by the rules for arguments that Python passes to a Java parameter of that type.
     * Numbers, numpy's scalars too, convert by value and within range. A str becomes a String, and lists and tuples
     * become arrays and lists. A Java object is itself. Nothing is truncated; a float or double is the nearest one, as
     * in Java's widening.
     *
     * @param type the class of the value; a primitive type gives its box
     * @param <T> the type
     * @return the value; null for None
     * @throws ClassCastException if the object is of another kind, or out of range
     */
    @SuppressWarnings("unchecked")
    public <T> T as(Class<T> type) {
        Objects.requireNonNull(type, "type");
        if (type == PythonObject.class) {
            return (T) this;
        }
        if (type == PythonBuffer.class) {
            return (T) buffer();
        }
        long object = reference.acquire();
        try {
            Object value = PythonCalls.convert(object, type);
            return (T) (value == Conversion.ITSELF ? this : value);
        } finally {
            reference.release(this);
        }
    }

    /**
     * This object as the Java value closest to it: null, Boolean, Long, BigInteger, Double, String, a List of such
     * values, the Java object it stands for; otherwise this PythonObject.
     *
     * @return the value
     */
    public Object toJava() {
        return as(Object.class);
    }

    /**
     * An int.
     *
     * @return its value
     * @throws ClassCastException if it is no integer, or outside 64 bits
     */
    public long asLong() {
        return as(long.class);
    }

    /**
     * An int.
     *
     * @return its value
     * @throws ClassCastException if it is no integer, or outside 32 bits
     */
    public int asInt() {
        return as(int.class);
    }

    /**
     * A number.
     *
     * @return its value
     * @throws ClassCastException if it is no float and no int
     */
    public double asDouble() {
        return as(double.class);
    }

    /**
     * {@code bool(x)}: the truth value of any object.
     *
     * @return whether it is true
     * @throws PythonException if it has none, such as an array of several items
     */
    public boolean asBoolean() {
        long object = reference.acquire();
        try {
            return PythonCalls.truth(object);
        } finally {
            reference.release(this);
        }
    }

    /**
     * The items of any iterable.
     *
     * @return a new list of them
     * @throws PythonException if it cannot be iterated over
     */
    public List<PythonObject> asList() {
        List<PythonObject> items = new ArrayList<>();
        try (PythonIterator rest = items()) {
            rest.forEachRemaining(items::add);
        } catch (Throwable e) {
            items.forEach(PythonObject::close);
            throw e;
        }
        return items;
    }

    /**
     * The items of a mapping whose keys are str.
     *
     * @return a new map of them, in the mapping's order
     * @throws PythonException if it has no items()
     * @throws ClassCastException if a key is no str
     */
    public Map<String, PythonObject> asMap() {
        Map<String, PythonObject> map = new LinkedHashMap<>();
        try (PythonObject items = call("items");
                PythonIterator rest = items.items()) {
            while (rest.hasNext()) {
                try (PythonObject item = rest.next();
                        PythonObject key = item.item(0)) {
                    map.put(key.as(String.class), item.item(1));
                }
            }
        } catch (Throwable e) {
            map.values().forEach(PythonObject::close);
            throw e;
        }
        return map;
    }

    /**
     * Whether this is None.
     *
     * @return true for None
     */
    public boolean isNone() {
        return is(null);
    }

    /**
     * {@code x is other}.
     *
     * @param other another object; null for None
     * @return whether both are the same Python object
     */
    public boolean is(PythonObject other) {
        long address = reference.acquire();
        try {
            if (other == null) {
                return PythonCalls.isNone(address);
            }
            // Held during the comparison, because the address of a dead object may belong to another one.
            boolean same = other.reference.acquire() == address;
            other.reference.release(other);
            return same;
        } finally {
            reference.release(this);
        }
    }

    /**
     * {@code str(x)}. Throws no exception, because loggers, debuggers and messages call it at any time. If not even a
     * short text fits in memory or on the stack, it throws the JVM's own error.
     *
     * @return the text; otherwise what is wrong, in angle brackets: this is closed, Python has ended, {@code str()}
     *     failed, or its text does not fit in Java's memory
     */
    @Override
    public String toString() {
        try {
            long object = reference.acquire();
            try {
                String text = Natives.objectText(object);
                return text == null ? "<a PythonObject after Python's end>" : text;
            } finally {
                reference.release(this);
            }
        } catch (IllegalStateException closed) {
            return "<a closed PythonObject>";
        }
    }

    // ----------------------------------------------------------------------------------------------- its life

    /**
     * Takes this object out of all {@link PythonScope}s: only {@link #close} or the garbage collector lets go of it
     * from now on. It is for fields, caches and other threads. Call it before the scope ends.
     *
     * @return this object
     */
    public PythonObject retain() {
        reference.scope = null;
        return this;
    }

    /** Lets go of the object, once no call with it is running. A second call does nothing. */
    @Override
    public void close() {
        reference.close();
    }
}

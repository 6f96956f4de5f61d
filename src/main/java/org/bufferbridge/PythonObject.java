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
import org.bufferbridge.internal.objects.ObjectAccess;
import org.bufferbridge.internal.objects.PythonIterator;
import org.bufferbridge.internal.objects.PythonReference;
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
public final class PythonObject extends ObjectOperations implements AutoCloseable, Iterable<PythonObject> {
    static {
        Secrets.install(ObjectAccess.class, new Access());
    }

    /** Whether the object has the equality of its value. Java's collections store bytes so. */
    private final boolean isOfBytes;

    private PythonObject(long address, boolean isOfBytes) {
        super(address);
        this.isOfBytes = isOfBytes;
    }

    /** Takes over a reference, for a user. The object belongs to this thread's innermost {@link PythonScope}. */
    static PythonObject taking(long address) {
        PythonObject object = unscoped(address);
        PythonScope.enter(object.reference);
        return object;
    }

    /** Takes over a reference, for what outlives every scope. */
    static PythonObject unscoped(long address) {
        return watched(new PythonObject(address, false));
    }

    private static PythonObject watched(PythonObject object) {
        object.reference.watch();
        return object;
    }

    private static final class Access implements ObjectAccess {
        @Override
        public PythonObject taking(long address) {
            return PythonObject.taking(address);
        }

        @Override
        public PythonObject ofBytes(long address) {
            return watched(new PythonObject(address, true));
        }

        @Override
        public PythonObject unscoped(long address) {
            return PythonObject.unscoped(address);
        }

        @Override
        public Throwable javaException(PythonException raised) {
            return raised.javaException();
        }

        @Override
        public boolean isRaisedByCode(PythonException raised) {
            return raised.isRaisedByCode();
        }

        @Override
        public PythonReference reference(PythonObject object) {
            return object.reference;
        }
    }

    /**
     * Whether the other object is this one. {@code bytes} that Python has stored in a Java collection are equal to
     * others of the same bytes, so a map finds its keys.
     *
     * @param other another object
     * @return whether they are equal
     */
    @Override
    public boolean equals(Object other) {
        return this == other || isOfBytes && other instanceof PythonObject that && that.isOfBytes && valueEquals(that);
    }

    /** The hash of {@link #equals}. */
    @Override
    public int hashCode() {
        return isOfBytes ? Long.hashCode(valueHash()) : System.identityHashCode(this);
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

    // ------------------------------------------------------------------------------------------ conversions

    /**
     * This object as a Java value. The rules are those for an argument that Python passes to a parameter of that type.
     * Numbers, numpy's scalars too, convert by value and within range. A str becomes a String, and lists and tuples
     * become arrays and lists. A Java object is itself. Nothing is truncated; a float or double is the nearest one, as
     * in Java's widening.
     *
     * <p>What Python can call becomes an object of any functional interface: {@code f.as(Comparator.class)}. Such an
     * object keeps the function until the garbage collector finds it. No close and no {@link PythonScope} ends it. Its
     * calls throw {@link PythonException} for what Python raises, and ClassCastException for a result of another type.
     * A Java exception that Python lets through is thrown itself, if the method may throw it. Back in Python it is the
     * function. Its {@code equals}, {@code hashCode} and {@code toString} are those of the function.
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
            Object value = plain(object, type);
            if (value == null) {
                value = PythonCalls.convert(object, type);
            }
            return (T) (value == Conversion.ITSELF ? this : value);
        } finally {
            reference.release(this);
        }
    }

    /** Has C read a str, or numbers of a list. Java's conversion, for all others, says what does not fit. */
    private static Object plain(long object, Class<?> type) {
        if (type == String.class) {
            return PythonCalls.plain(object, PythonCalls.WANT_STRING);
        }
        if (type == double[].class) {
            return PythonCalls.plain(object, PythonCalls.WANT_DOUBLES);
        }
        if (type == int[].class) {
            return PythonCalls.plain(object, PythonCalls.WANT_INTS);
        }
        return type == long[].class ? PythonCalls.plain(object, PythonCalls.WANT_LONGS) : null;
    }

    /**
     * This object as the closest Java value: null, Boolean, Integer, Long, BigInteger, Double, String, or a List of
     * such values. If it stands for a Java object, that object; otherwise this PythonObject. An int is the first of
     * Integer, Long and BigInteger that has it.
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
        long value = integer();
        return value != PythonCalls.NO_INTEGER ? value : as(long.class);
    }

    /** Reads an int itself. Java's conversion is for all others, and says what does not fit. */
    private long integer() {
        long object = reference.acquire();
        try {
            return PythonCalls.integer(object);
        } finally {
            reference.release(this);
        }
    }

    /**
     * An int.
     *
     * @return its value
     * @throws ClassCastException if it is no integer, or outside 32 bits
     */
    public int asInt() {
        long value = integer();
        return value == (int) value ? (int) value : as(int.class);
    }

    /**
     * A number.
     *
     * @return its value
     * @throws ClassCastException if it is no float and no int
     */
    public double asDouble() {
        double value;
        long object = reference.acquire();
        try {
            value = PythonCalls.number(object);
        } finally {
            reference.release(this);
        }
        return Double.doubleToRawLongBits(value) != Double.doubleToRawLongBits(PythonCalls.NO_NUMBER)
                ? value
                : as(double.class);
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
     * The items of any iterable. {@code as(List.class)} converts those of a list, too, and needs one call for all.
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
     * The items of a mapping whose keys are str. If {@code items()} has a key twice, its last value counts. {@code
     * as(Map.class)} converts keys and values, too, and needs one call for all.
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
                    PythonObject earlier = map.put(key.as(String.class), item.item(1));
                    if (earlier != null) {
                        earlier.close();
                    }
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
     * @return the text; otherwise what is wrong, in angle brackets. This is closed, Python has ended, {@code str()}
     *         failed, or its text does not fit in Java's memory
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
     * Takes this object out of all {@link PythonScope}s. From now on only {@link #close} or the garbage collector lets
     * go of it. It is for fields, caches and other threads. Call it before the scope ends.
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

package org.bufferbridge;

import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.bufferbridge.internal.jni.PythonCalls;
import org.bufferbridge.internal.lease.BufferLease;
import org.bufferbridge.internal.objects.PythonInvocation;
import org.bufferbridge.internal.objects.PythonIterator;
import org.bufferbridge.internal.objects.PythonReference;
import org.bufferbridge.internal.values.Arguments;

/** The lower layer of {@link PythonObject}: attributes, calls, items and memory of a Python object. */
abstract sealed class ObjectOperations permits PythonObject {
    final PythonReference reference;

    ObjectOperations(long address) {
        reference = new PythonReference(this, address);
    }

    private PythonObject self() {
        return (PythonObject) this;
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
            return PythonObject.taking(PythonCalls.attribute(object, name));
        } finally {
            reference.release(self());
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
            reference.release(self());
        }
    }

    /**
     * {@code hasattr(x, name)}.
     *
     * @param name the attribute's name
     * @return whether there is such an attribute
     * @throws PythonException what Python raises, other than AttributeError
     */
    public boolean hasAttr(String name) {
        Objects.requireNonNull(name, "name");
        return PythonInvocation.truth("builtins", "hasattr", self(), name);
    }

    /**
     * {@code del x.name}.
     *
     * @param name the attribute's name
     * @throws PythonException AttributeError if there is none, and whatever else Python raises
     */
    public void delAttr(String name) {
        Objects.requireNonNull(name, "name");
        PythonInvocation.run("builtins", "delattr", self(), name);
    }

    /**
     * {@code type(x)}.
     *
     * @return the class of this object
     */
    public PythonObject type() {
        return PythonObject.taking(PythonInvocation.function("builtins", "type", self()));
    }

    /**
     * {@code x.method(*arguments)}.
     *
     * @param method the method's name
     * @param arguments any Java values. A single array of another class than {@code Object[]}, such as {@code
     *     double[][]} or {@code String[]}, is one argument
     * @return the result
     * @throws PythonException what Python raises
     */
    public PythonObject call(String method, Object... arguments) {
        Objects.requireNonNull(method, "method");
        return PythonObject.taking(PythonInvocation.call(self(), method, Map.of(), arguments));
    }

    /**
     * {@code x.method(*arguments, **keywords)}.
     *
     * @param method the method's name
     * @param keywords keyword arguments by name
     * @param arguments any Java values, as in {@link PythonObject#call}
     * @return the result
     * @throws PythonException what Python raises
     */
    public PythonObject callKw(String method, Map<String, ?> keywords, Object... arguments) {
        Objects.requireNonNull(method, "method");
        return PythonObject.taking(PythonInvocation.call(self(), method, keywords, arguments));
    }

    /**
     * {@code x(*arguments)}: calls the object itself, a function or a class.
     *
     * @param arguments any Java values, as in {@link PythonObject#call}
     * @return the result
     * @throws PythonException what Python raises
     */
    public PythonObject invoke(Object... arguments) {
        return PythonObject.taking(PythonInvocation.call(self(), null, Map.of(), arguments));
    }

    /**
     * {@code x(*arguments, **keywords)}.
     *
     * @param keywords keyword arguments by name
     * @param arguments any Java values, as in {@link PythonObject#call}
     * @return the result
     * @throws PythonException what Python raises
     */
    public PythonObject invokeKw(Map<String, ?> keywords, Object... arguments) {
        return PythonObject.taking(PythonInvocation.call(self(), null, keywords, arguments));
    }

    // ------------------------------------------------------------------------------------------- containers

    /**
     * {@code x[key]}.
     *
     * @param key any Java value
     * @return the item
     * @throws PythonException IndexError, KeyError and any other that Python raises
     */
    public PythonObject item(Object key) {
        long object = reference.acquire();
        try (Arguments packed = Arguments.of(key)) {
            return PythonObject.taking(PythonCalls.item(object, packed.slots(), packed.refs()));
        } finally {
            reference.release(self());
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
            reference.release(self());
        }
    }

    /**
     * {@code del x[key]}.
     *
     * @param key any Java value
     * @throws PythonException IndexError, KeyError and whatever else Python raises
     */
    public void delItem(Object key) {
        PythonInvocation.run("operator", "delitem", self(), key);
    }

    /**
     * {@code item in x}.
     *
     * @param item any Java value
     * @return whether this contains the item, or, if this is a mapping, has it as a key
     * @throws PythonException TypeError if this contains nothing, and whatever else Python raises
     */
    public boolean contains(Object item) {
        return PythonInvocation.truth("operator", "contains", self(), item);
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
            reference.release(self());
        }
    }

    /**
     * {@code iter(x)} as a stream of one thread. The stream is read once, item by item, in order.
     *
     * @return a stream; the caller closes each item, or leaves that to a {@link PythonScope} or the garbage collector.
     *     Closing the stream lets go of an iterator that has not ended
     * @throws PythonException TypeError if it cannot be iterated over; the operations of the stream throw what Python
     *     raises
     */
    public Stream<PythonObject> stream() {
        PythonIterator items = items();
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(items, Spliterator.ORDERED | Spliterator.NONNULL), false)
                .onClose(items::close);
    }

    /**
     * {@code x is other or x == other}, the question that Python's containers ask. Java's {@link Object#equals} tells
     * whether two references are the same Java object.
     *
     * @param other any Java value; null for None
     * @return whether both values are equal
     * @throws PythonException what Python raises, such as ValueError for arrays of several items
     */
    public boolean valueEquals(Object other) {
        long object = reference.acquire();
        try (Arguments packed = Arguments.of(other)) {
            return PythonCalls.equal(object, packed.slots(), packed.refs());
        } finally {
            reference.release(self());
        }
    }

    /**
     * {@code hash(x)}. Values that are {@linkplain #valueEquals equal} have the same.
     *
     * @return the hash of the value
     * @throws PythonException TypeError if it has none, such as a list
     */
    public long valueHash() {
        long object = reference.acquire();
        try {
            return PythonCalls.hash(object);
        } finally {
            reference.release(self());
        }
    }

    final PythonIterator items() {
        long object = reference.acquire();
        try {
            return new PythonIterator(PythonObject.taking(PythonCalls.iterator(object)));
        } finally {
            reference.release(self());
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
            reference.release(self());
        }
    }
}

package org.bufferbridge;

import java.util.Map;
import java.util.Objects;
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
     * {@code x.method(*arguments)}.
     *
     * @param method the method's name
     * @param arguments any Java values
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
     * @param arguments any Java values
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
     * @param arguments any Java values
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
     * @param arguments any Java values
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
     * @throws PythonException IndexError, KeyError and whatever else Python raises
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

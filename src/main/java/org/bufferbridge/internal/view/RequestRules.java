package org.bufferbridge.internal.view;

import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.Order;

/**
 * Decides which requests a view answers, by the rules of memoryview ({@code memory_getbuf} of memoryobject.c). Where
 * bytearray answers differently, memoryview's rule holds.
 */
public final class RequestRules {
    private RequestRules() {}

    /** Why a request is refused; {@code null} if it is granted. The order of the checks is memoryview's. */
    public static String refusal(BufferView view, BufferRequest request) {
        Geometry geometry = ViewAccess.VIEWS.geometry(view);
        if (request.isWritable() && view.isReadOnly()) {
            return "the buffer is read-only; the request is " + request;
        }
        if (request.requiresCContiguous() && !geometry.isCContiguous) {
            return notContiguous("C-contiguous", geometry, request);
        }
        if (request.requiresFContiguous() && !geometry.isFContiguous) {
            return notContiguous("F-contiguous", geometry, request);
        }
        if (request.requiresAnyContiguous() && !view.isContiguous(Order.ANY)) {
            return notContiguous("contiguous", geometry, request);
        }
        if (!request.wantsSuboffsets() && view.isIndirect()) {
            return "the buffer requires suboffsets; the request is " + request;
        }
        if (!request.wantsStrides() && !geometry.isCContiguous) {
            return notContiguous("C-contiguous", geometry, request);
        }
        if (!request.wantsShape() && request.wantsFormat()) {
            return "a format is granted only with a shape; the request is " + request;
        }
        return null;
    }

    private static String notContiguous(String required, Geometry geometry, BufferRequest request) {
        return "the buffer is not " + required + ", with " + geometry + "; the request is " + request;
    }
}

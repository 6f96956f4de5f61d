package org.bufferbridge.internal.element;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.bufferbridge.BufferFormat;

/**
 * The elements of the formats that most views have. Elements are immutable, so one serves all views.
 *
 * <p>This is a class of its own, because {@link Element} would otherwise initialise its subclasses, and two threads
 * that come for the first time could wait for each other.
 */
final class SharedElements {
    /** By identity, which needs no look into a format. Nothing changes it once it is made. */
    static final Map<BufferFormat, Element> OF_CONSTANTS = new IdentityHashMap<>();

    static {
        for (BufferFormat format : List.of(
                BufferFormat.BOOLEAN,
                BufferFormat.INT8,
                BufferFormat.UINT8,
                BufferFormat.INT16,
                BufferFormat.UINT16,
                BufferFormat.INT32,
                BufferFormat.UINT32,
                BufferFormat.INT64,
                BufferFormat.UINT64,
                BufferFormat.FLOAT16,
                BufferFormat.FLOAT32,
                BufferFormat.FLOAT64)) {
            OF_CONSTANTS.put(format, Element.make(format));
        }
    }

    private SharedElements() {}
}

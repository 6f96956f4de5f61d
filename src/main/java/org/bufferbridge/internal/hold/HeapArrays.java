package org.bufferbridge.internal.hold;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import org.bufferbridge.BufferException;
import org.bufferbridge.internal.jni.JdkInternals;

/** Arrays of primitives as memory. */
public final class HeapArrays {
    private HeapArrays() {}

    /**
     * The array that heap memory is part of.
     *
     * @throws BufferException if the segment is read-only, and this JDK does not tell its array
     */
    static Object under(MemorySegment memory) {
        Object array = JdkInternals.heapBase(memory);
        if (array == null) {
            throw new BufferException("the array under a read-only heap segment cannot be found on this JDK ("
                    + Runtime.version() + "); a writable heap segment or memory outside the heap is required");
        }
        return array;
    }

    /** Length times item size, in bytes. */
    public static long byteSize(Object array) {
        return itemByteSize(array) * Array.getLength(array);
    }

    /** By the type, and not by a switch over types, which makes hidden classes when it first runs. */
    private static long itemByteSize(Object array) {
        Class<?> item = array.getClass().getComponentType();
        if (item == byte.class || item == boolean.class) {
            return Byte.BYTES;
        }
        if (item == short.class || item == char.class) {
            return Short.BYTES;
        }
        if (item == int.class || item == float.class) {
            return Integer.BYTES;
        }
        if (item == long.class || item == double.class) {
            return Long.BYTES;
        }
        throw new IllegalArgumentException(array.getClass().getTypeName() + " is no array of primitives");
    }
}

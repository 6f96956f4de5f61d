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
        long itemByteSize =
                switch (array) {
                    case boolean[] a -> 1;
                    case byte[] a -> Byte.BYTES;
                    case short[] a -> Short.BYTES;
                    case char[] a -> Character.BYTES;
                    case int[] a -> Integer.BYTES;
                    case long[] a -> Long.BYTES;
                    case float[] a -> Float.BYTES;
                    case double[] a -> Double.BYTES;
                    default ->
                        throw new IllegalArgumentException(
                                array.getClass().getTypeName() + " is no array of primitives");
                };
        return Array.getLength(array) * itemByteSize;
    }
}

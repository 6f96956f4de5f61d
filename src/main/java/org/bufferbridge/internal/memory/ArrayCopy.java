package org.bufferbridge.internal.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.hold.HeapArrays;
import org.bufferbridge.internal.trace.Tracing;

/**
 * Explicit snapshots of Java memory. They lie outside the heap and are C-contiguous. Rectangular arrays of arrays can
 * be copied too.
 */
public final class ArrayCopy {
    private ArrayCopy() {}

    /**
     * @param object memory the library knows, or nested arrays of primitives that are rectangular
     * @throws IllegalArgumentException if the object is neither
     */
    public static NativeBlock.Allocation of(Object object) {
        NativeBlock.Allocation copy = copyOf(object);
        Tracing.copied(object.getClass(), copy.view().byteSize());
        return copy;
    }

    private static NativeBlock.Allocation copyOf(Object object) {
        if (object instanceof boolean[] || object instanceof Object[]) {
            return ofNested(object);
        }
        BufferView source = KnownMemory.viewOf(object);
        NativeBlock.Allocation copy =
                NativeBlock.allocateUnfilled(source.format().toString(), source.shape());
        return filled(copy, () -> copy.view().withFormat(source.format()).copyFrom(source));
    }

    private static NativeBlock.Allocation ofNested(Object array) {
        long[] shape = shapeOf(array);
        NativeBlock.Allocation copy =
                NativeBlock.allocateUnfilled(formatOf(array).toString(), shape);
        return filled(copy, () -> fill(copy.view().memory(), 0, array, shape, 0));
    }

    /** Frees the memory if the items cannot be copied: a program may try many objects between two collections. */
    private static NativeBlock.Allocation filled(NativeBlock.Allocation copy, Runnable fill) {
        try {
            fill.run();
        } catch (Throwable e) {
            copy.free();
            throw e;
        }
        return copy;
    }

    /** The lengths along the first path. {@link #fill} requires the same lengths along all others. */
    private static long[] shapeOf(Object array) {
        List<Long> shape = new ArrayList<>();
        Object level = array;
        for (Class<?> type = array.getClass(); type.isArray(); type = type.getComponentType()) {
            int length = level == null ? 0 : Array.getLength(level);
            shape.add((long) length);
            level = length > 0 && !type.getComponentType().isPrimitive() ? Array.get(level, 0) : null;
        }
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    private static BufferFormat formatOf(Object array) {
        Class<?> type = array.getClass();
        while (type.isArray()) {
            type = type.getComponentType();
        }
        if (!type.isPrimitive()) {
            throw new IllegalArgumentException(array.getClass().getTypeName() + " cannot be copied to plain memory;"
                    + " arrays of primitives, nested or not, are required");
        }
        return type == boolean.class
                ? BufferFormat.BOOLEAN
                : KnownMemory.viewOf(Array.newInstance(type, 0)).format();
    }

    /** Copies one level; returns the byte offset behind it. */
    private static long fill(MemorySegment target, long byteOffset, Object array, long[] shape, int dimension) {
        int length = array == null ? -1 : Array.getLength(array);
        if (length != shape[dimension]) {
            throw new IllegalArgumentException("the array is not rectangular: dimension " + dimension + " has "
                    + (array == null ? "a null" : length + " items") + " where " + shape[dimension] + " are required");
        }
        if (array instanceof Object[] rows) {
            for (Object row : rows) {
                byteOffset = fill(target, byteOffset, row, shape, dimension + 1);
            }
            return byteOffset;
        }
        if (array instanceof boolean[] items) {
            for (int i = 0; i < items.length; i++) {
                target.set(ValueLayout.JAVA_BOOLEAN, byteOffset + i, items[i]);
            }
        } else {
            MemorySegment source = KnownMemory.viewOf(array).memory();
            MemorySegment.copy(source, 0, target, byteOffset, source.byteSize());
        }
        return byteOffset + HeapArrays.byteSize(array);
    }
}

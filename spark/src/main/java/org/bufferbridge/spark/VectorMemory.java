package org.bufferbridge.spark;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.spark.sql.execution.vectorized.OffHeapColumnVector;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;
import org.bufferbridge.BufferView;
import org.bufferbridge.Buffers;

/**
 * Where one of Spark's vectors has its values, and how it gets other memory instead. Spark has no public access to
 * either, so this reads and sets private fields.
 *
 * <p>The order is {@code view}, and then {@code end}; or {@code prepareCopy} and {@code replaceByCopy}, with {@code
 * freeTaken} once, at any time after {@code prepareCopy} and on any thread; or {@code prepareCopy}, {@code dropCopy}
 * and {@code end}. If {@code prepareCopy} throws OutOfMemoryError, {@code replaceByCopy} only takes the memory away.
 */
abstract sealed class VectorMemory {
    private static final Map<Class<?>, String> ARRAYS = Map.of(
            Float8Vector.class, "doubleData",
            Float4Vector.class, "floatData",
            BigIntVector.class, "longData",
            TimeStampMicroTZVector.class, "longData",
            TimeStampMicroVector.class, "longData",
            IntVector.class, "intData",
            DateDayVector.class, "intData",
            SmallIntVector.class, "shortData",
            TinyIntVector.class, "byteData");

    /** The memory of a vector whose values have the form of an Arrow vector's; null if its class is not known. */
    static VectorMemory of(ColumnVector from, ValueVector as) {
        if (from instanceof WritableColumnVector writable && writable.hasDictionary()) {
            return null;
        }
        int width = ((BaseFixedWidthVector) as).getTypeWidth();
        if (from.getClass() == OffHeapColumnVector.class) {
            OffHeap memory = new OffHeap((OffHeapColumnVector) from, width);
            return OffHeap.SHARED.add(memory.address) ? memory : null;
        }
        if (from.getClass() == OnHeapColumnVector.class) {
            OnHeap memory =
                    new OnHeap((OnHeapColumnVector) from, field(OnHeapColumnVector.class, ARRAYS.get(as.getClass())));
            return memory.array == null ? null : memory;
        }
        // What Python gave has a class of its own.
        return from.getClass() == ArrowColumnVector.class
                ? ofArrow(((ArrowColumnVector) from).getValueVector(), as)
                : null;
    }

    private static VectorMemory ofArrow(ValueVector from, ValueVector as) {
        BufferAllocator keeper = as.getAllocator().getParentAllocator(); // that of the task ends with it
        boolean isKnown =
                from.getClass() == as.getClass() && from.getAllocator().getRoot() == keeper.getRoot();
        return isKnown ? new Arrow((BaseFixedWidthVector) from, keeper) : null;
    }

    /** The first values, as bytes or as items. */
    abstract BufferView view(int rows);

    /** Python has not kept the memory. */
    void end() {}

    /** Copies the values to new memory. */
    abstract void prepareCopy();

    /** Frees the copy. */
    abstract void dropCopy();

    /** Gives the copy to the vector. */
    abstract void replaceByCopy();

    /** Frees the memory that the vector had before. */
    abstract void freeTaken();

    private static Field field(Class<?> owner, String name) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Spark's " + owner.getName() + " has no field " + name, e);
        }
    }

    private static BufferView bytes(long address, long size) {
        return BufferView.of(MemorySegment.ofAddress(address).reinterpret(size));
    }

    /** An array on the heap, which the library pins. The collector frees it. */
    private static final class OnHeap extends VectorMemory {
        private final OnHeapColumnVector vector;
        private final Field field;
        private final Object array;
        private Object copy;

        OnHeap(OnHeapColumnVector vector, Field field) {
            this.vector = vector;
            this.field = field;
            try {
                this.array = field.get(vector);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        BufferView view(int rows) {
            return Buffers.viewOf(array);
        }

        @Override
        void prepareCopy() {
            int length = Array.getLength(array);
            copy = Array.newInstance(array.getClass().getComponentType(), length);
            System.arraycopy(array, 0, copy, 0, length);
        }

        @Override
        void dropCopy() {
            copy = null;
        }

        @Override
        void replaceByCopy() {
            try {
                if (copy != null && field.get(vector) == array) {
                    field.set(vector, copy);
                }
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        void freeTaken() {}
    }

    /** Memory that Spark has from Unsafe. */
    private static final class OffHeap extends VectorMemory {
        private static final Field DATA = field(OffHeapColumnVector.class, "data");
        private static final Field CAPACITY = field(WritableColumnVector.class, "capacity");

        /** Addresses. If an operator above reads the same vector, it gets a copy: only one may take the memory. */
        private static final Set<Long> SHARED = ConcurrentHashMap.newKeySet();

        private final OffHeapColumnVector vector;
        private final int width;
        private final long address;
        private long copy;

        OffHeap(OffHeapColumnVector vector, int width) {
            this.vector = vector;
            this.width = width;
            this.address = vector.valuesNativeAddress();
        }

        @Override
        BufferView view(int rows) {
            return bytes(address, (long) rows * width);
        }

        @Override
        void prepareCopy() {
            if (vector.valuesNativeAddress() != address) {
                SHARED.remove(address);
                throw new IllegalStateException("Spark has freed a column that Python still reads");
            }
            long size;
            try {
                size = CAPACITY.getLong(vector) * width;
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
            copy = Platform.allocateMemory(size);
            Platform.copyMemory(null, address, null, copy, size);
        }

        @Override
        void dropCopy() {
            Platform.freeMemory(copy);
        }

        @Override
        void end() {
            SHARED.remove(address);
        }

        @Override
        void replaceByCopy() {
            end();
            try {
                DATA.setLong(vector, copy); // 0 if there is none, which Spark may free
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        void freeTaken() {
            Platform.freeMemory(address);
        }
    }

    /** Memory that Arrow counts. A consumer may close the vector, and its owner may write the next batch to it. */
    private static final class Arrow extends VectorMemory {
        private final BaseFixedWidthVector vector;
        private final ArrowBuf values;
        private final BufferAllocator keeper; // the vector's own may be closed at the end of the task
        private ArrowBuf copy;
        private ArrowBuf kept;

        Arrow(BaseFixedWidthVector vector, BufferAllocator keeper) {
            this.vector = vector;
            this.values = vector.getDataBuffer();
            this.keeper = keeper;
        }

        @Override
        BufferView view(int rows) {
            BufferView view = bytes(values.memoryAddress(), (long) rows * vector.getTypeWidth());
            values.getReferenceManager().retain();
            return view;
        }

        @Override
        void end() {
            values.getReferenceManager().release();
        }

        @Override
        void prepareCopy() {
            kept = values.getReferenceManager()
                    .transferOwnership(values, keeper)
                    .getTransferredBuffer();
            copy = vector.getAllocator().buffer(values.capacity());
            copy.setBytes(0, values, 0, values.capacity());
        }

        @Override
        void dropCopy() {
            closeCopy();
            kept.close();
        }

        @Override
        void replaceByCopy() {
            if (copy != null && vector.getDataBuffer() == values) { // not closed
                vector.loadFieldBuffers(
                        new ArrowFieldNode(vector.getValueCount(), 0), List.of(vector.getValidityBuffer(), copy));
            }
            closeCopy();
            end();
        }

        private void closeCopy() {
            if (copy != null) {
                copy.close();
            }
        }

        @Override
        void freeTaken() {
            kept.close();
        }
    }
}

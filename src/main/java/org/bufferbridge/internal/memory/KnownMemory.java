package org.bufferbridge.internal.memory;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.view.Alignment;
import org.bufferbridge.internal.view.Geometry;

/**
 * Memory that the library can view itself, each kind as a complete {@link BufferView}. {@link #isKnown} says which of
 * it is known: an export of that needs no user code, and therefore no upcall.
 */
public final class KnownMemory {
    private KnownMemory() {}

    /**
     * Whether objects of this class are held from the first export on, and counted without an upcall. {@link #viewOf}
     * also takes JNA's objects, whose address each export reads again.
     */
    public static boolean isKnown(Class<?> type) {
        if (type.isArray()) {
            return type.getComponentType().isPrimitive();
        }
        return BufferView.class == type
                || MemoryExporter.class == type
                || MemorySegment.class.isAssignableFrom(type)
                || Buffer.class.isAssignableFrom(type);
    }

    /**
     * The memory of an object as it is now. This method reads a buffer's position and limit.
     *
     * @throws IllegalArgumentException for {@code boolean[]}, which has no memory segment, and for unknown classes
     */
    public static BufferView viewOf(Object object) {
        // A switch over types makes hidden classes when it first runs, which is in a start.
        if (object instanceof BufferView view) {
            return view;
        }
        if (object instanceof MemoryExporter exporter) {
            return exporter.view();
        }
        if (object instanceof MemorySegment memory) {
            return BufferView.of(memory);
        }
        if (object instanceof Buffer buffer) {
            return ofBuffer(buffer);
        }
        if (object.getClass().isArray()) {
            return ofArray(object);
        }
        if (JnaMemory.isOfJna(object.getClass())) {
            return JnaMemory.viewOf(object);
        }
        throw unknown(object);
    }

    private static BufferView ofArray(Object object) {
        if (object instanceof byte[] array) {
            return items(MemorySegment.ofArray(array), BufferFormat.INT8, array.length);
        }
        if (object instanceof short[] array) {
            return items(MemorySegment.ofArray(array), BufferFormat.INT16, array.length);
        }
        if (object instanceof char[] array) {
            return items(MemorySegment.ofArray(array), BufferFormat.CHAR, array.length);
        }
        if (object instanceof int[] array) {
            return items(MemorySegment.ofArray(array), BufferFormat.INT32, array.length);
        }
        if (object instanceof long[] array) {
            return items(MemorySegment.ofArray(array), BufferFormat.INT64, array.length);
        }
        if (object instanceof float[] array) {
            return items(MemorySegment.ofArray(array), BufferFormat.FLOAT32, array.length);
        }
        if (object instanceof double[] array) {
            return items(MemorySegment.ofArray(array), BufferFormat.FLOAT64, array.length);
        }
        throw unknown(object);
    }

    private static IllegalArgumentException unknown(Object object) {
        return new IllegalArgumentException(object.getClass().getTypeName() + " is no memory that can be viewed; a"
                + " BufferView, MemorySegment, NIO buffer, JNA Memory or Structure or an array of numbers is required");
    }

    private static BufferView ofBuffer(Buffer buffer) {
        MemorySegment memory = memoryOf(buffer);
        return switch (buffer) {
            case ByteBuffer bytes -> items(memory, BufferFormat.INT8, bytes.remaining());
            case ShortBuffer shorts -> items(memory, BufferFormat.INT16, shorts.order(), shorts.remaining());
            case CharBuffer chars -> items(memory, BufferFormat.CHAR, chars.order(), chars.remaining());
            case IntBuffer ints -> items(memory, BufferFormat.INT32, ints.order(), ints.remaining());
            case LongBuffer longs -> items(memory, BufferFormat.INT64, longs.order(), longs.remaining());
            case FloatBuffer floats -> items(memory, BufferFormat.FLOAT32, floats.order(), floats.remaining());
            case DoubleBuffer doubles -> items(memory, BufferFormat.FLOAT64, doubles.order(), doubles.remaining());
        };
    }

    /** The memory from position to limit; read-only if the buffer is. */
    private static MemorySegment memoryOf(Buffer buffer) {
        try {
            return MemorySegment.ofBuffer(buffer);
        } catch (IllegalArgumentException withoutArray) {
            // CharBuffer.wrap(CharSequence) reads the characters of the sequence one by one.
            throw new BufferException(
                    "a " + buffer.getClass().getName() + " of " + buffer.remaining() + " items has"
                            + " neither an array nor memory outside the heap, so there is nothing to share;"
                            + " CharBuffer.allocate() or wrap(char[]) makes one that can be shared",
                    withoutArray);
        }
    }

    private static BufferView items(MemorySegment memory, BufferFormat format, long count) {
        return BufferView.of(memory, format, count);
    }

    /** A typed view of a byte buffer may begin at any byte. The format then says so, and numpy handles such memory. */
    private static BufferView items(MemorySegment memory, BufferFormat format, ByteOrder order, long count) {
        BufferFormat ordered = order == ByteOrder.nativeOrder() ? format : format.withOrder(order);
        Geometry line = Geometry.contiguous(format.itemSize(), 0, new long[] {count});
        return items(memory, Alignment.actual(ordered, memory, line), count);
    }
}

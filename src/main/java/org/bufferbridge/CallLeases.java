package org.bufferbridge;

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
import org.bufferbridge.calls.Leases;

/** Python buffers as arguments and results of calls. Stateless. */
final class CallLeases extends Leases {
    @Override
    public Object open(long leaseAddress) {
        return PythonBuffer.forCall(leaseAddress);
    }

    @Override
    public Object as(Object pythonBuffer, Class<?> type) {
        PythonBuffer buffer = (PythonBuffer) pythonBuffer;
        if (type == PythonBuffer.class) {
            return buffer;
        }
        BufferView view = buffer.view();
        if (type == BufferView.class) {
            return view;
        }
        if (obstacle(view, type) != null) {
            return null;
        }
        return type == MemorySegment.class ? view.asSegment() : nio(view, type);
    }

    private static Buffer nio(BufferView view, Class<?> type) {
        ByteBuffer bytes = view.asByteBuffer().order(ByteOrder.nativeOrder());
        if (type == ByteBuffer.class) {
            return bytes;
        }
        if (type == ShortBuffer.class) {
            return bytes.asShortBuffer();
        }
        if (type == CharBuffer.class) {
            return bytes.asCharBuffer();
        }
        if (type == IntBuffer.class) {
            return bytes.asIntBuffer();
        }
        if (type == LongBuffer.class) {
            return bytes.asLongBuffer();
        }
        return type == FloatBuffer.class ? bytes.asFloatBuffer() : bytes.asDoubleBuffer();
    }

    @Override
    public void declare(Object pythonBuffer, Access access) {
        PythonBuffer buffer = (PythonBuffer) pythonBuffer;
        switch (access) {
            case WRITABLE -> buffer.requireWritable();
            case READ_ONLY -> buffer.onlyRead();
            case AS_GRANTED -> { }
        }
    }

    @Override
    public String obstacle(Object pythonBuffer, Class<?> type) {
        return obstacle(((PythonBuffer) pythonBuffer).view(), type);
    }

    private static String obstacle(BufferView view, Class<?> type) {
        if (type == PythonBuffer.class || type == BufferView.class) {
            return null;
        }
        String name = type.getSimpleName();
        if (!view.isContiguous(Order.C)) {
            return name + " requires C-contiguous memory; the buffer has " + view;
        }
        if (type == MemorySegment.class) {
            return null;
        }
        BufferFormat required = formatOf(type);
        if (required != null && !view.format().matches(required)) {
            return name + " requires items of format " + required + "; the buffer has format " + view.format();
        }
        if (view.byteSize() > ViewContents.MOST_NIO_BYTES) {
            return name + " holds at most " + ViewContents.MOST_NIO_BYTES + " bytes; the buffer has " + view.byteSize();
        }
        return null;
    }

    /** Null when any format will do. */
    private static BufferFormat formatOf(Class<?> type) {
        if (type == ShortBuffer.class) {
            return BufferFormat.INT16;
        }
        if (type == CharBuffer.class) {
            return BufferFormat.CHAR;
        }
        if (type == IntBuffer.class) {
            return BufferFormat.INT32;
        }
        if (type == LongBuffer.class) {
            return BufferFormat.INT64;
        }
        if (type == FloatBuffer.class) {
            return BufferFormat.FLOAT32;
        }
        return type == DoubleBuffer.class ? BufferFormat.FLOAT64 : null;
    }

    @Override
    public Object memoryAs(Object memory, Class<?> type) {
        if (!KnownMemory.isKnown(memory.getClass()) || memory instanceof boolean[]) {
            return null;
        }
        if (type == BufferView.class) {
            return KnownMemory.viewOf(memory);
        }
        BufferView view = KnownMemory.viewOf(memory);
        return type == MemorySegment.class && view.isContiguous(Order.C) ? view.asSegment() : null;
    }

    @Override
    public Object readOnly(Object memory) {
        return switch (memory) {
            case BufferView view -> view.asReadOnly();
            case MemorySegment segment -> segment.asReadOnly();
            case ByteBuffer bytes -> bytes.asReadOnlyBuffer().order(bytes.order());
            case ShortBuffer shorts -> shorts.asReadOnlyBuffer();
            case CharBuffer chars -> chars.asReadOnlyBuffer();
            case IntBuffer ints -> ints.asReadOnlyBuffer();
            case LongBuffer longs -> longs.asReadOnlyBuffer();
            case FloatBuffer floats -> floats.asReadOnlyBuffer();
            case DoubleBuffer doubles -> doubles.asReadOnlyBuffer();
            case null, default -> memory;
        };
    }

    @Override
    public void requireWritable(Object memory) {
        boolean isReadOnly = switch (memory) {
            case BufferView view -> view.isReadOnly();
            case MemorySegment segment -> segment.isReadOnly();
            case Buffer buffer -> buffer.isReadOnly();
            case null, default -> false;
        };
        if (isReadOnly) {
            throw new BufferException("a writable buffer is required: the " + memory.getClass().getTypeName()
                    + " that was given is read-only");
        }
    }

    @Override
    public void endCall(Object pythonBuffer) {
        ((PythonBuffer) pythonBuffer).endCall();
    }

    @Override
    public long newReference(Object value) {
        return value instanceof PythonBuffer buffer ? buffer.newReference() : ((PythonObject) value).newReference();
    }

    @Override
    public Object pythonObject(long address) {
        return PythonObject.taking(NativeLibrary.objectReference(address));
    }

    @Override
    public long lend(Object pythonObject) {
        return ((PythonObject) pythonObject).acquire();
    }

    @Override
    public void giveBack(Object pythonObject) {
        ((PythonObject) pythonObject).release();
    }
}

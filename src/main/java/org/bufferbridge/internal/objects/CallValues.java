package org.bufferbridge.internal.objects;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.lang3.ArrayUtils;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.Order;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.jni.PythonCalls;
import org.bufferbridge.internal.lease.BufferLease;
import org.bufferbridge.internal.memory.KnownMemory;
import org.bufferbridge.internal.values.Functional;
import org.bufferbridge.internal.values.PackedItems;
import org.bufferbridge.internal.values.PythonValues;
import org.bufferbridge.internal.view.WantedArray;

/** Python buffers and objects as arguments and results of calls. Stateless. */
public final class CallValues implements PythonValues {
    /** The most bytes that {@link MemorySegment#asByteBuffer} takes. */
    private static final int MAX_NIO_BYTES = Integer.MAX_VALUE - 8;

    /** Python's exceptions that say nothing of the value. */
    private static final Set<String> ABOUT_THE_CALL = Set.of("MemoryError", "RecursionError");

    private static final BufferAccess BUFFERS;
    private static final ObjectAccess OBJECTS;

    static {
        Secrets.install(PythonValues.class, new CallValues());
        BUFFERS = BufferAccess.BUFFERS;
        OBJECTS = ObjectAccess.OBJECTS;
    }

    private CallValues() {}

    @Override
    public Class<?> bufferType() {
        return PythonBuffer.class;
    }

    @Override
    public Class<?> viewType() {
        return BufferView.class;
    }

    @Override
    public Class<?> objectType() {
        return PythonObject.class;
    }

    @Override
    public boolean isBuffer(Object value) {
        return value instanceof PythonBuffer;
    }

    @Override
    public boolean isExit(Throwable thrown) {
        return thrown instanceof PythonException raised && raised.isExit();
    }

    @Override
    public boolean isObject(Object value) {
        return value instanceof PythonObject;
    }

    @Override
    public Object open(long leaseAddress) {
        return BUFFERS.of(BufferLease.forCall(leaseAddress));
    }

    @Override
    public Object as(Object pythonBuffer, Class<?> type) {
        PythonBuffer buffer = (PythonBuffer) pythonBuffer;
        if (type == PythonBuffer.class) {
            return buffer;
        }
        BufferView view;
        try {
            view = buffer.view();
        } catch (BufferException e) {
            return null; // another overload may take the object; obstacle() throws this, if none does
        }
        if (type == BufferView.class) {
            return view;
        }
        if (obstacle(view, type) != null) {
            return null;
        }
        return memory(view, type);
    }

    /** A MemorySegment, or an NIO buffer in the byte order of its items. */
    private static Object memory(BufferView view, Class<?> type) {
        return type == MemorySegment.class ? view.asSegment() : nio(view, type);
    }

    private static Buffer nio(BufferView view, Class<?> type) {
        ByteBuffer bytes = view.asByteBuffer();
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
    public void declare(Object pythonBuffer, Use use) {
        PythonBuffer buffer = (PythonBuffer) pythonBuffer;
        switch (use) {
            case WRITABLE -> BUFFERS.lease(buffer).requireWritable();
            case READ_ONLY -> BUFFERS.lease(buffer).onlyRead();
            case AS_GRANTED, KEPT, COMPARED -> {}
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
        if (view.byteSize() > MAX_NIO_BYTES) {
            return name + " holds at most " + MAX_NIO_BYTES + " bytes; the buffer has " + view.byteSize();
        }
        return null;
    }

    /** The format that a type requires; null if any format will do. */
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
    public byte[] copy(Object pythonBuffer) {
        BufferView view = ((PythonBuffer) pythonBuffer).view();
        return view.byteSize() > MAX_NIO_BYTES ? null : view.asSegment().toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public Object copyAs(Object pythonBuffer, Class<?> arrayType) {
        try {
            return WantedArray.copyOf(((PythonBuffer) pythonBuffer).view(), arrayType);
        } catch (ClassCastException misfit) {
            throw new ClassCastException(misfit.getMessage() + ". buffer().view() has the items");
        }
    }

    @Override
    public Object memoryAs(Object memory, Class<?> type) {
        if (memory instanceof PythonBuffer) { // which Python has retained
            return as(memory, type);
        }
        if (!KnownMemory.isKnown(memory.getClass()) || memory instanceof boolean[]) {
            return null;
        }
        BufferView view = KnownMemory.viewOf(memory);
        if (type == BufferView.class) {
            return view;
        }
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
        boolean isReadOnly =
                switch (memory) {
                    case BufferView view -> view.isReadOnly();
                    case MemorySegment segment -> segment.isReadOnly();
                    case Buffer buffer -> buffer.isReadOnly();
                    case PythonBuffer buffer -> buffer.view().isReadOnly();
                    case null, default -> false;
                };
        if (isReadOnly) {
            throw new BufferException("a writable buffer is required: the "
                    + memory.getClass().getTypeName() + " that was given is read-only");
        }
    }

    @Override
    public void endCall(Object pythonBuffer) {
        BUFFERS.lease((PythonBuffer) pythonBuffer).endCall();
    }

    @Override
    public long newReference(Object value) {
        return value instanceof PythonBuffer buffer
                ? BUFFERS.lease(buffer).newReference()
                : OBJECTS.reference((PythonObject) value).newReference(value);
    }

    @Override
    public Object pythonObject(long address) {
        return OBJECTS.taking(Natives.objectReference(address));
    }

    @Override
    public boolean isArray(long address) {
        PythonObject object = OBJECTS.unscoped(Natives.objectReference(address));
        try {
            return Stream.of("__array__", "__array_interface__", "__dlpack__", "__arrow_c_array__")
                    .anyMatch(object::hasAttr);
        } catch (PythonException e) {
            if (e.isExit()) {
                throw e;
            }
            return false; // a question about a refused argument replaces no message
        } finally {
            object.close();
        }
    }

    @Override
    public Object taking(long address) {
        return OBJECTS.taking(address);
    }

    @Override
    public Object function(long address, Functional type) {
        return PythonFunction.of(OBJECTS.unscoped(Natives.objectReference(address)), type);
    }

    @Override
    public Object functionBehind(Object value) {
        return PythonFunction.behind(value);
    }

    @Override
    public boolean takesArguments(long address, int count) {
        try (PythonObject functions = OBJECTS.unscoped(PythonCalls.importModule("bufferbridge._objects.functions"));
                PythonObject function = OBJECTS.unscoped(Natives.objectReference(address));
                PythonObject answer = functions.call("takes", function, count)) {
            return answer.asBoolean();
        }
    }

    @Override
    public int arrowKinds(long address) {
        return arrow("kinds", address, Integer.class);
    }

    @Override
    public boolean fitsArrow(long address, Class<?> type) {
        return arrow("fits", address, Boolean.class, type);
    }

    @Override
    public String arrowObstacle(long address, Class<?> type) {
        return arrow("obstacle", address, String.class, type);
    }

    @Override
    public Object arrow(long address, int wanted, Class<?> type) {
        return arrow("imported", address, type, wanted, type);
    }

    /** Calls a function of arrow.py with the Python object at an address. */
    private static <T> T arrow(String function, long address, Class<T> result, Object... more) {
        try (PythonObject module = OBJECTS.unscoped(PythonCalls.importModule("bufferbridge._objects.arrow"));
                PythonObject object = OBJECTS.unscoped(Natives.objectReference(address));
                PythonObject answer = module.call(function, ArrayUtils.addFirst(more, object))) {
            return answer.as(result);
        }
    }

    @Override
    public void raise(long exception) {
        PythonCalls.raise(exception);
    }

    @Override
    public Object bytesObject(long address) {
        return OBJECTS.ofBytes(Natives.objectReference(address));
    }

    @Override
    public int iterableKind(long slot) {
        return PythonCalls.iterableKind(slot);
    }

    @Override
    public Object bufferOfIterable(long slot) {
        try {
            long lease = PythonCalls.lendIterable(slot);
            return lease == 0 ? null : open(lease);
        } catch (PythonException refusal) {
            if (refusal.isExit() || ABOUT_THE_CALL.contains(refusal.type())) {
                throw refusal;
            }
            return refusal;
        }
    }

    @Override
    public PackedItems items(long slot, Reading how) {
        long[] found = new long[2];
        Object[] refs = PythonCalls.items(slot, how.ordinal(), found);
        return PackedItems.of(found[0], (int) found[1], refs);
    }

    @Override
    public long lend(Object pythonObject) {
        return OBJECTS.reference((PythonObject) pythonObject).acquire();
    }

    @Override
    public void giveBack(Object pythonObject) {
        OBJECTS.reference((PythonObject) pythonObject).release(pythonObject);
    }

    @Override
    public Object exporterOf(Object pythonBuffer) {
        return ((PythonBuffer) pythonBuffer).owner();
    }

    @Override
    public void close(Object pythonObject) {
        ((PythonObject) pythonObject).close();
    }
}

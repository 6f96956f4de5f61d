package org.bufferbridge.internal.lease;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Exact;
import org.bufferbridge.internal.format.NativeSizes;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.trace.Tracing;
import org.bufferbridge.internal.view.Alignment;
import org.bufferbridge.internal.view.Geometry;

/**
 * Reads a {@code bb_lease} in place: a {@code Py_buffer} that a Python exporter has filled. Its fields are checked, and
 * missing ones are rebuilt as Python's manual says. No format means unsigned bytes, no shape one dimension, no strides
 * C-contiguous. ctypes, for one, ignores the request and leaves strides out. A request without ND is for plain bytes:
 * "the consumer must disregard itemsize and assume itemsize == 1".
 *
 * <p>Threads: any. The caller keeps the lease alive.
 */
public final class Lease {
    private static final long BUF = 16;
    private static final long LEN = 32;
    private static final long ITEM_SIZE = 40;
    private static final long READONLY = 48;
    private static final long DIMENSIONS = 52;
    private static final long FORMAT = 56;
    private static final long SHAPE = 64;
    private static final long STRIDES = 72;
    private static final long SUBOFFSETS = 80;
    private static final long OWNERS = 104;
    private static final long FLAGS = 108;
    private static final long TYPE = 112;
    private static final long RETAINED = 120;
    private static final long FORMAT_TRUTH = 124;
    private static final long SINCE = 128;

    // The values of FORMAT_TRUTH, as bufferbridge._memory.ctypes_formats has them.
    private static final int NOT_OF_CTYPES = 0;
    private static final int UNTRUE = 2;

    /**
     * Formats of one ASCII character, parsed once: nearly all buffers have one. The array needs no lock, because
     * formats are immutable, and two threads that parse the same one get equal ones.
     */
    private static final BufferFormat[] SINGLE_CODES = new BufferFormat[128];

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private Lease() {}

    /** Java becomes the second owner; the call is the first. */
    static void own(long lease) {
        int owners = (int) INT.getAndAdd(Natives.ADDRESS_SPACE, lease + OWNERS, 1);
        assert owners == 1 : owners;
    }

    /**
     * Adds an owner for a native method, which takes the GIL and ends the ownership. A thread that closes meanwhile
     * frees nothing.
     */
    static void addOwner(long lease) {
        INT.getAndAdd(Natives.ADDRESS_SPACE, lease + OWNERS, 1);
    }

    /** Java is no longer an owner. The call still is, and releases the buffer. */
    static void disown(long lease) {
        INT.getAndAdd(Natives.ADDRESS_SPACE, lease + OWNERS, -1);
    }

    static BufferRequest request(long lease) {
        return new BufferRequest(int32(lease + FLAGS));
    }

    static long byteSize(long lease) {
        return int64(lease + LEN);
    }

    /** The type of the Python object, if events were recorded when the lease was acquired. */
    static String exporterType(long lease) {
        long address = int64(lease + TYPE);
        return address == 0 ? "a Python object" : Natives.ADDRESS_SPACE.getString(address, StandardCharsets.UTF_8);
    }

    /** When the lease was acquired, in nanoseconds since 1970. */
    static long sinceNanos(long lease) {
        return int64(lease + SINCE);
    }

    /** Called after a lease was acquired. */
    static void opened(long lease) {
        if (Tracing.events) {
            Tracing.leased(exporterType(lease), request(lease).flags(), byteSize(lease));
        }
    }

    /** Called before a lease is released. */
    static void closed(long lease) {
        if (Tracing.events) {
            long heldNanos = System.currentTimeMillis() * 1_000_000 - sinceNanos(lease);
            Tracing.closed(exporterType(lease), request(lease).flags(), byteSize(lease), heldNanos);
        }
    }

    /** Tells C that the lease lasts beyond its call. */
    static void markRetained(long lease) {
        if (int32(lease + RETAINED) == 0) {
            Natives.ADDRESS_SPACE.set(ValueLayout.JAVA_INT, lease + RETAINED, 1);
        }
    }

    /** Tells C that the lease lasts beyond its call, and that nobody has to close it. */
    static void markEndsByItself(long lease) {
        Natives.ADDRESS_SPACE.set(ValueLayout.JAVA_INT, lease + RETAINED, 2);
    }

    static boolean isReadOnly(long lease) {
        return int32(lease + READONLY) != 0;
    }

    /**
     * The view of the buffer, over memory that lives as long as {@code arena} is open.
     *
     * @throws BufferException if the exporter's description contradicts itself, with the numbers
     */
    public static BufferView view(long lease, Arena arena) {
        BufferView view = whole(lease, arena);
        return isReadOnly(lease) ? view.asReadOnly() : view;
    }

    private static BufferView whole(long lease, Arena arena) {
        long len = int64(lease + LEN);
        long itemSize = int64(lease + ITEM_SIZE);
        int dimensions = int32(lease + DIMENSIONS);
        boolean wantsBytes = (int32(lease + FLAGS) & BufferRequest.ND) == 0;
        if (wantsBytes && len >= 0 && int64(lease + STRIDES) == 0) {
            return bytes(lease, len, arena);
        }
        if (itemSize == 0) {
            throw new BufferException("the Python buffer has items of 0 bytes; items of at least 1 byte are required");
        }
        if (dimensions < 0 || dimensions > Geometry.MAX_DIMENSIONS || itemSize <= 0 || len < 0) {
            throw new BufferException("the Python buffer has ndim " + dimensions + ", itemsize " + itemSize + ", len "
                    + len + "; 0 to " + Geometry.MAX_DIMENSIONS + ", at least 1 and at least 0 are required");
        }
        long buf = address(lease, len);
        long[] shape = shape(lease, dimensions, len, itemSize);
        requireLength(shape, itemSize, len);
        BufferFormat format = format(lease, itemSize);
        // Null strides mean C-contiguous and null suboffsets no pointers, for a Geometry as well.
        long[] strides = int64s(lease + STRIDES, dimensions);
        try {
            Geometry geometry = Geometry.of(itemSize, 0, shape, strides, int64s(lease + SUBOFFSETS, dimensions));
            return view(buf, format, geometry, arena);
        } catch (IllegalArgumentException e) {
            throw new BufferException(
                    "the Python buffer at " + buf + " with shape " + Arrays.toString(shape) + ", strides "
                            + Arrays.toString(strides) + ", itemsize " + itemSize + " contradicts itself: "
                            + e.getMessage(),
                    e);
        }
    }

    private static long address(long lease, long len) {
        long buf = int64(lease + BUF);
        if (buf == 0 && len > 0) {
            throw new BufferException(
                    "the Python buffer has len " + len + " at address 0; another address is required");
        }
        return buf;
    }

    /** The bytes that a request without ND means, whatever its exporter says of items. */
    private static BufferView bytes(long lease, long len, Arena arena) {
        Geometry line = Geometry.contiguous(1, 0, new long[] {len});
        return view(address(lease, len), BufferFormat.UINT8, line, arena);
    }

    @SuppressWarnings("restricted")
    private static BufferView view(long buf, BufferFormat format, Geometry geometry, Arena arena) {
        Geometry.Reach reach = geometry.isEmpty() ? new Geometry.Reach(0, 0) : directReach(geometry);
        long byteOffset = -reach.lowest();
        MemorySegment memory =
                MemorySegment.ofAddress(buf + reach.lowest()).reinterpret(reach.end() - reach.lowest(), arena, null);
        if (geometry.suboffsets == null) {
            Geometry placed = Geometry.of(geometry.itemSize, byteOffset, geometry.shape, geometry.strides, null);
            return BufferView.strided(
                    memory, Alignment.actual(format, memory, placed), geometry.shape, geometry.strides, byteOffset);
        }
        // Only the exporter knows where its pointers may lead.
        MemorySegment anywhere = MemorySegment.NULL.reinterpret(Long.MAX_VALUE, arena, null);
        return BufferView.indirect(
                memory,
                format.unaligned(),
                geometry.shape,
                geometry.strides,
                geometry.suboffsets,
                byteOffset,
                anywhere);
    }

    /** The reach up to the first pointer, or to the items. */
    private static Geometry.Reach directReach(Geometry geometry) {
        int pointer = geometry.nextSuboffset(0);
        boolean isTable = pointer < geometry.dimensions();
        return geometry.reach(
                0, isTable ? pointer + 1 : geometry.dimensions(), isTable ? NativeSizes.POINTER : geometry.itemSize);
    }

    private static BufferFormat format(long lease, long itemSize) {
        long address = int64(lease + FORMAT);
        if (address == 0) {
            return itemSize == 1 ? BufferFormat.UINT8 : BufferFormat.bytes(itemSize);
        }
        int code = Natives.ADDRESS_SPACE.get(ValueLayout.JAVA_BYTE, address);
        boolean single = code > 0 && Natives.ADDRESS_SPACE.get(ValueLayout.JAVA_BYTE, address + 1) == 0;
        BufferFormat known = single ? SINGLE_CODES[code] : null;
        if (known != null && known.itemSize() == itemSize) {
            return known;
        }
        String text = Natives.ADDRESS_SPACE.getString(address, StandardCharsets.UTF_8);
        requireTrueFormat(text, itemSize, int32(lease + FORMAT_TRUTH));
        try {
            BufferFormat format = BufferFormat.parse(text, itemSize);
            if (single) {
                SINGLE_CODES[code] = format;
            }
            return format;
        } catch (IllegalArgumentException e) {
            throw new BufferException("the Python buffer's format cannot be seen from Java: " + e.getMessage(), e);
        }
    }

    /**
     * Refuses formats of structures that ctypes does not describe completely: fields would be read in the wrong place.
     * If the exporter is unknown, a format that gives each field an order has to be as long as the item. ctypes writes
     * such formats, numpy does not.
     */
    private static void requireTrueFormat(String text, long itemSize, int truth) {
        boolean isUntrue = truth == UNTRUE;
        if (truth == NOT_OF_CTYPES && text.startsWith("T{") && saysEachOrder(text)) {
            try {
                isUntrue = BufferFormat.parse(text).itemSize() < itemSize;
            } catch (IllegalArgumentException unknown) {
                return; // the caller refuses it, with the reason
            }
        }
        if (isUntrue) {
            throw new BufferException("the Python buffer's format \"" + text + "\" does not describe its items of "
                    + itemSize + " bytes: ctypes leaves out padding, inherited fields, unions, bit-fields and packed"
                    + " structures, so fields would be read in the wrong place; numpy.asarray(x) has the true fields,"
                    + " numpy.asarray(x)[\"n\"] the field n next to a union, numpy.frombuffer(x, \"B\") the bytes");
        }
    }

    private static boolean saysEachOrder(String text) {
        return text.indexOf('<') >= 0 || text.indexOf('>') != text.lastIndexOf('>');
    }

    private static long[] shape(long lease, int dimensions, long len, long itemSize) {
        long[] shape = int64s(lease + SHAPE, dimensions);
        if (shape != null) {
            return shape;
        }
        if (dimensions > 1) {
            throw new BufferException(
                    "the Python buffer has ndim " + dimensions + " and no shape; a shape is required");
        }
        return new long[] {len / itemSize};
    }

    private static void requireLength(long[] shape, long itemSize, long len) {
        long product = itemSize;
        try {
            for (long items : shape) {
                product = Exact.product(product, items, "its bytes");
            }
        } catch (IllegalArgumentException e) {
            throw new BufferException(
                    "the Python buffer has len " + len + "; its shape " + Arrays.toString(shape) + " with itemsize "
                            + itemSize + " goes beyond 64 bits",
                    e);
        }
        if (product != len) {
            throw new BufferException("the Python buffer has len " + len + "; its shape " + Arrays.toString(shape)
                    + " with itemsize " + itemSize + " requires " + product);
        }
    }

    private static int int32(long address) {
        return Natives.ADDRESS_SPACE.get(ValueLayout.JAVA_INT, address);
    }

    private static long int64(long address) {
        return Natives.ADDRESS_SPACE.get(ValueLayout.JAVA_LONG, address);
    }

    /** The array behind a pointer field, or null; an empty one if there are no dimensions. */
    private static long[] int64s(long field, int count) {
        long address = int64(field);
        if (count == 0) {
            return new long[0];
        }
        if (address == 0) {
            return null;
        }
        long[] values = new long[count];
        MemorySegment.copy(Natives.ADDRESS_SPACE, ValueLayout.JAVA_LONG_UNALIGNED, address, values, 0, count);
        return values;
    }
}

package org.bufferbridge.internal.view;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.format.FormatAccess;

/**
 * The alignment that all items of a view have, and the check against what a format promises.
 *
 * <p>All addresses of items are sums of the first one's and of strides, so their common alignment is the
 * lowest bit set in any of these. Heap memory can be moved; its alignment is bounded by what its kind of
 * array has.
 */
public final class Alignment {
    private static final ViewAccess VIEWS = ViewAccess.VIEWS;

    private Alignment() {
    }

    /**
     * The bits set in the address of the first item or in a stride; 0 without items. Without suboffsets only.
     */
    public static long bits(MemorySegment memory, Geometry geometry) {
        if (memory.isNative() || geometry.isEmpty()) {
            return bits(memory.address(), geometry);
        }
        return bits(0, geometry) | heapAlignment(memory);
    }

    /** The same for a view, which may lead through pointers. */
    public static long bits(MemorySegment memory, Geometry geometry, Indirection indirection) {
        return indirection == null ? bits(memory, geometry) : indirection.requireInside(memory);
    }

    /**
     * The text of a view's format for consumers: in native codes, which alone memoryview can index, if the items
     * lie aligned, whether the format promised it or not. For heap memory as far as its kind of array
     * guarantees.
     */
    public static String exportFormat(BufferView view) {
        long bits = bits(view.memory(), VIEWS.geometry(view), VIEWS.indirection(view));
        return FormatAccess.FORMATS.aligned(view.format(), of(bits)).toString();
    }

    /** As {@link #bits(MemorySegment, Geometry)}, for memory that begins at an address. */
    public static long bits(long address, Geometry geometry) {
        if (geometry.isEmpty()) {
            return 0;
        }
        long bits = address + geometry.byteOffset;
        for (int d = 0; d < geometry.dimensions(); d++) {
            bits |= geometry.shape[d] > 1 ? geometry.strides[d] : 0;
        }
        return bits;
    }

    /**
     * The alignment a heap segment's beginning has wherever its array is moved to: at most the size of its
     * elements.
     */
    private static long heapAlignment(MemorySegment memory) {
        for (long alignment = Long.BYTES; alignment > 1; alignment /= 2) {
            try {
                memory.asSlice(0, 0, alignment);
                return alignment;
            } catch (IllegalArgumentException lessAligned) {
                // The kind of array is not known of a read-only segment; this question is answered for all.
            }
        }
        return 1;
    }

    /** The alignment that addresses with these bits have in common: a power of two. */
    static long of(long bits) {
        return bits == 0 ? Long.MIN_VALUE >>> 1 : Long.lowestOneBit(bits);
    }

    /**
     * The format for memory whose alignment somebody else answers for, such as a Python exporter: without a
     * promise that is not kept, and with native codes where they say the same.
     */
    public static BufferFormat actual(BufferFormat format, MemorySegment memory, Geometry geometry) {
        return FormatAccess.FORMATS.aligned(format.unaligned(), of(bits(memory, geometry)));
    }

    /**
     * Requires what a format promises.
     *
     * @throws IllegalArgumentException naming address, strides, actual and required alignment, and the format
     *                                  to use
     */
    public static void require(BufferFormat format, MemorySegment memory, Geometry geometry, long bits) {
        long actual = of(bits);
        if (actual >= format.alignment()) {
            return;
        }
        String where = memory.isNative() ? "address 0x" + Long.toHexString(memory.address())
                : "heap memory aligned to " + heapAlignment(memory);
        throw new IllegalArgumentException("format \"" + format + "\" requires items aligned to "
                + format.alignment() + " bytes; actual " + actual + ", from " + where + ", " + geometry
                + ". Use a standard-size format such as \"" + format.unaligned() + "\"");
    }
}

package org.bufferbridge.internal.view;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.format.FormatAccess;

/**
 * The alignment that all items of a view have, and the check of the alignment that a format promises.
 *
 * <p>Each item's address is the sum of the first item's address and multiples of strides. Their common alignment is
 * therefore the lowest bit set in any of these. The garbage collector can move heap memory, whose alignment is
 * therefore bounded by its kind of array.
 */
public final class Alignment {
    private static final ViewAccess VIEWS = ViewAccess.VIEWS;

    private Alignment() {}

    /**
     * The bits set in the address of the first item or in a stride; 0 without items. Only for views without
     * suboffsets.
     */
    public static long bits(MemorySegment memory, Geometry geometry) {
        if (memory.isNative() || geometry.isEmpty()) {
            return bits(memory.address(), geometry);
        }
        return bits(0, geometry) | heapAlignment(memory);
    }

    /** The same for a view that may lead through pointers. */
    public static long bits(MemorySegment memory, Geometry geometry, Indirection indirection) {
        return indirection == null ? bits(memory, geometry) : indirection.requireInside(memory);
    }

    /**
     * The text of a view's format for consumers. If the items lie aligned, the codes are native, even if the format did
     * not promise alignment. The reason is that memoryview indexes only native codes. For heap memory, the alignment is
     * what its kind of array guarantees.
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
     * The alignment that the beginning of a heap segment keeps wherever its array is moved. It is at most the size of
     * an element.
     */
    private static long heapAlignment(MemorySegment memory) {
        for (long alignment = Long.BYTES; alignment > 1; alignment /= 2) {
            try {
                memory.asSlice(0, 0, alignment);
                return alignment;
            } catch (IllegalArgumentException lessAligned) {
                // A read-only segment does not tell its kind of array. This question works for every segment.
            }
        }
        return 1;
    }

    /** The alignment that addresses with these bits have in common: a power of two. */
    static long of(long bits) {
        return bits == 0 ? Long.MIN_VALUE >>> 1 : Long.lowestOneBit(bits);
    }

    /**
     * The format of memory whose alignment other code guarantees, such as a Python exporter. It has no promise that the
     * memory breaks, and has native codes where they mean the same.
     */
    public static BufferFormat actual(BufferFormat format, MemorySegment memory, Geometry geometry) {
        return FormatAccess.FORMATS.aligned(format.unaligned(), of(bits(memory, geometry)));
    }

    /**
     * Requires the alignment that a format promises.
     *
     * @throws IllegalArgumentException with address, strides, actual and required alignment, and the format to use
     */
    public static void require(BufferFormat format, MemorySegment memory, Geometry geometry, long bits) {
        long actual = of(bits);
        if (actual >= format.alignment()) {
            return;
        }
        String where = memory.isNative()
                ? "address 0x" + Long.toHexString(memory.address())
                : "heap memory aligned to " + heapAlignment(memory);
        throw new IllegalArgumentException("format \"" + format + "\" requires items aligned to "
                + format.alignment() + " bytes; actual " + actual + ", from " + where + ", " + geometry
                + ". Use a standard-size format such as \"" + format.unaligned() + "\"");
    }
}

package org.bufferbridge;

import java.lang.foreign.MemorySegment;

/**
 * The alignment that all items of a view have, and the check against what a format promises.
 *
 * <p>All addresses of items are sums of the first one's and of strides, so their common alignment is the
 * lowest bit set in any of these. Heap memory can be moved; its alignment is bounded by what its kind of
 * array has.
 */
final class Alignment {
    private Alignment() {
    }

    /**
     * The bits set in the address of the first item or in a stride; 0 without items. Without suboffsets only.
     */
    static long bits(MemorySegment memory, Geometry geometry) {
        if (memory.isNative() || geometry.isEmpty()) {
            return bits(memory.address(), geometry);
        }
        return bits(0, geometry) | heapAlignment(memory);
    }

    /** As {@link #bits(MemorySegment, Geometry)}, for memory that begins at an address. */
    static long bits(long address, Geometry geometry) {
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
    static BufferFormat actual(BufferFormat format, MemorySegment memory, Geometry geometry) {
        return format.unaligned().aligned(of(bits(memory, geometry)));
    }

    /**
     * Requires what a format promises.
     *
     * @throws IllegalArgumentException naming address, strides, actual and required alignment, and the format
     *                                  to use
     */
    static void require(BufferFormat format, MemorySegment memory, Geometry geometry, long bits) {
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

package org.bufferbridge.internal.view;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.List;
import org.bufferbridge.internal.base.Exact;
import org.bufferbridge.internal.format.NativeSizes;

/**
 * Follows the pointers of a view with suboffsets. After the stride of a dimension with a suboffset, it reads the
 * address found there and adds the suboffset. See PEP 3118 and {@code ADJUST_PTR} of memoryobject.c.
 *
 * <p>A pointer is a number. It is followed only into the segments given as targets, whose bounds, lifetimes and
 * threads stay checked. Pointers are read anew for each item. After a change of the table, an item is at its new
 * place if a target holds that place. Otherwise access throws.
 */
public final class Indirection {
    private static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG_UNALIGNED;

    /** In the order of their addresses. */
    private final List<MemorySegment> targets;

    private final Geometry geometry;
    /**
     * For each dimension with a suboffset, the bytes that must lie behind its pointers, counted from the address they
     * hold.
     */
    private final Geometry.Reach[] reaches;

    /**
     * The pointers of a geometry, which are not checked yet.
     *
     * @throws IllegalArgumentException if the bytes behind a pointer exceed 64 bits
     */
    public Indirection(Geometry geometry, List<MemorySegment> targets) {
        this.geometry = geometry;
        this.targets = targets.stream()
                .sorted(Comparator.comparingLong(MemorySegment::address))
                .toList();
        this.reaches = new Geometry.Reach[geometry.dimensions()];
        try {
            for (int d = geometry.nextSuboffset(0); d < reaches.length; d = geometry.nextSuboffset(d + 1)) {
                reaches[d] = reachBehind(d);
            }
        } catch (IllegalArgumentException overflow) {
            throw new IllegalArgumentException(geometry + " reaches beyond 64 bits", overflow);
        }
    }

    private Geometry.Reach reachBehind(int dimension) {
        int next = geometry.nextSuboffset(dimension + 1);
        boolean isTable = next < geometry.dimensions();
        Geometry.Reach reach = geometry.reach(
                dimension + 1, isTable ? next + 1 : next, isTable ? NativeSizes.POINTER : geometry.itemSize);
        long suboffset = geometry.suboffsets[dimension];
        return new Geometry.Reach(
                Exact.sum(suboffset, reach.lowest(), "the lowest byte"),
                Exact.sum(suboffset, reach.end(), "the highest byte"));
    }

    public List<MemorySegment> targets() {
        return targets;
    }

    /** The same pointers for another geometry over them. */
    public Indirection of(Geometry other) {
        return new Indirection(other, targets);
    }

    public Indirection asReadOnly() {
        return new Indirection(
                geometry, targets.stream().map(MemorySegment::asReadOnly).toList());
    }

    /**
     * The place of an item. For the first part of an index, the place where the remaining dimensions begin.
     *
     * @param index an index, or the first part of one, inside of the shape
     * @throws IllegalStateException if a pointer leads outside of the targets
     */
    public Place place(MemorySegment memory, long... index) {
        MemorySegment segment = memory;
        long byteOffset = geometry.byteOffset;
        for (int d = 0; d < index.length; d++) {
            byteOffset += index[d] * geometry.strides[d];
            if (geometry.hasSuboffset(d)) {
                long address = segment.get(POINTER, byteOffset);
                segment = target(address, d);
                if (segment == null) {
                    throw new IllegalStateException(outside(address, d));
                }
                byteOffset = address - segment.address() + geometry.suboffsets[d];
            }
        }
        return new Place(segment, byteOffset);
    }

    /**
     * Requires that every pointer leads to items inside of a target.
     *
     * @return the bits set in the address or a stride of any item, which give the common alignment
     * @throws IllegalArgumentException if one does not; the message names it
     */
    public long requireInside(MemorySegment memory) {
        return bitsBehind(memory, geometry.byteOffset, 0);
    }

    private long bitsBehind(MemorySegment segment, long byteOffset, int first) {
        int table = geometry.nextSuboffset(first);
        if (table == geometry.dimensions()) {
            long bits = segment.address() + byteOffset;
            for (int d = first; d < table; d++) {
                bits |= geometry.shape[d] > 1 ? geometry.strides[d] : 0;
            }
            return bits;
        }
        return bitsBehindAll(segment, byteOffset, first, table);
    }

    /** Walks all indices of the dimensions from {@code dimension} to {@code table}, whose pointers it follows. */
    private long bitsBehindAll(MemorySegment segment, long byteOffset, int dimension, int table) {
        long bits = 0;
        for (long i = 0; i < geometry.shape[dimension]; i++) {
            long at = byteOffset + i * geometry.strides[dimension];
            if (dimension < table) {
                bits |= bitsBehindAll(segment, at, dimension + 1, table);
                continue;
            }
            long address = segment.get(POINTER, at);
            MemorySegment target = target(address, table);
            if (target == null) {
                throw new IllegalArgumentException(outside(address, table));
            }
            bits |= bitsBehind(target, address - target.address() + geometry.suboffsets[table], table + 1);
        }
        return bits;
    }

    /** A target that holds all bytes behind an address found in a dimension; {@code null} if no target does. */
    private MemorySegment target(long address, int dimension) {
        long lowest = address + reaches[dimension].lowest();
        long end = address + reaches[dimension].end();
        if (end < lowest) {
            return null;
        }
        int low = 0;
        int high = targets.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (targets.get(middle).address() <= lowest) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // Targets may overlap. A target that begins earlier may reach further than the one that begins closest.
        for (int i = low - 1; i >= 0; i--) {
            MemorySegment target = targets.get(i);
            if (end - target.address() <= target.byteSize()) {
                return target;
            }
        }
        return null;
    }

    private String outside(long address, int dimension) {
        return "pointer 0x" + Long.toHexString(address) + " of dimension " + dimension + " leads to bytes "
                + reaches[dimension].lowest() + " to " + reaches[dimension].end()
                + " behind it; none of the " + targets.size() + " targets holds them";
    }
}

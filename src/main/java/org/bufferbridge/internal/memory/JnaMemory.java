package org.bufferbridge.internal.memory;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * Memory that JNA knows. It is kept alive by the JNA object, which every segment of it holds; {@code Memory.close()} in
 * the meantime frees it all the same, because JNA asks nobody. So it is not held between exports: JNA is asked for the
 * address again by each, in an upcall without the GIL, since a {@code Structure} is a class of the user's.
 */
public final class JnaMemory implements BufferExporter {
    private final Object memory;

    private JnaMemory(Object memory) {
        this.memory = memory;
    }

    /** Whether {@link #exporter} and {@link #viewOf} take objects of a class. */
    public static boolean isOfJna(Class<?> type) {
        return Memory.class.isAssignableFrom(type) || Structure.class.isAssignableFrom(type);
    }

    /** Of memory as it is at each export. */
    public static BufferExporter exporter(Object memory) {
        return new JnaMemory(memory);
    }

    @Override
    public BufferView getBuffer(BufferRequest request) {
        return viewOf(memory);
    }

    /** Unsigned bytes: JNA knows sizes, not items. */
    static BufferView viewOf(Object object) {
        return switch (object) {
            case Memory memory -> ofOwner(memory, memory.size());
            case Structure structure -> ofOwner(structure.getPointer(), structure.size());
            default -> throw new IllegalArgumentException(object.getClass().getName() + " is not of JNA");
        };
    }

    /** Memory that JNA frees when its object is collected: not before the segment is. */
    @SuppressWarnings("restricted")
    private static BufferView ofOwner(Pointer owner, long byteSize) {
        long address = Pointer.nativeValue(owner);
        if (address == 0) {
            throw new BufferException("the JNA memory of " + byteSize + " bytes is closed; open memory is required");
        }
        return BufferView.of(MemorySegment.ofAddress(address)
                .reinterpret(byteSize, Arena.ofAuto(), unused -> Reference.reachabilityFence(owner)));
    }

    /**
     * {@code byteSize} bytes behind a pointer that nobody owns.
     *
     * @throws IllegalArgumentException if the pointer is null or the size is negative
     */
    @SuppressWarnings("restricted")
    public static BufferView ofPointer(Pointer pointer, long byteSize) {
        long address = Pointer.nativeValue(pointer);
        if (address == 0 || byteSize < 0) {
            throw new IllegalArgumentException("address " + address + " with " + byteSize
                    + " bytes is no memory; an address other than 0 and a size of at least 0 are required");
        }
        return BufferView.of(MemorySegment.ofAddress(address).reinterpret(byteSize));
    }
}

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
 * Memory of a JNA object. Every segment of the memory holds that object, which keeps the memory alive.
 *
 * <p>{@code Memory.close()} frees the memory even so, because JNA does not count users. The memory is therefore not
 * held between exports. Each export reads the address from JNA again, in an upcall without the GIL, because a
 * {@code Structure} is user code.
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

    /** An exporter of the memory as it is at each export. */
    public static BufferExporter exporter(Object memory) {
        return new JnaMemory(memory);
    }

    @Override
    public BufferView getBuffer(BufferRequest request) {
        return viewOf(memory);
    }

    /** A view of unsigned bytes: JNA knows sizes, and no items. */
    static BufferView viewOf(Object object) {
        return switch (object) {
            case Memory memory -> ofOwner(memory, memory.size());
            case Structure structure -> ofOwner(structure.getPointer(), structure.size());
            default -> throw new IllegalArgumentException(object.getClass().getName() + " is not of JNA");
        };
    }

    /** A view of memory that JNA frees when its object is collected. The segment keeps that object reachable. */
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
     * A view of {@code byteSize} bytes behind a pointer without an owner.
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

package org.bufferbridge;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.lang.foreign.MemorySegment;

/**
 * Memory that JNA knows. It is kept alive by the JNA object, which the library holds as long as Python holds the memory;
 * {@code Memory.close()} in the meantime frees it all the same, because JNA asks nobody.
 */
final class JnaMemory {
    private JnaMemory() {}

    /** Unsigned bytes: JNA knows sizes, not items. */
    static BufferView viewOf(Object object) {
        return switch (object) {
            case Memory memory -> ofPointer(memory, memory.size());
            case Structure structure -> ofPointer(structure.getPointer(), structure.size());
            default -> throw new IllegalArgumentException(object.getClass().getName() + " is not of JNA");
        };
    }

    /**
     * {@code byteSize} bytes behind a pointer.
     *
     * @throws IllegalArgumentException if the pointer is null or the size is negative
     */
    @SuppressWarnings("restricted")
    static BufferView ofPointer(Pointer pointer, long byteSize) {
        long address = Pointer.nativeValue(pointer);
        if (address == 0 || byteSize < 0) {
            throw new IllegalArgumentException("address " + address + " with " + byteSize
                    + " bytes is no memory; an address other than 0 and a size of at least 0 are required");
        }
        return BufferView.of(MemorySegment.ofAddress(address).reinterpret(byteSize));
    }
}

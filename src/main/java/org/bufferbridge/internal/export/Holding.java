package org.bufferbridge.internal.export;

import org.bufferbridge.BufferException;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.hold.MemoryHold;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.memory.KnownMemory;

/**
 * What a JavaBuffer holds of memory the library knows. It is made with the JavaBuffer's first export and let go when
 * the Python object dies or is told to release: not with the last export, because numpy's {@code np.ndarray(buffer=x)}
 * keeps the pointer after releasing, holding only {@code x} (numpy issue 15450). In between, exports are counted in C
 * and cost no upcall.
 *
 * <p>Threads: made and closed by C, each once. {@link #exports()} may be called on any thread while it is open.
 */
public final class Holding implements MemoryHold.Holder {
    static {
        Prepared.now();
    }

    private final Object owner;
    private final long[] descriptor;
    private final long javaBuffer;
    private final MemoryHold hold;
    private Runnable rest;

    private Holding(Object owner, long javaBuffer) {
        this.owner = owner;
        this.javaBuffer = javaBuffer;
        if (owner instanceof boolean[] array) {
            descriptor = Descriptor.of(array);
            hold = MemoryHold.ofArray(array);
        } else {
            BufferView view = KnownMemory.viewOf(owner);
            descriptor = Descriptor.keptBy(view);
            hold = MemoryHold.keptBy(view);
        }
        hold.take(this);
    }

    /**
     * Called from C: takes hold of an object's memory and writes its descriptor to native memory.
     *
     * @param javaBuffer    what C calls the JavaBuffer that holds: an address nobody follows
     * @param blockAddress  where the descriptor goes
     * @param blockByteSize how much room there is; if it is too little, only the size is written, and C calls {@link
     *                      #describe}
     * @throws BufferException if the memory's arena is closed or belongs to another thread, or the array cannot be
     * pinned
     */
    static Holding open(Object object, long javaBuffer, long blockAddress, int blockByteSize) {
        Holding holding = new Holding(object, javaBuffer);
        Descriptor.write(holding.descriptor, blockAddress, blockByteSize);
        return holding;
    }

    /** Called from C: writes the whole descriptor; the block is large enough. */
    void describe(long blockAddress) {
        Descriptor.write(descriptor, blockAddress, Integer.MAX_VALUE);
    }

    /** Called from C: the array to pin, or null. */
    Object heapArray() {
        return hold.heapArray();
    }

    /**
     * Called from C, after the array was unpinned, with the GIL: lets go of everything.
     *
     * @return whether {@link #finish} is to be called, without the GIL
     */
    boolean close() {
        rest = hold.letGo(this);
        return rest != null;
    }

    /** Called from C: closes the arena that has waited for this holding. That may run code of users. */
    void finish() {
        rest.run();
    }

    /** As C counts them. */
    @Override
    public long exports() {
        return Natives.heldExports(javaBuffer);
    }

    @Override
    public String toString() {
        long exports = exports();
        return "JavaBuffer of " + owner.getClass().getTypeName() + " (" + Descriptor.byteSize(descriptor) + " bytes, "
                + exports + (exports == 1 ? " export" : " exports") + " out)";
    }
}

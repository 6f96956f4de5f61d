package org.bufferbridge.internal.export;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.hold.MemoryHold;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.memory.KnownMemory;

/**
 * The known memory that one JavaBuffer holds. The first export makes the Holding. It is closed when the Python object
 * dies or is released, or when an idle pin has to make room. A change of guarded memory lets go earlier. The last
 * release does not close it. The reason is numpy's
 * {@code np.ndarray(buffer=x)} (numpy issue 15450): it releases its export, keeps the pointer, and holds only
 * {@code x}. C counts the exports in between, without an upcall.
 *
 * <p>Threads: C makes and closes it, once each. A change of guarded memory may let go of it at any time while no export
 * is out. {@link #exports()} may be called on any thread while it is open.
 */
public final class Holding implements MemoryHold.Holder {
    static {
        Prepared.now();
    }

    private static final AtomicReferenceFieldUpdater<Holding, MemoryHold> HOLD =
            AtomicReferenceFieldUpdater.newUpdater(Holding.class, MemoryHold.class, "hold");

    private final Object exporter;
    private final long[] descriptor;
    private final long javaBuffer;
    private final IdleHoldings holdings; // of the exporter's guard, which may let go before C does; or null
    private volatile MemoryHold hold; // null once the memory is let go: by HOLD
    private Granted granted; // keeps guarded memory and the guard's word; for the garbage collector alone
    private Runnable rest;

    /** The list of {@link IdleHoldings}, which guards them. */
    Holding next;

    Holding previous;

    private Holding(Object object, long javaBuffer) {
        granted = object instanceof Granted byGuard ? byGuard : null;
        exporter = granted == null ? object : granted.exporter();
        holdings = granted == null ? null : granted.holdings();
        this.javaBuffer = javaBuffer;
        if (object instanceof boolean[] array) {
            descriptor = Descriptor.of(array);
            hold = MemoryHold.ofArray(array);
        } else {
            BufferView view = granted == null ? KnownMemory.viewOf(object) : granted.view();
            descriptor = Descriptor.keptBy(view);
            hold = MemoryHold.keptBy(view);
        }
        hold.take(this);
        if (holdings != null) {
            holdings.add(this);
        }
    }

    /**
     * Called from C: holds an object's memory, and writes its descriptor to native memory.
     *
     * @param object the object, or what the guard of a guarded exporter has {@link Granted}
     * @param javaBuffer the address of the JavaBuffer, which nobody follows
     * @param blockAddress where the descriptor goes
     * @param blockByteSize the size of the block. If the descriptor does not fit, only its size is written, and C calls
     *                      {@link #describe}
     * @throws BufferException if the memory's arena is closed or belongs to another thread, or the array cannot be
     *     pinned
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
     * Called from C with the GIL, after it unpinned the array: lets go of everything.
     *
     * @return whether C has to call {@link #finish}, without the GIL
     */
    boolean close() {
        if (holdings != null) {
            holdings.remove(this);
        }
        rest = letGo();
        return rest != null;
    }

    /**
     * Lets go of guarded memory before it changes. C still has the descriptor, and drops it at the next export. Memory
     * whose address a consumer may have kept stays reachable until then.
     *
     * @return null, or the ends of arenas, which may run user code
     */
    Runnable letGoBeforeChange(Releases releases) {
        try {
            if (!Natives.keepsAddress(javaBuffer)) {
                granted = granted.withoutView();
            }
            return letGo();
        } catch (Throwable thrown) {
            releases.add(thrown);
            return null;
        }
    }

    private Runnable letGo() {
        MemoryHold held = HOLD.getAndSet(this, null);
        return held == null ? null : held.letGo(this);
    }

    /** Called from C: closes the arena that has waited for this holding; that may run user code. */
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
        return "JavaBuffer of " + exporter.getClass().getTypeName() + " (" + Descriptor.byteSize(descriptor)
                + " bytes, " + exports + (exports == 1 ? " export" : " exports") + " out)";
    }
}

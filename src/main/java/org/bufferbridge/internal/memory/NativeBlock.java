package org.bufferbridge.internal.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.Buffers;
import org.bufferbridge.internal.base.Exact;
import org.bufferbridge.internal.jni.Natives;

/**
 * Memory outside the heap that belongs to one JavaBuffer. {@code bufferbridge.empty} and {@code bufferbridge.copy}
 * make it.
 *
 * <p>It is freed once. If Java code never got the object, the JavaBuffer's end frees it. Otherwise the garbage
 * collector frees it when neither language can reach it. The collector alone would be too late. It sees a small Java
 * heap and does not run, while Python fills the memory.
 *
 * <p>The JavaBuffer's {@code release()} does not free the block. A consumer may have kept an address and no export, as
 * {@code torch.frombuffer} does. It vacates the block. Until the block is freed, its addresses then read as zeros. The
 * pages of a large block go back to the system at once.
 *
 * <pre>
 *     HELD --vacate, if large--> VACATED --run--> FREED
 *     HELD --run---------------------------------> FREED
 * </pre>
 *
 * <p>Threads: the state is one atomic word. The thread that vacates the block can reach it, which prevents its
 * freeing meanwhile.
 */
public final class NativeBlock implements Runnable {
    private static final long ALIGNMENT = 64;

    private static final AtomicLong LIVE_BYTES = new AtomicLong();

    private final long address;
    private final long byteSize;
    private final AtomicReference<State> state = new AtomicReference<>(State.HELD);

    private enum State {
        HELD,
        VACATED,
        FREED
    }

    private NativeBlock(long address, long byteSize) {
        this.address = address;
        this.byteSize = byteSize;
    }

    /**
     * A block and the view of it. C keeps both; the view is the object that Python sees. Before Python runs there is
     * no block, and the garbage collector owns the memory.
     */
    public record Allocation(NativeBlock block, BufferView view) {
        /** Frees the memory, which nobody else has got, without the garbage collector. */
        void free() {
            if (block != null) {
                block.run();
            }
        }
    }

    /**
     * Called from C: allocates zeroed, C-contiguous items.
     *
     * @throws IllegalArgumentException if the format does not parse or the shape is negative or too large
     * @throws OutOfMemoryError if memory ran out
     */
    static Allocation allocate(String format, long[] shape) {
        return allocate(BufferFormat.parse(format), shape, true);
    }

    /** Allocates C-contiguous items that the caller overwrites, each byte of them. Otherwise as {@link #allocate}. */
    static Allocation allocateUnfilled(String format, long[] shape) {
        return allocate(BufferFormat.parse(format), shape, false);
    }

    private static Allocation allocate(BufferFormat items, long[] shape, boolean isZeroed) {
        boolean isEmpty = false;
        for (int d = 0; d < shape.length; d++) {
            if (shape[d] < 0) {
                throw new IllegalArgumentException(
                        "dimension " + d + " has " + shape[d] + " items; at least 0 are required");
            }
            isEmpty |= shape[d] == 0;
        }
        long byteSize = isEmpty ? 0 : items.itemSize();
        for (int d = 0; d < shape.length; d++) {
            try {
                byteSize = Exact.product(byteSize, shape[d], "the bytes");
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "shape " + Arrays.toString(shape) + " of " + items.itemSize()
                                + "-byte items takes more bytes than the largest allowed size " + Long.MAX_VALUE,
                        e);
            }
        }
        if (!Natives.isBound()) {
            MemorySegment memory = Arena.ofAuto().allocate(byteSize, ALIGNMENT);
            return new Allocation(null, BufferView.of(memory, items, shape));
        }
        long address = Natives.allocate(Math.max(byteSize, 1), isZeroed);
        if (address == 0) {
            throw new OutOfMemoryError(byteSize + " bytes outside the heap");
        }
        return allocation(address, byteSize, items, shape);
    }

    /** Frees the memory if the heap has no room for the objects that stand for it. */
    @SuppressWarnings("restricted")
    private static Allocation allocation(long address, long byteSize, BufferFormat items, long[] shape) {
        NativeBlock block = null;
        try {
            block = new NativeBlock(address, Math.max(byteSize, 1));
            LIVE_BYTES.addAndGet(block.byteSize);
            NativeBlock owned = block;
            MemorySegment memory =
                    MemorySegment.ofAddress(address).reinterpret(byteSize, Arena.ofAuto(), unused -> owned.run());
            return new Allocation(block, BufferView.of(memory, items, shape));
        } catch (Throwable e) {
            if (block == null) {
                Natives.free(address, Math.max(byteSize, 1), true);
            } else {
                block.run(); // once, even if the arena frees it too
            }
            throw e;
        }
    }

    /** Called from C: a snapshot of any object that {@link Buffers#copyOf} takes. */
    static Allocation copyOf(Object object) {
        return ArrayCopy.of(object);
    }

    /** Called from C. */
    static NativeBlock blockOf(Allocation allocation) {
        return allocation.block;
    }

    /** Called from C. */
    static BufferView viewOf(Allocation allocation) {
        return allocation.view;
    }

    /** The bytes in blocks that were neither freed nor given back to the system. */
    static long liveBytes() {
        return LIVE_BYTES.get();
    }

    /** Called from C: the addresses read as zeros from now on. The pages of a large block go back to the system. */
    void vacate() {
        if (state.get() == State.HELD
                && Natives.vacate(address, byteSize)
                && state.compareAndSet(State.HELD, State.VACATED)) {
            LIVE_BYTES.addAndGet(-byteSize);
        }
    }

    /** Frees the memory; a second call does nothing. */
    @Override
    public void run() {
        State before = state.getAndSet(State.FREED);
        if (before == State.HELD) {
            LIVE_BYTES.addAndGet(-byteSize);
        }
        if (before != State.FREED) {
            Natives.free(address, byteSize, before == State.HELD);
        }
    }
}

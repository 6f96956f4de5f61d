package org.bufferbridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One outstanding grant of a user exporter's memory to a Python consumer: the view that was granted
 * and the exporter it goes back to. C holds it in the consumer's {@code Py_buffer.internal}, so the
 * release finds the very view object, never by address.
 *
 * <p>Lifetime: from {@link #acquire} to {@link #release}. The arena that owns the view's memory is
 * kept open in between (a heap array is pinned by C), and is let go just before {@link BufferExporter#releaseBuffer}, where the
 * exporter may close it.
 *
 * <p>Threads: acquired and released on any thread, not necessarily the same. The state is one word;
 * of several releases exactly one wins.
 */
final class Export implements MemoryHold.Holder {
    private static final AtomicLong LIVE = new AtomicLong();
    private static final VarHandle STATE;

    private static final int GRANTED = 0;
    private static final int RELEASED = 1;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Export.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final BufferExporter exporter;
    private final BufferView view;
    private final MemoryHold hold;

    @SuppressWarnings("unused") // through STATE
    private int state = GRANTED;

    private Export(BufferExporter exporter, BufferView view) {
        this.exporter = exporter;
        this.view = view;
        this.hold = MemoryHold.of(view, this);
    }

    /** How many exports of user exporters are out. */
    static long live() {
        return LIVE.get();
    }

    /** Called from C, once per exporter object. */
    static boolean mayBlock(BufferExporter exporter) {
        return exporter.mayBlock();
    }

    /**
     * Called from C: asks the exporter for its view, and writes the view's descriptor to native
     * memory.
     *
     * @param flags the consumer's {@code PyBUF_} flags, for the exporter to look at; C does the
     *     reduction
     * @param blockAddress where the descriptor goes
     * @param blockByteSize how much room there is; a descriptor that does not fit writes its size
     *     only, and C calls {@link #describe} with a larger block
     * @throws BufferException if the exporter returns null, or a view whose memory cannot be
     *     exported; the view is released again
     */
    static Export acquire(BufferExporter exporter, int flags, long blockAddress, int blockByteSize) {
        BufferView view = exporter.getBuffer(new BufferRequest(flags));
        if (view == null) {
            throw new BufferException(
                    exporter.getClass().getName() + ".getBuffer returned null; a BufferView is required");
        }
        Export export;
        try {
            long[] descriptor = view.descriptor();
            export = new Export(exporter, view);
            Descriptor.write(descriptor, blockAddress, blockByteSize);
        } catch (Throwable refusal) {
            try {
                exporter.releaseBuffer(view);
            } catch (Throwable e) {
                refusal.addSuppressed(e);
            }
            throw refusal;
        }
        LIVE.getAndIncrement();
        return export;
    }

    /** Called from C: the array to pin, or null. */
    Object heapArray() {
        return hold.heapArray();
    }

    /** Called from C: writes the whole descriptor; the block is large enough. */
    void describe(long blockAddress) {
        Descriptor.write(view.descriptor(), blockAddress, Integer.MAX_VALUE);
    }

    /**
     * Called from C, after the array was unpinned: gives the view back to its exporter. A second call does nothing.
     *
     * <p>Whatever {@code releaseBuffer} throws reaches C after the count and the arena are settled.
     */
    void release() {
        if (!STATE.compareAndSet(this, GRANTED, RELEASED)) {
            return;
        }
        LIVE.getAndDecrement();
        hold.letGo();
        exporter.releaseBuffer(view);
    }

    /** One, for as long as the memory is held. */
    @Override
    public long exports() {
        return 1;
    }

    @Override
    public String toString() {
        return "export of " + exporter.getClass().getName() + " (" + view.byteSize() + " bytes)";
    }
}

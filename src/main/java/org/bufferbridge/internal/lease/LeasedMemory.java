package org.bufferbridge.internal.lease;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bufferbridge.BufferException;
import org.bufferbridge.internal.hold.Keepers;
import org.bufferbridge.internal.hold.MemoryHold;
import org.bufferbridge.internal.hold.Refusals;
import org.bufferbridge.internal.jni.Natives;

/**
 * The Python memory of one lease. It counts the holders of the memory in Python, and decides which thread releases the
 * buffer. The views of a {@link CallLease} and of an {@link OwnedLease} share it.
 *
 * <p>Java may pass a view to a callback, and Python may keep it. Then the Python buffer keeps the memory valid, not the
 * arena. So the arenas close when they have to, and the last holder that lets go releases the buffer.
 *
 * <pre>
 *   OPEN(n) &lt;--hold, let go--&gt; OPEN(n + 1)
 *   OPEN(0) --startClosing--&gt; CLOSING --closed--&gt; ENDED(0): released by the thread that closes
 *                                |
 *                                +--reopen: an arena is in use--&gt; OPEN(0)
 *   OPEN(n) --end--&gt; ENDED(n) --let go of the last--&gt; released, by a thread that has the GIL
 * </pre>
 *
 * <p>Threads: one atomic word has n and the state. {@link #hold} and {@link #letGo} may be called with the GIL, so they
 * wait for nobody.
 */
final class LeasedMemory implements Keepers.Keeper {
    private static final int CLOSING = 1 << 30;
    /** The bit of {@link #word} that says that no view is open, and that none is made. */
    static final int ENDED = 1 << 31;

    private static final int STATES = CLOSING | ENDED;
    private static final VarHandle WORD;
    private static final VarHandle HOLDERS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(LeasedMemory.class, "word", int.class);
            HOLDERS = lookup.findVarHandle(LeasedMemory.class, "holders", ConcurrentLinkedQueue.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The address of the {@code bb_lease}; Java is one of its owners until the release. */
    final long lease;

    /** The number of holders, and the state. Others only read it. */
    volatile int word;

    private volatile ConcurrentLinkedQueue<MemoryHold.Holder> holders; // for messages

    LeasedMemory(long lease) {
        this.lease = lease;
    }

    @Override
    public void hold(MemoryHold.Holder holder) {
        ConcurrentLinkedQueue<MemoryHold.Holder> known = holders();
        known.add(holder);
        try {
            count();
        } catch (Throwable refusal) {
            known.remove(holder);
            throw refusal;
        }
    }

    private ConcurrentLinkedQueue<MemoryHold.Holder> holders() {
        if (holders == null) {
            HOLDERS.compareAndSet(this, null, new ConcurrentLinkedQueue<>());
        }
        return holders;
    }

    /** Adds a holder, so the buffer stays leased. */
    void count() {
        int known = word;
        do {
            if ((known & STATES) != 0) {
                throw new BufferException(
                        "the Python buffer that the memory belongs to is closed; an open one is required");
            }
        } while (known != (known = (int) WORD.compareAndExchange(this, known, known + 1)));
    }

    @Override
    public Runnable letGo(MemoryHold.Holder holder) {
        holders().remove(holder);
        uncount();
        return null;
    }

    /** Undoes one {@link #count}. The last one after {@link #end} releases the buffer. */
    void uncount() {
        if ((int) WORD.getAndAdd(this, -1) - 1 == ENDED) {
            Lease.closed(lease);
            Natives.forgetLease(lease, false);
        }
    }

    /**
     * Called before arenas are closed to release the buffer: every hold is refused from now on.
     *
     * @throws IllegalStateException if Python holds memory of a view; then nothing has changed
     */
    void startClosing() {
        if (!WORD.compareAndSet(this, 0, CLOSING)) {
            ConcurrentLinkedQueue<MemoryHold.Holder> known = holders;
            throw new IllegalStateException("the Python buffer cannot be closed while Python holds memory of its view: "
                    + (known == null ? "a holder" : Refusals.held(known)));
        }
    }

    /** Undoes {@link #startClosing}: an arena could not be closed. */
    void reopen() {
        word = 0;
    }

    /** Called after {@link #startClosing}, when all arenas are closed: the caller releases the buffer. */
    void closed() {
        word = ENDED; // a thread that still sees CLOSING is refused as well
    }

    /**
     * Called when the views have ended, even if Python holds memory of them.
     *
     * @return whether the caller releases the buffer, because nobody holds it; otherwise the last holder does
     */
    boolean end() {
        int known = word;
        if (known > 0) {
            Lease.markRetained(lease);
        }
        while (known != (known = (int) WORD.compareAndExchange(this, known, known | ENDED))) {
            if (known > 0) {
                Lease.markRetained(lease);
            }
        }
        return known == 0;
    }
}

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
 * The Python memory of one lease: who in Python holds some of it in turn, and when it goes back. Behind the views of a
 * {@link CallLease} and of an {@link OwnedLease}.
 *
 * <p>A view that a callback was given, and that Python keeps, needs no arena: what keeps its memory is the Python
 * buffer. So arenas are closed when they have to be, and the buffer goes back when the last holder has let go.
 *
 * <pre>
 *   OPEN(n) &lt;--hold, let go--&gt; OPEN(n + 1)
 *   OPEN(0) --startClosing--&gt; CLOSING --closed--&gt; ENDED(0): given back by the one who closes
 *                                |
 *                                +--reopen: an arena is in use--&gt; OPEN(0)
 *   OPEN(n) --end--&gt; ENDED(n) --let go of the last--&gt; given back, by a thread that has the GIL
 * </pre>
 *
 * <p>Threads: one atomic word, n and the state. Taking hold and letting go may happen with the GIL, so they wait for
 * nobody.
 */
public final class LeasedMemory implements Keepers.Keeper {
    private static final int CLOSING = 1 << 30;
    private static final int ENDED = 1 << 31;
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

    /** The address of the {@code bb_lease}; Java is one of its owners until it is given back. */
    public final long lease;

    private volatile int word;
    private volatile ConcurrentLinkedQueue<MemoryHold.Holder> holders; // for messages

    public LeasedMemory(long lease) {
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

    /** One more for whom the buffer stays. */
    void count() {
        int known = word;
        do {
            if ((known & STATES) != 0) {
                throw new BufferException(
                        "the Python buffer that the memory belongs to is closed; an open one is" + " required");
            }
        } while (known != (known = (int) WORD.compareAndExchange(this, known, known + 1)));
    }

    @Override
    public Runnable letGo(MemoryHold.Holder holder) {
        holders().remove(holder);
        uncount();
        return null;
    }

    /** Undoes one {@link #count}; the last one after the end gives the buffer back. */
    void uncount() {
        if ((int) WORD.getAndAdd(this, -1) - 1 == ENDED) {
            Lease.closed(lease);
            Natives.forgetLease(lease, false);
        }
    }

    /**
     * Before arenas are closed to give the buffer back: no hold is granted from now on.
     *
     * @throws IllegalStateException if Python holds memory of a view; nothing is changed then
     */
    public void startClosing() {
        if (!WORD.compareAndSet(this, 0, CLOSING)) {
            ConcurrentLinkedQueue<MemoryHold.Holder> known = holders;
            throw new IllegalStateException("the Python buffer cannot be closed while Python holds memory of its view: "
                    + (known == null ? "a holder" : Refusals.held(known)));
        }
    }

    /** An arena could not be closed: takes {@link #startClosing} back. */
    public void reopen() {
        word = 0;
    }

    /** After {@link #startClosing}, and when all arenas are closed: the caller gives the buffer back. */
    public void closed() {
        word = ENDED; // a thread that sees CLOSING yet is refused the same
    }

    /**
     * The views have ended, whoever holds memory of them.
     *
     * @return whether nobody does, and the caller gives the buffer back; else the last holder does
     */
    public boolean end() {
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

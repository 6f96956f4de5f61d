package org.bufferbridge;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Keeps an exporter that changes, from changing what is exported: it counts the exports that are out and refuses to
 * move, grow or free the memory until there are none, as {@code bytearray} does ("Existing exports of data: object
 * cannot be re-sized", CPython, {@code Objects/bytearrayobject.c}).
 *
 * <p>An exporter passes every grant and every release through its guard, and makes every change of its memory inside
 * {@link #change}:
 *
 * {@snippet :
 * final class Log implements BufferExporter {
 *     private final ExportGuard guard = new ExportGuard();
 *     private MemorySegment memory;
 *
 *     public BufferView getBuffer(BufferRequest request) {
 *         return guard.grant(request, () -> BufferView.of(memory));
 *     }
 *     public void releaseBuffer(BufferView view) {
 *         guard.release(view);
 *     }
 *     public void append(byte[] line) {
 *         guard.change(() -> memory = longer(memory, line));
 *     }
 * }
 * }
 *
 * <p><b>Policies.</b> With {@link Policy#SHARED} any number of consumers read and write at once. With {@link
 * Policy#READERS_OR_WRITER} there are either any number of readers or one writer: a consumer that requests a writable
 * buffer is the writer, all others are given a read-only view and cannot write. The manual allows that as long as the
 * choice is the same for all consumers, which it is. A consumer that finds the memory taken is refused.
 *
 * <p><b>Threads.</b> All methods may be called on any thread. Granting and changing exclude each other: a change sees
 * no export appear, and a grant that comes during a change waits for its end and sees its result. Hence a change should
 * be short and must not wait for Python; to ask for a grant from inside a change on the same thread is refused, because
 * it could never be answered.
 */
public final class ExportGuard {
    /** Who may hold the memory at the same time. */
    public enum Policy {
        /** Any number of consumers, all of which may write. */
        SHARED,
        /** Any number of consumers that only read, or a single one that writes. */
        READERS_OR_WRITER
    }

    private final Policy policy;

    // Guarded by `lock`, which is held while a change runs: that is what makes grants wait for it.
    private final Object lock = new Object();
    private final Map<BufferView, Integer> granted = new IdentityHashMap<>(); // how often each view is out
    private long exports;
    private boolean writing;
    private boolean changing;

    /** A guard with the policy {@link Policy#SHARED}. */
    public ExportGuard() {
        this(Policy.SHARED);
    }

    /**
     * A guard.
     *
     * @param policy who may hold the memory at the same time
     */
    public ExportGuard(Policy policy) {
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    /**
     * Counts a grant. To be called in {@link BufferExporter#getBuffer}, whose result it returns.
     *
     * @param request what the consumer asks for
     * @param view    makes the view of the memory as it is now; if it throws or makes none, nothing is counted
     * @return the view to grant; read-only where the policy makes the consumer a reader
     * @throws BufferException if the policy refuses, a change is running on this thread, or there is no view
     */
    public BufferView grant(BufferRequest request, Supplier<BufferView> view) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(view, "view");
        synchronized (lock) {
            if (changing) {
                throw new BufferException(
                        "the memory is being changed on this thread and cannot be exported meanwhile");
            }
            boolean exclusive = policy == Policy.READERS_OR_WRITER;
            boolean writer = exclusive && request.isWritable();
            if (writing) {
                throw new BufferException("a consumer holds the memory for writing, and no other may have it");
            }
            if (writer && exports > 0) {
                throw new BufferException("existing exports: "
                        + (exports == 1 ? "1 reader holds" : exports + " readers hold")
                        + " the memory; 0 are required for a writable buffer. bb.exports() lists them");
            }
            BufferView made = view.get();
            if (made == null) {
                throw new BufferException(
                        "the exporter made no view for its guard to grant, but null; a BufferView is required");
            }
            BufferView grant = exclusive && !writer ? made.asReadOnly() : made;
            granted.merge(grant, 1, Integer::sum);
            exports++;
            // Memory that is read-only makes a reader of everyone; the request itself is refused later.
            writing = writer && !grant.isReadOnly();
            return grant;
        }
    }

    /**
     * Undoes one grant. To be called in {@link BufferExporter#releaseBuffer}, once for each grant: a release too many
     * would let a change, or a second writer, at memory that a consumer still has, and is refused.
     *
     * @param view the very view that {@link #grant} returned
     * @throws IllegalStateException if this view is not out, because another one was granted or it was released before;
     *     nothing is changed then
     */
    public void release(BufferView view) {
        Objects.requireNonNull(view, "view");
        synchronized (lock) {
            if (!granted.containsKey(view)) {
                throw new IllegalStateException("this view is not out: it was released before, or this guard has not"
                        + " granted it; " + (exports == 1 ? "1 export is" : exports + " exports are") + " out."
                        + " Release each view once that grant() returned");
            }
            granted.computeIfPresent(view, (known, times) -> times == 1 ? null : times - 1);
            exports--;
            writing = false;
        }
    }

    /**
     * Runs a change of the memory, such as to grow, move or free it, while nothing is exported.
     *
     * @param change what to do; the guard is unchanged if it throws
     * @throws BufferException if an export is out
     */
    public void change(Runnable change) {
        Objects.requireNonNull(change, "change");
        synchronized (lock) {
            if (exports > 0) {
                throw new BufferException("existing exports: " + exports + (exports == 1 ? " is" : " are")
                        + " out; 0 are required to change the memory. bb.exports() lists them");
            }
            boolean outer = changing;
            changing = true;
            try {
                change.run();
            } finally {
                changing = outer;
            }
        }
    }

    /**
     * How many exports are out.
     *
     * @return the number of grants that were not released
     */
    public long exports() {
        synchronized (lock) {
            return exports;
        }
    }
}

package org.bufferbridge;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.export.Granted;
import org.bufferbridge.internal.export.GuardAccess;
import org.bufferbridge.internal.export.GuardWord;
import org.bufferbridge.internal.export.IdleHoldings;

/**
 * Keeps an exporter from changing memory that is exported. It counts the exports that are out, and refuses to move,
 * grow or free the memory until there are none. {@code bytearray} does the same ("Existing exports of data: object
 * cannot be re-sized", CPython, {@code Objects/bytearrayobject.c}).
 *
 * <p>A {@link GuardedExporter} names its guard, and the bridge does the counting. It is the simple and fast way. A
 * {@link BufferExporter} that has to see each request passes every grant and every release through its guard itself:
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
 * <p>Both make every change of the memory inside {@link #change}.
 *
 * <p><b>Policies.</b> With {@link Policy#SHARED} any number of consumers read and write at the same time. With {@link
 * Policy#READERS_OR_WRITER} there are either any number of readers or one writer. A consumer that requests a writable
 * buffer is the writer. All others are readers: they get a read-only view. CPython's manual allows this as long as the
 * choice is the same for all consumers, which it is. A consumer is refused while the memory is taken.
 *
 * <p><b>Threads.</b> Any thread may call all methods. Granting and changing exclude each other. No export begins during
 * a change; a grant waits for the end of the change and sees its result. A change should therefore be short, and must
 * not wait for Python. A grant inside a change, on the same thread, is refused, because it cannot wait for that change.
 */
public final class ExportGuard {
    /** Which consumers may have the memory at the same time. */
    public enum Policy {
        /** Any number of consumers, all of which may write. */
        SHARED,
        /** Any number of consumers that only read, or a single one that writes. */
        READERS_OR_WRITER
    }

    static {
        Secrets.install(GuardAccess.class, new Access());
    }

    private final Policy policy;
    private final IdleHoldings holdings = new IdleHoldings();

    // Guarded by `lock`. A change runs inside the lock, so grants wait for it. C moves the word without the lock.
    private final Object lock = new Object();
    private final GuardWord word = new GuardWord();
    private final Map<BufferView, Out> granted = new IdentityHashMap<>();
    private boolean changing;
    private long changes;

    /** A guard with the policy {@link Policy#SHARED}. */
    public ExportGuard() {
        this(Policy.SHARED);
    }

    /**
     * A guard.
     *
     * @param policy which consumers may have the memory at the same time
     */
    public ExportGuard(Policy policy) {
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    /**
     * Counts a grant. Call it in {@link BufferExporter#getBuffer}, and return its result.
     *
     * @param request the request of the consumer
     * @param view    makes the view of the memory as it is now; if it throws or returns null, nothing is counted;
     *                if it calls {@link #change}, it is asked once more
     * @return the view to grant; read-only where the policy makes the consumer a reader
     * @throws BufferException if the policy refuses, a change is running on this thread, or there is no view
     */
    public BufferView grant(BufferRequest request, Supplier<BufferView> view) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(view, "view");
        synchronized (lock) {
            BufferView made = make(request, view);
            BufferView grant = isReader(request) ? made.asReadOnly() : made;
            Out out = granted.get(grant);
            if (out == null) {
                out = new Out();
                granted.put(grant, out);
            }
            try {
                enter(request, made);
                out.times++;
            } finally {
                if (out.times == 0) {
                    granted.remove(grant);
                }
            }
            return grant;
        }
    }

    private Granted grantToC(BufferRequest request, GuardedExporter exporter) {
        synchronized (lock) {
            BufferView view = make(request, exporter::view);
            Granted made = Granted.of(exporter, view, word, policy == Policy.READERS_OR_WRITER, holdings);
            enter(request, view);
            return made;
        }
    }

    /** The view of an export, if neither a change nor the policy refuses it. */
    private BufferView make(BufferRequest request, Supplier<BufferView> view) {
        if (changing) {
            throw new BufferException("the memory is being changed on this thread and cannot be exported meanwhile");
        }
        word.open(); // if an earlier change ended at the bottom of its stack
        boolean isExclusive = policy == Policy.READERS_OR_WRITER;
        require(word.entry(isExclusive, isExclusive && request.isWritable()));
        BufferView made = ask(view);
        if (made == null) {
            throw new BufferException(
                    "the exporter made no view for its guard to grant, but null; a BufferView is required");
        }
        return made;
    }

    /** Asks again if the answer began a change, as that of lazy memory does: it may be a view of what was before. */
    private BufferView ask(Supplier<BufferView> view) {
        long before = changes;
        BufferView made = view.get();
        if (changes == before) {
            return made;
        }
        before = changes;
        made = view.get();
        if (changes != before) {
            throw new BufferException("the exporter changes its memory each time its guard asks for the view;"
                    + " a view of memory that stays is required");
        }
        return made;
    }

    /** Counts an export in. It is the last step that can fail: what is counted is granted. */
    private void enter(BufferRequest request, BufferView view) {
        boolean isExclusive = policy == Policy.READERS_OR_WRITER;
        // No consumer can write to read-only memory. The bridge refuses the writable request later.
        require(word.enter(isExclusive, isExclusive && request.isWritable() && !view.isReadOnly()));
    }

    private boolean isReader(BufferRequest request) {
        return policy == Policy.READERS_OR_WRITER && !request.isWritable();
    }

    private void require(GuardWord.Entry entry) {
        if (entry == GuardWord.Entry.IS_FREE) {
            return;
        }
        long exports = word.exports();
        throw new BufferException(
                switch (entry) {
                    case A_WRITER_IS_OUT -> "a consumer holds the memory for writing, and no other may have it";
                    case READERS_ARE_OUT ->
                        "existing exports: " + (exports == 1 ? "1 reader holds" : exports + " readers hold")
                                + " the memory; 0 are required for a writable buffer. bb.exports() lists them";
                    default -> exports + " exports are out, and a guard counts no more; release some";
                });
    }

    /**
     * Undoes one grant. Call it in {@link BufferExporter#releaseBuffer}, once for each grant. A release too many is
     * refused. It would admit a change, or a second writer, to memory that a consumer still has.
     *
     * @param view the same object that {@link #grant} returned
     * @throws IllegalStateException if this view is not out: another one was granted, or it was released before.
     *     Nothing changes then
     */
    public void release(BufferView view) {
        Objects.requireNonNull(view, "view");
        synchronized (lock) {
            Out out = granted.get(view);
            if (out == null || out.times == 0) {
                long exports = word.exports();
                throw new IllegalStateException("this view is not out: it was released before, or this guard has not"
                        + " granted it; " + (exports == 1 ? "1 export is" : exports + " exports are") + " out."
                        + " Release each view once that grant() returned");
            }
            word.leave();
            out.times--; // a write to a field, so it cannot fail at the bottom of a stack
            if (out.times == 0) {
                granted.remove(view);
            }
        }
    }

    /**
     * Runs a change of the memory, for example one that grows, moves or frees it, while nothing is exported.
     *
     * @param change the change; if it throws, the guard stays as it was
     * @throws BufferException if an export is out
     */
    public void change(Runnable change) {
        Objects.requireNonNull(change, "change");
        synchronized (lock) {
            boolean isOuter = !changing;
            long exports = isOuter ? word.close() : 0;
            if (exports > 0) {
                throw new BufferException("existing exports: " + exports + (exports == 1 ? " is" : " are")
                        + " out; 0 are required to change the memory. bb.exports() lists them");
            }
            changing = true;
            changes++;
            try {
                holdings.letGo();
                change.run();
            } finally {
                if (isOuter) {
                    changing = false;
                    word.open();
                }
            }
        }
    }

    /**
     * The number of exports that are out.
     *
     * @return the number of grants that were not released
     */
    public long exports() {
        synchronized (lock) {
            return word.exports();
        }
    }

    /** How often a view is out. */
    private static final class Out {
        int times;
    }

    private static final class Access implements GuardAccess {
        @Override
        public Granted grant(ExportGuard guard, BufferRequest request, GuardedExporter exporter) {
            return guard.grantToC(request, exporter);
        }
    }
}

package org.bufferbridge;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bufferbridge.internal.base.Forgotten;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.base.Retries;
import org.bufferbridge.internal.base.SpinLock;
import org.bufferbridge.internal.hold.Keepers;
import org.bufferbridge.internal.hold.MemoryHold;
import org.bufferbridge.internal.hold.Refusals;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.trace.LeakReports;
import org.bufferbridge.internal.trace.Tracing;

/**
 * An arena for memory that Python shall see: it can be closed on any thread, but never under a consumer.
 *
 * <p>Its segments are those of a shared arena. {@link #close()} is refused with IllegalStateException as long as a
 * JavaBuffer holds memory of this arena, and the message says which. A JavaBuffer holds memory from its first export on
 * until the Python object dies, or its {@code release()} is called: the end of the last export alone is not enough,
 * because numpy's {@code np.ndarray(buffer=x)} keeps only the object, not an export. {@link #closeWhenReleased()}
 * closes at that moment.
 *
 * <pre>{@code
 * OPEN(0) <--hold, let go--> OPEN(n)
 *    |                          | closeWhenReleased
 *    |                          v
 *    |                      CLOSING(n)  holds are granted
 *    | close,                   | let go of the last
 *    v closeWhenReleased        v
 *  ENDING  no hold is granted; the memory is being closed
 *    |
 *    +--closed--> CLOSED
 *    +--somebody in the JDK uses the memory--> OPEN(0) when the last close has failed, which throws;
 *                                              ENDING after closeWhenReleased: tried again until it is closed
 * }</pre>
 *
 * <p>An arena that is not closed while something refers to its memory never frees it: that is a leak, and reported
 * ({@link Leaks}).
 *
 * <p>Threads: all methods may be called on any thread. Holding and closing exclude each other by the state, which a
 * lock guards: after {@code close()} has returned, no export of the memory begins. The memory is closed without the
 * lock, since that runs the cleanup actions that users gave to {@code MemorySegment.reinterpret}. Several threads can
 * be at that at once. They are counted, and only the last one that fails opens the arena again.
 */
public final class ExportArena implements Arena {
    private enum State {
        OPEN,
        CLOSING,
        ENDING,
        CLOSED
    }

    private final Arena memory = Arena.ofShared();
    private final Keeper keeper = new Keeper();
    private final ForgottenArena forgotten =
            new ForgottenArena(memory.scope(), LeakReports.wantStacks() ? Tracing.javaStack() : null);

    // No monitor: threads with the GIL hold and let go, and users may synchronise on the arena and wait for the GIL.
    private final SpinLock lock = new SpinLock();

    // Guarded by `lock`.
    private final List<MemoryHold.Holder> holders = new ArrayList<>();
    private State state = State.OPEN;
    private boolean isWanted; // that it closes by itself
    private int closers; // threads in close() that have led to ENDING

    private ExportArena() {}

    /**
     * A new arena.
     *
     * @return the arena, open
     */
    public static ExportArena open() {
        ExportArena arena = new ExportArena();
        if (LeakReports.level() != LeakLevel.OFF) {
            arena.forgotten.watch();
        }
        Keepers.add(arena.memory.scope(), arena.keeper);
        return arena;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the arena is closed
     */
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        MemorySegment segment = memory.allocate(byteSize, byteAlignment);
        forgotten.byteSize.getAndAdd(byteSize);
        return segment;
    }

    @Override
    public MemorySegment.Scope scope() {
        return memory.scope();
    }

    /**
     * Frees the memory, unless Python holds some of it.
     *
     * @throws IllegalStateException if a JavaBuffer holds memory of this arena; the message names each and says what
     *     lets go of it. Or if a call of the JDK uses the memory at this moment, such as a channel that reads into it.
     *     Or if the arena is closed already.
     */
    @Override
    public void close() {
        Natives.requireStackIfBound();
        startClosing();
        Releases thrown = new Releases();
        try {
            closeMemory(thrown);
        } finally {
            stopClosing();
        }
        thrown.rethrow();
    }

    /** No hold is granted from now on, until {@link #stopClosing}. */
    void startClosing() {
        List<MemoryHold.Holder> held;
        lock.take();
        try {
            held = holders.isEmpty() ? null : List.copyOf(holders);
            if (held == null) {
                closers++;
                state = state == State.CLOSED ? state : State.ENDING;
            }
        } finally {
            lock.taken = 0;
        }
        if (held != null) {
            throw new IllegalStateException(
                    "the arena cannot be closed while Python holds its memory: " + Refusals.held(held));
        }
    }

    /** Where the memory is in use, the arena opens again, unless another thread is about to close it. */
    void stopClosing() {
        lock.take();
        try {
            closers--;
            state = state == State.ENDING && closers == 0 && !isWanted ? State.OPEN : state;
        } finally {
            lock.taken = 0;
        }
    }

    /**
     * Closes the arena as soon as no JavaBuffer holds its memory: now, or when the last one lets go. Until then the
     * memory stays valid for Java and for Python, and can still be exported. Where a call of the JDK uses the memory at
     * that moment, such as a channel that reads into it, the arena closes soon after that call has returned, and the
     * memory cannot be exported meanwhile.
     *
     * @throws IllegalStateException if the arena is closed already
     */
    public void closeWhenReleased() {
        Natives.requireStackIfBound();
        lock.take();
        try {
            if (state == State.CLOSED) {
                throw new IllegalStateException("the arena is closed already");
            }
            isWanted = true;
            state = holders.isEmpty() ? State.ENDING : State.CLOSING;
            if (state == State.CLOSING) {
                return;
            }
        } finally {
            lock.taken = 0;
        }
        end();
    }

    /**
     * How many exports of this arena's memory are out. It can be 0 while {@link #close()} is still refused, because the
     * memory is held longer than it is exported.
     *
     * @return the number of exports
     */
    public long liveExports() {
        List<MemoryHold.Holder> held;
        lock.take();
        try {
            held = List.copyOf(holders);
        } finally {
            lock.taken = 0;
        }
        long exports = 0;
        for (MemoryHold.Holder holder : held) {
            exports += holder.exports();
        }
        return exports;
    }

    /** Nobody holds the memory: closes it, now or as soon as nobody in the JDK uses it any more. */
    private void end() {
        if (!attemptToEnd()) {
            Retries.add(this::attemptToEnd);
        }
    }

    private boolean attemptToEnd() {
        Releases thrown = new Releases();
        if (closeMemory(thrown)) {
            thrown.report("a cleanup action of an ExportArena's memory");
        }
        return !memory.scope().isAlive();
    }

    /** Closes the memory, of which nobody has hold; false if it is in use, or another thread has closed it. */
    boolean closeMemory(Releases thrown) {
        try {
            memory.close();
        } catch (Throwable e) {
            thrown.add(memory.scope().isAlive() && e instanceof IllegalStateException ? inUse(e) : e);
        }
        if (memory.scope().isAlive()) {
            return false;
        }
        lock.take();
        try {
            if (state == State.CLOSED) {
                return false;
            }
            state = State.CLOSED;
        } finally {
            lock.taken = 0;
        }
        forgotten.isOver = true;
        Keepers.remove(memory.scope());
        return true;
    }

    private static IllegalStateException inUse(Throwable jdks) {
        return new IllegalStateException(
                "the arena cannot be closed while a call of the JDK uses its memory, such as"
                        + " a channel that reads into it; close it when that has returned, or call closeWhenReleased()",
                jdks);
    }

    /** What {@link Keepers} knows of the arena. */
    private final class Keeper implements Keepers.Keeper {
        /** Made before it is needed: what ends an arena must not fail for want of memory. */
        private final Runnable end = ExportArena.this::end;

        @Override
        public void hold(MemoryHold.Holder holder) {
            State found;
            lock.take();
            try {
                found = state;
                if (found == State.OPEN || found == State.CLOSING) {
                    holders.add(holder);
                    return;
                }
            } finally {
                lock.taken = 0;
            }
            throw new BufferException("the arena that owns the memory is "
                    + (found == State.CLOSED ? "closed" : "closing") + "; an open one is required");
        }

        @Override
        public Runnable letGo(MemoryHold.Holder holder) {
            lock.take();
            try {
                holders.remove(holder);
                if (state != State.CLOSING || !holders.isEmpty()) {
                    return null;
                }
                state = State.ENDING;
            } finally {
                lock.taken = 0;
            }
            return end;
        }
    }

    /** Reports an arena that was not closed when the scope of its memory is unreachable. */
    private static final class ForgottenArena extends Forgotten {
        private final AtomicLong byteSize = new AtomicLong();
        private final String javaStack;
        private volatile boolean isOver;

        ForgottenArena(MemorySegment.Scope scope, String javaStack) {
            super(scope);
            this.javaStack = javaStack;
        }

        @Override
        public boolean isOver() {
            return isOver;
        }

        @Override
        public void found() {
            if (!isOver) {
                isOver = true;
                String owner = ExportArena.class.getName();
                Leak leak = new Leak(Leak.Kind.ARENA, owner, null, 1, byteSize.get(), null, javaStack);
                Retries.add(
                        () -> { // a logger may never return
                            LeakReports.report(leak, "");
                            return true;
                        });
            }
        }
    }
}

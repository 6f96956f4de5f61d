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
 * An arena for memory that Python may use. Any thread may close it, but never while Python holds its memory.
 *
 * <p>Its segments are those of a shared arena. A JavaBuffer holds memory from its first export until the Python object
 * dies or its {@code release()} is called. The end of the last export is not enough, because numpy's {@code
 * np.ndarray(buffer=x)} keeps only the object, not an export. While a JavaBuffer holds memory of this arena, {@link
 * #close()} throws IllegalStateException, and the message names the holder. {@link #closeWhenReleased()} closes the
 * arena when the last holder lets go.
 *
 * <pre>{@code
 * OPEN(0) <--hold, let go--> OPEN(n)
 *    |                          | closeWhenReleased
 *    |                          v
 *    |                      CLOSING(n)  holds are granted
 *    | close,                   | the last holder lets go
 *    v closeWhenReleased        v
 *  ENDING  no hold is granted; the memory is being closed
 *    |
 *    +--closed--> CLOSED
 *    +--a call of the JDK uses the memory--> OPEN(0) when the last close has failed, which throws;
 *                                            ENDING after closeWhenReleased: tried again until it is closed
 * }</pre>
 *
 * <p>Memory of others, such as that of another native library, gets the same rules by {@link
 * MemorySegment#reinterpret(Arena, java.util.function.Consumer)}. Its cleanup action frees it when the arena is closed:
 *
 * <pre>{@code
 * ExportArena arena = ExportArena.open();
 * MemorySegment column = foreign.reinterpret(arena, segment -> free(segment.address()));
 * function.invoke(BufferView.of(column, BufferFormat.FLOAT64, rows)).close();
 * arena.closeWhenReleased(); // now, or when Python lets go of what the function has kept
 * }</pre>
 *
 * <p>If nothing refers to the memory of an arena that was not closed, that memory is never freed. This is a leak, and
 * is reported ({@link Leaks}).
 *
 * <p>Threads: any thread may call all methods. Holding and closing exclude each other by the state, which a lock
 * guards. After {@code close()} has returned, no export of the memory begins. The memory is closed without the lock,
 * because closing runs the cleanup actions that users gave to {@code MemorySegment.reinterpret}. Several threads can
 * close it at the same time. They are counted, and only the last one that fails opens the arena again.
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

    // No monitor: threads with the GIL hold and let go. A thread in the arena's monitor may wait for the GIL.
    private final SpinLock lock = new SpinLock();

    // Guarded by `lock`.
    private final List<MemoryHold.Holder> holders = new ArrayList<>();
    private State state = State.OPEN;
    private boolean isWanted; // closeWhenReleased() was called
    private int closers; // threads between startClosing and stopClosing

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
     * @throws IllegalStateException if a JavaBuffer holds memory of this arena, with each holder and what makes it let
     *     go; if a call of the JDK uses the memory, such as a channel that reads into it; if the arena is closed
     *     already
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

    /** Refuses holds from now on, until {@link #stopClosing}. */
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

    /** Opens the arena again if it was not closed, unless another thread or {@link #closeWhenReleased} closes it. */
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
     * Closes the arena as soon as no JavaBuffer holds its memory: now, or when the last holder lets go. Until then the
     * memory stays valid for Java and for Python, and can still be exported. A call of the JDK may use the memory at
     * that moment, such as a channel that reads into it. Then the arena closes soon after that call has returned. The
     * memory cannot be exported meanwhile.
     *
     * <p>To give memory to Python, call this after the call that has passed it. Before the first export, nobody holds
     * the memory, and the arena closes at once.
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
     * The number of exports of this arena's memory that are out. It can be 0 while {@link #close()} is still refused,
     * because Python holds memory longer than it is exported.
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

    /** Closes memory that nobody holds: now, or when no call of the JDK uses it any more. */
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

    /** Closes memory that nobody holds. Returns false if it is in use, or if another thread has closed it. */
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
        /** Made in advance, because ending an arena must not need memory. */
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

    /** Reports an arena that was not closed, once the scope of its memory is unreachable. */
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

package org.bufferbridge;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An arena for memory that Python shall see: it can be closed on any thread, but never under a consumer.
 *
 * <p>Its segments are those of a shared arena. {@link #close()} is refused with IllegalStateException as long as a
 * JavaBuffer holds memory of this arena, and the message says which. A JavaBuffer holds memory from its first export on
 * until the Python object dies, or its {@code release()} is called: the end of the last export alone is not enough,
 * because numpy's {@code np.ndarray(buffer=x)} keeps only the object, not an export. {@link #closeWhenReleased()} closes
 * at that moment.
 *
 * <pre>{@code
 *              hold              letGo (count 1)
 *   OPEN(0) ---------> OPEN(n) ----------------> OPEN(0)
 *      | close                     | closeWhenReleased
 *      v                           v
 *   CLOSED  <-------------- CLOSING(n)  letGo of the last
 * }</pre>
 *
 * <p>An arena that is not closed while something refers to its memory never frees it: that is a leak, and reported ({@link
 * Leaks}).
 *
 * <p>Threads: all methods may be called on any thread. Taking hold and closing exclude each other by the monitor: after
 * {@code close()} has returned, no export of the memory begins.
 */
public final class ExportArena implements Arena {
    /** By the scope of their segments. Weak: an arena that nobody closes may still be collected from this map. */
    private static final Map<MemorySegment.Scope, WeakReference<ExportArena>> BY_SCOPE =
            Collections.synchronizedMap(new WeakHashMap<>());

    /** Spares all others the look-up until the first arena of this kind is opened. */
    private static volatile boolean anyOpened;

    private final Arena memory = Arena.ofShared();
    private final ForgottenArena forgotten =
            new ForgottenArena(memory.scope(), Leaks.wantStacks() ? Tracing.javaStack() : null);

    // Guarded by `this`.
    private final List<MemoryHold.Holder> holders = new ArrayList<>();
    private boolean closing;
    private boolean closed;

    private ExportArena() {}

    /**
     * A new arena.
     *
     * @return the arena, open
     */
    public static ExportArena open() {
        ExportArena arena = new ExportArena();
        anyOpened = true;
        if (Leaks.level() != LeakLevel.OFF) {
            arena.forgotten.watch();
        }
        BY_SCOPE.put(arena.memory.scope(), new WeakReference<>(arena));
        return arena;
    }

    /** The arena a segment belongs to, or null. */
    static ExportArena owning(MemorySegment segment) {
        if (!anyOpened) {
            return null;
        }
        WeakReference<ExportArena> arena = BY_SCOPE.get(segment.scope());
        return arena == null ? null : arena.get();
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
     * @throws IllegalStateException if a JavaBuffer holds memory of this arena; the message names each and says what lets
     *     go of it. Or if the arena is closed already.
     */
    @Override
    public synchronized void close() {
        if (!holders.isEmpty()) {
            throw new IllegalStateException("the arena cannot be closed while Python holds its memory: " + holders
                    + "; a holder lets go when its Python object dies or its release() is called");
        }
        closeMemory();
    }

    /**
     * Closes the arena as soon as no JavaBuffer holds its memory: now, or when the last one lets go. Until then the
     * memory stays valid for Java and for Python, and can still be exported.
     *
     * @throws IllegalStateException if the arena is closed already
     */
    public synchronized void closeWhenReleased() {
        if (holders.isEmpty()) {
            closeMemory();
        } else {
            closing = true;
        }
    }

    /**
     * How many exports of this arena's memory are out. It can be 0 while {@link #close()} is still refused, because the
     * memory is held longer than it is exported.
     *
     * @return the number of exports
     */
    public synchronized long liveExports() {
        long exports = 0;
        for (MemoryHold.Holder holder : holders) {
            exports += holder.exports();
        }
        return exports;
    }

    /** Called when a holder takes hold, which is undone by one {@link #letGo}. */
    synchronized void hold(MemoryHold.Holder holder) {
        if (closed) {
            throw new BufferException("the arena that owns the memory is closed; an open one is required");
        }
        holders.add(holder);
    }

    synchronized void letGo(MemoryHold.Holder holder) {
        holders.remove(holder);
        if (closing && holders.isEmpty() && !closed) {
            closeMemory();
        }
    }

    private void closeMemory() {
        memory.close(); // throws the JDK's IllegalStateException when it is closed already
        closed = true;
        forgotten.isOver = true;
        BY_SCOPE.remove(memory.scope());
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
        boolean isOver() {
            return isOver;
        }

        @Override
        void found() {
            if (!isOver) {
                isOver = true;
                String owner = ExportArena.class.getName();
                Leaks.report(new Leak(Leak.Kind.ARENA, owner, null, 1, byteSize.get(), null, javaStack), "");
            }
        }
    }
}

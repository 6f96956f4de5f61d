package org.bufferbridge.internal.lease;

import java.lang.foreign.Arena;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Forgotten;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.base.Retries;
import org.bufferbridge.internal.hold.ArenaLock;
import org.bufferbridge.internal.hold.Keepers;
import org.bufferbridge.internal.hold.MemoryHold;

/**
 * The view of a leased buffer over one arena. Closing the arena ends every access.
 *
 * <p>Threads: used by the thread whose {@link Turn} it is. {@link #hold} and {@link #letGo} need no turn. Only its
 * thread makes and closes a confined one.
 */
final class LeaseViews implements Keepers.Keeper {
    /** Which threads may use the view, and close it. */
    private enum Reach {
        CONFINED, // one thread does both
        OWNED, // one thread uses it, any closes it
        SHARED // any thread does both
    }

    private final LeasedMemory memory;
    private final Arena arena;
    private final Reach reach;
    private final Thread thread; // for which it was made; null: for all threads
    private BufferView view;

    private LeaseViews(LeasedMemory memory, Reach reach, Thread thread, Arena arena) {
        this.memory = memory;
        this.reach = reach;
        this.thread = thread;
        this.arena = arena;
        switch (reach) {
            case CONFINED -> Keepers.addConfined(arena.scope(), this);
            case OWNED -> Keepers.addOwned(arena.scope(), this);
            case SHARED -> Keepers.add(arena.scope(), this);
        }
    }

    /** A view for the calling thread, which also closes it. */
    static LeaseViews confined(LeasedMemory memory) {
        return new LeaseViews(memory, Reach.CONFINED, Thread.currentThread(), Arena.ofConfined());
    }

    /**
     * A view for the calling thread. Any thread closes it; one that does not own it needs a handshake with all threads.
     * Where arenas have no owners, the memory is for all threads.
     */
    static LeaseViews owned(LeasedMemory memory) {
        Reach reach = OwnedArena.isSupported() ? Reach.OWNED : Reach.SHARED;
        return new LeaseViews(memory, reach, Thread.currentThread(), OwnedArena.open());
    }

    /** A view for all threads. Closing it needs a handshake with all threads. */
    static LeaseViews shared(LeasedMemory memory) {
        return new LeaseViews(memory, Reach.SHARED, null, Arena.ofShared());
    }

    /** Names a thread without its toString(), which may be user code: other threads wait for the caller. */
    static String name(Thread thread) {
        return (thread.isVirtual() ? "VirtualThread[#" : "Thread[#") + thread.threadId() + "," + thread.getName() + "]";
    }

    /** The thread that the view was made for, or null. */
    Thread thread() {
        return thread;
    }

    /**
     * The view, made at the first call.
     *
     * @throws BufferException if the exporter's description contradicts itself, or its format cannot be seen from Java
     */
    BufferView view(boolean isReadOnly) {
        if (view == null) {
            view = Lease.view(memory.lease, arena);
        }
        if (isReadOnly) {
            view = view.asReadOnly();
        }
        return view;
    }

    /** The scope of all segments of the view: when it is unreachable, no code can reach the memory. */
    Object scope() {
        return arena.scope();
    }

    @Override
    public void hold(MemoryHold.Holder holder) {
        if (!arena.scope().isAlive()) {
            throw new BufferException("the view of the Python buffer is closed; an open one is required");
        }
        if (thread != null && thread != Thread.currentThread()) {
            throw ArenaLock.ofAnotherThread(null);
        }
        memory.hold(holder);
    }

    @Override
    public Runnable letGo(MemoryHold.Holder holder) {
        return memory.letGo(holder);
    }

    /**
     * Ends every access.
     *
     * @throws MemoryInUse if a call of the JDK uses the memory at this moment; then nothing has ended
     */
    void close() {
        Throwable ofCleanup = null;
        try {
            if (!arena.scope().isAlive()) {
                // An error came between an earlier close() and its forget().
            } else if (reach == Reach.OWNED) {
                OwnedArena.close(arena, thread);
            } else {
                arena.close();
            }
        } catch (Throwable thrown) {
            if (arena.scope().isAlive()) {
                if (thrown instanceof IllegalStateException jdks) {
                    throw new MemoryInUse(jdks);
                }
                throw thrown;
            }
            ofCleanup = thrown;
        }
        forget();
        if (ofCleanup != null) {
            Releases.report("a cleanup action of a lease's memory", ofCleanup);
        }
    }

    private void forget() {
        switch (reach) {
            case CONFINED -> Keepers.removeConfined(arena.scope());
            case OWNED -> Keepers.removeOwned(arena.scope(), thread);
            case SHARED -> Keepers.remove(arena.scope());
        }
    }

    /** Ends every access, now or as soon as no call of the JDK uses the memory. The buffer stays leased until then. */
    void end() {
        try {
            close();
        } catch (MemoryInUse inUse) {
            memory.count();
            if (reach == Reach.CONFINED) {
                forget();
                // Only this thread could close the arena, and it does not come back.
                new ForgottenViews(arena.scope(), memory).watch();
            } else {
                Retries.add(this::attemptToEnd);
            }
        }
    }

    private boolean attemptToEnd() {
        try {
            close();
        } catch (MemoryInUse inUse) {
            return false;
        }
        memory.uncount();
        return true;
    }

    /** Confined views that their thread could not close. */
    private static final class ForgottenViews extends Forgotten {
        private final LeasedMemory memory;

        ForgottenViews(Object scope, LeasedMemory memory) {
            super(scope);
            this.memory = memory;
        }

        @Override
        public void found() {
            memory.uncount();
        }
    }
}

package org.bufferbridge.internal.hold;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.bufferbridge.BufferException;
import org.bufferbridge.internal.jni.JdkInternals;

/**
 * Keeps an arena open while Python holds its memory. {@code Arena.close()} of a locked arena throws
 * IllegalStateException ("Session is acquired by 1 clients"). Where the JDK lacks the means ({@link JdkInternals}),
 * memory that somebody could close is not exported.
 *
 * <p>Threads: any thread locks and unlocks a shared arena. Only its owner locks a confined arena; any thread unlocks
 * it. Global and automatic arenas cannot be closed, and locking them is free.
 */
public final class ArenaLock {
    private ArenaLock() {}

    /**
     * Locks the arena that owns {@code memory}. Every successful call needs one {@link #unlock}.
     *
     * @throws BufferException if the arena is closed, belongs to another thread, or cannot be kept open on this JDK
     */
    public static void lock(MemorySegment memory) {
        MemorySegment.Scope scope = memory.scope();
        MethodHandle acquire = JdkInternals.acquireScope();
        if (acquire == null) {
            requireNeverClosed(memory);
            return;
        }
        try {
            acquire.invokeExact(scope);
        } catch (WrongThreadException e) {
            throw ofAnotherThread(e);
        } catch (IllegalStateException e) {
            throw new BufferException("the arena that owns the memory is closed; an open one is required", e);
        } catch (Throwable e) {
            throw new BufferException("the arena that owns the memory cannot be kept open", e);
        }
    }

    /** The refusal of confined memory; its cause is what the JDK threw, or null. */
    public static BufferException ofAnotherThread(WrongThreadException cause) {
        return new BufferException(
                "memory of a confined arena can be exported on its owner's thread only, not on "
                        + Thread.currentThread(),
                cause);
    }

    /** Undoes one {@link #lock}, on any thread. */
    public static void unlock(MemorySegment memory) {
        MethodHandle release = JdkInternals.releaseScope();
        if (release == null) {
            return;
        }
        try {
            release.invokeExact(memory.scope());
        } catch (Throwable e) {
            throw new IllegalStateException("the arena that owns the memory cannot be unlocked", e);
        }
    }

    /** Null where arenas can be kept open, otherwise the reason in words. */
    public static String obstacle() {
        return JdkInternals.acquireScope() != null ? null : cannotKeepOpen();
    }

    private static String cannotKeepOpen() {
        return "this JDK (" + Runtime.version() + ") cannot keep a closeable arena open while it is exported";
    }

    /** Refuses an arena that somebody could close, by the class of its scope. */
    static void requireNeverClosed(MemorySegment memory) {
        MemorySegment ofNio = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(1));
        boolean neverClosed = Stream.of(Arena.global().scope(), Arena.ofAuto().scope(), ofNio.scope())
                .anyMatch(scope -> scope.getClass() == memory.scope().getClass());
        if (!neverClosed) {
            throw new BufferException(
                    cannotKeepOpen() + "; memory of Arena.global(), Arena.ofAuto() or an ExportArena is required");
        }
    }
}

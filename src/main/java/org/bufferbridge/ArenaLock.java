package org.bufferbridge;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Keeps an arena open while Python holds its memory: as long as it is locked, {@code Arena.close()}
 * throws IllegalStateException ("Session is acquired by 1 clients").
 *
 * <p>The JDK has this operation for its own downcalls only, as {@code MemorySessionImpl.acquire0}
 * and {@code release0}. It is an internal of the JDK, so it is looked for once; where it is absent,
 * memory that somebody could close is not exported at all.
 *
 * <p>Threads: a shared arena is locked and unlocked from any thread; a confined one is locked on
 * its owner's thread only and unlocked from any. Global and automatic arenas cannot be closed, and
 * locking them is free.
 */
final class ArenaLock {
    private static final MethodHandle ACQUIRE;
    private static final MethodHandle RELEASE;

    static {
        MethodHandle acquire = null;
        MethodHandle release = null;
        try {
            MethodHandles.Lookup lookup = NativeLibrary.trustedLookup();
            if (lookup != null) {
                Class<?> session = Class.forName("jdk.internal.foreign.MemorySessionImpl");
                MethodType onSession = MethodType.methodType(void.class);
                MethodType onObject = MethodType.methodType(void.class, MemorySegment.Scope.class);
                acquire = lookup.findVirtual(session, "acquire0", onSession).asType(onObject);
                release = lookup.findVirtual(session, "release0", onSession).asType(onObject);
            }
        } catch (ReflectiveOperationException | UnsatisfiedLinkError absent) {
            acquire = null;
            release = null;
        }
        ACQUIRE = acquire;
        RELEASE = release;
    }

    private ArenaLock() {}

    /** Whether closeable arenas can be kept open here. */
    static boolean isAvailable() {
        return ACQUIRE != null;
    }

    /**
     * Locks the arena that owns {@code memory}. Every successful call is matched by one {@link
     * #unlock}.
     *
     * @throws BufferException if the arena is closed, belongs to another thread, or cannot be kept
     *     open on this JDK
     */
    static void lock(MemorySegment memory) {
        MemorySegment.Scope scope = memory.scope();
        if (ACQUIRE == null) {
            if (!isNeverClosed(scope)) {
                throw new BufferException(
                        "this JDK ("
                                + Runtime.version()
                                + ") cannot keep a closeable arena open while it is exported;"
                                + " memory of Arena.global() or Arena.ofAuto() is required");
            }
            return;
        }
        try {
            ACQUIRE.invokeExact(scope);
        } catch (WrongThreadException e) {
            throw new BufferException(
                    "memory of a confined arena can be exported on its owner's thread only, not on "
                            + Thread.currentThread(),
                    e);
        } catch (IllegalStateException e) {
            throw new BufferException("the arena that owns the exported memory is closed", e);
        } catch (Throwable e) {
            throw new BufferException("the arena that owns the exported memory cannot be kept open", e);
        }
    }

    /** Undoes one {@link #lock}; from any thread. */
    static void unlock(MemorySegment memory) {
        if (RELEASE == null) {
            return;
        }
        try {
            RELEASE.invokeExact(memory.scope());
        } catch (Throwable e) {
            throw new IllegalStateException("the exported memory's arena cannot be unlocked", e);
        }
    }

    private static boolean isNeverClosed(MemorySegment.Scope scope) {
        return scope.equals(Arena.global().scope())
                || scope.getClass().getSimpleName().equals("ImplicitSession");
    }
}

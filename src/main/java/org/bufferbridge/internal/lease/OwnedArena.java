package org.bufferbridge.internal.lease;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import org.bufferbridge.internal.base.Log;
import org.bufferbridge.internal.jni.JdkInternals;

/**
 * A shared arena whose memory only one thread can access, its owner. The owner closes it as cheaply as a confined
 * arena. Any other thread can close it too, like any shared arena, by a handshake with all threads. That ends an access
 * that the owner is in.
 *
 * <p>In the JDK, an arena gives its segments a session. Every access checks its thread against
 * {@code MemorySessionImpl.owner}, which is null in a shared session. This class sets the owner before any other code
 * has the arena. The other code of a shared session does not read it.
 *
 * <p><b>Why nothing dangles.</b>
 * <ul>
 *   <li><i>An access by another thread.</i> The check of the owner refuses it, before and after the close. A thread
 *       that gets a segment through a data race sees the owner as well: a fence follows that write.
 *   <li><i>The owner's close.</i> It needs no handshake: only the owner can be in an access, and it is in
 *       {@link #close}. Its later accesses see the state that it has written.
 *   <li><i>Two closes, of the owner and of another thread.</i> Both begin with the same compare-and-exchange, from
 *       "open and not acquired" to "closed". One wins; the other throws, and frees nothing.
 *   <li><i>Acquiring against closing.</i> A downcall or a channel of the JDK uses the bare address. It acquires the
 *       session before, by a compare-and-exchange of the same word. If it comes first, the close is refused. If the
 *       close comes first, acquiring throws. A confined session counts its acquires without an atomic operation, so
 *       another thread could not close it safely. Acquiring does not check the owner. Such a call may use the memory on
 *       another thread, and the arena stays open meanwhile.
 *   <li><i>Another thread's close against an access of the owner.</i> A compiled loop may check the state once, before
 *       it begins. So {@code SharedSession.justClose} writes the state, and then stops each thread at a safepoint. The
 *       JVM deoptimises a thread whose innermost frame is compiled. Its loop goes on in the interpreter, which checks
 *       at each access. A thread between the check and the access gets an exception in place of the access. The close
 *       returns after that. From JDK 27 on it waits until that thread has run on in Java. A thread that sleeps until
 *       the close has ended may therefore wait for it forever; {@link Turn} sleeps for moments only. The JDK argues the
 *       same for shared arenas; an owner adds a check, and removes none.
 * </ul>
 *
 * <p>A trial before the first use shows whether this JDK behaves so. Where it does not, or where
 * {@code -Dbufferbridge.ownedArenas=false} forbids it, a plain shared arena takes its place. That is as safe, is for
 * all threads, and needs the handshake at each close. Older JDKs count acquires in {@code state}, newer ones in
 * {@code acquireCount}.
 *
 * <p>Threads: any. Stateless.
 */
final class OwnedArena {
    private static final String PROPERTY = "bufferbridge.ownedArenas";
    private static final String SESSION = "jdk.internal.foreign.MemorySessionImpl";
    private static final String UNSAFE = "jdk.internal.misc.Unsafe";
    private static final int CLOSED = -1;

    // Constants for the compiler; null where arenas have no owners.
    private static final MethodHandle SET_OWNER; // (Scope, Thread)void
    private static final MethodHandle END; // (Scope, int, int)boolean: compares and sets the count of acquires
    private static final MethodHandle SET_STATE; // (Scope, int)void

    static {
        Found found = find();
        SET_OWNER = found.setOwner;
        END = found.end;
        SET_STATE = found.setState;
    }

    private OwnedArena() {}

    /** Whether arenas have owners here; otherwise {@link #open} gives plain shared ones. */
    static boolean isSupported() {
        return SET_OWNER != null;
    }

    /** An arena that the calling thread owns. */
    static Arena open() {
        Arena arena = Arena.ofShared();
        if (SET_OWNER != null) {
            setOwner(SET_OWNER, arena, Thread.currentThread());
        }
        return arena;
    }

    /**
     * Closes an arena that {@link #open} gave, on any thread.
     *
     * @param owner the thread that opened it
     * @throws IllegalStateException if it is closed, or a call of the JDK uses its memory
     */
    static void close(Arena arena, Thread owner) {
        if (SET_OWNER == null || Thread.currentThread() != owner) {
            arena.close();
        } else if (!closeByOwner(END, SET_STATE, arena)) {
            arena.close(); // refuses in the JDK's words, or closes if nobody has the session acquired any more
        }
    }

    private static void setOwner(MethodHandle set, Arena arena, Thread owner) {
        try {
            set.invokeExact(arena.scope(), owner);
        } catch (Throwable e) {
            throw OwnedArena.<RuntimeException>unchecked(e);
        }
        VarHandle.storeStoreFence();
    }

    /**
     * Does what justClose does before its handshake. The release orders the second word: a thread that sees the first
     * waits for it. There is no cleanup action: other code has segments, and never the arena.
     *
     * @return false if it is closed, or acquired
     */
    private static boolean closeByOwner(MethodHandle end, MethodHandle setState, Arena arena) {
        MemorySegment.Scope session = arena.scope();
        try {
            if (!(boolean) end.invokeExact(session, 0, CLOSED)) {
                return false;
            }
            try {
                setState.invokeExact(session, CLOSED);
            } catch (Throwable usedUp) { // the stack: other threads would wait for a session that is half closed
                boolean isOpenAgain = (boolean) end.invokeExact(session, CLOSED, 0);
                throw usedUp;
            }
            return true;
        } catch (Throwable e) {
            throw OwnedArena.<RuntimeException>unchecked(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private record Found(MethodHandle setOwner, MethodHandle end, MethodHandle setState) {
        static final Found NOTHING = new Found(null, null, null);
    }

    /** Throws nothing: a class whose initialisation fails never works again. */
    private static Found find() {
        try {
            MethodHandles.Lookup trusted = JdkInternals.trusted();
            if (trusted == null || "false".equals(System.getProperty(PROPERTY))) {
                return Found.NOTHING;
            }
            Found found = look(trusted);
            return behaves(found) ? found : Found.NOTHING;
        } catch (Throwable absent) {
            Log.debug("arenas have no owners here; a shared one closes slowly", absent);
            return Found.NOTHING;
        }
    }

    private static Found look(MethodHandles.Lookup trusted) throws Throwable {
        Class<?> session = Class.forName(SESSION);
        Class<?> unsafe = Class.forName(UNSAFE);
        if (trusted.findVarHandle(session, "owner", Thread.class).varType() != Thread.class) {
            return Found.NOTHING;
        }
        Object instance = trusted.findStatic(unsafe, "getUnsafe", MethodType.methodType(unsafe))
                .invoke();
        long offset = (long) trusted.findVirtual(
                        unsafe, "objectFieldOffset", MethodType.methodType(long.class, Class.class, String.class))
                .invoke(instance, session, "owner");
        MethodHandle put = trusted.findVirtual(
                unsafe, "putReference", MethodType.methodType(void.class, Object.class, long.class, Object.class));
        // The offset is constant, so the compiler knows which field is written.
        MethodHandle set = MethodHandles.insertArguments(put.bindTo(instance), 1, offset)
                .asType(MethodType.methodType(void.class, MemorySegment.Scope.class, Thread.class));
        VarHandle state = trusted.findVarHandle(session, "state", int.class);
        VarHandle count = state;
        try {
            count = trusted.findVarHandle(session, "acquireCount", int.class);
        } catch (NoSuchFieldException countedInState) {
            // as in older JDKs
        }
        MethodHandle end = count.toMethodHandle(VarHandle.AccessMode.COMPARE_AND_SET)
                .asType(MethodType.methodType(boolean.class, MemorySegment.Scope.class, int.class, int.class));
        MethodHandle setState = state.toMethodHandle(VarHandle.AccessMode.SET_RELEASE)
                .asType(MethodType.methodType(void.class, MemorySegment.Scope.class, int.class));
        return new Found(set, end, setState);
    }

    // ------------------------------------------------------------------------------------- the trial

    /** Whether a session with an owner behaves as the comment of this class says. */
    private static boolean behaves(Found found) throws Throwable {
        return found.setOwner != null
                && ownerAloneAccesses(found)
                && ownerCloses(found)
                && othersClose(found)
                && acquiringExcludesClosing(found);
    }

    /** Memory that is never freed: an access that fails to throw is harmless. */
    @SuppressWarnings("restricted")
    private static MemorySegment memoryOf(Arena arena) {
        return Arena.global().allocate(Long.BYTES).reinterpret(arena, null);
    }

    private static boolean ownerAloneAccesses(Found found) {
        Arena mine = Arena.ofShared();
        MemorySegment before = memoryOf(mine);
        setOwner(found.setOwner, mine, Thread.currentThread());
        before.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        boolean isMine = before.get(ValueLayout.JAVA_BYTE, 0) == 1 && before.isAccessibleBy(Thread.currentThread());
        Thread another = new Thread(() -> {});
        setOwner(found.setOwner, mine, another);
        boolean isRefused = throwsOf(WrongThreadException.class, () -> before.get(ValueLayout.JAVA_BYTE, 0))
                && !before.isAccessibleBy(Thread.currentThread());
        mine.close();
        return isMine && isRefused;
    }

    private static boolean ownerCloses(Found found) {
        Arena arena = Arena.ofShared();
        setOwner(found.setOwner, arena, Thread.currentThread());
        MemorySegment segment = memoryOf(arena);
        return closeByOwner(found, arena)
                && isClosed(segment)
                && !closeByOwner(found, arena)
                && throwsOf(IllegalStateException.class, arena::close);
    }

    private static boolean othersClose(Found found) {
        Arena arena = Arena.ofShared();
        MemorySegment segment = memoryOf(arena);
        setOwner(found.setOwner, arena, new Thread(() -> {}));
        arena.close();
        setOwner(found.setOwner, arena, Thread.currentThread()); // for the check of the state
        return isClosed(segment) && !closeByOwner(found, arena);
    }

    private static boolean acquiringExcludesClosing(Found found) throws Throwable {
        MethodHandle acquire = JdkInternals.acquireScope();
        MethodHandle release = JdkInternals.releaseScope();
        if (acquire == null) {
            return false;
        }
        Arena arena = Arena.ofShared();
        setOwner(found.setOwner, arena, Thread.currentThread());
        acquire.invokeExact(arena.scope());
        boolean isRefused = !closeByOwner(found, arena)
                && arena.scope().isAlive()
                && throwsOf(IllegalStateException.class, arena::close);
        release.invokeExact(arena.scope());
        return isRefused && closeByOwner(found, arena);
    }

    private static boolean closeByOwner(Found found, Arena arena) {
        return closeByOwner(found.end, found.setState, arena);
    }

    private static boolean isClosed(MemorySegment segment) {
        MethodHandle acquire = JdkInternals.acquireScope();
        return !segment.scope().isAlive()
                && throwsOf(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0))
                && acquire != null
                && throwsOf(IllegalStateException.class, () -> {
                    acquire.invokeExact(segment.scope());
                });
    }

    /** Code that has to throw. */
    private interface Trial {
        void run() throws Throwable;
    }

    private static boolean throwsOf(Class<? extends Throwable> type, Trial trial) {
        try {
            trial.run();
            return false;
        } catch (Throwable thrown) {
            return thrown.getClass() == type;
        }
    }
}

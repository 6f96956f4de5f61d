package org.bufferbridge.internal.jni;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The parts of the JDK that this library needs and that are no API:
 *
 * <ul>
 *   <li>{@code MemorySessionImpl.acquire0} and {@code release0}, with which the JDK keeps arenas open during downcalls
 *   <li>the array under a read-only heap segment
 *   <li>{@code java.lang.Shutdown.shutdown}, with which the end of a JVM runs the shutdown hooks
 *   <li>{@code Blocker}, with which the JDK replaces carriers that wait
 * </ul>
 *
 * <p>They are looked up once, when the native library is bound. Each is null before that, and where the JDK has no such
 * part; what depends on it is then refused. If memory runs out, the look-up throws, and a later call repeats it.
 */
public final class JdkInternals {
    // Once true, always true. Found is initialised before that.
    private static boolean looked;

    private static MethodHandles.Lookup trusted;

    private JdkInternals() {}

    /** Whether they have been looked up. */
    private static boolean isReady() {
        if (!looked && Natives.isBound()) {
            look();
        }
        return looked;
    }

    /** Gets the lookup before {@code Found} is initialised: a class whose initialisation fails never works again. */
    private static synchronized void look() {
        if (!looked) {
            trusted = lookup();
            Found.initialise();
            looked = true;
        }
    }

    /** The JDK's lookup that may do everything; null if there is none. Only {@code OwnedArena} needs it. */
    public static MethodHandles.Lookup trusted() {
        return isReady() ? trusted : null;
    }

    /** (MemorySegment.Scope)void: keeps the arena of that scope open. Null, like its counterpart, if there is none. */
    public static MethodHandle acquireScope() {
        return isReady() ? Found.ACQUIRE_SCOPE : null;
    }

    /** (MemorySegment.Scope)void: undoes one {@link #acquireScope}. */
    public static MethodHandle releaseScope() {
        return isReady() ? Found.RELEASE_SCOPE : null;
    }

    /** ()void: runs the shutdown hooks; null if there is none. */
    public static MethodHandle shutDown() {
        return isReady() ? Found.SHUT_DOWN : null;
    }

    /** ()Object: this thread's carrier may wait from now on. Null, like its counterpart, if there is none. */
    public static MethodHandle beginBlocking() {
        return isReady() ? Found.BEGIN_BLOCKING : null;
    }

    /** (Object)void: ends what {@link #beginBlocking} began, and takes its result. */
    public static MethodHandle endBlocking() {
        return isReady() ? Found.END_BLOCKING : null;
    }

    /** The array under a heap segment, even a read-only one; null if it cannot be found. */
    public static Object heapBase(MemorySegment memory) {
        Object base = memory.heapBase().orElse(null);
        if (base == null && isReady() && Found.HEAP_BASE != null) {
            try {
                base = (Object) Found.HEAP_BASE.invokeExact(memory);
            } catch (Throwable unknown) {
                base = null;
            }
        }
        return base;
    }

    /** Initialised once Python runs. Java code may use views long before that. */
    private static final class Found {
        static final MethodHandle ACQUIRE_SCOPE;
        static final MethodHandle RELEASE_SCOPE;
        static final MethodHandle SHUT_DOWN;
        static final MethodHandle HEAP_BASE;
        static final MethodHandle BEGIN_BLOCKING;
        static final MethodHandle END_BLOCKING;

        static {
            MethodHandles.Lookup lookup = trusted;
            MethodType onScope = MethodType.methodType(void.class, MemorySegment.Scope.class);
            String session = "jdk.internal.foreign.MemorySessionImpl";
            MethodHandle acquire = find(lookup, session, "acquire0", void.class, onScope);
            MethodHandle release = find(lookup, session, "release0", void.class, onScope);
            boolean both = acquire != null && release != null;
            ACQUIRE_SCOPE = both ? acquire : null;
            RELEASE_SCOPE = both ? release : null;
            SHUT_DOWN = findStatic(lookup, "java.lang.Shutdown", "shutdown", MethodType.methodType(void.class));
            HEAP_BASE = find(
                    lookup,
                    "jdk.internal.foreign.AbstractMemorySegmentImpl",
                    "unsafeGetBase",
                    Object.class,
                    MethodType.methodType(Object.class, MemorySegment.class));
            MethodHandle[] blocking = findBlocking(lookup);
            BEGIN_BLOCKING = blocking[0];
            END_BLOCKING = blocking[1];
        }

        /** Has the class initialised. */
        static void initialise() {}
    }

    private static MethodHandles.Lookup lookup() {
        try {
            return Natives.trustedLookup();
        } catch (LinkageError absent) {
            return null;
        }
    }

    /**
     * The value that {@code begin} returns and {@code end} takes is a long in older JDKs, and a boolean in newer ones.
     */
    private static MethodHandle[] findBlocking(MethodHandles.Lookup lookup) {
        for (Class<?> type : new Class<?>[] {boolean.class, long.class}) {
            MethodHandle begin = findStatic(lookup, "jdk.internal.misc.Blocker", "begin", MethodType.methodType(type));
            MethodHandle end =
                    findStatic(lookup, "jdk.internal.misc.Blocker", "end", MethodType.methodType(void.class, type));
            if (begin != null && end != null) {
                return new MethodHandle[] {
                    begin.asType(MethodType.methodType(Object.class)),
                    end.asType(MethodType.methodType(void.class, Object.class))
                };
            }
        }
        return new MethodHandle[2];
    }

    private static MethodHandle findStatic(
            MethodHandles.Lookup lookup, String className, String name, MethodType type) {
        if (lookup == null) {
            return null;
        }
        try {
            return lookup.findStatic(Class.forName(className), name, type);
        } catch (ReflectiveOperationException | RuntimeException absent) {
            return null;
        }
    }

    private static MethodHandle find(
            MethodHandles.Lookup lookup, String className, String name, Class<?> result, MethodType as) {
        if (lookup == null) {
            return null;
        }
        try {
            return lookup.findVirtual(Class.forName(className), name, MethodType.methodType(result))
                    .asType(as);
        } catch (ReflectiveOperationException | RuntimeException absent) {
            return null;
        }
    }
}

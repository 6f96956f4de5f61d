package org.bufferbridge;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The four things this library needs of the JDK that are no API: {@code MemorySessionImpl.acquire0} and {@code
 * release0}, with which the JDK itself keeps arenas open during downcalls, the array under a read-only heap segment, and
 * {@code java.lang.Shutdown.shutdown}, with which the end of a JVM runs the shutdown hooks.
 * They are looked for once, when the native library is there; each is null before, and where the JDK at hand has no such
 * thing, and what depends on it is refused. Want of memory is neither: it is thrown, and they are looked for again.
 */
final class JdkInternals {
    // Once true, always true, and Found is initialised before.
    private static boolean looked;

    private static MethodHandles.Lookup trusted;

    private JdkInternals() {}

    /** Whether the four have been looked for. */
    private static boolean isReady() {
        if (!looked && NativeLibrary.isBound()) {
            look();
        }
        return looked;
    }

    /** The lookup is asked for first: what fails in the initialisation of a class fails for good. */
    private static synchronized void look() {
        if (!looked) {
            trusted = lookup();
            Found.initialise();
            looked = true;
        }
    }

    /** (MemorySegment.Scope)void: keeps the arena of that scope open; null, as is its counterpart, if there is none. */
    static MethodHandle acquireScope() {
        return isReady() ? Found.ACQUIRE_SCOPE : null;
    }

    /** (MemorySegment.Scope)void: undoes one {@link #acquireScope}. */
    static MethodHandle releaseScope() {
        return isReady() ? Found.RELEASE_SCOPE : null;
    }

    /** ()void: runs the shutdown hooks; null if it cannot be found. */
    static MethodHandle shutDown() {
        return isReady() ? Found.SHUT_DOWN : null;
    }

    /** The array under a heap segment, also a read-only one; null if it cannot be found. */
    static Object heapBase(MemorySegment memory) {
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

    /** Initialised when Python runs, for Java code may use views long before. */
    private static final class Found {
        static final MethodHandle ACQUIRE_SCOPE;
        static final MethodHandle RELEASE_SCOPE;
        static final MethodHandle SHUT_DOWN;
        static final MethodHandle HEAP_BASE;

        static {
            MethodHandles.Lookup lookup = trusted;
            MethodType onScope = MethodType.methodType(void.class, MemorySegment.Scope.class);
            String session = "jdk.internal.foreign.MemorySessionImpl";
            MethodHandle acquire = find(lookup, session, "acquire0", void.class, onScope);
            MethodHandle release = find(lookup, session, "release0", void.class, onScope);
            boolean both = acquire != null && release != null;
            ACQUIRE_SCOPE = both ? acquire : null;
            RELEASE_SCOPE = both ? release : null;
            SHUT_DOWN = findShutDown(lookup);
            HEAP_BASE = find(lookup, "jdk.internal.foreign.AbstractMemorySegmentImpl", "unsafeGetBase", Object.class,
                    MethodType.methodType(Object.class, MemorySegment.class));
        }

        /** Does nothing but have the class initialised. */
        static void initialise() {}
    }

    private static MethodHandles.Lookup lookup() {
        try {
            return NativeLibrary.trustedLookup();
        } catch (LinkageError absent) {
            return null;
        }
    }

    private static MethodHandle findShutDown(MethodHandles.Lookup lookup) {
        if (lookup == null) {
            return null;
        }
        try {
            return lookup.findStatic(Class.forName("java.lang.Shutdown"), "shutdown", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException | RuntimeException absent) {
            return null;
        }
    }

    private static MethodHandle find(MethodHandles.Lookup lookup, String className, String name, Class<?> result,
            MethodType as) {
        if (lookup == null) {
            return null;
        }
        try {
            return lookup.findVirtual(Class.forName(className), name, MethodType.methodType(result)).asType(as);
        } catch (ReflectiveOperationException | RuntimeException absent) {
            return null;
        }
    }
}

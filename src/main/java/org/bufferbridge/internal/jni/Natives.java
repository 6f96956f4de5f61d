package org.bufferbridge.internal.jni;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * The native half of bufferbridge, as far as Java calls it. The library itself binds the methods
 * ({@code RegisterNatives}) when it joins the JVM. Before that, they throw {@link UnsatisfiedLinkError}.
 */
public final class Natives {
    /**
     * The version of everything that both halves must agree on. That is the layout of descriptors, slots and leases,
     * and the methods that they call of each other. The library has its own, {@code BB_ABI_VERSION}, and refuses a jar
     * of another version.
     */
    public static final int ABI_VERSION = 18;

    /** The whole address space, for structures whose addresses C chooses. */
    @SuppressWarnings("restricted")
    public static final MemorySegment ADDRESS_SPACE = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    // Wakes a thread that may wait for the GIL. Null in a process that Python started, whose main thread wakes often
    // enough.
    private static volatile Runnable deferredRunner;

    // Once true, always true. Several threads may find out at once.
    private static boolean bound;

    private Natives() {}

    /** Whether the methods here are bound, as they are once Python runs. */
    public static boolean isBound() {
        if (!bound) {
            try {
                leaseCount();
                bound = true;
            } catch (UnsatisfiedLinkError e) {
                return false;
            }
        }
        return true;
    }

    /**
     * Throws StackOverflowError if this thread's stack may be too small for the steps of an end. Called before the
     * first step that cannot be taken back.
     */
    public static native void requireStack();

    /** The same, for code that may run without Python, where it does nothing. */
    public static void requireStackIfBound() {
        if (bound) {
            requireStack();
        }
    }

    /** From now on {@code runner} has another thread soon do the deferred work. */
    public static void runDeferredBy(Runnable runner) {
        deferredRunner = runner;
    }

    /** Has another thread release a forgotten lease later, and report a leak before. Takes no lock. */
    public static void forgetLease(long lease, boolean isLeak) {
        leaseDeferRelease(lease, isLeak);
        runDeferredSoon();
    }

    /** Has another thread give up a forgotten reference later. Takes no lock. */
    public static void forgetObject(long object) {
        objectDeferRelease(object);
        runDeferredSoon();
    }

    private static void runDeferredSoon() {
        Runnable runner = deferredRunner;
        if (runner != null) {
            runner.run();
        }
    }

    /**
     * The JDK's lookup that may do everything; see {@code ArenaLock}.
     *
     * @throws LinkageError if this JDK has none
     */
    static native MethodHandles.Lookup trustedLookup();

    /**
     * The number of live exports of memory that the library holds. Exports by upcall do not count.
     *
     * @param javaBuffer the JavaBuffer, as C named it in {@code Holding.open}; 0 for all
     */
    public static native long heldExports(long javaBuffer);

    /**
     * The value of one of HotSpot's flags.
     *
     * @param byteSize 1 for a flag that is on or off, 8 for a size
     * @return -1 if this JVM has no such flag, or does not describe its flags
     */
    public static native long vmFlag(String name, int byteSize);

    /**
     * Whether a consumer may have kept an address of memory that the library holds, without an export.
     *
     * @param javaBuffer as in {@link #heldExports}
     */
    public static native boolean keepsAddress(long javaBuffer);

    /**
     * Makes exports use these ways into Java from now on.
     *
     * @param acquire address of a stub of {@code Export.acquire}
     * @param release address of a stub of {@code Export.release}
     */
    public static native void useStubs(long acquire, long release);

    /**
     * Allocates memory. Large memory is advised for huge pages.
     *
     * @param isZeroed whether it reads as zeros; otherwise the caller overwrites all of it
     * @return its address, aligned to at least 64 bytes; 0 if memory ran out
     */
    public static native long allocate(long byteSize, boolean isZeroed);

    /**
     * Zeroes what {@link #allocate} returned for that size, and gives the pages of large memory back to the system. The
     * addresses stay mapped.
     *
     * @return false if no page was given back, because the memory is small or the system refuses
     */
    public static native boolean vacate(long address, long byteSize);

    /**
     * Frees what {@link #allocate} returned for that size.
     *
     * @param hasPages false if {@link #vacate} gave its pages back, so that it is not worth keeping for the next block
     */
    public static native void free(long address, long byteSize, boolean hasPages);

    /**
     * Pins an array, writes one byte through the pinned address, reads it back from the array, and unpins it. Called
     * only where the collector pins.
     *
     * @return false if the JVM handed out a copy
     * @throws OutOfMemoryError if the array could not be pinned now
     */
    public static native boolean pokePinned(byte[] array, int index, byte value);

    /**
     * Limits what may be pinned. Called before the first array is pinned.
     *
     * @param regionByteSize the size of a heap region; regions begin at its multiples
     * @param maxSharing the largest array that lies in a region with others, bytes
     * @param maxArrays the number of pinned arrays
     * @param maxRegions the number of regions that arrays share
     * @param maxBytes the bytes of all regions that have a pinned array
     */
    public static native void limitPins(
            long regionByteSize, long maxSharing, long maxArrays, long maxRegions, long maxBytes);

    /** Releases a lease and ends Java's ownership of it. Returns false once Python has ended. Takes the GIL. */
    public static native boolean leaseRelease(long lease);

    private static native void leaseDeferRelease(long lease, boolean isLeak);

    /**
     * Notes where a lease is retained: {@code Tracing.place()}, and the Python stack of this thread. Ends the ownership
     * that {@code Lease.addOwner} added. Takes the GIL.
     */
    public static native void leaseNoteStack(long lease, String javaPlace);

    /** Requests the buffer again, writable. Returns null, or why it was refused. Takes the GIL. */
    public static native String leaseMakeWritable(long lease);

    /** Says that the JVM begins to end the process that Python hosts. Returns false if Python began before. */
    public static native boolean javaEnds();

    /**
     * Says that a JVM that other code created begins to end. From now on nothing enters it, not even a release.
     *
     * @param takesGil whether to wait until no thread that holds the GIL is in Java
     */
    public static native void jvmEnds(boolean takesGil);

    /** The number of leases that are out. */
    public static native long leaseCount();

    /** The bytes that all exports of memory that the library holds have together. */
    public static native long heldBytes();

    /** The bytes that all leases have together. */
    public static native long leasedBytes();

    /**
     * What is out or held, as {@code OutLists} reads it; null once Python has ended. Takes the GIL.
     *
     * @param list exports, leases or holdings
     */
    public static native String[] outTexts(String list);

    /**
     * The address of the C API's table. JNI code calls this by its name, which stays ({@code bufferbridge_api.h}).
     *
     * @throws IllegalStateException unless Python runs in this process
     */
    public static long nativeApi() {
        if (!isBound()) {
            throw new IllegalStateException("Python does not run in this process; Python.start() starts it");
        }
        return apiAddress();
    }

    private static native long apiAddress();

    /** Sets the bits of {@code Tracing}. */
    public static native void setTracing(int bits);

    /**
     * The address of a new reference to what was leased; 0 once Python has ended. Ends the ownership that
     * {@code Lease.addOwner} added. Takes the GIL.
     */
    public static native long objectOfLease(long lease);

    /** The address of a new reference to the same object; 0 once Python has ended. Takes the GIL. */
    public static native long objectReference(long object);

    /** {@code str(object)}, or why there is none; null once Python has ended. Takes the GIL. */
    public static native String objectText(long object);

    /** Gives a reference up. Returns false once Python has ended. Takes the GIL. */
    public static native boolean objectRelease(long object);

    private static native void objectDeferRelease(long object);
}

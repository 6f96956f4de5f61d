package org.bufferbridge.internal.jni;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/**
 * The native half of bufferbridge, as far as Java calls it. The methods are bound by the library itself ({@code
 * RegisterNatives}) when it meets the JVM; before that, calling one throws {@link UnsatisfiedLinkError}.
 */
public final class Natives {
    /**
     * Version of everything both halves must agree on: the layout of descriptors, slots and leases, and the methods
     * they call of each other. The library refuses a jar of another version; its own is {@code BB_ABI_VERSION}.
     */
    public static final int ABI_VERSION = 11;

    /** The whole address space, for structures whose place C decides. */
    @SuppressWarnings("restricted")
    public static final MemorySegment ADDRESS_SPACE = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    // Wakes a thread that may wait for the GIL; null in a process of Python's, whose main thread is awake often enough.
    private static volatile Runnable drain;

    // Once true, always true; threads may find out at once.
    private static boolean bound;

    private Natives() {}

    /** Whether Python runs, so that the methods here are bound. */
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
     * Asked before the first step of an end that cannot be taken back: throws StackOverflowError, with nothing changed,
     * where this thread's stack may not hold the steps after it.
     */
    public static native void requireStack();

    /** The same for what may be used without Python, which then has nothing to end. */
    public static void requireStackIfBound() {
        if (bound) {
            requireStack();
        }
    }

    /** Where what was put off is done: {@code drainer} has it done soon, by another thread. */
    public static void drainBy(Runnable drainer) {
        drain = drainer;
    }

    /** Gives a forgotten lease's buffer back, later and on another thread, and reports a leak before; takes no lock. */
    public static void forgetLease(long lease, boolean isLeak) {
        leaseReleaseLater(lease, isLeak);
        drainSoon();
    }

    /** Gives a forgotten reference up, later and on another thread; takes no lock. */
    public static void forgetObject(long object) {
        objectReleaseLater(object);
        drainSoon();
    }

    private static void drainSoon() {
        Runnable drainer = drain;
        if (drainer != null) {
            drainer.run();
        }
    }

    /**
     * The JDK's all-access Lookup; see {@code ArenaLock}.
     *
     * @throws LinkageError where this JDK has none
     */
    static native MethodHandles.Lookup trustedLookup();

    /**
     * How many exports are out of memory that the library holds, without an upcall for each.
     *
     * @param javaBuffer of which JavaBuffer, as C called it in {@code Holding.open}; 0 for all
     */
    public static native long heldExports(long javaBuffer);

    /**
     * From now on exports take these ways into Java.
     *
     * @param acquire address of a stub of {@code Export.acquire}
     * @param release address of a stub of {@code Export.release}
     */
    public static native void useStubs(long acquire, long release);

    /**
     * Zeroed memory, advised for huge pages where it is large.
     *
     * @return its address, aligned to 64 bytes at least; 0 when there is no memory
     */
    public static native long allocate(long byteSize);

    /**
     * Zeroes what {@link #allocate} returned for that size, and gives its pages back to the system where it is large.
     * Its addresses stay mapped.
     *
     * @return false if nothing was given back, because the memory is small or the system refuses
     */
    public static native boolean vacate(long address, long byteSize);

    /** Frees what {@link #allocate} returned for that size. */
    public static native void free(long address, long byteSize);

    /**
     * Pins an array, writes one byte through the pinned address, reads it back from the array, unpins it. Only where
     * the collector pins.
     *
     * @return false if the JVM handed out a copy
     * @throws OutOfMemoryError if the array could not be pinned now
     */
    public static native boolean pokePinned(byte[] array, int index, byte value);

    /**
     * From now on no more than this is pinned. Told before the first array is.
     *
     * @param regionByteSize of a heap region, at multiples of which regions begin
     * @param mostSharing    the largest array that lies in a region with others, bytes
     * @param mostArrays     how many arrays
     * @param mostRegions    how many regions that arrays share
     * @param mostBytes      of all regions that have a pinned array
     */
    public static native void limitPins(
            long regionByteSize, long mostSharing, long mostArrays, long mostRegions, long mostBytes);

    /** Gives a lease's buffer back and ends Java's ownership; false when Python has ended. Takes the GIL. */
    public static native boolean leaseRelease(long lease);

    private static native void leaseReleaseLater(long lease, boolean isLeak);

    /**
     * Notes where a lease is retained: {@code Tracing.place()}, and the Python stack of this thread. Ends what
     * {@code Lease.lend} began. Takes the GIL.
     */
    public static native void leaseRetained(long lease, String javaPlace);

    /** Requests the buffer again, writable: null, or why it was refused. Takes the GIL. */
    public static native String leaseMakeWritable(long lease);

    /** The JVM begins to end the process that Python hosts; false if Python has begun before. */
    public static native boolean javaEnds();

    /**
     * The JVM, which somebody else created, begins to end: from now on nothing enters it, releases neither.
     *
     * @param takesGil whether to wait until no thread that holds the GIL is in Java
     */
    public static native void jvmEnds(boolean takesGil);

    /** How many leases are out. */
    public static native long leaseCount();

    /** How many bytes all exports have together of memory that the library holds, without an upcall for each. */
    public static native long heldBytes();

    /** How many bytes all leases together have. */
    public static native long leasedBytes();

    /**
     * What is out or held, as {@code OutLists} reads it; null when Python has ended. Takes the GIL.
     *
     * @param list exports, leases or holdings
     */
    public static native String[] outTexts(String list);

    /** Sets the bits of {@code Tracing}. */
    public static native void setTracing(int bits);

    /**
     * The address of a new reference to what was leased; 0 when Python has ended. Ends what {@code Lease.lend} began.
     * Takes the GIL.
     */
    public static native long objectOfLease(long lease);

    /** The address of a new reference to the same object; 0 when Python has ended. Takes the GIL. */
    public static native long objectReference(long object);

    /** {@code str(object)}, or why there is none; null when Python has ended. Takes the GIL. */
    public static native String objectText(long object);

    /** Gives a reference up; false when Python has ended. Takes the GIL. */
    public static native boolean objectRelease(long object);

    private static native void objectReleaseLater(long object);
}

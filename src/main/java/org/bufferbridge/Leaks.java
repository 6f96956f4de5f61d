package org.bufferbridge;

import java.util.List;
import java.util.Objects;
import org.bufferbridge.internal.export.Export;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.trace.LeakReports;
import org.bufferbridge.internal.trace.OutLists;

/**
 * What is out, and what has leaked: exports, leases and holdings now; leaks that were found; how closely is watched
 * for them.
 *
 * <p>A leak is what Java code should have closed and cannot any more, because nothing refers to it: a {@link
 * PythonBuffer} that was retained, an {@link ExportArena}. It is noticed by the garbage collector, so some time later.
 * A {@link PythonObject} that is forgotten is no leak: the collector gives it back, and nobody waits for it.
 *
 * <p>Each leak is reported to the {@link System.Logger} named {@code org.bufferbridge}, as a warning: the first of its
 * kind, owner and stacks; those after it are counted. {@link #found()} tells the counts.
 *
 * <p>The level is that of the system property {@code bufferbridge.leaks}, else of the environment variable {@code
 * BUFFERBRIDGE_LEAKS}, else {@link LeakLevel#SIMPLE}; and what {@link #setLevel} says from then on.
 *
 * <p>Threads: all methods may be called on any thread.
 */
public final class Leaks {
    private Leaks() {}

    /**
     * How closely is watched.
     *
     * @return the level
     */
    public static LeakLevel level() {
        return LeakReports.level();
    }

    /**
     * Watches more or less closely from now on. Of what is out already, no stacks are taken.
     *
     * @param level the level
     */
    public static void setLevel(LeakLevel level) {
        LeakReports.setLevel(Objects.requireNonNull(level, "level"));
    }

    /**
     * The leaks that were found, at levels above {@link LeakLevel#OFF}.
     *
     * @return one for each kind, owner and stacks, first found first
     */
    public static List<Leak> found() {
        return LeakReports.found();
    }

    // ------------------------------------------------------------------------------------------ what is out

    /**
     * How many exports are out: grants of Java memory to Python consumers that were not released yet. Exact once the
     * calls in flight have returned.
     *
     * @return the number of exports
     */
    public static long liveExports() {
        return Export.live() + heldExports();
    }

    /**
     * How many leases are out: Python buffers that Java holds. Exact once the calls in flight have returned.
     *
     * @return the number of leases
     */
    public static long liveLeases() {
        try {
            return Natives.leaseCount();
        } catch (UnsatisfiedLinkError noPython) {
            return 0;
        }
    }

    /**
     * How many bytes all exports that are out have together; memory that is exported twice counts twice.
     *
     * @return the sum, bytes
     */
    public static long exportedByteSize() {
        try {
            return Export.liveByteSize() + Natives.heldBytes();
        } catch (UnsatisfiedLinkError noPython) {
            return 0;
        }
    }

    /**
     * How many bytes all leases that are out have together; memory that is leased twice counts twice.
     *
     * @return the sum, bytes
     */
    public static long leasedByteSize() {
        try {
            return Natives.leasedBytes();
        } catch (UnsatisfiedLinkError noPython) {
            return 0;
        }
    }

    /**
     * The exports that are out. A snapshot: other threads may acquire and release meanwhile. Takes the GIL.
     *
     * @return one for each
     * @throws IllegalStateException if Python has ended
     */
    public static List<ExportInfo> exports() {
        return OutLists.exports();
    }

    /**
     * The leases that are out, oldest first. A snapshot: other threads may acquire and release meanwhile. Takes the
     * GIL.
     *
     * @return one for each
     * @throws IllegalStateException if Python has ended
     */
    public static List<LeaseInfo> leases() {
        return OutLists.leases();
    }

    /**
     * Who holds memory that the library knows, oldest first, also where no export is out. An arena that refuses to
     * close because "Session is acquired" is kept open by one of these, or by one of {@link #exports()}. A snapshot:
     * other threads may take hold and let go meanwhile. Takes the GIL.
     *
     * @return one for each
     * @throws IllegalStateException if Python has ended
     */
    public static List<HoldingInfo> holdings() {
        return OutLists.holdings();
    }

    private static long heldExports() {
        try {
            return Natives.heldExports(0);
        } catch (UnsatisfiedLinkError noPython) {
            return 0;
        }
    }
}

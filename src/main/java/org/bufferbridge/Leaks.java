package org.bufferbridge;

import java.util.List;
import java.util.Objects;
import org.bufferbridge.internal.export.Export;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.trace.LeakReports;
import org.bufferbridge.internal.trace.OutLists;

/**
 * Lists of memory that is out or has leaked: exports, leases and holdings of this moment, and leaks that were found.
 *
 * <p>A leak is a retained {@link PythonBuffer} or an {@link ExportArena} that was not closed, and that nothing refers
 * to. The garbage collector notices it some time later. A forgotten {@link PythonObject} is no leak: the collector lets
 * go of it, and no thread waits for that.
 *
 * <p>The first leak of each kind, owner and stacks is a warning of the {@link System.Logger} named
 * {@code org.bufferbridge}. Later ones are counted: {@link #found()} returns the counts.
 *
 * <p>The system property {@code bufferbridge.leaks} sets the level, otherwise the environment variable {@code
 * BUFFERBRIDGE_LEAKS}; the default is {@link LeakLevel#SIMPLE}. {@link #setLevel} changes it.
 *
 * <p>Threads: any thread may call all methods.
 */
public final class Leaks {
    private Leaks() {}

    /**
     * How closely the library watches.
     *
     * @return the level
     */
    public static LeakLevel level() {
        return LeakReports.level();
    }

    /**
     * Sets how closely the library watches from now on. No stacks are taken for memory that is out already.
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
     * The number of exports that are out: grants of Java memory to Python consumers that were not released yet. Exact
     * once the calls in flight have returned.
     *
     * @return the number of exports
     */
    public static long liveExports() {
        return Export.live() + heldExports();
    }

    /**
     * The number of leases that are out: Python buffers that Java has. Exact once the calls in flight have returned.
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
     * The bytes of all exports that are out. Memory that is exported twice counts twice.
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
     * The bytes of all leases that are out. Memory that is leased twice counts twice.
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
     * The holdings of memory that the library knows, oldest first, even those without an export. If an arena refuses to
     * close because "Session is acquired", one of these or one of {@link #exports()} keeps it open. A snapshot: other
     * threads may hold and let go meanwhile. Takes the GIL.
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

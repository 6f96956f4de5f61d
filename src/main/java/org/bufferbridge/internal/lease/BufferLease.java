package org.bufferbridge.internal.lease;

import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.trace.LeakReports;
import org.bufferbridge.internal.trace.Tracing;

/**
 * The lease of one {@code PythonBuffer}: a {@link CallLease}, an {@link OwnedLease}, or both between {@link #retain}
 * and the end of the call. It decides when views are made, when they are closed, and when the buffer is released.
 *
 * <p>{@link LeasedMemory} knows whether the lease is closed. If {@link #close} throws, the lease is open.
 *
 * <p>Threads: any. A thread takes the {@link Turn} to make a view, to change the lease, or to close its views. Native
 * methods that wait for the GIL run after the turn.
 */
public final class BufferLease {
    private final LeasedMemory memory;
    private final Turn turn = new Turn();

    // The thread whose turn it is reads and writes these.
    private CallLease ofCall; // null if Java requested the lease, and after the call
    private OwnedLease owned; // null until it is retained
    private boolean isReadOnly;

    private BufferLease(long lease) {
        memory = new LeasedMemory(lease);
    }

    /** For a lease of the running call. */
    public static BufferLease forCall(long lease) {
        Lease.own(lease);
        Lease.opened(lease);
        BufferLease made = new BufferLease(lease);
        made.ofCall = new CallLease(made.memory);
        return made;
    }

    /** For a lease that Java requested, and alone owns. */
    public static BufferLease owned(long lease) {
        Lease.opened(lease);
        BufferLease made = new BufferLease(lease);
        made.owned = new OwnedLease(made, made.memory, false);
        if (LeakReports.wantStacks()) {
            Lease.addOwner(lease);
            Natives.leaseNoteStack(lease, Tracing.place());
        }
        return made;
    }

    /** The view that this thread may use. */
    public BufferView view() {
        BufferException refusal;
        String exporter;
        int flags;
        takeTurn();
        try {
            return owned != null ? owned.view(isReadOnly) : ofCall.view(isReadOnly);
        } catch (BufferException e) {
            refusal = e;
            exporter = Lease.exporterType(memory.lease);
            flags = Lease.request(memory.lease).flags();
        } finally {
            turn.taken = 0;
        }
        Tracing.refused(exporter, flags, refusal.getMessage());
        throw refusal;
    }

    public BufferRequest request() {
        takeTurn();
        try {
            return Lease.request(memory.lease);
        } finally {
            turn.taken = 0;
        }
    }

    public boolean isClosed() {
        return (memory.word & LeasedMemory.ENDED) != 0;
    }

    /** Keeps the lease beyond its call. */
    public void retain() {
        Natives.requireStack();
        boolean notesStack;
        takeTurn();
        try {
            notesStack = owned == null && LeakReports.wantStacks();
            if (owned == null) {
                owned = new OwnedLease(this, memory, true);
            }
            if (notesStack) {
                Lease.addOwner(memory.lease);
            }
        } finally {
            turn.taken = 0;
        }
        if (notesStack) {
            Natives.leaseNoteStack(memory.lease, Tracing.place());
        }
    }

    /** Keeps the lease beyond its call, until no view of it can be reached. Nobody has to close it. */
    public void retainForViews() {
        retain();
        takeTurn();
        try {
            owned.endWithViews();
        } finally {
            turn.taken = 0;
        }
        Reference.reachabilityFence(this);
    }

    /** Makes later views usable on all threads. */
    public void share() {
        takeTurn();
        try {
            if (owned != null) {
                owned.share();
            } else {
                ofCall.share();
            }
        } finally {
            turn.taken = 0;
        }
    }

    /** Makes later views read-only, even if the exporter allows writing. */
    public void onlyRead() {
        turn.take();
        isReadOnly = true;
        turn.taken = 0;
    }

    /** The address of a new reference to the Python object. */
    public long newReference() {
        Natives.requireStack();
        takeTurn();
        try {
            Lease.addOwner(memory.lease);
        } finally {
            turn.taken = 0;
        }
        long object = Natives.objectOfLease(memory.lease);
        if (object == 0) {
            throw new IllegalStateException("Python has ended");
        }
        return object;
    }

    /** Requests a writable buffer if the first request did not. No other thread has the lease yet. */
    public void requireWritable() {
        if (request().isWritable()) {
            return;
        }
        closeViews();
        memory.reopen();
        String refusal = Natives.leaseMakeWritable(memory.lease);
        if (refusal != null) {
            throw new BufferException("a writable buffer is required: " + refusal);
        }
    }

    // ---------------------------------------------------------------------------------------------------- closing

    /** Releases the lease. Does nothing if it is closed. */
    public void close() {
        Natives.requireStack();
        turn.takeToClose(Turn.PATIENCE_NANOS);
        try {
            if (isClosed()) {
                return;
            }
            closeViews();
            memory.closed();
        } finally {
            turn.closer = null;
            turn.taken = 0;
        }
        release();
        if (owned != null) {
            owned.released();
        }
        Reference.reachabilityFence(this);
    }

    /** Closes all views. If it throws, the lease is open. */
    private void closeViews() {
        if (ofCall != null) {
            ofCall.requireClosable();
        }
        memory.startClosing();
        boolean isDone = false;
        try {
            if (ofCall != null) {
                ofCall.close();
            }
            if (owned != null) {
                owned.close();
            }
            isDone = true;
        } catch (MemoryInUse inUse) {
            throw new IllegalStateException(
                    "the Python buffer cannot be closed while a call of the JDK uses its"
                            + " memory, such as a channel that reads into it; close it when that has returned",
                    inUse);
        } finally {
            if (!isDone) {
                memory.reopen();
            }
        }
    }

    /** Releases the buffer. If the native method does not begin, the lease is open: nothing else would release it. */
    private void release() {
        boolean isReleased = false;
        try {
            Lease.closed(memory.lease);
            Natives.leaseRelease(memory.lease);
            isReleased = true;
        } finally {
            if (!isReleased) {
                memory.reopen();
            }
        }
    }

    /**
     * The method that the buffer was passed to has returned; on its thread. An exception is for the log only: all is
     * done that can be done.
     */
    public void endCall() {
        turn.takeToClose(Long.MAX_VALUE); // no limit: this thread has no GIL, and the call cannot end before
        Releases ofViews = null;
        boolean isOver = false;
        try {
            if (ofCall != null && !isClosed()) {
                ofViews = ofCall.end();
                ofCall = null;
                isOver = owned == null && memory.end();
            }
        } finally {
            turn.closer = null;
            turn.taken = 0;
        }
        if (isOver) {
            try {
                Lease.closed(memory.lease);
            } finally {
                Lease.disown(memory.lease);
            }
        }
        if (ofViews != null) {
            ofViews.rethrow();
        }
    }

    /** Takes the turn of an open lease. */
    private void takeTurn() {
        turn.take();
        if ((memory.word & LeasedMemory.ENDED) != 0) { // no call: see Turn
            turn.taken = 0;
            throw new IllegalStateException(
                    owned != null
                            ? "the Python buffer was closed"
                            : "the Python buffer is closed: a lease ends with the call it was passed to; retain()"
                                    + " keeps it until close()");
        }
    }

    /** What is in the brackets of the text of a PythonBuffer. Throws nothing. */
    @Override
    public String toString() {
        if (!turn.takeUnlessClosing()) {
            return "being closed";
        }
        try {
            if (isClosed()) {
                return "closed";
            }
            BufferView view = Lease.view(memory.lease, Arena.global()); // used for its text only
            return (isReadOnly ? view.asReadOnly() : view).toString();
        } catch (RuntimeException unseen) {
            return Lease.byteSize(memory.lease) + " bytes, " + unseen.getMessage();
        } finally {
            turn.taken = 0;
        }
    }
}

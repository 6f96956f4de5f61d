package org.bufferbridge.internal.export;

import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.hold.MemoryHold;

/**
 * One export by upcall: the view that a user's exporter granted, and the exporter that gets it back. C has its number
 * in {@link ExportTable}, in the record behind the consumer's {@code Py_buffer.internal}. So the release finds the very
 * view object, never by address. After the release, the record and its Export serve the next export of that exporter.
 *
 * <pre>
 *   FREE --acquire--> GRANTED --release--> FREE
 * </pre>
 *
 * <p>While it is granted, the arena of the view's memory is kept open, or C pins the heap array. The arena is let go
 * just before {@link BufferExporter#releaseBuffer}, which may close it. A free Export refers to no memory, so the
 * exporter can drop its memory at the release.
 *
 * <p>Nothing is thrown to C, which could not take it from an upcall stub. What the exporter throws is kept for
 * {@link #takeThrown}.
 *
 * <p>Threads: C acquires and releases in turns, on any threads, and orders these calls; so the fields are plain.
 */
public final class Export implements MemoryHold.Holder {
    /** Outcomes, as upcall.h knows them. */
    static final int DONE = 0;

    static final int THROWN = 1;

    private final BufferExporter exporter;
    private BufferView view; // null: free
    private Throwable thrown;

    private Export(BufferExporter exporter) {
        this.exporter = exporter;
    }

    /** How many exports of user exporters are out. */
    public static long live() {
        return ExportTable.sum(export -> export.view == null ? 0 : 1);
    }

    /** How many bytes their views have together. */
    public static long liveByteSize() {
        return ExportTable.sum(export -> {
            BufferView granted = export.view;
            return granted == null ? 0 : granted.byteSize();
        });
    }

    /** Called from C, once per exporter object. */
    static boolean mayBlock(BufferExporter exporter) {
        return exporter.mayBlock();
    }

    /**
     * Called from C: makes a free Export for an exporter, and returns its number, which it has until {@link #dispose}.
     */
    static int open(BufferExporter exporter) {
        Upcalls.prepare();
        return ExportTable.add(new Export(exporter));
    }

    /** Called from C, for an Export that is free. */
    static void dispose(int number) {
        ExportTable.remove(number);
    }

    /**
     * Called from C: gets the view from the exporter, and writes its descriptor to native memory.
     *
     * @param number the number of a free Export
     * @param flags the consumer's {@code PyBUF_} flags, for the exporter; C does the reduction
     * @param blockAddress where the descriptor goes
     * @param blockByteSize the size of the block. If the descriptor does not fit, only its size is written, and C calls
     *                      {@link #describe} with a larger block
     * @return DONE; or THROWN, and then it is still free
     */
    static int acquire(int number, int flags, long blockAddress, int blockByteSize) {
        Export export = ExportTable.at(number);
        try {
            export.acquire(flags, blockAddress, blockByteSize);
            return DONE;
        } catch (Throwable refusal) {
            export.thrown = refusal;
            return THROWN;
        }
    }

    /**
     * Called from C, after it unpinned the array: gives the view back to its exporter. Does nothing if the Export is
     * free.
     *
     * @return DONE; or THROWN, and then it is free all the same
     */
    static int release(int number) {
        Export export = ExportTable.at(number);
        try {
            export.release();
            return DONE;
        } catch (Throwable e) {
            export.thrown = e;
            return THROWN;
        }
    }

    /** Called from C: takes what made the last call answer THROWN. */
    static Throwable takeThrown(int number) {
        Export export = ExportTable.at(number);
        Throwable taken = export.thrown;
        export.thrown = null;
        return taken;
    }

    /** Called from C: the array to pin, or null. */
    static Object heapArray(int number) {
        return MemoryHold.keptBy(ExportTable.at(number).view).heapArray();
    }

    /** Called from C: the view of an Export that is granted. */
    static BufferView view(int number) {
        return ExportTable.at(number).view;
    }

    /** Called from C: writes the whole descriptor; the block is large enough. */
    static void describe(int number, long blockAddress) {
        Descriptor.write(Descriptor.keptBy(ExportTable.at(number).view), blockAddress, Integer.MAX_VALUE);
    }

    private void acquire(int flags, long blockAddress, int blockByteSize) {
        BufferView granted = exporter.getBuffer(new BufferRequest(flags));
        if (granted == null) {
            throw new BufferException(
                    exporter.getClass().getName() + ".getBuffer returned null; a BufferView is required");
        }
        view = granted;
        try {
            long[] descriptor = Descriptor.keptBy(granted);
            MemoryHold.keptBy(granted).take(this);
            Descriptor.write(descriptor, blockAddress, blockByteSize);
        } catch (Throwable refusal) {
            view = null;
            new Releases().run(() -> exporter.releaseBuffer(granted)).suppressIn(refusal);
            throw refusal;
        }
    }

    /** The exporter gets its view back, also where the memory could not be let go. */
    private void release() {
        BufferView granted = view;
        if (granted == null) {
            return;
        }
        view = null;
        new Releases()
                .run(() -> letGo(granted))
                .run(() -> exporter.releaseBuffer(granted))
                .rethrow();
    }

    /** Closes the arena, too, if it has waited for this export; that may run user code. */
    private void letGo(BufferView granted) {
        Runnable rest = MemoryHold.keptBy(granted).letGo(this);
        if (rest != null) {
            rest.run();
        }
    }

    /** One, for as long as the memory is held. */
    @Override
    public long exports() {
        return 1;
    }

    @Override
    public String toString() {
        BufferView granted = view; // on any thread; null just before its memory is let go
        return "export of " + exporter.getClass().getName()
                + (granted == null ? "" : " (" + granted.byteSize() + " bytes)");
    }
}

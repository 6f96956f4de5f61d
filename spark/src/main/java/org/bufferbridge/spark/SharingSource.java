package org.bufferbridge.spark;

import org.apache.arrow.memory.BufferAllocator;

/**
 * A source whose batches are columns of Spark. Python reads some of them in Spark's own memory, and gets copies of the
 * others.
 *
 * <p>Python takes one batch, and lets go of it before it asks for the next. What it has kept then becomes its own
 * ({@link SharedColumn}), and from then on all columns are copied. This has to be before Spark frees the vectors of a
 * task that ends early, so {@link #endTask} has to run before their own listeners.
 */
public abstract class SharingSource extends BatchSource {
    private SharedColumn[] shared = {};
    private boolean isStopped;

    protected SharingSource(BufferAllocator allocator) {
        super(allocator);
    }

    /** Goes on to the next batch, and returns its number of rows, or -1 if there is none. */
    protected abstract int advanceBatch();

    /** The columns of the batch. Those that have to be copied are null. */
    protected abstract SharedColumn[] share();

    /** How many columns have been shared, and how many of them Python has kept. Called at the end of each batch. */
    protected abstract void ended(int columns, int kept);

    /** All columns of this and further batches are copied, for a reason that a user may want to know. */
    protected abstract void stopped(String reason);

    @Override
    public final boolean shares() {
        return true;
    }

    /** Ends the batch before, and goes on to the next one. Returns its number of rows, or -1 if there is none. */
    public final int nextRows() {
        return input(() -> {
            endBatch();
            int rows = advanceBatch();
            if (rows >= 0 && !isStopped) {
                shared = share();
            }
            return rows;
        });
    }

    /** A column of the batch to read, or null if {@link #next} copies it. */
    public final SharedColumn shared(int column) {
        return isShared(column) ? shared[column] : null;
    }

    /** Whether Python reads a column where it is. */
    protected final boolean isShared(int column) {
        return !isStopped && column < shared.length && shared[column] != null;
    }

    /** Has all columns of this batch, and of those after it, copied. */
    public final void copyAll(String reason) {
        stop(reason);
    }

    private void endBatch() {
        SharedColumn[] ending = shared;
        shared = new SharedColumn[0]; // none is ended twice, whatever fails
        int columns = 0;
        int kept = 0;
        Throwable failure = null;
        for (SharedColumn column : ending) {
            if (column != null) {
                columns++;
                try {
                    kept += column.takeKept() ? 1 : 0;
                } catch (RuntimeException | Error e) {
                    failure = e;
                }
            }
        }
        if (columns > 0) {
            ended(columns, kept);
        }
        if (kept > 0) {
            stop("a function keeps its inputs, so they are copied (spark.bufferbridge.share)");
        }
        if (failure != null) {
            throw BatchSource.<RuntimeException>unchecked(failure);
        }
    }

    private void stop(String reason) {
        if (!isStopped) {
            isStopped = true;
            stopped(reason);
        }
    }

    @Override
    public void close() {
        try {
            endBatch();
        } finally {
            super.close();
        }
    }
}

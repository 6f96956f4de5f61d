package org.bufferbridge.spark;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.ValueVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * The values of one column of one batch, in the memory of Spark's own vector. Python reads them there.
 *
 * <p>Spark writes the next batch to the same memory, or frees it. Before that, {@link #takeKept} asks whether Python
 * still has an export. If so, the memory becomes Python's: Spark's vector gets a copy and goes on with that.
 *
 * <p>Threads: Python's releases come from any thread. The monitor guards who owns the memory; nobody waits in it.
 */
public final class SharedColumn implements BufferExporter {
    private static final AtomicLong KEPT = new AtomicLong();

    private final VectorMemory memory;
    private final BufferView view;
    private long exports;
    private boolean isOver; // the batch is; no export begins any more
    private boolean isPythons;

    private SharedColumn(VectorMemory memory, int rows) {
        this.memory = memory;
        this.view = memory.view(rows).asReadOnly();
    }

    /**
     * A column that Python may read where it is.
     *
     * @param from a vector of Spark
     * @param rows how many values it has
     * @param as the vector of Arrow that a copy would be
     * @return null if the column has to be copied: it has nulls or a dictionary, its values have another form than
     *     Arrow's, or the vector is of a class whose memory is not known
     */
    public static SharedColumn of(ColumnVector from, int rows, ValueVector as) {
        if (rows == 0 || !FixedWidthCopy.takes(as) || from.hasNull()) {
            return null;
        }
        VectorMemory memory = VectorMemory.of(from, as);
        return memory == null ? null : new SharedColumn(memory, rows);
    }

    /** The bytes of all columns that have become Python's, and that it still has. */
    public static long keptBytes() {
        return KEPT.get();
    }

    @Override
    public synchronized BufferView getBuffer(BufferRequest request) {
        if (isOver) {
            throw new BufferException("the batch of this column has ended; export it before");
        }
        exports++;
        return view;
    }

    @Override
    public void releaseBuffer(BufferView released) {
        synchronized (this) {
            exports--;
            if (exports > 0 || !isPythons) {
                return;
            }
            isPythons = false;
        }
        KEPT.addAndGet(-view.byteSize());
        memory.freeTaken();
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    /**
     * Ends the sharing of this batch. If Python still has an export, it keeps the memory, and the vector gets a copy.
     * Without memory for a copy, Python keeps its memory all the same, the task fails, and nobody reads the vector.
     *
     * @return whether Python keeps it
     */
    boolean takeKept() {
        if (!isHeldAtEnd()) {
            memory.end();
            return false;
        }
        Throwable failure = null;
        try {
            memory.prepareCopy();
        } catch (OutOfMemoryError | OutOfMemoryException e) { // Spark's own is the former
            failure = e;
        }
        if (!becomePythons()) {
            memory.dropCopy();
            memory.end();
            return false;
        }
        memory.replaceByCopy();
        if (failure != null) {
            throw BatchSource.<RuntimeException>unchecked(failure);
        }
        return true;
    }

    private synchronized boolean isHeldAtEnd() {
        isOver = true;
        return exports > 0;
    }

    private synchronized boolean becomePythons() {
        if (exports == 0) {
            return false;
        }
        KEPT.addAndGet(view.byteSize());
        isPythons = true;
        return true;
    }
}

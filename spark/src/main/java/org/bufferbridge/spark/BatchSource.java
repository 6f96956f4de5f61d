package org.bufferbridge.spark;

import java.util.function.Supplier;
import org.apache.arrow.c.ArrowArray;
import org.apache.arrow.c.ArrowSchema;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What Python pulls a task's input from: batches, or groups of batches. Python calls the public methods, on the thread
 * that runs the task, within {@link PythonTask#next}.
 *
 * <p>Each batch is memory of its own, which Arrow counts. Python may keep it as long as it likes.
 *
 * <p>A failure of the input is kept, and PythonTask throws it, whatever Python code makes of the exception.
 */
public abstract class BatchSource implements AutoCloseable {
    private final BufferAllocator allocator;
    private final ArrowArray array;
    private PythonTask task;
    private Throwable failure;

    protected BatchSource(BufferAllocator allocator) {
        this.allocator = allocator;
        this.array = ArrowArray.allocateNew(allocator);
    }

    /**
     * Writes the next batch of the current group, or of the whole input.
     *
     * @param array the structure to export the batch to
     * @return false if there is none
     */
    protected abstract boolean export(ArrowArray array);

    /**
     * Goes on to the next group.
     *
     * @return false if there is none
     */
    protected boolean advance() {
        throw new UnsupportedOperationException("this input has no groups");
    }

    /** The schema of the batches. Of co-grouped inputs, side 0 is left and 1 is right. */
    protected abstract Schema schemaOf(int side);

    /**
     * The address of an {@code ArrowArray} with the next batch, which Python imports at once.
     *
     * @return 0 if there is no further batch
     */
    public final long next() {
        return input(() -> {
            array.release(); // the batch before, if an exception kept Python from importing it
            return export(array) ? array.memoryAddress() : 0L;
        });
    }

    /** Whether this is a {@link SharingSource}. */
    public boolean shares() {
        return false;
    }

    /** Goes on to the next group, and says whether there is one. */
    public final boolean nextGroup() {
        return input(this::advance);
    }

    /**
     * Writes a schema to the {@code ArrowSchema} at an address.
     *
     * @param side which of the inputs
     * @param address of an empty structure, whose content Python releases
     */
    public final void schema(int side, long address) {
        Data.exportSchema(allocator, schemaOf(side), null, ArrowSchema.wrap(address));
    }

    /** What the task's thread does while it waits for input: another task may run Python code. */
    final <T> T input(Supplier<T> read) {
        boolean hadTurn = task.turn().give();
        try {
            T value = read.get();
            if (hadTurn) {
                task.turn().take();
            }
            return value;
        } catch (Throwable e) {
            failure = e;
            throw new IllegalStateException("the input of the Python function failed", e);
        }
    }

    /** Whose input this is. */
    final void in(PythonTask reader) {
        task = reader;
    }

    /** Ends the task in Python, so that nothing of it has a batch any more but what the function has kept. */
    protected final void endTask() {
        task.close();
    }

    /** Throws the failure of the input, if there was one. */
    final void check() {
        if (failure != null) {
            throw BatchSource.<RuntimeException>unchecked(failure);
        }
    }

    @SuppressWarnings("unchecked")
    static <E extends Throwable> E unchecked(Throwable e) throws E {
        throw (E) e;
    }

    @Override
    public void close() {
        array.release();
        array.close();
    }
}

package org.bufferbridge.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.c.ArrowArray;
import org.apache.arrow.c.ArrowSchema;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.bufferbridge.PythonObject;

/**
 * One task's work in Python: what a worker process of PySpark does between its initial message and the end of its
 * output. Used by one thread, except {@link #interrupt}.
 *
 * <p>Each result is imported into the same vectors, whose previous content is released before. A caller has therefore
 * read a batch before it asks for the next, as with stock Spark's reader.
 */
public final class PythonTask implements AutoCloseable {
    private static final ScheduledExecutorService INTERRUPTS = Executors.newSingleThreadScheduledExecutor(run ->
            Thread.ofPlatform().name("bufferbridge-spark-interrupts").daemon().unstarted(run));
    private static final long INTERRUPT_AGAIN_MS = 200;

    private final BufferAllocator allocator;
    private final BatchSource source;
    private final Turns.Turn turn;
    private final PythonObject task;
    private final PythonObject step;
    private ArrowSchema schema; // importing closes it
    private ArrowArray array; // importing closes it
    private VectorSchemaRoot root;
    private boolean ended;
    private volatile boolean closed;

    /**
     * @param python the executor's Python
     * @param message the initial message, as Spark writes it to a worker
     * @param source the input, which this task closes
     * @param flags environment variables by which PySpark formats tracebacks
     * @param allocator for results
     * @param mostTasks how many tasks may run Python code at the same time; 0 for all
     * @throws Refusal if the task needs what one process cannot give
     */
    public PythonTask(
            ExecutorPython python,
            byte[] message,
            BatchSource source,
            Map<String, String> flags,
            BufferAllocator allocator,
            int mostTasks)
            throws Refusal {
        this.allocator = allocator;
        this.source = source;
        this.turn = Turns.of(mostTasks);
        source.in(this);
        this.task = python.module().call("Task", message, source, flags);
        try (PythonObject refusal = task.call("refusal")) {
            if (!refusal.isNone()) {
                task.close();
                throw new Refusal(refusal.toString());
            }
        }
        this.step = task.attr("step");
        this.schema = ArrowSchema.allocateNew(allocator);
    }

    /**
     * Runs the function until it gives a batch.
     *
     * @return the batch; null at the end
     * @throws WorkerException what Python raised, as a worker process would report it
     */
    public VectorSchemaRoot next() {
        if (ended) {
            return null;
        }
        if (root != null) {
            root.clear(); // a result may be the input itself, which must not seem to be kept
        }
        if (array == null) {
            array = ArrowArray.allocateNew(allocator);
        }
        int answer;
        turn.take();
        try (PythonObject number = step.invoke(array.memoryAddress(), schema == null ? 0 : schema.memoryAddress())) {
            answer = number.asInt();
        } finally {
            turn.give();
        }
        source.check();
        switch (answer) {
            case -1 -> {
                ended = true;
                try (PythonObject text = task.attr("error")) {
                    throw new WorkerException(text.toString());
                }
            }
            case 0 -> {
                ended = true;
                return null;
            }
            default -> {
                if (root == null) {
                    ArrowSchema imported = schema;
                    schema = null;
                    root = VectorSchemaRoot.create(Data.importSchema(allocator, imported, null), allocator);
                }
                ArrowArray imported = array;
                array = null;
                Data.importIntoVectorSchemaRoot(allocator, imported, root, null);
                return root;
            }
        }
    }

    /** The updates of accumulators, pickled as a worker process sends them. To be called at the end. */
    public List<byte[]> accumulatorUpdates() {
        List<byte[]> updates = new ArrayList<>();
        try (PythonObject list = task.call("accumulator_updates")) {
            for (PythonObject update : list) {
                updates.add(update.as(byte[].class));
                update.close();
            }
        }
        return updates;
    }

    Turns.Turn turn() {
        return turn;
    }

    /**
     * Raises an exception in the function, again and again until it ends: a function may catch it. It takes effect at
     * the next bytecode, thus not within a call of C code.
     */
    public void interrupt() {
        if (closed) {
            return;
        }
        turn.kill();
        INTERRUPTS.execute(this::raise);
    }

    private void raise() {
        if (!closed) {
            try {
                task.call("interrupt").close();
            } catch (IllegalStateException e) {
                return; // closed meanwhile
            }
            INTERRUPTS.schedule(this::raise, INTERRUPT_AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the function, if it has not ended, and releases all memory that Java has of it. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        ended = true;
        try {
            task.call("close").close();
        } finally {
            step.close();
            task.close();
            if (root != null) {
                root.close();
            }
            if (array != null) {
                array.release(); // a batch that an exception followed
                array.close();
            }
            if (schema != null) {
                schema.release();
                schema.close();
            }
            source.close();
        }
    }
}

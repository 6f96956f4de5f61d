package org.bufferbridge.spark;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.AllocationOutcome;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.errors.SparkCoreErrors;
import org.apache.spark.memory.MemoryConsumer;
import org.apache.spark.memory.TaskMemoryManager;

/**
 * The memory of the batches that a task gives to Python. Spark's memory manager grants it, and gets it back when Python
 * lets go of a batch, at the latest at the end of the task. Nothing of it can be spilled.
 *
 * <p>What Python keeps after the task is no longer the task's. The parent allocator goes on counting it.
 *
 * <p>Threads: the task's thread allocates. Python releases on any thread, with the GIL, so no lock is held here while
 * Spark's memory manager waits for memory.
 */
public final class TaskMemory extends MemoryConsumer implements AllocationListener {
    /** Of tasks that have ended, with batches that Python keeps. */
    private static final Set<BufferAllocator> KEPT = ConcurrentHashMap.newKeySet();

    private final BufferAllocator allocator;
    private final AtomicLong granted = new AtomicLong();
    private volatile boolean isOver;

    /**
     * @param manager the task's
     * @param parent what counts the memory in the whole JVM
     */
    public TaskMemory(TaskMemoryManager manager, BufferAllocator parent) {
        super(manager, manager.getTungstenMemoryMode());
        closeKept();
        this.allocator = parent.newChildAllocator("task", this, 0, Long.MAX_VALUE);
    }

    /** Where the task's batches get their memory. */
    public BufferAllocator allocator() {
        return allocator;
    }

    @Override
    public void onPreAllocation(long size) {
        long got = taskMemoryManager.acquireExecutionMemory(size, this);
        granted.addAndGet(got);
        if (got < size) {
            giveBack(got);
            throw SparkCoreErrors.outOfMemoryError(size, got);
        }
    }

    @Override
    public boolean onFailedAllocation(long size, AllocationOutcome outcome) {
        giveBack(size);
        return false;
    }

    @Override
    public void onRelease(long size) {
        if (!isOver) {
            giveBack(size);
        }
    }

    /** Gives memory back, but never more than was granted: the end of the task gives back all. */
    private void giveBack(long size) {
        long before = granted.getAndUpdate(now -> now - Math.min(now, size));
        long given = Math.min(before, size);
        if (given > 0) {
            taskMemoryManager.releaseExecutionMemory(given, this);
        }
    }

    @Override
    public long getUsed() {
        return granted.get();
    }

    @Override
    public long spill(long size, MemoryConsumer trigger) {
        return 0;
    }

    /** Ends the accounting. Returns how many bytes Python keeps after the task. */
    public long end() {
        isOver = true;
        giveBack(Long.MAX_VALUE);
        long kept = allocator.getAllocatedMemory();
        KEPT.add(allocator);
        closeKept();
        return kept;
    }

    private static void closeKept() {
        for (BufferAllocator each : KEPT) {
            if (each.getAllocatedMemory() == 0 && KEPT.remove(each)) {
                each.close();
            }
        }
    }
}

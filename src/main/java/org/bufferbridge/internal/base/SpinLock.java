package org.bufferbridge.internal.base;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A lock for a few instructions; other threads spin meanwhile.
 *
 * <pre>{@code
 *   lock.take();
 *   try {
 *       ...
 *   } finally {
 *       lock.taken = 0;
 *   }
 * }</pre>
 *
 * <p>A write to a field unlocks it, not a method. A method needs a frame. At the bottom of a stack it may end in a
 * StackOverflowError. Then no thread would ever get the lock again. For the same reason {@link #take} calls nothing
 * once it has the lock. What it guards is changed by single writes, each of which leaves it whole.
 *
 * <p>Threads: any. Not reentrant.
 */
public final class SpinLock {
    private static final AtomicIntegerFieldUpdater<SpinLock> TAKEN =
            AtomicIntegerFieldUpdater.newUpdater(SpinLock.class, "taken");

    /** 1 while a thread has the lock. That thread writes 0. */
    public volatile int taken;

    /** Takes the lock if it is free; whether this thread has it now. */
    boolean tryTake() {
        return TAKEN.compareAndSet(this, 0, 1);
    }

    public void take() {
        while (!tryTake()) {
            Thread.onSpinWait();
        }
    }
}

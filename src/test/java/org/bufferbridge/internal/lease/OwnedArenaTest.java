package org.bufferbridge.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.bufferbridge.BufferException;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.bufferbridge.internal.hold.ArenaLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A shared arena that has an owner: who may access, who may close, and what happens when they race. */
@ExtendWith(Interpreter.class)
class OwnedArenaTest {
    private static final int ROUNDS = 3000;

    /** Of memory that is never freed, so that a defect here is a wrong answer and no crash. */
    @SuppressWarnings("restricted")
    private static MemorySegment memoryOf(Arena arena) {
        return Arena.global().allocate(8).reinterpret(arena, null);
    }

    private interface Close {
        void run();
    }

    private static int attempt(Close close) {
        try {
            close.run();
            return 1;
        } catch (IllegalStateException lost) {
            return 0;
        }
    }

    /**
     * The JDK interrupts a thread whose access a close has stopped. From JDK 27 on, the close waits until that thread
     * has run on in Java. So this thread does not sleep until the close has ended.
     */
    private static int resultOf(Future<Integer> future) throws Exception {
        while (!future.isDone()) {
            Thread.interrupted();
            LockSupport.parkNanos(1000);
        }
        Thread.interrupted();
        return future.get();
    }

    /** Has another thread close an arena of this thread, from the moment at which this returns. */
    private static Future<Integer> closeMeanwhile(ExecutorService other, Arena arena) throws Exception {
        Thread owner = Thread.currentThread();
        CyclicBarrier barrier = new CyclicBarrier(2);
        Future<Integer> closed = other.submit((Callable<Integer>) () -> {
            barrier.await();
            return attempt(() -> OwnedArena.close(arena, owner));
        });
        Thread.interrupted(); // the JDK interrupts a thread whose access a close has stopped
        barrier.await();
        return closed;
    }

    @Test
    void thisJdkHasThem() {
        assertTrue(OwnedArena.isSupported());
    }

    @Test
    void oneOfTwoThatCloseAtOnceDoes() throws Exception {
        Thread owner = Thread.currentThread();
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                Arena arena = OwnedArena.open();
                MemorySegment memory = memoryOf(arena);
                Future<Integer> theirs = closeMeanwhile(other, arena);
                int mine = attempt(() -> OwnedArena.close(arena, owner));
                assertFalse(arena.scope().isAlive()); // also for the one that lost
                assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
                assertEquals(1, mine + resultOf(theirs));
            }
        }
    }

    @Test
    void acquiringWinsOverAnothersCloseOrIsRefused() throws Exception {
        Thread owner = Thread.currentThread();
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                Arena arena = OwnedArena.open();
                MemorySegment memory = memoryOf(arena);
                Future<Integer> closed = closeMeanwhile(other, arena);
                int acquired;
                try {
                    ArenaLock.lock(memory);
                    acquired = 1;
                } catch (BufferException isClosed) {
                    acquired = 0;
                }
                assertEquals(1, acquired + resultOf(closed));
                if (acquired == 1) {
                    assertThrows(IllegalStateException.class, () -> OwnedArena.close(arena, owner));
                    ArenaLock.unlock(memory);
                    OwnedArena.close(arena, owner);
                }
                assertFalse(arena.scope().isAlive());
            }
        }
    }
}

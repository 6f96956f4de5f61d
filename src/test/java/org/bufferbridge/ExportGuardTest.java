package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ExportGuardTest {
    private static final BufferRequest READ = new BufferRequest(BufferRequest.FULL_RO);
    private static final BufferRequest WRITE = new BufferRequest(BufferRequest.FULL);

    private static final int ATTEMPTS = 1000;

    private final BufferView view = BufferView.of(MemorySegment.ofArray(new byte[8]));
    private final ExportGuard shared = new ExportGuard();
    private final ExportGuard exclusive = new ExportGuard(ExportGuard.Policy.READERS_OR_WRITER);

    private int out; // exports, of the test at the bottom of the stack
    private int attempts;

    @Test
    void changeIsRefusedWhileExported() {
        shared.grant(READ, () -> view);
        BufferException refused = assertThrows(BufferException.class, () -> shared.change(() -> {}));
        assertTrue(refused.getMessage().startsWith("existing exports: 1 is out"), refused.getMessage());
    }

    @Test
    void changeStaysRefusedAfterOneOfTwoReleases() {
        shared.grant(READ, () -> view);
        shared.grant(WRITE, () -> view);
        shared.release(view);
        assertThrows(BufferException.class, () -> shared.change(() -> {}));
    }

    @Test
    void changeRunsWhenNothingIsExported() {
        AtomicInteger runs = new AtomicInteger();
        shared.change(runs::incrementAndGet);
        shared.release(shared.grant(READ, () -> view));
        shared.change(runs::incrementAndGet);
        assertEquals(2, runs.get());
    }

    @Test
    void failedGrantIsNotCounted() {
        assertThrows(
                IllegalStateException.class,
                () -> shared.grant(READ, () -> {
                    throw new IllegalStateException("no memory");
                }));
        assertEquals(0, shared.exports());
    }

    @Test
    void viewThatChangesTheMemoryIsAskedForOnceMore() {
        BufferView later = BufferView.of(MemorySegment.ofArray(new byte[16]));
        AtomicInteger asked = new AtomicInteger();
        BufferView granted = shared.grant(READ, () -> {
            if (asked.getAndIncrement() == 0) {
                shared.change(() -> {});
                return view;
            }
            return later;
        });
        assertSame(later, granted);
        assertEquals(1, shared.exports());
        shared.release(granted);
        assertThrows(
                BufferException.class,
                () -> shared.grant(READ, () -> {
                    shared.change(() -> {});
                    return view;
                }));
        assertEquals(0, shared.exports());
    }

    @Test
    void grantOfNoViewIsRefusedAndNotCounted() {
        for (ExportGuard guard : new ExportGuard[] {shared, exclusive}) {
            assertThrows(BufferException.class, () -> guard.grant(READ, () -> null));
            assertThrows(BufferException.class, () -> guard.grant(WRITE, () -> null));
            assertEquals(0, guard.exports());
            guard.change(() -> {});
        }
    }

    @Test
    void failedChangeLeavesTheGuardUsable() {
        assertThrows(
                IllegalStateException.class,
                () -> shared.change(() -> {
                    throw new IllegalStateException("half way");
                }));
        assertSame(view, shared.grant(READ, () -> view));
    }

    @Test
    void grantInsideAChangeIsRefused() {
        shared.change(() -> assertThrows(BufferException.class, () -> shared.grant(READ, () -> view)));
        assertEquals(0, shared.exports());
    }

    @Test
    void releaseWithoutGrantIsRefused() {
        assertThrows(IllegalStateException.class, () -> shared.release(view));
    }

    @Test
    void aReleaseTooManyAdmitsNoSecondWriterAndNoChange() {
        BufferView reader = exclusive.grant(READ, () -> view);
        exclusive.release(reader);
        BufferView writer = exclusive.grant(WRITE, () -> view);
        assertThrows(IllegalStateException.class, () -> exclusive.release(reader));
        assertThrows(BufferException.class, () -> exclusive.grant(WRITE, () -> view));
        assertThrows(BufferException.class, () -> exclusive.change(() -> {}));
        exclusive.release(writer);
        assertThrows(IllegalStateException.class, () -> exclusive.release(writer));
        exclusive.change(() -> {});
    }

    @Test
    void anotherViewIsNotReleased() {
        BufferView granted = shared.grant(READ, () -> view);
        for (BufferView other : new BufferView[] {BufferView.of(view.memory()), view.slice(0, 0, 4)}) {
            var refusal = assertThrows(IllegalStateException.class, () -> shared.release(other));
            assertTrue(refusal.getMessage().contains("1 export is out"), refusal.getMessage());
        }
        assertEquals(1, shared.exports());
        shared.release(granted);
    }

    @Test
    void oneViewThatWasGrantedTwiceIsReleasedTwice() {
        shared.grant(READ, () -> view);
        shared.grant(READ, () -> view);
        shared.release(view);
        shared.release(view);
        assertThrows(IllegalStateException.class, () -> shared.release(view));
        assertEquals(0, shared.exports());
    }

    @Test
    void sharedPolicyLetsManyWrite() {
        assertFalse(shared.grant(WRITE, () -> view).isReadOnly());
        assertFalse(shared.grant(WRITE, () -> view).isReadOnly());
    }

    @Test
    void readersAreGivenReadOnlyViews() {
        assertTrue(exclusive.grant(READ, () -> view).isReadOnly());
        assertTrue(exclusive.grant(READ, () -> view).isReadOnly());
    }

    @Test
    void writerIsRefusedWhileReadersAreOut() {
        exclusive.release(exclusive.grant(READ, () -> view));
        exclusive.grant(READ, () -> view);
        assertThrows(BufferException.class, () -> exclusive.grant(WRITE, () -> view));
    }

    @Test
    void everybodyIsRefusedWhileAWriterIsOut() {
        BufferView granted = exclusive.grant(WRITE, () -> view);
        assertFalse(granted.isReadOnly());
        assertThrows(BufferException.class, () -> exclusive.grant(READ, () -> view));
        assertThrows(BufferException.class, () -> exclusive.grant(WRITE, () -> view));
        exclusive.release(granted);
        exclusive.grant(READ, () -> view);
    }

    @Test
    void grantWaitsForARunningChange() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<BufferView> memory = new AtomicReference<>(view);
        BufferView grown = BufferView.of(MemorySegment.ofArray(new byte[16]));
        Thread changer = new Thread(() -> shared.change(() -> {
            inside.countDown();
            await(goOn);
            memory.set(grown);
        }));
        AtomicReference<BufferView> granted = new AtomicReference<>();
        Thread consumer = new Thread(() -> granted.set(shared.grant(READ, memory::get)));
        changer.start();
        inside.await();
        consumer.start();
        consumer.join(50);
        assertTrue(consumer.isAlive(), "the grant waits");
        goOn.countDown();
        consumer.join();
        changer.join();
        assertSame(grown, granted.get());
    }

    @Test
    void changesAndGrantsNeverOverlap() throws InterruptedException {
        AtomicInteger changing = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            boolean changes = t % 2 == 0;
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    if (changes) {
                        tryChange(changing, overlaps);
                    } else {
                        BufferView granted = shared.grant(READ, () -> view);
                        if (changing.get() != 0) {
                            overlaps.incrementAndGet();
                        }
                        shared.release(granted);
                    }
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, overlaps.get());
        assertEquals(0, shared.exports());
    }

    @Test
    void grantsAndReleasesAtTheBottomOfTheStackAreCountedOrThrow() throws InterruptedException {
        BufferView granted = view.asReadOnly();
        for (ExportGuard guard : new ExportGuard[] {shared, exclusive}) {
            out = 0;
            for (int run = 0; run < 20; run++) {
                atTheBottom(() -> {
                    guard.grant(READ, () -> granted);
                    out++; // a call could overflow the stack here
                });
                assertEquals(out, guard.exports(), "after grants");
                for (; out < ATTEMPTS; out++) {
                    guard.grant(READ, () -> granted);
                }
                atTheBottom(() -> {
                    guard.release(granted);
                    out--;
                });
                assertEquals(out, guard.exports(), "after releases");
            }
        }
    }

    /** Runs an action at each of the lowest places of a stack. It may overflow the stack, and throw nothing else. */
    private void atTheBottom(Runnable action) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        attempts = 0;
        Thread thread = new Thread(null, () -> descend(action), "bottom", 1 << 18);
        thread.setUncaughtExceptionHandler((dead, thrown) -> failure.set(thrown));
        thread.start();
        thread.join();
        assertNull(failure.get());
    }

    private void descend(Runnable action) {
        boolean isLowest = false;
        try {
            descend(action);
        } catch (StackOverflowError overflow) {
            isLowest = true;
        }
        if (isLowest || attempts > 0 && attempts < ATTEMPTS) {
            attempts++;
            try {
                action.run();
            } catch (StackOverflowError overflow) {
                isLowest = false; // the place above has more room
            }
        }
    }

    private void tryChange(AtomicInteger changing, AtomicInteger overlaps) {
        try {
            shared.change(() -> {
                changing.incrementAndGet();
                if (shared.exports() != 0) {
                    overlaps.incrementAndGet();
                }
                changing.decrementAndGet();
            });
        } catch (BufferException refused) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

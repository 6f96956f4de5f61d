package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ViewLifetimeTest {
    private static List<Runnable> accesses(BufferView view) {
        return List.of(
                () -> view.getInt(0),
                () -> view.setInt(1, 0),
                () -> view.getInt(new long[] {0}),
                () -> view.getDouble(0),
                () -> view.get(0),
                view::toArray,
                view::toBytes,
                view::toDoubleArray,
                () -> view.slice(0, 0, 1).getInt(0),
                () -> view.copyFrom(view),
                () -> view.forEachRow((row, first) -> row.fill((byte) 0)));
    }

    @Test
    void everyAccessAfterCloseIsRefused() {
        Arena arena = Arena.ofConfined();
        BufferView view = BufferView.of(arena.allocate(16, 8), BufferFormat.INT32, 4);
        accesses(view).forEach(Runnable::run);
        arena.close();
        for (Runnable access : accesses(view)) {
            assertThrows(IllegalStateException.class, access::run);
        }
    }

    @Test
    void geometryOfAClosedArenasViewCanStillBeAsked() {
        Arena arena = Arena.ofConfined();
        BufferView view = BufferView.of(arena.allocate(16, 8), BufferFormat.INT32, 4);
        arena.close();
        assertEquals(4, view.shape(0));
        assertTrue(view.toString().startsWith("BufferView[format=i"), view.toString());
        assertTrue(view.satisfies(new BufferRequest(BufferRequest.FULL)));
    }

    @Test
    void memoryOfAnotherThreadsArenaIsRefused() throws InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            BufferView view = BufferView.of(arena.allocate(16, 8), BufferFormat.INT32, 4);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                try {
                    for (Runnable access : accesses(view)) {
                        assertThrows(WrongThreadException.class, access::run);
                    }
                } catch (Throwable unexpected) {
                    failure.set(unexpected);
                }
            });
            thread.start();
            thread.join();
            assertEquals(null, failure.get());
        }
    }

    @Test
    void sharedMemoryIsWrittenByManyThreads() throws InterruptedException {
        try (Arena arena = Arena.ofShared()) {
            BufferView view = BufferView.of(arena.allocate(4 * 1024, 8), BufferFormat.INT32, 4, 256);
            Thread[] threads = new Thread[4];
            for (int t = 0; t < threads.length; t++) {
                BufferView row = view.at(0, t);
                int value = t;
                threads[t] = new Thread(() -> {
                    for (int i = 0; i < 256; i++) {
                        row.setInt(value, i);
                    }
                });
                threads[t].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (int t = 0; t < threads.length; t++) {
                assertEquals(
                        256L * t, Arrays.stream(view.at(0, t).toLongArray()).sum());
            }
        }
    }

    @Test
    void viewKeepsAutomaticMemoryReachable() {
        BufferView view = BufferView.ofRows(BufferFormat.INT32, filled(7), filled(8));
        for (int i = 0; i < 5; i++) {
            System.gc();
            Arena.ofAuto().allocate(1 << 16).fill((byte) 0x55);
        }
        assertEquals(7, view.getInt(0, 3));
        assertEquals(8, view.getInt(1, 3));
    }

    private static MemorySegment filled(int value) {
        MemorySegment memory = Arena.ofAuto().allocate(16, 8);
        BufferView line = BufferView.of(memory, BufferFormat.INT32, 4);
        for (int i = 0; i < 4; i++) {
            line.setInt(value, i);
        }
        return memory;
    }
}

package org.bufferbridge.python.memory;

import static org.bufferbridge.python.memory.PythonBufferTest.isLocked;
import static org.bufferbridge.python.memory.PythonBufferTest.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.bufferbridge.BufferView;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases that Java asked for, on several threads: who may view, share and close them. */
@ExtendWith(Interpreter.class)
class PythonBufferThreadsTest {
    private final Python python;
    private final PythonObject source;

    PythonBufferThreadsTest(Python python) {
        this.python = python;
        this.source = python.eval("bytearray(range(1, 9))");
    }

    /** On a thread that has ended when this returns. */
    static <T> T elsewhere(Callable<T> task, boolean isVirtual) throws Exception {
        Thread.Builder builder = isVirtual ? Thread.ofVirtual() : Thread.ofPlatform();
        FutureTask<T> future = new FutureTask<>(task);
        builder.start(future).join();
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception exception ? exception : e;
        }
    }

    /** What another thread may do with a lease that this one asked for, or that an ended one has. */
    private interface Use {
        void of(PythonBuffer lease) throws Exception;
    }

    static Stream<Named<Use>> usesElsewhere() {
        return Stream.of(
                Named.of(
                        "share, view",
                        lease -> assertEquals(36, sum(lease.share().view()))),
                Named.of("close", PythonBuffer::close),
                Named.of("share, close", lease -> lease.share().close()),
                Named.of("retain, close", lease -> lease.retain().close()),
                Named.of(
                        "retain, share, view",
                        lease -> assertEquals(36, sum(lease.retain().share().view()))));
    }

    @ParameterizedTest
    @MethodSource("usesElsewhere")
    void aLeaseThatJavaAskedForIsSharedAndClosedOnAnyThread(Use use) throws Exception {
        for (boolean isVirtual : new boolean[] {false, true}) {
            PythonBuffer lease = source.buffer();
            BufferView view = lease.view();
            assertEquals(36, sum(view));
            elsewhere(
                    () -> {
                        use.of(lease);
                        return null;
                    },
                    isVirtual);
            lease.close();
            assertThrows(IllegalStateException.class, () -> view.getByte(0));
            assertFalse(isLocked(source));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aViewBelongsToTheThreadThatAskedForItUntilShare(boolean isVirtual) throws Exception {
        PythonBuffer lease = source.buffer();
        BufferView view = elsewhere(lease::view, isVirtual); // whose thread has ended
        assertThrows(WrongThreadException.class, () -> view.getByte(0));
        assertEquals(36, sum(lease.view()));
        lease.close();

        PythonBuffer mine = source.buffer();
        BufferView before = mine.view();
        assertThrows(WrongThreadException.class, () -> elsewhere(() -> before.getByte(0), isVirtual));
        var refusal = assertThrows(WrongThreadException.class, () -> elsewhere(mine::view, isVirtual));
        assertTrue(refusal.getMessage().contains("share()"), refusal.getMessage());
        BufferView shared = mine.share().view();
        assertEquals(36, elsewhere(() -> sum(shared), isVirtual));
        assertThrows(WrongThreadException.class, () -> elsewhere(() -> before.getByte(0), isVirtual));
        assertEquals(36, sum(before));
        mine.close();
        assertThrows(IllegalStateException.class, () -> before.getByte(0));
        assertThrows(IllegalStateException.class, () -> shared.getByte(0));
        assertFalse(isLocked(source));
    }

    @ParameterizedTest
    @MethodSource("usesElsewhere")
    void aLeaseOfAnEndedThreadIsForAllThreads(Use use) throws Exception {
        for (boolean isVirtual : new boolean[] {false, true}) {
            PythonBuffer lease = elsewhere(
                    () -> {
                        PythonBuffer asked = source.buffer();
                        asked.view().getByte(0);
                        return asked;
                    },
                    isVirtual);
            use.of(lease);
            lease.close();
            assertFalse(isLocked(source));
        }
    }

    @Test
    void closeRetainAndShareAtOnceCloseOnce() throws Exception {
        PythonObject count = python.importModule("sys").attr("getrefcount");
        long before = count.invoke(source).asLong();
        for (int round = 0; round < 50; round++) {
            PythonBuffer lease = source.buffer();
            BufferView early = round % 2 == 0 ? lease.view() : null;
            CyclicBarrier barrier = new CyclicBarrier(8);
            try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
                List<Future<?>> ends = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    Use use = List.<Use>of(
                                    PythonBuffer::close,
                                    PythonBuffer::retain,
                                    PythonBuffer::share,
                                    viewed -> viewed.view())
                            .get(i % 4);
                    ends.add(threads.submit(() -> {
                        barrier.await();
                        try {
                            use.of(lease);
                        } catch (WrongThreadException beforeShare) {
                            assertTrue(beforeShare.getMessage().contains("share()"), beforeShare.getMessage());
                        } catch (IllegalStateException closed) {
                            assertTrue(closed.getMessage().contains("closed"), closed.getMessage());
                        }
                        return null;
                    }));
                }
                for (Future<?> end : ends) {
                    end.get();
                }
            }
            assertFalse(lease.isOpen());
            if (early != null) {
                assertThrows(IllegalStateException.class, () -> early.getByte(0));
            }
            assertFalse(isLocked(source));
        }
        assertEquals(before, count.invoke(source).asLong());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSharedViewIsForAllThreads(boolean isVirtual) throws Exception {
        PythonBuffer lease = source.buffer().share();
        BufferView view = lease.view();
        assertEquals(36, elsewhere(() -> sum(view), isVirtual));
        elsewhere(
                () -> {
                    lease.close();
                    return null;
                },
                isVirtual);
        assertFalse(isLocked(source));
        assertThrows(IllegalStateException.class, () -> view.getByte(0));
    }

    @Test
    void anUnviewedLeaseIsClosedOnAnyThread() throws Exception {
        PythonBuffer lease = source.buffer();
        elsewhere(
                () -> {
                    lease.close();
                    return null;
                },
                false);
        assertFalse(isLocked(source));
    }

    @Test
    void readersOfAClosedLeaseSeeAnExceptionAndNoFreedMemory() throws Exception {
        for (int round = 0; round < 10; round++) {
            PythonBuffer lease =
                    python.eval("bytearray(b'x') * 100000").buffer().share();
            BufferView view = lease.view();
            List<Thread> readers = new ArrayList<>();
            List<Throwable> ends = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                readers.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (long at = 0; ; at = (at + 1) % view.itemCount()) {
                            assertEquals('x', view.getByte(at));
                        }
                    } catch (Throwable end) {
                        ends.add(end);
                    }
                }));
            }
            Thread.sleep(5);
            lease.close();
            for (Thread reader : readers) {
                reader.join();
            }
            assertEquals(
                    4,
                    ends.stream()
                            .filter(IllegalStateException.class::isInstance)
                            .count(),
                    ends::toString);
        }
    }
}

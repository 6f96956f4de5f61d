package org.bufferbridge.python.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bufferbridge.BufferView;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.leases.LeasePrograms;
import org.bufferbridge.fixtures.processes.ChildJvm;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A view that one thread may use, closed by it or by others, at once and as they race. */
@ExtendWith(Interpreter.class)
class OwnedLeaseTest {
    private final PythonObject source;

    OwnedLeaseTest(Python python) {
        source = python.eval("bytearray(b'x') * 100000");
    }

    private static Thread reader(boolean isVirtual, PythonBuffer lease, CyclicBarrier ready, List<Throwable> ends) {
        return (isVirtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
            try {
                BufferView view = lease.view();
                ready.await();
                for (long at = 0; ; at = (at + 1) % view.itemCount()) {
                    assertEquals('x', view.getByte(at));
                }
            } catch (Throwable end) {
                ends.add(end);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eightThreadsCloseAViewThatItsOwnerReads(boolean isVirtual) throws Exception {
        for (int round = 0; round < 50; round++) {
            PythonBuffer lease = source.buffer();
            List<Throwable> ends = new ArrayList<>();
            CyclicBarrier barrier = new CyclicBarrier(9);
            Thread owner = reader(isVirtual, lease, barrier, ends);
            try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
                List<Future<?>> closes = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    closes.add(threads.submit((Callable<?>) () -> {
                        barrier.await();
                        lease.close();
                        return null;
                    }));
                }
                for (Future<?> close : closes) {
                    Thread.interrupted();
                    close.get();
                }
            }
            source.call("append", 0).close(); // not locked: the reader reads no memory of it any more
            source.call("pop").close();
            owner.join();
            assertInstanceOf(IllegalStateException.class, ends.getFirst());
        }
        assertEquals(0, Leaks.liveLeases());
    }

    @Test
    void theOwnerClosesWhileAnotherThreadDoes() throws Exception {
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            for (int round = 0; round < 2000; round++) {
                PythonBuffer lease = source.buffer();
                BufferView view = lease.view();
                CyclicBarrier barrier = new CyclicBarrier(2);
                Future<?> close = other.submit((Callable<?>) () -> {
                    barrier.await();
                    lease.close();
                    return null;
                });
                Thread.interrupted(); // the JDK interrupts a thread whose access a close has stopped
                barrier.await();
                lease.close();
                assertFalse(lease.isOpen());
                assertThrows(IllegalStateException.class, () -> view.getByte(0));
                Thread.interrupted();
                close.get();
            }
        }
        assertEquals(0, Leaks.liveLeases());
    }

    @Test
    void memoryOfMoreViewsThanAThreadsListHoldsIsKeptForPython() {
        List<PythonBuffer> leases = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            leases.add(source.buffer());
            leases.getLast().view();
        }
        PythonObject memoryview = Interpreter.python().eval("memoryview");
        for (PythonBuffer lease : leases) {
            PythonObject held = memoryview.invoke(lease.view());
            var refusal = assertThrows(IllegalStateException.class, lease::close);
            assertEquals(true, refusal.getMessage().contains("1 export out"), refusal.getMessage());
            held.close();
            lease.close();
        }
        assertEquals(0, Leaks.liveLeases());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leasesAreAsSafeWhereArenasHaveNoOwners(boolean hasOwners) throws Exception {
        ChildJvm.End end = new ChildJvm()
                .option("-Dbufferbridge.ownedArenas=" + hasOwners)
                .programs(LeasePrograms.class)
                .run("lease");
        List<String> lines = List.of(
                "another thread reads: " + (hasOwners ? "WrongThreadException" : "120"),
                "another thread views: WrongThreadException",
                "another thread views after share(): 120",
                "another thread closes: closed",
                "the owner reads: IllegalStateException",
                "the owner closes: closed",
                "the owner reads: IllegalStateException",
                "0 leases");
        assertEquals(lines, end.lines());
        assertEquals(0, end.status());
    }
}

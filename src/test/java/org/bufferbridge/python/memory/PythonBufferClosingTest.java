package org.bufferbridge.python.memory;

import static org.bufferbridge.python.memory.PythonBufferTest.isLocked;
import static org.bufferbridge.python.memory.PythonBufferTest.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.leases.CleanupActions;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others see of a lease while a thread closes it, which may run cleanup actions of users. */
@ExtendWith(Interpreter.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PythonBufferClosingTest {
    private final Python python;
    private final PythonObject source;

    PythonBufferClosingTest(Python python) {
        this.python = python;
        this.source = python.eval("bytearray(range(1, 9))");
    }

    /** Each use of a lease that needs it open. */
    private static Map<String, Callable<Object>> uses(PythonBuffer lease) {
        return Map.of(
                "view", lease::view,
                "retain", lease::retain,
                "share", lease::share,
                "request", lease::request,
                "owner", lease::owner);
    }

    static Stream<String> namesOfUses() {
        return Stream.of("view", "retain", "share", "request", "owner", "close");
    }

    private static Callable<Object> use(String name, PythonBuffer lease) {
        return name.equals("close")
                ? () -> {
                    lease.close();
                    return null;
                }
                : uses(lease).get(name);
    }

    @ParameterizedTest
    @MethodSource("namesOfUses")
    void aCleanupActionThatUsesItsOwnLeaseIsToldWhy(String name) {
        PythonBuffer lease = source.buffer().share();
        List<Object> seen = new ArrayList<>();
        CleanupActions.add(lease.view().asSegment(), () -> {
            seen.add(lease.toString());
            seen.add(assertThrows(IllegalStateException.class, use(name, lease)::call));
        });
        lease.close();
        assertEquals("PythonBuffer[being closed]", seen.get(0));
        assertTrue(seen.get(1).toString().contains("is being closed by this very thread"), seen::toString);
        assertEquals("PythonBuffer[closed]", lease.toString());
        assertFalse(isLocked(source));
    }

    @ParameterizedTest
    @MethodSource("namesOfUses")
    void aThreadWaitsForTheOneThatClosesAndNotForEver(String name) throws Exception {
        for (boolean isVirtual : new boolean[] {false, true}) {
            PythonBuffer lease = source.buffer().share();
            CountDownLatch isClosing = new CountDownLatch(1);
            CountDownLatch mayGoOn = new CountDownLatch(1);
            CleanupActions.add(lease.view().asSegment(), () -> {
                isClosing.countDown();
                awaitUninterrupted(mayGoOn);
            });
            Thread closer = Thread.ofPlatform().name("the closer").start(lease::close);
            isClosing.await();
            assertEquals("PythonBuffer[being closed]", lease.toString());
            assertTrue(lease.isOpen());
            long begin = System.nanoTime();
            var refusal = assertThrows(
                    IllegalStateException.class, () -> PythonBufferThreadsTest.elsewhere(use(name, lease), isVirtual));
            assertTrue(System.nanoTime() - begin > 900_000_000L, "did not wait");
            assertTrue(refusal.getMessage().contains("by another thread"), refusal.getMessage());
            assertTrue(refusal.getMessage().contains("the closer"), refusal.getMessage());
            mayGoOn.countDown();
            closer.join();
            lease.close();
            assertFalse(lease.isOpen());
            assertFalse(isLocked(source));
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException again) {
                // the JDK interrupts threads at the close of a shared arena
            }
        }
    }

    @Test
    void aThreadThatWaitedForTheCloseFindsTheLeaseClosed() throws Exception {
        PythonBuffer lease = source.buffer().share();
        CountDownLatch isClosing = new CountDownLatch(1);
        CleanupActions.add(lease.view().asSegment(), () -> {
            isClosing.countDown();
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException early) {
                // soon enough
            }
        });
        Thread closer = Thread.ofPlatform().start(lease::close);
        isClosing.await();
        var refusal = assertThrows(IllegalStateException.class, lease::view);
        assertEquals("the Python buffer was closed", refusal.getMessage());
        closer.join();
        assertFalse(isLocked(source));
    }

    /** A close that fails changes nothing, and the views before it still see the memory. */
    @Test
    void aRefusedCloseLeavesTheLeaseAsItWas() {
        PythonBuffer lease = source.buffer();
        BufferView view = lease.view();
        PythonObject held = python.eval("memoryview").invoke(view);
        for (int i = 0; i < 3; i++) {
            assertThrows(IllegalStateException.class, lease::close);
        }
        assertEquals(36, sum(view));
        assertEquals(view.memory().address(), lease.view().memory().address());
        assertEquals(new BufferRequest(BufferRequest.FULL_RO), lease.request());
        held.close();
        lease.close();
        assertFalse(isLocked(source));
    }

    /** Views of a structure with many fields take long to make: the threads that wait for them lose nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyThreadsViewAndOneClosesOnce(boolean isVirtual) throws Exception {
        PythonObject numpy = python.importModule("numpy");
        for (int round = 0; round < 20; round++) {
            try (PythonObject type = python.eval("[(f'field{i}', 'i4') for i in range(200)]");
                    PythonObject array = numpy.call("zeros", 3, type)) {
                PythonBuffer lease = array.buffer().share();
                CountDownLatch begin = new CountDownLatch(1);
                List<Throwable> wrong = java.util.Collections.synchronizedList(new ArrayList<>());
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    boolean closes = i == 7;
                    Thread.Builder builder = isVirtual ? Thread.ofVirtual() : Thread.ofPlatform();
                    threads.add(builder.start(() -> {
                        try {
                            begin.await();
                            if (closes) {
                                lease.close();
                            } else {
                                assertEquals(3, lease.view().itemCount());
                            }
                        } catch (IllegalStateException closed) {
                            if (!closed.getMessage().equals("the Python buffer was closed")) {
                                wrong.add(closed);
                            }
                        } catch (Throwable thrown) {
                            wrong.add(thrown);
                        }
                    }));
                }
                begin.countDown();
                for (Thread thread : threads) {
                    thread.join();
                }
                assertEquals(List.of(), wrong);
                assertFalse(lease.isOpen());
            }
        }
    }
}

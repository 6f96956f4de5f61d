package org.bufferbridge.python;

import static org.bufferbridge.fixtures.processes.Threads.all;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any Java thread may call, platform or virtual, and calls nest; no thread waits for ever.
 */
@ExtendWith(Interpreter.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadTest {
    private final Python python;

    ThreadTest(Python python) {
        this.python = python;
    }

    // ----------------------------------------------------------------------------------- any thread

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyThreadsCallAtOnce(boolean isVirtual) throws Exception {
        PythonObject square = python.eval("lambda x: x * x");
        int count = isVirtual ? 500 : 64;
        List<Integer> squares = all(isVirtual, count, i -> () -> {
            for (int round = 0; round < 20; round++) {
                try (PythonObject result = square.invoke(i)) {
                    assertEquals(i * i, result.asInt());
                }
            }
            try (PythonObject result = square.invoke(i)) {
                return result.asInt();
            }
        });
        for (int i = 0; i < count; i++) {
            assertEquals(i * i, squares.get(i));
        }
    }

    @Test
    void aThreadIsTheSameThreadInPythonFromCallToCall() throws Exception {
        PythonObject local = python.importModule("threading").call("local");
        List<Long> identities = all(false, 4, i -> () -> {
            local.setAttr("mine", i);
            long identity = python.importModule("threading").call("get_ident").asLong();
            for (int round = 0; round < 50; round++) {
                assertEquals(i, local.attr("mine").asInt());
                assertEquals(
                        identity,
                        python.importModule("threading").call("get_ident").asLong());
            }
            return identity;
        });
        assertThrows(PythonException.class, () -> local.attr("mine"));
        assertNotEquals(
                identities.get(0),
                python.importModule("threading").call("get_ident").asLong());
    }

    @Test
    void aThreadThatEndsLeavesNoThreadStateBehind() throws Exception {
        PythonObject frames = python.importModule("sys").attr("_current_frames");
        PythonObject collected = python.eval("type('Cell', (), {})()");
        PythonObject weak = python.importModule("weakref").call("ref", collected);
        PythonObject local = python.importModule("threading").call("local");
        all(false, 16, i -> () -> {
            local.setAttr("mine", python.list(collected, i));
            return null;
        });
        collected.close();
        // Threads end a little after their pools, and what they kept ends with them.
        for (int i = 0; !weak.invoke().isNone() && i < 200; i++) {
            Interpreter.collectGarbage();
            Thread.sleep(20);
        }
        assertTrue(weak.invoke().isNone(), "a thread's local data outlives it");
        assertTrue(frames.invoke().len() < 64);
    }

    @Test
    void tasksOfTheMainThreadRunOnPythonsMainThread() throws Exception {
        PythonObject isMain = python.eval(
                "lambda: __import__('threading').current_thread() is __import__('threading').main_thread()");
        assertTrue(python.onMainThread(() -> isMain.invoke().asBoolean()));
        assertFalse(isMain.invoke().asBoolean());
        var thrown = new java.io.IOException("as it was");
        assertSame(
                thrown,
                assertThrows(
                        java.io.IOException.class,
                        () -> python.onMainThread(() -> {
                            throw thrown;
                        })));
    }

    // -------------------------------------------------------------------------------------- nesting

    /** Counts down through both languages: Java calls Python that calls Java. */
    private PythonObject descend(PythonObject down, UnaryOperator<Object> java, int depth) {
        return down.invoke(java, depth);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callsNest(boolean isVirtual) throws Exception {
        PythonObject down = python.eval("lambda java, depth: 0 if depth == 0 else 1 + java.apply(depth - 1)");
        UnaryOperator<Object> java = new UnaryOperator<>() {
            @Override
            public Object apply(Object depth) {
                return descend(down, this, ((Number) depth).intValue());
            }
        };
        for (int result : all(isVirtual, 8, i -> () -> descend(down, java, 30).asInt())) {
            assertEquals(30, result);
        }
    }

    @Test
    void aNestedCallMayRunOnAnotherThread() throws Exception {
        PythonObject call = python.eval("lambda java: java.apply(None)");
        UnaryOperator<Object> java = ignored -> {
            try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
                return thread.submit(() -> python.eval("6 * 7").asInt()).get();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
        assertEquals(42, call.invoke(java).asInt());
    }

    // ------------------------------------------------------------------------------- run, and others

    /** How many calls another thread ends during a task. */
    private long callsDuring(Runnable task) throws InterruptedException {
        AtomicLong calls = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        Thread other = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                python.eval("1").close();
                calls.incrementAndGet();
                begun.countDown();
            }
        });
        begun.await();
        long before = calls.get();
        task.run();
        long after = calls.get();
        over.set(true);
        other.join();
        return after - before;
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nobodyElseCallsWhileOneHolds() throws InterruptedException {
        long[] during = new long[1];
        AtomicLong calls = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        Thread other = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                python.eval("1").close();
                calls.incrementAndGet();
            }
        });
        python.run(() -> {
            long before = calls.get();
            sleep(100);
            during[0] = calls.get() - before;
        });
        over.set(true);
        other.join();
        assertTrue(during[0] <= 1, () -> during[0] + " calls ended meanwhile"); // one that had ended, but for its count
    }

    @Test
    void othersCallWhileAThreadIsInJava() throws InterruptedException {
        PythonObject call = python.eval("lambda java: java.apply(None)");
        UnaryOperator<Object> sleeping = ignored -> {
            sleep(200);
            return null;
        };
        long calls = callsDuring(() -> call.invoke(sleeping).close());
        assertTrue(calls > 10, () -> calls + " calls; more than 10 are required");
    }

    @Test
    void othersCallDuringALongCallOfNumpy() throws InterruptedException {
        PythonObject numpy = python.importModule("numpy");
        PythonObject random = numpy.attr("random").call("default_rng", 1).call("random", 3_000_000);
        long[] nanos = new long[1];
        long calls = callsDuring(() -> {
            long start = System.nanoTime();
            numpy.call("sort", random).close();
            nanos[0] = System.nanoTime() - start;
        });
        System.out.printf("%d calls during one of numpy that took %d ms%n", calls, nanos[0] / 1_000_000);
        assertTrue(
                calls > 100, () -> calls + " calls during " + nanos[0] / 1_000_000 + " ms; more than 100 are required");
    }

    @Test
    void callsInRunSeeEachOthersEffects() {
        PythonObject list = python.list();
        int result = python.run(() -> {
            for (int i = 0; i < 100; i++) {
                list.call("append", i).close();
            }
            return python.run(() -> (int) list.len());
        });
        assertEquals(100, result);
    }

    @Test
    void whatARunThrowsIsThrownAndTheInterpreterIsFree() throws Exception {
        var thrown = new IllegalArgumentException("as it was");
        assertSame(
                thrown,
                assertThrows(
                        IllegalArgumentException.class,
                        () -> python.run((Runnable) () -> {
                            throw thrown;
                        })));
        assertThrows(PythonException.class, () -> python.run(() -> python.eval("1 / 0")));
        assertEquals(List.of(2), all(false, 1, i -> () -> python.eval("2").asInt()));
    }

    /** One thread holds the interpreter and asks the lease, the other asks the lease and needs the interpreter. */
    @Test
    void aHolderAndAnOwnerOfOneLeaseDoNotWaitForEachOther() throws Exception {
        PythonObject source = python.eval("bytearray(8)");
        PythonBuffer lease = source.buffer().share();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<?> asking = threads.submit(() -> {
                while (!over.get()) {
                    ((PythonObject) lease.owner()).close();
                    lease.retain();
                }
            });
            Future<?> holding = threads.submit(() -> {
                while (!over.get()) {
                    python.run(() -> {
                        assertTrue(lease.isOpen());
                        lease.view().getByte(0);
                    });
                }
            });
            Thread.sleep(300);
            over.set(true);
            asking.get(20, TimeUnit.SECONDS);
            holding.get(20, TimeUnit.SECONDS);
        } finally {
            lease.close();
        }
        source.call("append", 1).close();
    }

    /** One thread holds the interpreter and asks for the traceback, which the other needs the interpreter for. */
    @Test
    void aHolderAndAnotherThreadAskForOneTraceback() throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int round = 0; round < 200; round++) {
                var raised = assertThrows(PythonException.class, () -> python.eval("1 / 0"));
                Future<String> asking = threads.submit(raised::traceback);
                Future<String> holding = threads.submit(() -> python.run(raised::traceback));
                assertEquals(asking.get(20, TimeUnit.SECONDS), holding.get(20, TimeUnit.SECONDS));
            }
        }
    }

    /** It would hang: the main thread needs the GIL, which this thread gives up when its task has returned. */
    @Test
    void theMainThreadIsNotWaitedForWithTheGil() throws Exception {
        boolean[] refused = {false};
        python.run(() -> {
            IllegalStateException e =
                    assertThrows(IllegalStateException.class, () -> python.onMainThread(() -> python.eval("1")));
            refused[0] = e.getMessage().contains("call onMainThread() outside of run()");
        });
        assertTrue(refused[0]);
        assertEquals(1, python.onMainThread(() -> python.eval("1").asInt()));
        assertEquals(
                2,
                python.onMainThread(
                        () -> python.onMainThread(() -> python.eval("2").asInt())));
    }
}

package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.bufferbridge.ExportArena;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.exporters.RecordingExporter;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * 64 threads that make calls of every kind at once: no deadlock, no leak, all counts zero. The system property
 * {@code bufferbridge.test.crowdSeconds} says for how long. {@code make soak-threads} runs it for a minute.
 */
@ExtendWith(Interpreter.class)
class CrowdTest {
    private static final int PLATFORM_THREADS = 48;
    private static final int VIRTUAL_THREADS = 16;
    private static final long SECONDS = Long.getLong("bufferbridge.test.crowdSeconds", 3);
    private static final long PATIENCE_MILLISECONDS = 60_000;

    /** In memory that both runtimes and their allocators keep: a leak of a few bytes per call is more. */
    private static final long MAX_GROWTH_OF_BLOCKS = 20_000;

    private final Python python;
    private final PythonNamespace names;
    private final PythonObject shared;
    private final RecordingExporter exporter = RecordingExporter.ofBytes(256);
    private final Queue<PythonBuffer> handedOver = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong calls = new AtomicLong();

    CrowdTest(Python python) {
        this.python = python;
        names = python.namespace();
        names.exec("""
                import numpy

                def total(memory):
                    return int(numpy.asarray(memory).sum())

                def nested(java, depth):
                    return 0 if depth == 0 else 1 + java.apply(depth - 1)

                def fail(text):
                    raise ValueError(text)

                def store(memory, value):
                    memoryview(memory).cast('B')[0] = value
                """);
        shared = python.eval("[object() for _ in range(10)]");
    }

    private interface Call {
        void make(Random random) throws Exception;
    }

    private final List<Call> kinds = List.of(
            this::evaluate,
            this::export,
            this::exportOfAnExporter,
            this::exportOfAnArena,
            this::lease,
            this::handOver,
            this::takeOver,
            this::nest,
            this::raise,
            this::hold,
            this::iterate,
            this::forget,
            this::closeWhatIsUsed,
            this::releaseTheInterpreter,
            this::convert);

    private PythonObject function(String name) {
        return names.get(name);
    }

    private void evaluate(Random random) {
        int number = random.nextInt(1000);
        try (PythonObject result = python.eval("x * x + 1", Map.of("x", number))) {
            assertEquals(number * number + 1, result.asInt());
        }
    }

    private void export(Random random) {
        MemorySegment segment = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 50);
        for (int i = 0; i < 50; i++) {
            segment.setAtIndex(ValueLayout.JAVA_LONG, i, i);
        }
        try (PythonObject total = function("total");
                PythonObject sum = total.invoke(segment.asByteBuffer().asReadOnlyBuffer())) {
            assertEquals(50 * 49 / 2, sum.asInt()); // each number is one byte
        }
    }

    private void exportOfAnExporter(Random random) {
        try (PythonObject total = function("total");
                PythonObject sum = total.invoke(exporter)) {
            assertEquals(256 * 255 / 2, sum.asInt());
        }
    }

    private void exportOfAnArena(Random random) {
        ExportArena arena = ExportArena.open();
        MemorySegment segment = arena.allocate(100);
        PythonObject array = python.importModule("numpy").call("asarray", segment);
        arena.closeWhenReleased();
        array.setItem(99, 7);
        assertEquals(7, segment.get(ValueLayout.JAVA_BYTE, 99));
        array.close();
        assertTrue(!arena.scope().isAlive(), "the arena outlives its last consumer");
    }

    private void lease(Random random) {
        byte first = (byte) random.nextInt(100);
        try (PythonObject source = python.eval("bytearray(range(x, x + 20))", Map.of("x", first));
                PythonBuffer lease = source.buffer()) {
            for (int i = 0; i < 20; i++) {
                assertEquals(first + i, lease.view().getByte(i));
            }
            lease.view().setByte((byte) 1, 0);
            try (PythonObject item = source.item(0)) {
                assertEquals(1, item.asInt());
            }
        }
    }

    private void handOver(Random random) {
        if (handedOver.size() < 100) {
            try (PythonObject source = python.eval("bytearray(b'handed over')")) {
                handedOver.add(source.buffer().share());
            }
        }
    }

    private void takeOver(Random random) {
        PythonBuffer lease = handedOver.poll();
        if (lease != null) {
            assertEquals('h', lease.view().getByte(0));
            ((PythonObject) lease.owner()).close();
            lease.close();
        }
    }

    private void nest(Random random) {
        int depth = 1 + random.nextInt(5);
        UnaryOperator<Object> java = new UnaryOperator<>() {
            @Override
            public Object apply(Object left) {
                try (PythonObject nested = function("nested");
                        PythonObject deeper = nested.invoke(this, left)) {
                    return deeper.asInt();
                }
            }
        };
        assertEquals(depth, java.apply(depth));
    }

    private void raise(Random random) {
        try (PythonObject fail = function("fail")) {
            fail.invoke("expected").close();
            throw new AssertionError("nothing was raised");
        } catch (PythonException raised) {
            assertEquals("ValueError", raised.type());
            if (random.nextBoolean()) {
                raised.exception().close();
            }
        }
    }

    private void hold(Random random) {
        python.run(() -> {
            try (PythonObject list = python.list(1, 2)) {
                list.call("append", 3).close();
                assertEquals(3, list.len());
            }
        });
    }

    private void iterate(Random random) {
        try (PythonObject range = python.eval("range(10)")) {
            int next = 0;
            for (PythonObject item : range) {
                assertEquals(next++, item.asInt());
                item.close();
            }
            assertEquals(10, next);
        }
    }

    private void forget(Random random) {
        python.list(random.nextInt(), "forgotten", python.eval("{}"));
    }

    private void closeWhatIsUsed(Random random) {
        PythonObject object = python.list(1, 2, 3);
        Thread closing = Thread.startVirtualThread(object::close);
        try {
            assertEquals(3, object.len());
        } catch (IllegalStateException closed) {
            // as it may be
        }
        try {
            closing.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void releaseTheInterpreter(Random random) {
        MemorySegment zeros = Arena.ofAuto().allocate(10_000);
        try (PythonObject hashlib = python.importModule("hashlib");
                PythonObject digest = hashlib.call("sha256", zeros); // without the interpreter from 2 KiB on
                PythonObject text = digest.call("hexdigest")) {
            assertTrue(text.toString().startsWith("95b532cc"), text.toString());
        }
    }

    private void convert(Random random) {
        BigInteger number = new BigInteger(200, random);
        String text = "text \ud83d\udc0d " + random.nextInt();
        try (PythonObject list = python.list(number, text, null, 2.5)) {
            assertEquals(
                    Arrays.asList(number.bitLength() < 64 ? (Object) number.longValue() : number, text, null, 2.5),
                    list.toJava());
        }
    }

    // --------------------------------------------------------------------------------------- the crowd

    @Test
    void threadsThatCallAtOnceLeaveNothingBehind() throws InterruptedException {
        run(Duration.ofMillis(500)); // what is made once, is made
        long references = references();
        long blocks = blocks();
        long before = calls.get();
        run(Duration.ofSeconds(SECONDS));
        assertEquals(references, references(), "references to an object that all threads used");
        long growth = blocks() - blocks;
        assertTrue(growth < MAX_GROWTH_OF_BLOCKS, () -> "Python's blocks of memory grew by " + growth);
        assertEquals(exporter.acquired(), exporter.released());
        assertEquals(0, exporter.strangers());
        assertEquals(0, Leaks.liveExports());
        assertEquals(0, Leaks.liveLeases());
        System.out.printf(
                "crowd: %d calls of %d threads in %d s; Python's blocks grew by %d%n",
                calls.get() - before, PLATFORM_THREADS + VIRTUAL_THREADS, SECONDS, growth);
    }

    private void run(Duration duration) throws InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        long seed = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PLATFORM_THREADS + VIRTUAL_THREADS; i++) {
            Random random = new Random(seed + i);
            Thread.Builder builder = i < PLATFORM_THREADS ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(builder.name("crowd-" + i).start(() -> takePart(random, end)));
        }
        long deadline = System.currentTimeMillis() + duration.toMillis() + PATIENCE_MILLISECONDS;
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofMillis(Math.max(1, deadline - System.currentTimeMillis())))) {
                throw new AssertionError(thread + " does not end:\n" + stacks());
            }
        }
        for (PythonBuffer lease = handedOver.poll(); lease != null; lease = handedOver.poll()) {
            lease.close();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " failures with seed " + seed, failures.peek());
        }
    }

    private void takePart(Random random, long end) {
        try (PythonObject mine = shared.item(random.nextInt(10))) {
            while (System.nanoTime() < end && failures.isEmpty()) {
                kinds.get(random.nextInt(kinds.size())).make(random);
                try (PythonObject list = python.list(mine, shared)) {
                    assertEquals(2, list.len());
                }
                calls.incrementAndGet();
            }
        } catch (Throwable thrown) {
            failures.add(thrown);
        }
    }

    private static String stacks() {
        ThreadInfo[] infos = ManagementFactory.getThreadMXBean().dumpAllThreads(true, true);
        return Arrays.stream(infos).map(ThreadInfo::toString).collect(Collectors.joining());
    }

    /** To the shared list and its items, once the forgotten objects are given back. */
    private long references() throws InterruptedException {
        settle();
        try (PythonObject count = python.eval(
                        "lambda x: __import__('sys').getrefcount(x) + sum(map(__import__('sys').getrefcount, x))");
                PythonObject result = count.invoke(shared)) {
            return result.asLong();
        }
    }

    private long blocks() throws InterruptedException {
        settle();
        try (PythonObject blocks = python.importModule("sys").call("getallocatedblocks")) {
            return blocks.asLong();
        }
    }

    private static void settle() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            Interpreter.collectGarbage();
            Thread.sleep(100);
        }
    }
}

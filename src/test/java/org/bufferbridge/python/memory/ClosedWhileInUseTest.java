package org.bufferbridge.python.memory;

import static org.bufferbridge.fixtures.processes.Threads.all;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads use objects and leases that others close: they get an answer or an exception, and nothing is used after. */
@ExtendWith(Interpreter.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClosedWhileInUseTest {
    private final Python python;

    ClosedWhileInUseTest(Python python) {
        this.python = python;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anObjectIsClosedWhileOthersUseIt(boolean isVirtual) throws Exception {
        AtomicReferenceArray<PythonObject> slots = new AtomicReferenceArray<>(4);
        for (int i = 0; i < slots.length(); i++) {
            slots.set(i, python.list(1, 2, 3));
        }
        PythonObject same = python.eval("lambda x: x");
        long end = System.nanoTime() + Duration.ofMillis(1500).toNanos();
        List<Long> refused = all(isVirtual, 12, number -> () -> {
            var random = new java.util.Random(number);
            long refusals = 0;
            while (System.nanoTime() < end) {
                int slot = random.nextInt(slots.length());
                PythonObject object = slots.get(slot);
                try {
                    switch (random.nextInt(9)) {
                        case 0 -> slots.getAndSet(slot, python.list(1, 2, 3)).close();
                        case 1 -> assertEquals(3, object.len());
                        case 2 ->
                            assertTrue(List.of("[1, 2, 3]", "<a closed PythonObject>")
                                    .contains(object.toString()));
                        case 3 -> same.invoke(object).close();
                        case 4 -> assertEquals(2, object.item(1).asInt());
                        case 5 -> assertEquals(List.of(1, 2, 3), object.toJava());
                        case 6 -> object.asList().forEach(PythonObject::close);
                        case 7 -> assertEquals(1, object.call("index", 2).asInt());
                        default -> assertFalse(object.is(same));
                    }
                } catch (IllegalStateException closed) {
                    assertEquals("the PythonObject is closed", closed.getMessage());
                    refusals++;
                }
            }
            return refusals;
        });
        assertTrue(refused.stream().mapToLong(Long::longValue).sum() > 0, "nobody met a closed object");
        for (int i = 0; i < slots.length(); i++) {
            slots.get(i).close();
        }
    }

    @Test
    void aLeaseIsClosedWhileOthersUseIt() throws Exception {
        PythonObject source = python.eval("bytearray(b'x') * 64");
        AtomicReferenceArray<PythonBuffer> slots = new AtomicReferenceArray<>(2);
        for (int i = 0; i < slots.length(); i++) {
            slots.set(i, source.buffer().share());
        }
        PythonObject length = python.eval("len");
        long end = System.nanoTime() + Duration.ofMillis(1500).toNanos();
        all(false, 8, number -> () -> {
            var random = new java.util.Random(number);
            while (System.nanoTime() < end) {
                int slot = random.nextInt(slots.length());
                PythonBuffer lease = slots.get(slot);
                try {
                    switch (random.nextInt(7)) {
                        case 0 -> slots.getAndSet(slot, source.buffer().share()).close();
                        case 1 -> assertEquals('x', lease.view().getByte(63));
                        case 2 -> assertEquals(64, length.invoke(lease).asInt());
                        case 3 -> ((PythonObject) lease.owner()).close();
                        case 4 -> lease.retain();
                        case 5 -> lease.request();
                        default -> assertTrue(lease.toString().startsWith("PythonBuffer["));
                    }
                } catch (IllegalStateException closed) {
                    assertTrue(closed.getMessage().contains("closed"), closed.getMessage());
                }
            }
            return null;
        });
        for (int i = 0; i < slots.length(); i++) {
            slots.get(i).close();
        }
        source.call("append", 1).close();
    }
}

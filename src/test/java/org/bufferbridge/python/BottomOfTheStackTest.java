package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.foreign.Arena;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.LeakLevel;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.exporters.GuardedBytes;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.bufferbridge.internal.jni.Natives;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Calls native methods at the bottom of a Java stack, small or large. The same thread has entered once from a shallow
 * place. The Python code that they run goes as deep as it can. The call succeeds, or it throws a
 * {@link StackOverflowError} or Python's RecursionError. The process lives, and nothing is left behind.
 */
@ExtendWith(Interpreter.class)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BottomOfTheStackTest {
    private static final long MEBIBYTE = 1 << 20;

    /** How often an action is tried at most. The first try is where no stack is left. */
    private static final int TRIES = 400;

    /** Frames between two tries, so that the last tries have enough stack. */
    private static final int FRAMES_BETWEEN = 16;

    /** Python code that goes as deep as it can, wherever Python calls it. */
    private static final String DEEP = """
            import ctypes, sys
            def deep():
                def down(_=None): return sorted([1], key=down)
                try: down()
                except RecursionError: pass
            class Deep:
                ends = 0
                def __init__(self): self.set = 1
                def __str__(self): deep(); return "deep"
                def __getattr__(self, name): deep(); return 7
                def __setattr__(self, name, value): deep()
                def __getitem__(self, key): deep(); return 7
                def __setitem__(self, key, value): deep()
                def __len__(self): deep(); return 3
                def __iter__(self): deep(); return self
                def __next__(self): deep(); return 7
                def __bool__(self): deep(); return True
                def __index__(self): deep(); return 7
                def __call__(self, *arguments): deep(); return 7
                def __hash__(self): deep(); return 7
                def __eq__(self, other): deep(); return self is other
                def __del__(self): deep(); Deep.ends += 1
            class Loop:
                def __iter__(self): deep(); return iter([1, 2])
            class Lending(Loop):
                memory = (ctypes.c_double * 2)(1, 2)
                @property
                def __array_interface__(self):
                    deep()
                    data = (ctypes.addressof(self.memory), False)
                    return {"version": 3, "shape": (2,), "typestr": "<f8", "data": data}
            class Owner(bytearray):
                def __del__(self): deep(); Deep.ends += 1
            """;

    private final Python python;
    private final List<PythonObject> held = new ArrayList<>();

    BottomOfTheStackTest(Python python) {
        this.python = python;
    }

    private interface Action {
        void run() throws Exception;
    }

    /** What is done at the bottom, by the name of the native method that it reaches. */
    private Map<String, Action> actions(Map<String, PythonObject> names) {
        PythonObject type = names.get("Deep");
        PythonObject owner = names.get("Owner");
        PythonObject deep = keep(type.invoke());
        PythonObject bytes = keep(python.eval("bytearray(16)"));
        PythonObject raised = keep(python.eval("ValueError('mine')"));
        PythonObject numbers = keep(python.eval("[1, 0.5]"));
        PythonObject raise = keep(python.eval("lambda e: (_ for _ in ()).throw(e)"));
        Map<String, Action> actions = new TreeMap<>();
        actions.put("importModule", () -> python.importModule("sys").close());
        actions.put("attribute", () -> deep.attr("absent").close());
        actions.put("setAttribute", () -> deep.setAttr("set", 1));
        actions.put("call", () -> deep.invoke(1, "a").close());
        actions.put("item", () -> deep.item(1).close());
        actions.put("setItem", () -> deep.setItem(1, 2));
        actions.put("length", deep::len);
        actions.put("iterator", () -> {
            for (PythonObject item : deep) {
                item.close();
                break;
            }
        });
        actions.put("next", actions.get("iterator"));
        actions.put("truth", deep::asBoolean);
        actions.put("isNone", deep::isNone);
        Supplier<?> function = deep.as(Supplier.class);
        actions.put("function", function::get);
        actions.put("hash", function::hashCode);
        actions.put("equal", () -> assertEquals(function, deep.as(Supplier.class)));
        actions.put("integer", () -> names.get("integer").asInt());
        actions.put("number", () -> names.get("number").asDouble());
        actions.put("plain", () -> numbers.as(double[].class));
        actions.put("convert", () -> names.get("integer").as(Object.class));
        PythonObject loop = keep(names.get("Loop").invoke());
        actions.put("iterableKind", () -> assertEquals(List.of(1, 2), loop.as(List.class)));
        actions.put("items", actions.get("iterableKind"));
        PythonObject lending = keep(names.get("Lending").invoke());
        actions.put("lendIterable", () -> lending.as(PythonBuffer.class).close());
        actions.put("lease", () -> bytes.buffer().close());
        actions.put("leaseRelease", () -> {
            try (PythonObject owned = owner.invoke(8);
                    PythonBuffer lease = owned.buffer()) {
                lease.view().getByte(0);
            }
        });
        actions.put("objectRelease", () -> type.invoke().close());
        actions.put("objectText", deep::toString);
        actions.put("objectReference", () -> {
            try {
                raise.invoke(raised).close();
            } catch (PythonException e) {
                e.exception().close();
                if (!e.type().equals("ValueError")) {
                    throw e;
                }
            }
        });
        actions.put("objectOfLease", () -> {
            try (PythonBuffer lease = bytes.buffer();
                    PythonObject object = lease.owner()) {
                assertTrue(object != null);
            }
        });
        LeakLevel level = Leaks.level();
        actions.put("leaseNoteStack", () -> {
            Leaks.setLevel(LeakLevel.ADVANCED); // the level from which a lease notes its stack
            try {
                bytes.buffer().close();
            } finally {
                Leaks.setLevel(level);
            }
        });
        actions.put("outTexts", () -> {
            Leaks.exports();
            Leaks.leases();
        });
        actions.put("runWithGil", () -> python.run(() -> deep.invoke().close()));
        actions.put("isInside", () -> python.run(BottomOfTheStackTest::shutDownFromInside));
        actions.put("heldExports", Leaks::liveExports);
        actions.put("vmFlag", () -> Natives.vmFlag("UseG1GC", 1));
        GuardedBytes guarded = new GuardedBytes("SHARED");
        PythonObject exporting =
                keep(python.eval("lambda x: lambda: memoryview(x).release()").invoke(guarded));
        actions.put("keepsAddress", () -> {
            exporting.invoke().close(); // memory is held, and no export is out
            guarded.grow(8);
        });
        actions.put("heldBytes", Leaks::exportedByteSize);
        actions.put("leaseCount", Leaks::liveLeases);
        actions.put("leasedBytes", Leaks::leasedByteSize);
        actions.put(
                "allocate",
                () -> python.importModule("bufferbridge").call("empty", 8).close());
        actions.put("free", actions.get("allocate"));
        actions.put("vacate", () -> {
            try (PythonObject block = python.importModule("bufferbridge").call("empty", 1 << 20)) {
                block.call("release").close();
            }
        });
        actions.put("setTracing", () -> {
            Leaks.setLevel(LeakLevel.PARANOID);
            Leaks.setLevel(level);
        });
        return actions;
    }

    /** The only caller of {@code isInside}. */
    private static void shutDownFromInside() {
        try {
            Python.shutdown();
        } catch (IllegalStateException refused) {
            return;
        }
        throw new AssertionError("shutdown() inside of run() is to be refused");
    }

    /** The native methods that need little stack, or run once in a process, and what tests them. */
    private static final Map<String, String> NOT_HERE = Map.ofEntries(
            Map.entry("hasGil", "looks at two words: ThreadTest"),
            Map.entry("requireStack", "asked before each end: UsedUpStackTest"),
            Map.entry("trustedLookup", "once: reads a field of the JDK's"),
            Map.entry("useStubs", "once: takes two addresses"),
            Map.entry("limitPins", "once: takes five numbers"),
            Map.entry("pokePinned", "once: PinsTest"),
            Map.entry("leaseDeferRelease", "on the thread that finds what was forgotten"),
            Map.entry("objectDeferRelease", "on the thread that finds what was forgotten"),
            Map.entry(
                    "leaseMakeWritable",
                    "called before a method runs: python-tests/adversaries/test_bottom_of_the_stack.py"),
            Map.entry("raise", "when no overload takes a value: python-tests/adversaries/test_bottom_of_the_stack.py"),
            Map.entry("runDeferred", "on Python's main thread"),
            Map.entry("javaEnds", "once: python-tests/life/test_exits.py"),
            Map.entry("jvmEnds", "once: python-tests/life/test_adopted_ends.py"),
            Map.entry("abiVersion", "once: returns a constant"),
            Map.entry("apiAddress", "returns a constant"),
            Map.entry("initialize", "once: StartAndEndTest"),
            Map.entry("giveBackSignals", "once: StartAndEndTest"),
            Map.entry("end", "once: StartAndEndTest"),
            Map.entry("shut", "once: StartAndEndTest"));

    private PythonObject keep(PythonObject object) {
        held.add(object);
        return object;
    }

    @Test
    void everyNativeMethodIsTried() throws Exception {
        Set<String> natives = new TreeSet<>();
        for (String name : List.of("jni.Natives", "jni.PythonCalls", "host.PythonHost")) {
            for (Method method :
                    Class.forName("org.bufferbridge.internal." + name).getDeclaredMethods()) {
                if (Modifier.isNative(method.getModifiers())) {
                    natives.add(method.getName());
                }
            }
        }
        Set<String> tried = new HashSet<>(NOT_HERE.keySet());
        try (Names names = new Names()) {
            for (String name : actions(names.all).keySet()) {
                assertTrue(tried.add(name), () -> name + " is tried, and not here");
            }
        } finally {
            held.forEach(PythonObject::close);
        }
        assertEquals(natives, new TreeSet<>(tried));
    }

    /** The names of {@link #DEEP}, for as long as they are needed. */
    private final class Names implements AutoCloseable {
        private final PythonObject space;
        final Map<String, PythonObject> all;

        Names() {
            space = python.eval("{'integer': 7, 'number': 0.5}");
            try (PythonObject builtins = python.importModule("builtins")) {
                builtins.call("exec", DEEP, space).close();
            }
            all = space.asMap();
        }

        @Override
        public void close() {
            all.values().forEach(PythonObject::close);
            space.call("clear").close();
            space.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> anErrorSaysThatTheStackIsUsedUp() {
        List<DynamicTest> tests = new ArrayList<>();
        List<String> entries;
        try (Names names = new Names()) {
            entries = List.copyOf(actions(names.all).keySet());
        } finally {
            held.forEach(PythonObject::close);
            held.clear();
        }
        for (long size : new long[] {MEBIBYTE, 8 * MEBIBYTE}) {
            for (String name : entries) {
                // A large stack as text takes a second for each try.
                if (size == MEBIBYTE || !name.equals("leaseNoteStack")) {
                    tests.add(dynamicTest(name + " on " + size / MEBIBYTE + " MiB", () -> tried(name, size)));
                }
            }
        }
        return tests.stream();
    }

    private void tried(String name, long stackSize) throws Exception {
        try (Names names = new Names()) {
            Action action = actions(names.all).get(name);
            Descent descent = new Descent(action);
            Throwable[] escaped = new Throwable[1];
            Thread thread = new Thread(
                    null,
                    () -> {
                        try {
                            action.run(); // the shallow first entry
                            descent.down();
                            action.run();
                        } catch (Throwable e) {
                            escaped[0] = e;
                        }
                    },
                    name,
                    stackSize);
            thread.start();
            thread.join();
            assertNull(escaped[0], () -> name + ": " + escaped[0]);
            assertTrue(descent.tried > 0, "nothing was tried at the bottom");
        } finally {
            held.forEach(PythonObject::close);
            held.clear();
        }
    }

    /** Goes down until the stack is used up, and tries the action on the way back. */
    private static final class Descent {
        private final Action action;
        private int frames;
        private int tried;

        Descent(Action action) {
            this.action = action;
        }

        void down() throws Exception {
            boolean isBottom = false;
            try {
                down();
            } catch (StackOverflowError e) {
                isBottom = true;
            }
            if ((isBottom || tried > 0) && tried < TRIES && frames++ % FRAMES_BETWEEN == 0) {
                tried++;
                attempt();
            }
        }

        private void attempt() throws Exception {
            try {
                action.run();
            } catch (StackOverflowError | BufferException tooDeep) {
                // the errors that say so
            } catch (PythonException e) {
                if (!e.type().equals("RecursionError") && !e.type().equals("MemoryError")) {
                    throw e;
                }
            }
        }
    }

    @Test
    void aViewOfJavasMemoryIsExportedAtTheBottom() throws Exception {
        try (Arena arena = Arena.ofShared();
                PythonObject memoryview = python.eval("memoryview")) {
            BufferView view = BufferView.of(arena.allocate(64, 8), BufferFormat.INT64, 8);
            Action action = () -> {
                try (PythonObject exported = memoryview.invoke(view)) {
                    exported.call("release").close();
                }
            };
            Descent descent = new Descent(action);
            Thread thread = new Thread(
                    null,
                    () -> {
                        try {
                            action.run();
                            descent.down();
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    },
                    "exports",
                    MEBIBYTE);
            Throwable[] escaped = new Throwable[1];
            thread.setUncaughtExceptionHandler((t, e) -> escaped[0] = e);
            thread.start();
            thread.join();
            assertNull(escaped[0]);
            assertTrue(view.satisfies(new BufferRequest(BufferRequest.FULL)));
            python.importModule("gc").call("collect").close();
        }
    }
}

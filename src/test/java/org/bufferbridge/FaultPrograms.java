package org.bufferbridge;

import java.nio.file.Path;
import org.bufferbridge.internal.host.PythonHost;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.objects.BufferAccess;

/**
 * What is done in a process that Java started while calls of the native library fail; {@code python-tests/faults}
 * starts each program again for each call. It prints what the failure led to and what came next, a line each: nothing,
 * or an exception.
 */
public final class FaultPrograms {
    private static final PythonConfig CONFIG = PythonConfig.defaults()
            .executable(Path.of(System.getProperty("bufferbridge.test.python")))
            .isolated(true)
            .signals(true);

    private interface Attempt {
        void make() throws Exception;
    }

    private FaultPrograms() {}

    public static void main(String[] arguments) throws Exception {
        long first = Long.parseLong(arguments[1]);
        long last = Long.parseLong(arguments[2]);
        switch (arguments[0]) {
            case "start" -> starts();
            case "use" -> uses(first, last);
            case "close" -> closes(first, last);
            case "shut" -> shuts(first, last);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static com.sun.jna.Function control(String name) {
        return com.sun.jna.NativeLibrary.getInstance(System.getProperty("bufferbridge.library"))
                .getFunction(name);
    }

    private static void arm(long first, long last) {
        control("bb_fault_arm").invokeVoid(new Object[] {first, last});
    }

    private static void say(String which, Attempt attempt) {
        String outcome = "";
        try {
            attempt.make();
        } catch (Throwable thrown) {
            outcome = thrown.getClass().getName() + ": " + thrown.getMessage();
            if (!(thrown instanceof IllegalStateException)) {
                thrown.printStackTrace();
            }
        }
        control("bb_fault_disarm").invokeLong(new Object[0]);
        System.out.println(which + ": " + outcome.replace('\n', ' '));
    }

    /** The library is armed as it is loaded. */
    private static void starts() {
        say("first", () -> Python.start(CONFIG));
        say("second", () -> {
            Python python = Python.start(CONFIG);
            use(python);
            Python.shutdown();
            requireNothingOut();
        });
    }

    private static void uses(long first, long last) {
        Python python = Python.start(CONFIG);
        say("first", () -> {
            arm(first, last);
            use(python);
        });
        say("second", () -> {
            use(python);
            Python.shutdown();
            requireNothingOut();
        });
    }

    private static void closes(long first, long last) {
        Python python = Python.start(CONFIG);
        use(python);
        say("first", () -> {
            arm(first, last);
            Python.shutdown();
        });
        say("second", () -> {
            Python.shutdown();
            requireNothingOut();
            require(!python.isOpen(), "Python is still open");
        });
    }

    /** As at the end of a JVM that leaves Python as it is; the JVM's end follows. */
    private static void shuts(long first, long last) {
        Python python = Python.start(CONFIG);
        PythonObject bytes = python.eval("bytearray(b'abc')");
        PythonBuffer lease = bytes.buffer();
        PythonObject view = python.eval("memoryview").invoke(new int[] {1, 2, 3});
        PythonHost.shut(1000);
        say("first", () -> {
            arm(first, last);
            try {
                BufferAccess.BUFFERS.requireWritable(lease);
                throw new AssertionError("a writable buffer was granted after the end");
            } catch (BufferException refused) {
                require(refused.getMessage().endsWith("Python has ended"), refused.getMessage());
            } finally {
                lease.close();
                view.close();
                bytes.close();
                Natives.outTexts("leases");
            }
        });
        say("second", () -> {
            try {
                python.eval("1");
            } catch (IllegalStateException ended) {
                require(ended.getMessage().contains("Python has ended"), ended.getMessage());
            }
        });
    }

    private static void use(Python python) throws RuntimeException {
        int[] numbers = {1, 2, 3};
        try (PythonObject sum = python.eval("lambda memory: sum(memoryview(memory))");
                PythonObject total = sum.invoke(numbers)) {
            require(total.asLong() == 6, "the sum of Java's numbers is " + total);
        }
        try (PythonObject bytes = python.eval("bytearray(b'abc')")) {
            try (PythonBuffer lease = bytes.buffer()) {
                require(
                        lease.view().getLong(1) == 'b',
                        "Python's memory reads " + lease.view().getLong(1));
            }
            bytes.call("append", 1).close();
            require(bytes.len() == 4, "the length is " + bytes.len());
        }
        try (PythonObject none = python.eval("{}['absent']")) {
            throw new AssertionError(none.toString());
        } catch (PythonException absent) {
            String type = absent.type();
            require(type.equals("KeyError") || type.equals("MemoryError"), type);
        }
    }

    private static void requireNothingOut() {
        require(Leaks.liveExports() == 0, "exports are out");
        require(Leaks.liveLeases() == 0, "leases are out");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}

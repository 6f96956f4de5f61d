package app;

import java.lang.foreign.ValueLayout;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.ExportArena;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;

/** numpy sorts a million numbers in Java's memory; Java reads numpy's own. */
public final class App {
    private static final int COUNT = 1_000_000;

    private App() {}

    public static void main(String[] arguments) {
        long begin = System.nanoTime();
        Python python = Python.start();
        try (ExportArena arena = ExportArena.open(); PythonScope scope = python.scope()) {
            System.out.println("Python " + python.version() + " after " + millisecondsSince(begin) + " ms");
            BufferView numbers =
                    BufferView.of(arena.allocate(ValueLayout.JAVA_DOUBLE, COUNT), BufferFormat.FLOAT64, COUNT);
            for (int i = 0; i < COUNT; i++) {
                numbers.setDouble(Math.sin(i), i);
            }
            compute(python, numbers);
            System.out.println("ended after " + millisecondsSince(begin) + " ms");
        } catch (PythonException raised) {
            System.out.println(raised.getMessage());
            System.exit(1);
        }
    }

    private static void compute(Python python, BufferView numbers) {
        PythonObject numpy = python.importModule("numpy");
        PythonObject array = numpy.call("asarray", numbers);
        array.call("sort");
        try (PythonBuffer lease = numpy.call("cumsum", array).buffer()) {
            System.out.printf("smallest %.6f, largest %.6f, sum %.6f%n", numbers.getDouble(0),
                    numbers.getDouble(COUNT - 1), lease.view().getDouble(COUNT - 1));
        }
    }

    private static long millisecondsSince(long begin) {
        return (System.nanoTime() - begin) / 1_000_000;
    }
}

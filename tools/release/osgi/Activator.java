package app;

import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.ExportArena;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A bundle of a user: its own exporter, Python over Java's memory, and an import of Java's classes by Python. */
public final class Activator implements BundleActivator {
    /** An exporter whose class only this bundle has. */
    public record Grid(BufferView view) implements BufferExporter {
        @Override
        public BufferView getBuffer(BufferRequest request) {
            return view;
        }
    }

    @Override
    public void start(BundleContext context) {
        Python python = Python.start();
        try (ExportArena arena = ExportArena.open();
                PythonScope scope = python.scope()) {
            BufferView view = BufferView.of(arena.allocate(32, 8), BufferFormat.FLOAT64, 4);
            PythonObject memory = python.importModule("builtins").call("memoryview", new Grid(view));
            memory.setItem(2, 2.5);
            python.exec("import bufferbridge as bb; view = bb.jclass('org.bufferbridge.Order'); del view");
            System.out.print("Java reads " + view.getDouble(2) + ", exports: " + Leaks.liveExports());
        }
        System.out.println("; then " + Leaks.liveExports());
    }

    @Override
    public void stop(BundleContext context) {}
}

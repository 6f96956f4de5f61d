package org.bufferbridge.examples;

import org.bufferbridge.BufferView;
import org.bufferbridge.PythonBuffer;

/**
 * Native methods over memory of both languages. {@code examples/native/peaks.c} has them, and holds the memory by
 * bufferbridge's C API while it reads.
 */
public final class NativePeaks {
    private NativePeaks() {}

    /**
     * Loads the library. JNI finds its functions by their names.
     *
     * @param path where the compiled {@code peaks.c} is
     */
    public static void load(String path) {
        System.load(path);
        load();
    }

    /** The largest item of a numpy array, or of any other buffer of Python. */
    public static double ofPython(PythonBuffer buffer) {
        return peak(buffer);
    }

    /** The largest item of Java's memory. */
    public static double ofJava(BufferView view) {
        return peak(view);
    }

    private static native void load();

    private static native double peak(Object memory);
}

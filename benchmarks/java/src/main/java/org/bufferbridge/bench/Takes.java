package org.bufferbridge.bench;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.BufferView;
import org.bufferbridge.PythonBuffer;

/** Methods that take Python memory, and do nothing with it. */
public final class Takes {
    private Takes() {}

    public static boolean buffer(PythonBuffer buffer) {
        return buffer.isOpen();
    }

    public static long view(BufferView view) {
        return view.itemCount();
    }

    public static long segment(MemorySegment segment) {
        return segment.byteSize();
    }
}

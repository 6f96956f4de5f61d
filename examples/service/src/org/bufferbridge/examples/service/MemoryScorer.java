package org.bufferbridge.examples.service;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bufferbridge.BufferView;
import org.bufferbridge.Python;
import org.bufferbridge.PythonObject;

/** Python in this process: numpy computes on the tensors themselves. */
final class MemoryScorer implements Scorer {
    private final Python python = Python.start();
    private final PythonObject asarray = python.importModule("numpy").attr("asarray");
    private final PythonObject score = python.importModule("model").attr("score");
    private final Queue<PythonObject> arrays = new ConcurrentLinkedQueue<>();

    @Override
    public Session open(BufferView features, BufferView scores) {
        // The arrays live as long as the service, so a request makes no object but its result, None.
        PythonObject rows = shared(features);
        PythonObject results = shared(scores);
        return () -> score.invoke(rows, results).close();
    }

    private PythonObject shared(BufferView tensor) {
        PythonObject array = asarray.invoke(tensor);
        arrays.add(array);
        try (PythonObject ctypes = array.attr("ctypes");
                PythonObject data = ctypes.attr("data")) {
            if (data.asLong() != tensor.memory().address()) {
                throw new IllegalStateException("numpy has a copy at 0x%x; the tensor at 0x%x is required"
                        .formatted(data.asLong(), tensor.memory().address()));
            }
        }
        return array;
    }

    @Override
    public long bytesCopied(BufferView features, BufferView scores) {
        return 0; // open() has compared the addresses
    }

    @Override
    public void close() {
        arrays.forEach(PythonObject::close);
        score.close();
        asarray.close();
        python.close();
    }
}

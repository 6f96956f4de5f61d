package org.bufferbridge.examples.providers;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferExporterProvider;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * Matrices of Commons Math, each row of which is a Java array of its own. No strides lead from one row to the next, so
 * the first export copies the rows into one memory. The last release writes back the items that a consumer changed.
 * Until then, Java does not see what consumers write, and they do not see what Java writes.
 *
 * <p>A {@link MemoryMatrix} needs no copy. Any thread may call all methods; writing back is ordered with other exports,
 * but not with Java's own use of the matrix.
 */
public final class CommonsMathMatrices implements BufferExporterProvider {
    // The matrices that are out. Several Python objects may stand for one matrix, and share its copy. Also the lock.
    private static final Map<Array2DRowRealMatrix, Decoded> OUT = new IdentityHashMap<>();

    @Override
    public Class<?> type() {
        return Array2DRowRealMatrix.class;
    }

    @Override
    public BufferExporter exporterFor(Object object) {
        Array2DRowRealMatrix matrix = (Array2DRowRealMatrix) object;
        return new BufferExporter() {
            @Override
            public BufferView getBuffer(BufferRequest request) {
                synchronized (OUT) {
                    Decoded decoded = OUT.computeIfAbsent(matrix, Decoded::new);
                    decoded.exports++;
                    return decoded.view;
                }
            }

            @Override
            public void releaseBuffer(BufferView view) {
                synchronized (OUT) {
                    Decoded decoded = OUT.get(matrix);
                    if (--decoded.exports == 0) {
                        OUT.remove(matrix);
                        decoded.close();
                    }
                }
            }
        };
    }

    /** The copy of a matrix, from the first export to the last release. */
    private static final class Decoded implements AutoCloseable {
        final BufferView view;
        long exports;
        private final Array2DRowRealMatrix matrix;
        private final Arena arena = Arena.ofShared(); // shared: the release may come on another thread
        private final double[] read; // as Java had it

        Decoded(Array2DRowRealMatrix matrix) {
            this.matrix = matrix;
            int rows = matrix.getRowDimension();
            int columns = matrix.getColumnDimension();
            MemorySegment memory = arena.allocate(ValueLayout.JAVA_DOUBLE, (long) rows * columns);
            for (int row = 0; row < rows; row++) {
                MemorySegment.copy(
                        matrix.getDataRef()[row], 0, memory, ValueLayout.JAVA_DOUBLE, 8L * row * columns, columns);
            }
            this.view = BufferView.of(memory, BufferFormat.FLOAT64, rows, columns);
            this.read = memory.toArray(ValueLayout.JAVA_DOUBLE);
        }

        @Override
        public void close() {
            int columns = matrix.getColumnDimension();
            for (int i = 0; i < read.length; i++) {
                double now = view.memory().getAtIndex(ValueLayout.JAVA_DOUBLE, i);
                if (Double.doubleToRawLongBits(now) != Double.doubleToRawLongBits(read[i])) {
                    matrix.setEntry(i / columns, i % columns, now);
                }
            }
            arena.close();
        }
    }
}

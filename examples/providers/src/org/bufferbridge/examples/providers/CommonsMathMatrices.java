package org.bufferbridge.examples.providers;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    @Override
    public Class<?> type() {
        return Array2DRowRealMatrix.class;
    }

    @Override
    public BufferExporter exporterFor(Object object) {
        return new Decoded((Array2DRowRealMatrix) object);
    }

    private static final class Decoded implements BufferExporter {
        private final Array2DRowRealMatrix matrix;
        private long exports;
        private Arena arena; // from the first export to the last release, as are the view and what was read
        private BufferView view;
        private double[] read;

        Decoded(Array2DRowRealMatrix matrix) {
            this.matrix = matrix;
        }

        @Override
        public synchronized BufferView getBuffer(BufferRequest request) {
            if (exports == 0) {
                int rows = matrix.getRowDimension();
                int columns = matrix.getColumnDimension();
                arena = Arena.ofShared(); // shared: the release may come on another thread
                MemorySegment memory = arena.allocate(ValueLayout.JAVA_DOUBLE, (long) rows * columns);
                for (int row = 0; row < rows; row++) {
                    MemorySegment.copy(
                            matrix.getDataRef()[row], 0, memory, ValueLayout.JAVA_DOUBLE, 8L * row * columns, columns);
                }
                view = BufferView.of(memory, BufferFormat.FLOAT64, rows, columns);
                read = memory.toArray(ValueLayout.JAVA_DOUBLE);
            }
            exports++;
            return view;
        }

        @Override
        public synchronized void releaseBuffer(BufferView granted) {
            if (--exports > 0) {
                return;
            }
            int columns = matrix.getColumnDimension();
            for (int i = 0; i < read.length; i++) {
                double now = view.memory().getAtIndex(ValueLayout.JAVA_DOUBLE, i);
                if (Double.doubleToRawLongBits(now) != Double.doubleToRawLongBits(read[i])) {
                    matrix.setEntry(i / columns, i % columns, now);
                }
            }
            view = null;
            read = null;
            arena.close();
        }
    }
}

package org.bufferbridge.examples.providers;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.apache.commons.math3.linear.AbstractRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * A matrix of Commons Math whose entries lie in one memory, outside the heap. Commons Math computes with it as with its
 * own matrices, and Python gets the memory. Any thread may export it.
 */
public final class MemoryMatrix extends AbstractRealMatrix implements BufferExporter {
    private final BufferView entries;

    /** A matrix of zeros. */
    public MemoryMatrix(int rows, int columns) {
        this(BufferView.of(
                Arena.ofAuto().allocate(ValueLayout.JAVA_DOUBLE, (long) rows * columns),
                BufferFormat.FLOAT64,
                rows,
                columns));
    }

    /**
     * A matrix over memory that exists.
     *
     * @param entries rows and columns of {@code double}
     * @throws IllegalArgumentException if it has another shape or other items
     */
    public MemoryMatrix(BufferView entries) {
        if (entries.dimensions() != 2 || !entries.format().matches(BufferFormat.FLOAT64)) {
            throw new IllegalArgumentException("memory of the format " + entries.format() + " and the shape "
                    + Arrays.toString(entries.shape()) + "; rows and columns of the format d are required");
        }
        this.entries = entries;
    }

    @Override
    public BufferView getBuffer(BufferRequest request) {
        return entries;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public int getRowDimension() {
        return Math.toIntExact(entries.shape(0));
    }

    @Override
    public int getColumnDimension() {
        return Math.toIntExact(entries.shape(1));
    }

    @Override
    public double getEntry(int row, int column) {
        return entries.getDouble(row, column);
    }

    @Override
    public void setEntry(int row, int column, double value) {
        entries.setDouble(value, row, column);
    }

    @Override
    public RealMatrix createMatrix(int rows, int columns) {
        return new MemoryMatrix(rows, columns);
    }

    @Override
    public RealMatrix copy() {
        RealMatrix copy = createMatrix(getRowDimension(), getColumnDimension());
        copy.setSubMatrix(getData(), 0, 0);
        return copy;
    }
}

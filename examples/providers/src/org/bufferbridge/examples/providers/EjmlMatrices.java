package org.bufferbridge.examples.providers;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferExporterProvider;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.data.ZMatrixRMaj;

/**
 * Dense matrices of EJML: row after row in one Java array, which Python gets.
 *
 * <p>{@code reshape} and {@code setData} may give a matrix another array. What was exported before keeps the old one,
 * so each export asks the matrix anew. Any thread may call all methods.
 */
public final class EjmlMatrices implements BufferExporterProvider {
    @Override
    public Class<?> type() {
        return Matrix.class;
    }

    @Override
    public BufferExporter exporterFor(Object object) {
        Matrix matrix = (Matrix) object;
        viewOf(matrix); // refuses other classes at once
        return new BufferExporter() {
            @Override
            public BufferView getBuffer(BufferRequest request) {
                return viewOf(matrix);
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        };
    }

    private static BufferView viewOf(Matrix matrix) {
        return switch (matrix) {
            case DMatrixRMaj m -> rows(MemorySegment.ofArray(m.data), BufferFormat.FLOAT64, m);
            case FMatrixRMaj m -> rows(MemorySegment.ofArray(m.data), BufferFormat.FLOAT32, m);
            case ZMatrixRMaj m -> rows(MemorySegment.ofArray(m.data), BufferFormat.COMPLEX128, m);
            default ->
                throw new BufferException("a " + matrix.getClass().getSimpleName()
                        + " does not lie row after row in one array; new DMatrixRMaj(matrix) is a dense copy, and the"
                        + " arrays of a DMatrixSparseCSC are its fields nz_values, nz_rows and col_idx");
        };
    }

    private static BufferView rows(MemorySegment memory, BufferFormat format, Matrix matrix) {
        return BufferView.of(memory, format, matrix.getNumRows(), matrix.getNumCols());
    }
}

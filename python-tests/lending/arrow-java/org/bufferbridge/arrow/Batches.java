package org.bufferbridge.arrow;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.bufferbridge.BufferView;
import org.bufferbridge.PythonObject;

/** A reader that makes its batches when they are asked for, and methods that take what Python has. */
public final class Batches extends ArrowReader {
    private static final Schema SCHEMA = new Schema(List.of(
            Field.nullable("n", new ArrowType.Int(64, true)), Field.nullable("s", ArrowType.Utf8.INSTANCE)));

    public static Object kept;

    public final int batches;
    public final int rows;
    public final int failing;
    public int made;
    public int closed;

    /** Throws instead of the batch of the index {@code failing}. */
    public Batches(BufferAllocator allocator, int batches, int rows, int failing) {
        super(allocator);
        this.batches = batches;
        this.rows = rows;
        this.failing = failing;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        if (made == failing) {
            throw new IOException("the disk is full");
        }
        if (made == batches) {
            return false;
        }
        VectorSchemaRoot root = getVectorSchemaRoot();
        BigIntVector numbers = (BigIntVector) root.getVector("n");
        VarCharVector texts = (VarCharVector) root.getVector("s");
        numbers.allocateNew(rows);
        texts.allocateNew(rows);
        for (int i = 0; i < rows; i++) {
            if (i % 3 == 2) {
                numbers.setNull(i);
                texts.setNull(i);
            } else {
                numbers.set(i, made * rows + i);
                texts.setSafe(i, ("text " + i).getBytes());
            }
        }
        root.setRowCount(rows);
        made++;
        return true;
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        closed++;
    }

    @Override
    protected Schema readSchema() {
        return SCHEMA;
    }

    public static String takesReader(ArrowReader reader) throws IOException {
        try (reader) {
            StringBuilder said = new StringBuilder("reader");
            while (reader.loadNextBatch()) {
                said.append(' ').append(reader.getVectorSchemaRoot().contentToTSVString().strip().replaceAll("\\s+", " "));
            }
            return said.toString();
        }
    }

    public static String takesRoot(VectorSchemaRoot root) {
        try (root) {
            return "root " + root.contentToTSVString().strip().replaceAll("\\s+", " ");
        }
    }

    public static String takesVector(FieldVector vector) {
        try (vector) {
            return "vector " + vector;
        }
    }

    public static long address(FieldVector vector) {
        try (vector) {
            return vector.getDataBuffer().memoryAddress();
        }
    }

    public static void keeps(ArrowReader reader) {
        kept = reader;
        throw new IllegalStateException("kept it");
    }

    public static String chosen(Object any) {
        return "object";
    }

    public static String chosen(ArrowReader reader) throws IOException {
        reader.close();
        return "reader";
    }

    public static String chosen(BufferView view) {
        return "view";
    }

    public static String chosen(FieldVector vector) {
        vector.close();
        return "vector";
    }

    /** The second argument may be refused after the first has been made. */
    public static void both(ArrowReader reader, Iterable<Integer> numbers) throws IOException {
        reader.close();
    }

    public static String supplied(Supplier<ArrowReader> supplier) throws IOException {
        return takesReader(supplier.get());
    }

    public static String converted(PythonObject table) throws IOException {
        try (table) {
            return takesReader(table.as(ArrowReader.class));
        }
    }

    public static String all(FieldVector... vectors) {
        for (FieldVector vector : vectors) {
            vector.close();
        }
        return vectors.length + " vectors";
    }

    public static int[] ints() {
        return new int[] {1, 2, 3};
    }

    /** Writes the first item. Java keeps the vector until {@link #closeKept}. */
    public static long keepsVector(FieldVector vector) {
        vector.getDataBuffer().setInt(0, 77);
        kept = vector;
        return vector.getDataBuffer().memoryAddress();
    }

    public static void closeKept() throws Exception {
        ((AutoCloseable) kept).close();
        kept = null;
    }

    public static String takesInts(IntVector vector) {
        return takesVector(vector);
    }

    public static String typed(IntVector vector) {
        return "ints " + takesVector(vector);
    }

    public static String typed(Float8Vector vector) {
        return "doubles " + takesVector(vector);
    }

    public static String typed(VarCharVector vector) {
        return "texts " + takesVector(vector);
    }

    public static String general(FieldVector vector) {
        return "any " + takesVector(vector);
    }

    public static String general(IntVector vector) {
        return "ints " + takesVector(vector);
    }

    public static String streamed(FieldVector vector) {
        return takesVector(vector);
    }

    public static String streamed(ArrowReader reader) throws IOException {
        return takesReader(reader);
    }

    public static int sum(BaseIntVector vector, int more) {
        try (vector) {
            return (int) vector.getValueAsLong(0) + more;
        }
    }

    /** Closes what it has, as every method that takes vectors, and throws. */
    public static void fails(List<FieldVector> vectors) {
        vectors.forEach(FieldVector::close);
        throw new IllegalStateException("after " + vectors.size());
    }

    /** Throws, and has the vectors. */
    public static void keepsAll(Iterable<FieldVector> vectors) {
        List<FieldVector> all = new ArrayList<>();
        vectors.forEach(all::add);
        kept = all;
        throw new IllegalStateException("kept them");
    }

    public static void keepsAll(Map<String, FieldVector> vectors) {
        keepsAll(vectors.values());
    }

    public static void keepsAll(FieldVector[][] vectors) {
        keepsAll(List.of(vectors[0]));
    }

    public static void failsWithArray(FieldVector[] vectors) {
        fails(List.of(vectors));
    }
}

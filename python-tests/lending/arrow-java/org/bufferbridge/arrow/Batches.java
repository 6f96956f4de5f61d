package org.bufferbridge.arrow;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
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
}

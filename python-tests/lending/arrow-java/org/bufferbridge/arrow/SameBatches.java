package org.bufferbridge.arrow;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A reader whose batches cost the same whatever their rows: all of them have the memory of one vector. */
public final class SameBatches extends ArrowReader {
    private final int rows;
    private final BigIntVector numbers;
    private int left;

    public SameBatches(BufferAllocator allocator, int batches, int rows) {
        super(allocator);
        this.left = batches;
        this.rows = rows;
        this.numbers = new BigIntVector("n", allocator);
        numbers.allocateNew(rows);
        numbers.setValueCount(rows);
    }

    @Override
    public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        if (left == 0) {
            return false;
        }
        left--;
        numbers.makeTransferPair(getVectorSchemaRoot().getVector(0)).splitAndTransfer(0, rows);
        getVectorSchemaRoot().setRowCount(rows);
        return true;
    }

    public long address() {
        return numbers.getDataBuffer().memoryAddress();
    }

    @Override
    public long bytesRead() {
        return 0;
    }

    @Override
    protected void closeReadSource() {
        numbers.close();
    }

    @Override
    protected Schema readSchema() {
        return new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));
    }
}

package org.bufferbridge.examples.providers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MemorySegmentAccessInput;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * The vectors of a field in one segment of an index: rows of {@code float} or of signed bytes, which Python reads in
 * the mapped file. They are read-only.
 *
 * <p>This is no provider, because the values do not know their reader. {@code IndexReader.close()} waits in a loop
 * until nobody uses the mapped file, so an export of the values alone would stop the thread that closes. Here each
 * export counts a reference of the reader. {@code close()} then returns at once, and the last release closes the files.
 *
 * <p>Any thread may export, and release.
 */
public final class LuceneVectors implements BufferExporter {
    private final LeafReader reader;
    private final KnnVectorValues values;
    private final BufferView view;

    /**
     * The vectors of a field.
     *
     * @param reader a segment, such as {@code directoryReader.leaves().get(0).reader()}
     * @param field  the name of the field
     * @throws BufferException if the field has no vectors, or their file is not mapped in one piece
     */
    public LuceneVectors(LeafReader reader, String field) throws IOException {
        this.reader = reader;
        this.values = valuesOf(reader, field);
        this.view = BufferView.of(mapped(values), formatOf(values), values.size(), values.dimension())
                .asReadOnly();
    }

    @Override
    public BufferView getBuffer(BufferRequest request) {
        if (!reader.tryIncRef()) {
            throw new BufferException("the reader of the vectors is closed; an open one is required");
        }
        return view;
    }

    @Override
    public void releaseBuffer(BufferView granted) {
        try {
            reader.decRef(); // the last reference closes the files
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The document of each vector, in the reader. */
    public int[] documents() {
        int[] documents = new int[values.size()];
        for (int i = 0; i < documents.length; i++) {
            documents[i] = values.ordToDoc(i);
        }
        return documents;
    }

    /** A copy of the vectors of a field, whatever directory has them. */
    public static BufferView copyOf(LeafReader reader, String field) throws IOException {
        KnnVectorValues values = valuesOf(reader, field);
        int rowByteSize = values.dimension() * values.getEncoding().byteSize;
        MemorySegment copy = Arena.ofAuto().allocate((long) rowByteSize * values.size(), 8);
        for (int i = 0; i < values.size(); i++) {
            MemorySegment row = copy.asSlice((long) rowByteSize * i, rowByteSize);
            switch (values) {
                case FloatVectorValues floats ->
                    MemorySegment.copy(
                            floats.vectorValue(i),
                            0,
                            row,
                            ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN),
                            0,
                            values.dimension());
                case ByteVectorValues bytes -> row.copyFrom(MemorySegment.ofArray(bytes.vectorValue(i)));
                default -> throw new BufferException(values.getClass() + " has neither floats nor bytes");
            }
        }
        return BufferView.of(copy, formatOf(values), values.size(), values.dimension());
    }

    private static KnnVectorValues valuesOf(LeafReader reader, String field) throws IOException {
        KnnVectorValues floats = reader.getFloatVectorValues(field);
        KnnVectorValues values = floats != null ? floats : reader.getByteVectorValues(field);
        if (values == null) {
            throw new BufferException("the field " + field + " has no vectors in this segment; a field with vectors"
                    + " is required, of a segment that has some of them");
        }
        return values;
    }

    private static BufferFormat formatOf(KnnVectorValues values) {
        return values.getEncoding() == VectorEncoding.BYTE
                ? BufferFormat.INT8
                : BufferFormat.FLOAT32.withOrder(ByteOrder.LITTLE_ENDIAN); // as Lucene writes it
    }

    private static MemorySegment mapped(KnnVectorValues values) throws IOException {
        long byteSize = (long) values.size() * values.dimension() * values.getEncoding().byteSize;
        if (values instanceof HasIndexSlice file) {
            IndexInput slice = file.getSlice();
            if (slice instanceof MemorySegmentAccessInput memory && slice.length() == byteSize) {
                MemorySegment segment = memory.segmentSliceOrNull(0, byteSize);
                if (segment != null) {
                    return segment;
                }
            }
        }
        throw new BufferException("the vectors are " + byteSize + " bytes of a file that is not mapped in one piece;"
                + " an MMapDirectory with larger chunks maps it, and LuceneVectors.copyOf(reader, field) copies them");
    }
}

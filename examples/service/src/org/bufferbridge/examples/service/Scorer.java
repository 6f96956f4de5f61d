package org.bufferbridge.examples.service;

import java.io.IOException;
import org.bufferbridge.BufferView;

/** What computes the scores of candidates. Any thread may call all methods. */
interface Scorer extends AutoCloseable {
    /** The tensors of one thread of the service, and the way of the scorer to them. */
    interface Session {
        /** Computes scores, one for each row of features. */
        void score() throws IOException;
    }

    /**
     * Prepares tensors for scoring, once for each thread.
     *
     * @param features candidates x features of {@code float}, in native memory
     * @param scores   one {@code float} for each candidate, in native memory
     */
    Session open(BufferView features, BufferView scores) throws IOException;

    /** Bytes that one scoring copies between Java and Python. */
    long bytesCopied(BufferView features, BufferView scores);

    @Override
    void close() throws IOException;
}

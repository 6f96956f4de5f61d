package org.bufferbridge.examples.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;

/**
 * A service that ranks items: a request names candidates, and the answer has a score for each. The features of all
 * items lie in Java's memory. A thread of the service gathers those of the candidates into a tensor of its own, and has
 * it scored by Python.
 *
 * <p>{@code POST /score} takes and gives little-endian items of four bytes: numbers of items, and scores.
 */
final class Service implements AutoCloseable {
    static final int FEATURES = 256;
    private static final int ITEMS = 20_000;

    private final int candidates;
    private final Scorer scorer;
    private final BufferView items = itemFeatures();
    private final Queue<Long> scoringNanos = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Tensors> tensors = ThreadLocal.withInitial(this::open);
    private final ExecutorService threads;
    private final HttpServer server;

    private record Tensors(BufferView features, BufferView scores, Scorer.Session session) {}

    /**
     * Starts the service at a free port of this machine.
     *
     * @param scorer      what computes the scores; the service closes it
     * @param candidates  how many items each request names
     * @param threadCount how many requests are answered at the same time
     */
    Service(Scorer scorer, int candidates, int threadCount) throws IOException {
        this.scorer = scorer;
        this.candidates = candidates;
        this.threads = Executors.newFixedThreadPool(threadCount);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/score", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** How long Python took for each request, with the way there and back, in nanoseconds. */
    long[] scoringNanos() {
        return scoringNanos.stream().mapToLong(Long::longValue).toArray();
    }

    void forgetTimes() {
        scoringNanos.clear();
    }

    long bytesCopied() {
        Tensors one = open();
        return scorer.bytesCopied(one.features, one.scores);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            ByteBuffer request =
                    ByteBuffer.wrap(exchange.getRequestBody().readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            if (request.remaining() != Integer.BYTES * candidates) {
                exchange.sendResponseHeaders(400, -1);
                return;
            }
            Tensors mine = tensors.get();
            gather(request, mine.features.memory());
            long start = System.nanoTime();
            mine.session.score();
            scoringNanos.add(System.nanoTime() - start);
            byte[] scores = mine.scores.memory().toArray(ValueLayout.JAVA_BYTE);
            exchange.sendResponseHeaders(200, scores.length);
            exchange.getResponseBody().write(scores);
        }
    }

    /** Copies a row for each candidate: Java's own work, whoever computes the scores. */
    private void gather(ByteBuffer request, MemorySegment features) {
        long rowByteSize = FEATURES * Float.BYTES;
        for (int i = 0; i < candidates; i++) {
            int item = Math.floorMod(request.getInt(), ITEMS);
            MemorySegment.copy(items.memory(), item * rowByteSize, features, i * rowByteSize, rowByteSize);
        }
    }

    private Tensors open() {
        BufferView features = tensor(candidates, FEATURES);
        BufferView scores = tensor(candidates);
        try {
            return new Tensors(features, scores, scorer.open(features, scores));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferView tensor(long... shape) {
        long count = 1;
        for (long length : shape) {
            count *= length;
        }
        return BufferView.of(Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, count), BufferFormat.FLOAT32, shape);
    }

    private static BufferView itemFeatures() {
        BufferView made = tensor(ITEMS, FEATURES);
        SplittableRandom random = new SplittableRandom(20);
        for (long i = 0; i < made.itemCount(); i++) {
            made.memory().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
        }
        return made;
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        threads.shutdown();
        scorer.close();
    }
}

package org.bufferbridge.examples.service;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Starts a service, has several clients send requests one after the other, and prints what that took, as JSON.
 *
 * <pre>Load memory|socket [requests] [clients] [candidates]</pre>
 *
 * <p>The properties {@code bufferbridge.python} and {@code worker} name the interpreter and worker.py of the socket.
 */
public final class Load {
    private Load() {}

    public static void main(String[] arguments) throws Exception {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // otherwise an answer waits 40 ms for a packet
        String way = arguments[0];
        int requests = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2000;
        int clients = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4;
        int candidates = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 256;
        try (Service service = new Service(scorer(way), candidates, clients)) {
            URI uri = URI.create("http://localhost:" + service.port() + "/score");
            run(uri, Math.max(requests / 2, 100), clients, candidates); // compiles both languages' ways
            service.forgetTimes();
            long start = System.nanoTime();
            long[] nanos = run(uri, requests, clients, candidates);
            double seconds = (System.nanoTime() - start) / 1e9;
            long[] scoring = service.scoringNanos();
            System.out.printf(
                    Locale.ROOT,
                    "{\"requests\": %d, \"clients\": %d, \"shape\": [%d, %d], \"bytes copied\": %d, "
                            + "\"requests in a second\": %.0f, \"ms, request, p50\": %.3f, \"ms, request, p99\": %.3f, "
                            + "\"ms, scoring, p50\": %.3f, \"ms, scoring, p99\": %.3f, \"first scores\": %s}%n",
                    nanos.length,
                    clients,
                    candidates,
                    Service.FEATURES,
                    service.bytesCopied(),
                    nanos.length / seconds,
                    percentile(nanos, 50),
                    percentile(nanos, 99),
                    percentile(scoring, 50),
                    percentile(scoring, 99),
                    Arrays.toString(Arrays.copyOf(scores(uri, candidates), 8)));
        }
        System.exit(0); // the client's threads may live on
    }

    private static Scorer scorer(String way) throws IOException {
        return switch (way) {
            case "memory" -> new MemoryScorer();
            case "socket" -> new SocketScorer(System.getProperty("bufferbridge.python"), System.getProperty("worker"));
            default -> throw new IllegalArgumentException(way + "; memory or socket is required");
        };
    }

    /** How long each request took, in nanoseconds. */
    private static long[] run(URI uri, int requests, int clients, int candidates) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<long[]>> all = new ArrayList<>();
            for (int c = 0; c < clients; c++) {
                int seed = c;
                all.add(threads.submit(() -> client(uri, requests / clients, candidates, seed)));
            }
            List<long[]> nanos = new ArrayList<>();
            for (Future<long[]> one : all) {
                nanos.add(one.get());
            }
            return nanos.stream().flatMapToLong(Arrays::stream).toArray();
        }
    }

    private static long[] client(URI uri, int requests, int candidates, int seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        long[] nanos = new long[requests];
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < requests; i++) {
                HttpRequest request = request(uri, random.ints(candidates).toArray());
                long start = System.nanoTime();
                HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
                nanos[i] = System.nanoTime() - start;
                if (answer.statusCode() != 200 || answer.body().length != Float.BYTES * candidates) {
                    throw new IOException("the service answered with status " + answer.statusCode() + " and "
                            + answer.body().length + " bytes; 200 and " + Float.BYTES * candidates
                            + " are required");
                }
            }
        }
        return nanos;
    }

    /** The scores of the first items. */
    private static float[] scores(URI uri, int candidates) throws Exception {
        int[] items = new int[candidates];
        Arrays.setAll(items, i -> i);
        try (HttpClient client = HttpClient.newHttpClient()) {
            byte[] answer = client.send(request(uri, items), HttpResponse.BodyHandlers.ofByteArray())
                    .body();
            float[] scores = new float[candidates];
            ByteBuffer.wrap(answer)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(scores);
            return scores;
        }
    }

    private static HttpRequest request(URI uri, int[] items) {
        ByteBuffer body = ByteBuffer.allocate(Integer.BYTES * items.length).order(ByteOrder.LITTLE_ENDIAN);
        body.asIntBuffer().put(items);
        return HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.array()))
                .build();
    }

    private static double percentile(long[] nanos, int percent) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
    }
}

package org.bufferbridge.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Times what Java does, as benchmarks/timing.py times what Python does: a round is some 5 ms of one thread, and the
 * first one warms up.
 */
public final class Rounds {
    private static final long ROUND = 5_000_000;
    private static final long WARM = 1_000_000_000;

    /** One turn of a case. */
    public interface Turn {
        /** Takes the turn. */
        void take() throws Exception;
    }

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("rounds").unstarted(task));
    private final Map<String, Turn> cases = new HashMap<>();
    private final Map<String, Integer> turns = new HashMap<>();

    /** Runs on the thread that takes the turns. */
    public void first(Turn task) throws Exception {
        thread.submit(() -> {
                    task.take();
                    return null;
                })
                .get();
    }

    public void add(String name, Turn turn) {
        cases.put(name, turn);
    }

    /** The nanoseconds of one turn, on the thread of these rounds. */
    public double nanoseconds(String name) throws Exception {
        return thread.submit(() -> nanosecondsHere(name)).get();
    }

    /** The nanoseconds of one turn, on the calling thread. */
    public double nanosecondsHere(String name) throws Exception {
        Turn turn = cases.get(name);
        Integer count = turns.get(name);
        if (count == null) {
            count = warm(turn);
            turns.put(name, count);
        }
        return time(turn, count) / (double) count;
    }

    private static int warm(Turn turn) throws Exception {
        long end = System.nanoTime() + WARM;
        int count = 1;
        long taken = time(turn, count);
        while (System.nanoTime() < end) {
            if (taken < ROUND) {
                count = (int) Math.max(count + 1, Math.min(10L * count, count * ROUND / Math.max(taken, 1)));
            }
            taken = time(turn, count);
        }
        return (int) Math.max(1, count * ROUND / Math.max(taken, 1));
    }

    private static long time(Turn turn, int count) throws Exception {
        long start = ProcessorTime.nanoseconds();
        for (int i = 0; i < count; i++) {
            turn.take();
        }
        return ProcessorTime.nanoseconds() - start;
    }
}

package org.bufferbridge.fuzz;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What Jazzer does for long in {@code make fuzz}, at random and for a moment. */
class GeometryFuzzerTest {
    @Test
    void viewsAreRefusedOrReadWhereTheStridesSay() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] input = new byte[12];
        for (int i = 0; i < 200_000; i++) {
            random.nextBytes(input);
            for (int place = 1; place < input.length; place++) {
                input[place] %= 9; // of larger numbers hardly any lies inside
            }
            try {
                GeometryFuzzer.fuzzerTestOneInput(input);
            } catch (AssertionError | RuntimeException wrong) {
                throw new AssertionError("seed " + seed + ": " + wrong, wrong);
            }
        }
    }
}

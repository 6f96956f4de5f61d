package org.bufferbridge.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FormatFuzzTest {
    @Test
    void textsAreReadOrRefusedAndSurviveBeingPrinted() {
        long seed = System.nanoTime();
        long texts = 50_000;
        try {
            long read = new FormatFuzz(seed).run(texts);
            assertTrue(read > texts / 100 && read < texts, read + " of " + texts + " texts were formats");
        } catch (AssertionError wrong) {
            throw new AssertionError("seed " + seed + ": " + wrong.getMessage(), wrong);
        }
    }
}

package org.bufferbridge.fuzz;

import java.nio.charset.StandardCharsets;

/** For Jazzer, which looks for texts that lead the parser where none has led it: {@code make fuzz}. */
public final class FormatFuzzer {
    private FormatFuzzer() {}

    /** Anything is read or refused, as {@link FormatFuzz} says. */
    public static void fuzzerTestOneInput(byte[] input) {
        FormatFuzz.isRead(new String(input, StandardCharsets.UTF_8));
    }
}

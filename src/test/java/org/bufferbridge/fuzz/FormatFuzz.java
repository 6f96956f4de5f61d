package org.bufferbridge.fuzz;

import java.util.Random;
import org.bufferbridge.BufferFormat;

/**
 * Texts that are nearly formats, for the parser: valid ones, changed in a few places. Each is refused with
 * IllegalArgumentException, or read as a format that survives being printed and read again.
 */
final class FormatFuzz {
    private static final String[] SEEDS = {
        "d",
        "<i",
        "3h",
        "T{b:a:=i:b:}",
        "(2,3)d",
        "T{T{Zd:z:}:in:(2)h:m:}",
        "10s",
        "5p",
        "?",
        "xx3x",
        "@qQ",
        "!e",
        "^l",
        "3w",
        "T{<d:x:>d:y:}",
        "2u",
        "bBhHiIlLqQnNefdg",
        "Zf",
        "4T{b:f:}",
        "T{3x4s:name:}",
        "=T{i:count:(4)q:items:}"
    };
    private static final String ALPHABET = "?bBhHiIlLqQnNefdgZspwucxT{}():,<>=!@^& 0123456789ntX\u00e9OP";

    private final Random random;

    FormatFuzz(long seed) {
        random = new Random(seed);
    }

    private String next() {
        StringBuilder text = new StringBuilder(SEEDS[random.nextInt(SEEDS.length)]);
        for (int changes = random.nextInt(6); changes > 0; changes--) {
            int place = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(place, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                case 1 -> text.insert(place, SEEDS[random.nextInt(SEEDS.length)]);
                case 2 -> text.delete(place, Math.min(text.length(), place + 1 + random.nextInt(3)));
                default -> text.insert(place, text.substring(random.nextInt(place + 1), place));
            }
        }
        return text.length() > 4000 ? text.substring(0, 4000) : text.toString();
    }

    /** Whether the text was a format; anything else than reading or refusing it is thrown on. */
    static boolean isRead(String text) {
        BufferFormat format;
        try {
            format = BufferFormat.parse(text);
        } catch (IllegalArgumentException refused) {
            return false;
        }
        if (format.itemSize() <= 0) {
            throw new AssertionError("item size " + format.itemSize());
        }
        BufferFormat again = BufferFormat.parse(format.toString());
        if (!again.equals(format) || again.itemSize() != format.itemSize()) {
            throw new AssertionError("is printed as " + format + ", which is read as " + again);
        }
        if (format.layout().byteSize() != format.itemSize()) {
            throw new AssertionError(
                    "layout of " + format.layout().byteSize() + " bytes; item of " + format.itemSize());
        }
        return true;
    }

    /**
     * Tries texts.
     *
     * @return how many of them were formats
     * @throws AssertionError with the text that was neither read nor refused as it should
     */
    long run(long texts) {
        long read = 0;
        for (long i = 0; i < texts; i++) {
            String text = next();
            try {
                read += isRead(text) ? 1 : 0;
            } catch (Throwable wrong) {
                throw new AssertionError("format \"" + text + "\": " + wrong, wrong);
            }
        }
        return read;
    }

    /** The arguments: for how many seconds, and the first seed. */
    public static void main(String[] arguments) {
        long end = System.nanoTime() + Long.parseLong(arguments[0]) * 1_000_000_000L;
        long seed = Long.parseLong(arguments[1]);
        long texts = 0;
        long read = 0;
        while (System.nanoTime() < end) {
            read += new FormatFuzz(seed++).run(10_000);
            texts += 10_000;
        }
        System.out.println("formats: " + texts + " texts, " + read + " of them read, the others refused");
    }
}

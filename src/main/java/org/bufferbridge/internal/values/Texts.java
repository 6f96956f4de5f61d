package org.bufferbridge.internal.values;

import java.nio.charset.StandardCharsets;

/** Long text as the bytes of Latin-1, in which both languages keep it. Called from C. Stateless. */
final class Texts {
    private Texts() {}

    static String ofLatin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The bytes, or null if the text has other characters. */
    static byte[] latin(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        // Other characters have become question marks. Strings of different kinds are told apart without their
        // contents.
        return new String(bytes, StandardCharsets.ISO_8859_1).equals(text) ? bytes : null;
    }
}

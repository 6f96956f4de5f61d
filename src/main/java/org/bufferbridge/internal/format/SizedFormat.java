package org.bufferbridge.internal.format;

/**
 * Reads the text of a format whose items have a known size, as in a {@code Py_buffer}. Several readings of one text are
 * in use, and the size shows which one its writer meant.
 */
public final class SizedFormat {
    private SizedFormat() {}

    /**
     * The item of {@code itemSize} bytes that a text describes. The size decides whether a plain list has padding at
     * its end, as in numpy.
     *
     * @throws IllegalArgumentException with the text, the position and what is wrong there; if no reading has that size
     */
    public static FormatItem parse(String text, long itemSize) {
        FormatItem item = FormatParser.parse(text, false);
        if (item.byteSize() != itemSize) {
            item = FormatParser.parse(text, true);
        }
        if (item.byteSize() == itemSize) {
            return item;
        }
        FormatItem packed = parsePacked(text, itemSize);
        if (packed == null) {
            throw new IllegalArgumentException(
                    "format \"" + text + "\" describes items of " + item.byteSize() + " bytes; required " + itemSize);
        }
        return packed;
    }

    /**
     * The format that numpy writes for structs. All padding is written out, except that at the end. Nothing therefore
     * needs alignment, and the rest of the item is padding. Null if the members alone take more bytes.
     */
    private static FormatItem parsePacked(String text, long itemSize) {
        if (!text.startsWith("T{") || !text.endsWith("}")) {
            return null;
        }
        FormatItem members = FormatParser.parse("^" + text, false);
        long rest = itemSize - members.byteSize();
        if (rest <= 0) {
            return rest == 0 ? members : null;
        }
        FormatItem padded = FormatParser.parse("^" + text.substring(0, text.length() - 1) + rest + "x}", false);
        return padded.byteSize() == itemSize ? padded : null;
    }
}

package org.bufferbridge.internal.format;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bufferbridge.internal.base.Exact;

/**
 * Reads the text of a PEP 3118 format.
 *
 * <p>This is the grammar. An order mark holds until the next one, even beyond the braces around it:
 * <pre>
 *   format  = member*
 *   member  = order* [ shape ] order* [ count ] ( code | "T{" member* "}" ) [ ":" name ":" ]
 *   shape   = "(" length { "," length } ")"
 *   order   = "@" | "=" | "&lt;" | "&gt;" | "!" | "^"
 * </pre> White space may stand between members and around their parts. None may stand between a count and its code.
 *
 * <p>Offsets are those of numpy ({@code numpy/_core/_internal.py, __dtype_from_pep3118}). After {@code @} a member
 * starts at a multiple of its alignment. A {@code T{}} that ends under {@code @} is padded to a multiple of its
 * members' alignments. A plain list without names, as in the struct module, has no padding at its end.
 */
public final class FormatParser {
    private static final int MAX_DEPTH = 64;
    private static final String ORDER_MARKS = "@=<>!^";
    private static final String WHITE_SPACE = " \t\n\r\f\u000b";

    private final String text;
    private final boolean padsList;
    private int position;
    private char mark = '@';
    private int depth;

    private FormatParser(String text, boolean padsList) {
        this.text = text;
        this.padsList = padsList;
    }

    /**
     * The item that a text describes.
     *
     * @param padsList whether a plain list has padding at its end, as in numpy. In the struct module it has none
     * @throws IllegalArgumentException with the text, the position and what is wrong there
     */
    public static FormatItem parse(String text, boolean padsList) {
        FormatParser parser = new FormatParser(text, padsList);
        try {
            return parser.format();
        } catch (IllegalArgumentException refused) {
            throw Exact.isOverflow(refused)
                    ? parser.refusal(parser.position, "the size exceeds " + Long.MAX_VALUE + " bytes")
                    : refused;
        }
    }

    private FormatItem format() {
        Body body = new Body();
        while (!atEnd()) {
            if (peek() == '}') {
                throw refusal(position, "'}' closes no 'T{'");
            }
            member(body);
        }
        if (padsList || body.hasNames) {
            body.padAtEnd();
        }
        FormatItem item = body.asItem();
        if (item.byteSize() == 0) {
            throw refusal(0, "the item has 0 bytes; at least 1 is required");
        }
        return item;
    }

    private void member(Body body) {
        int start = position;
        orderMarks();
        List<Long> shape = shape();
        orderMarks();
        int countPosition = position;
        long count = count();
        FormatItem item;
        long alignment;
        if (text.startsWith("T{", position)) {
            Body inner = structure();
            item = inner.asStruct();
            alignment = inner.alignment;
        } else {
            item = leaf(start, countPosition, count);
            alignment = item.byteAlignment();
            count = isText(item) ? -1 : count;
        }
        if (mark == '@') {
            body.startAtMultipleOf(alignment);
        }
        if (count >= 0 && count != 1) {
            item = new FormatItem.Array(List.of(count), item);
        }
        if (!shape.isEmpty()) {
            item = new FormatItem.Array(shape, item);
        }
        body.add(name(), item);
    }

    private Body structure() {
        int start = position;
        if (++depth > MAX_DEPTH) {
            throw refusal(start, "'T{' is nested deeper than " + MAX_DEPTH + " levels");
        }
        position += 2;
        Body body = new Body();
        while (true) {
            if (atEnd()) {
                throw refusal(start, "'T{' is not closed");
            }
            if (peek() == '}') {
                break;
            }
            member(body);
        }
        position++;
        depth--;
        body.padAtEnd();
        return body;
    }

    /** Reads a code and, for a string, its length. The position moves past the code. */
    private FormatItem leaf(int start, int countPosition, long count) {
        if (position == text.length() || peek() == '}' || WHITE_SPACE.indexOf(peek()) >= 0) {
            throw count >= 0
                    ? refusal(countPosition, "count " + count + " is followed by no code")
                    : refusal(start, "a code is required after a byte order mark or a shape");
        }
        int at = position;
        String code = text.substring(at, Math.min(at + (peek() == 'Z' ? 2 : 1), text.length()));
        ElementType type = ElementType.ofCode(code);
        if (type == null) {
            throw refusal(at, reasonAgainst(code));
        }
        boolean isNativeSize = mark == '@' || mark == '^';
        if (!isNativeSize && !type.hasStandardSize()) {
            throw refusal(
                    at,
                    "code '" + code + "' has no standard size, so it cannot follow '" + mark
                            + "'; required '@' or '^'");
        }
        position += code.length();
        long units = type.isText() && count >= 0 ? count : 1;
        return new FormatItem.Leaf(isNativeSize ? type : type.inStandardSize(), units, order(), mark == '@');
    }

    private static String reasonAgainst(String code) {
        return switch (code.charAt(0)) {
            case 'O' -> "code 'O' (a Python object) is refused: references cannot leave their interpreter";
            case 'P' -> "code 'P' (a pointer) is refused: addresses mean nothing to the other side";
            case '&' -> "code '&' (a pointer) is refused: addresses mean nothing to the other side";
            case 'X' -> "code 'X{}' (a function) is refused: addresses mean nothing to the other side";
            case 't' -> "code 't' (a bit field) is refused: items are whole bytes";
            case 'Z' -> "code '" + code + "' is unknown; 'Z' (complex) is followed by 'f', 'd' or 'g'";
            case '(' -> "a second '(': a shape goes in one pair of brackets, in front of the count";
            default -> "code '" + code + "' is unknown";
        };
    }

    private ByteOrder order() {
        return switch (mark) {
            case '<' -> ByteOrder.LITTLE_ENDIAN;
            case '>', '!' -> ByteOrder.BIG_ENDIAN;
            default -> ByteOrder.nativeOrder();
        };
    }

    private void orderMarks() {
        while (!atEnd() && ORDER_MARKS.indexOf(peek()) >= 0) {
            mark = peek();
            position++;
        }
    }

    private List<Long> shape() {
        if (atEnd() || peek() != '(') {
            return List.of();
        }
        int start = position++;
        List<Long> shape = new ArrayList<>();
        while (true) {
            skipWhiteSpace();
            int at = position;
            long length = count();
            if (length < 0) {
                throw refusal(at, "a length is required in the shape that '(' at position " + start + " opens");
            }
            shape.add(length);
            if (atEnd()) {
                throw refusal(start, "'(' is not closed");
            }
            char next = peek();
            position++;
            if (next == ')') {
                return shape;
            }
            if (next != ',') {
                throw refusal(position - 1, "',' or ')' is required in a shape, actual '" + next + "'");
            }
        }
    }

    /** The decimal number at the position; -1 if there is none. */
    private long count() {
        int start = position;
        while (position < text.length() && text.charAt(position) >= '0' && text.charAt(position) <= '9') {
            position++;
        }
        if (position == start) {
            return -1;
        }
        try {
            return Long.parseLong(text, start, position, 10);
        } catch (NumberFormatException tooLarge) {
            throw refusal(start, "count " + text.substring(start, position) + " exceeds " + Long.MAX_VALUE);
        }
    }

    /** The name at the position, without its colons; {@code null} if there is none. */
    private String name() {
        if (atEnd() || peek() != ':') {
            return null;
        }
        int end = text.indexOf(':', position + 1);
        if (end < 0) {
            throw refusal(position, "the name that ':' opens is not closed");
        }
        if (end == position + 1) {
            throw refusal(position, "a name has at least 1 character");
        }
        String name = text.substring(position + 1, end);
        if (name.indexOf('\0') >= 0) {
            throw refusal(position, "the name holds a NUL, where C ends the format");
        }
        int unpaired = FieldNames.unpairedSurrogate(name);
        if (unpaired >= 0) {
            throw refusal(
                    position + 1 + unpaired,
                    "the name holds half of a surrogate pair, U+"
                            + Integer.toHexString(name.charAt(unpaired)).toUpperCase(Locale.ROOT)
                            + ", which is no character");
        }
        position = end + 1;
        return name;
    }

    /** Whether only white space is left. The position moves past white space. */
    private boolean atEnd() {
        skipWhiteSpace();
        return position == text.length();
    }

    private void skipWhiteSpace() {
        while (position < text.length() && WHITE_SPACE.indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }

    private char peek() {
        return text.charAt(position);
    }

    private static boolean isText(FormatItem item) {
        return item instanceof FormatItem.Leaf leaf && leaf.type().isText();
    }

    private static boolean isPadding(FormatItem item) {
        return item instanceof FormatItem.Leaf leaf && leaf.type() == ElementType.PADDING
                || item instanceof FormatItem.Array array && isPadding(array.element());
    }

    private IllegalArgumentException refusal(int at, String reason) {
        return new IllegalArgumentException("format \"" + text + "\", position " + at + ": " + reason);
    }

    /** The members of a list or of a {@code T{}} during layout. */
    private final class Body {
        private final List<String> names = new ArrayList<>();
        private final List<FormatItem> items = new ArrayList<>();
        private final List<Long> byteOffsets = new ArrayList<>();
        private boolean hasNames;
        private long byteSize;
        private long alignment = 1;

        void startAtMultipleOf(long byteAlignment) {
            byteSize = roundUp(byteSize, byteAlignment);
            // Alignments are powers of two, and the largest of them is their least common multiple.
            alignment = Math.max(alignment, byteAlignment);
        }

        void add(String name, FormatItem item) {
            if (name != null && names.contains(name)) {
                throw refusal(position, "name \"" + name + "\" is given twice");
            }
            hasNames |= name != null;
            // Padding without a name is no member. "0d" only aligns: it is the struct module's idiom.
            if (name != null || !isPadding(item) && item.byteSize() > 0) {
                names.add(name);
                items.add(item);
                byteOffsets.add(byteSize);
            }
            byteSize = Exact.sum(byteSize, item.byteSize(), "the bytes of a structure");
        }

        void padAtEnd() {
            if (mark == '@') {
                byteSize = roundUp(byteSize, alignment);
            }
        }

        FormatItem asItem() {
            if (items.isEmpty()) {
                return new FormatItem.Leaf(ElementType.PADDING, byteSize, ByteOrder.nativeOrder(), true);
            }
            FormatItem first = items.getFirst();
            boolean isSingle = items.size() == 1 && !hasNames && first.byteSize() == byteSize;
            return isSingle ? first : struct(!hasNames);
        }

        FormatItem.Struct asStruct() {
            return struct(false);
        }

        private FormatItem.Struct struct(boolean isBare) {
            FieldNames.fillIn(names);
            List<FormatItem.Member> members = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                members.add(new FormatItem.Member(names.get(i), byteOffsets.get(i), items.get(i)));
            }
            return new FormatItem.Struct(members, byteSize, isBare);
        }

        private static long roundUp(long value, long multiple) {
            return Exact.product(Math.ceilDiv(value, multiple), multiple, "the bytes of an item with its padding");
        }
    }
}

package org.bufferbridge.internal.format;

import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes the canonical text of a format. Each structure has one such text, which {@link FormatParser} and numpy read
 * back as the same offsets and sizes.
 *
 * <p>Wherever alignment is promised, codes are native, because memoryview indexes only native codes. Without a
 * promise the mark is {@code =}. The marks {@code <} and {@code >} stand only for the byte order that is not native.
 * Inside {@code T{}} all padding is written out, as in numpy. A plain list relies on native alignment, as users of
 * the struct module do.
 */
public final class FormatPrinter {
    private final StringBuilder text = new StringBuilder();
    private char mark = '@';

    private FormatPrinter() {}

    public static String print(FormatItem item) {
        FormatPrinter printer = new FormatPrinter();
        printer.item(item, true);
        return printer.text.toString();
    }

    /** Writes an item. A plain item has its count in front, where the struct module can read it. */
    private void item(FormatItem item, boolean isPlain) {
        // No switch over types: it makes hidden classes when it first runs, which is in a start.
        if (item instanceof FormatItem.Leaf leaf) {
            mark(leaf);
            code(leaf);
        } else if (item instanceof FormatItem.Array array) {
            array(array, isPlain);
        } else if (item instanceof FormatItem.Struct struct && struct.isBare()) {
            list(struct);
        } else {
            structure((FormatItem.Struct) item);
        }
    }

    private void array(FormatItem.Array array, boolean isPlain) {
        List<Long> shape = array.shape();
        if (isPlain && isCounted(array) && array.element() instanceof FormatItem.Leaf leaf) {
            mark(leaf);
            text.append(shape.getFirst());
            code(leaf);
            return;
        }
        text.append('(');
        for (int i = 0; i < shape.size(); i++) {
            text.append(i == 0 ? "" : ",").append(shape.get(i));
        }
        text.append(')');
        item(array.element(), false);
    }

    private void structure(FormatItem.Struct struct) {
        text.append("T{");
        long byteOffset = 0;
        for (FormatItem.Member member : struct.members()) {
            padding(member.byteOffset() - byteOffset);
            item(member.item(), false);
            text.append(':').append(member.name()).append(':');
            byteOffset = member.byteOffset() + member.item().byteSize();
        }
        padding(struct.byteSize() - byteOffset);
        text.append('}');
    }

    private void list(FormatItem.Struct struct) {
        if (struct.members().stream()
                .map(FormatItem.Member::item)
                .allMatch(item -> item instanceof FormatItem.Leaf || isCounted(item))) {
            // The struct module reads a mark only in front of the list.
            leaves(struct)
                    .filter(leaf -> leaf.type().byteAlignment() > 1)
                    .findFirst()
                    .ifPresent(this::mark);
        }
        long byteOffset = 0;
        for (FormatItem.Member member : struct.members()) {
            if (impliedOffset(byteOffset, member.item()) != member.byteOffset()) {
                padding(member.byteOffset() - byteOffset);
            }
            item(member.item(), true);
            byteOffset = member.byteOffset() + member.item().byteSize();
        }
        padding(struct.byteSize() - byteOffset);
    }

    /** Whether the count of a sub-array can stand in front of its code, where the struct module reads it. */
    private static boolean isCounted(FormatItem item) {
        return item instanceof FormatItem.Array array
                && array.shape().size() == 1
                && array.shape().getFirst() != 1
                && array.element() instanceof FormatItem.Leaf leaf
                && !leaf.type().isText();
    }

    private static Stream<FormatItem.Leaf> leaves(FormatItem item) {
        return switch (item) {
            case FormatItem.Leaf leaf -> Stream.of(leaf);
            case FormatItem.Array array -> leaves(array.element());
            case FormatItem.Struct struct -> struct.members().stream().flatMap(member -> leaves(member.item()));
        };
    }

    /** Where a reader that aligns puts an item after {@code byteOffset} bytes. */
    private static long impliedOffset(long byteOffset, FormatItem item) {
        return switch (item) {
            case FormatItem.Leaf leaf -> Math.ceilDiv(byteOffset, leaf.byteAlignment()) * leaf.byteAlignment();
            case FormatItem.Array array -> impliedOffset(byteOffset, array.element());
            // Readers differ in how they align nested structures.
            case FormatItem.Struct struct -> byteOffset;
        };
    }

    private void padding(long byteCount) {
        if (byteCount > 0) {
            text.append(byteCount == 1 ? "" : byteCount).append(ElementType.PADDING.code());
        }
    }

    private void code(FormatItem.Leaf leaf) {
        if (leaf.type().isText() && leaf.count() != 1) {
            text.append(leaf.count());
        }
        text.append(leaf.type().code());
    }

    /** Writes the order mark that a leaf needs, unless that mark already holds. */
    private void mark(FormatItem.Leaf leaf) {
        if (leaf.type().byteAlignment() == 1) {
            return;
        }
        char needed = markFor(leaf);
        if (needed != mark) {
            text.append(needed);
            mark = needed;
        }
    }

    private static char markFor(FormatItem.Leaf leaf) {
        if (leaf.isAligned()) {
            return '@';
        }
        if (leaf.order() == ByteOrder.nativeOrder()) {
            return leaf.type().hasStandardSize() ? '=' : '^';
        }
        return leaf.order() == ByteOrder.LITTLE_ENDIAN ? '<' : '>';
    }
}

package org.bufferbridge.internal.format;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bufferbridge.internal.base.Exact;

/**
 * Converts formats to and from {@link MemoryLayout}.
 *
 * <p>A layout has no unsigned integers, strings or complex numbers. {@link #toLayout} gives the layout of the same
 * size, order and alignment. The format of that layout can therefore differ from the original.
 */
public final class FormatLayout {
    private FormatLayout() {}

    /**
     * The format with the values of a layout at the same offsets.
     *
     * @throws IllegalArgumentException for a union, an address or a name with a colon (the message names the layout);
     *                                  if the size is 0 or exceeds {@code Long.MAX_VALUE} bytes
     */
    public static FormatItem formatOf(MemoryLayout layout) {
        if (layout.byteSize() == 0) {
            throw new IllegalArgumentException("layout " + layout + " has 0 bytes; at least 1 is required");
        }
        return fromLayout(layout);
    }

    private static FormatItem fromLayout(MemoryLayout layout) {
        return switch (layout) {
            case AddressLayout address -> throw refusal(address, "an address means nothing to the other side");
            case ValueLayout value -> leaf(value);
            case SequenceLayout sequence ->
                new FormatItem.Array(List.of(sequence.elementCount()), fromLayout(sequence.elementLayout()));
            case StructLayout struct -> struct(struct);
            case UnionLayout union -> throw refusal(union, "a format has no union; describe one of its members");
            case PaddingLayout padding ->
                new FormatItem.Leaf(ElementType.PADDING, padding.byteSize(), ByteOrder.nativeOrder(), true);
        };
    }

    private static FormatItem.Leaf leaf(ValueLayout layout) {
        ElementType type = typeOf(layout);
        return new FormatItem.Leaf(type, 1, layout.order(), layout.byteAlignment() >= type.byteAlignment());
    }

    private static ElementType typeOf(ValueLayout layout) {
        return switch (layout) {
            case ValueLayout.OfBoolean ignored -> ElementType.BOOLEAN;
            case ValueLayout.OfByte ignored -> ElementType.INT8;
            case ValueLayout.OfShort ignored -> ElementType.INT16;
            case ValueLayout.OfChar ignored -> ElementType.UINT16;
            case ValueLayout.OfInt ignored -> ElementType.INT32;
            case ValueLayout.OfLong ignored -> ElementType.INT64;
            case ValueLayout.OfFloat ignored -> ElementType.FLOAT32;
            case ValueLayout.OfDouble ignored -> ElementType.FLOAT64;
            case AddressLayout address -> throw refusal(address, "an address means nothing to the other side");
        };
    }

    private static FormatItem.Struct struct(StructLayout layout) {
        List<String> names = new ArrayList<>();
        List<FormatItem> items = new ArrayList<>();
        List<Long> byteOffsets = new ArrayList<>();
        long byteOffset = 0;
        for (MemoryLayout member : layout.memberLayouts()) {
            if (!(member instanceof PaddingLayout)) {
                names.add(nameOf(member, layout));
                items.add(fromLayout(member));
                byteOffsets.add(byteOffset);
            }
            byteOffset = Exact.sum(byteOffset, member.byteSize(), "the bytes of a structure");
        }
        FieldNames.fillIn(names);
        List<FormatItem.Member> members = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            if (names.indexOf(names.get(i)) != i) {
                throw refusal(layout, "member name \"" + names.get(i) + "\" is given twice");
            }
            members.add(new FormatItem.Member(names.get(i), byteOffsets.get(i), items.get(i)));
        }
        return new FormatItem.Struct(members, byteOffset, false);
    }

    private static String nameOf(MemoryLayout member, GroupLayout group) {
        String name = member.name().orElse(null);
        if (name != null
                && (name.isEmpty()
                        || name.indexOf(':') >= 0
                        || name.indexOf('\0') >= 0
                        || FieldNames.unpairedSurrogate(name) >= 0)) {
            throw refusal(
                    group,
                    "member name \"" + name + "\" cannot be written in a format;"
                            + " required at least 1 character, no ':', no NUL and no half of a surrogate pair");
        }
        return name;
    }

    private static IllegalArgumentException refusal(MemoryLayout layout, String reason) {
        return new IllegalArgumentException("layout " + layout + ": " + reason);
    }

    /** The layout of the same size, byte order and promised alignment. */
    public static MemoryLayout toLayout(FormatItem item) {
        return switch (item) {
            case FormatItem.Leaf leaf -> layoutOf(leaf);
            case FormatItem.Array array -> {
                MemoryLayout layout = toLayout(array.element());
                for (long length : array.shape().reversed()) {
                    layout = MemoryLayout.sequenceLayout(length, layout);
                }
                yield layout;
            }
            case FormatItem.Struct struct -> layoutOf(struct);
        };
    }

    private static MemoryLayout layoutOf(FormatItem.Leaf leaf) {
        ElementType type = leaf.type();
        if (leaf.count() == 0) {
            return MemoryLayout.sequenceLayout(0, ValueLayout.JAVA_BYTE);
        }
        return switch (type) {
            case PADDING -> MemoryLayout.paddingLayout(leaf.byteSize());
            case BYTES, PASCAL_BYTES, UCS2, UCS4 -> MemoryLayout.sequenceLayout(leaf.count(), unitOf(leaf, type));
            case COMPLEX64, COMPLEX128, COMPLEX_LONG_DOUBLE -> {
                MemoryLayout part = unitOf(leaf, type.part());
                yield MemoryLayout.structLayout(part.withName("real"), part.withName("imaginary"));
            }
            default -> unitOf(leaf, type);
        };
    }

    private static MemoryLayout unitOf(FormatItem.Leaf leaf, ElementType type) {
        long alignment = leaf.isAligned() ? type.byteAlignment() : 1;
        ValueLayout layout =
                switch (type) {
                    case BOOLEAN -> ValueLayout.JAVA_BOOLEAN;
                    case UINT16, UCS2 -> ValueLayout.JAVA_CHAR;
                    case FLOAT32 -> ValueLayout.JAVA_FLOAT;
                    case FLOAT64 -> ValueLayout.JAVA_DOUBLE;
                    default ->
                        switch (type.byteSize()) {
                            case 1 -> ValueLayout.JAVA_BYTE;
                            case 2 -> ValueLayout.JAVA_SHORT;
                            case 4 -> ValueLayout.JAVA_INT;
                            case 8 -> ValueLayout.JAVA_LONG;
                            default -> null;
                        };
                };
        if (layout == null) {
            return MemoryLayout.sequenceLayout(type.byteSize(), ValueLayout.JAVA_BYTE)
                    .withByteAlignment(alignment);
        }
        return layout.withOrder(leaf.order()).withByteAlignment(alignment);
    }

    private static MemoryLayout layoutOf(FormatItem.Struct struct) {
        List<MemoryLayout> layouts = new ArrayList<>();
        long byteOffset = 0;
        for (FormatItem.Member member : struct.members()) {
            addPadding(layouts, member.byteOffset() - byteOffset);
            layouts.add(toLayout(member.item()).withName(member.name()));
            byteOffset = member.byteOffset() + member.item().byteSize();
        }
        addPadding(layouts, struct.byteSize() - byteOffset);
        return MemoryLayout.structLayout(layouts.toArray(MemoryLayout[]::new));
    }

    private static void addPadding(List<MemoryLayout> layouts, long byteCount) {
        if (byteCount > 0) {
            layouts.add(MemoryLayout.paddingLayout(byteCount));
        }
    }
}

package org.bufferbridge.internal.format;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bufferbridge.internal.base.Exact;

/**
 * The structure of a format: a leaf, a sub-array of leaves or structures, or a structure.
 *
 * <p>All items are in one normal form. Equal structures are therefore equal records:
 * <ul>
 * <li>a leaf whose unit has one byte has the native order and counts as aligned;
 * <li>a leaf in the other byte order promises no alignment, and a leaf without alignment has its standard spelling;
 * <li>a sub-array's element is not itself a sub-array;
 * <li>a structure's member promises an alignment only if its offset and the structure's size are multiples of it.
 *     Every member then stays aligned when structures follow each other. An item's size is always a multiple of its
 *     alignment.
 * </ul>
 * Sizes, offsets and alignments are in bytes.
 */
public sealed interface FormatItem {
    /** The size. It is 0 only for empty strings, sub-arrays and structures inside a structure. */
    long byteSize();

    /** The alignment that the item promises for each of its values; 1 if it promises none. */
    long byteAlignment();

    /** The same values without any promise of alignment. */
    FormatItem unaligned();

    /**
     * The same values for an item whose address is a multiple of an alignment. The result promises every alignment
     * that follows from this.
     */
    FormatItem aligned(long byteAlignment);

    /** The same values in another byte order. */
    FormatItem withOrder(ByteOrder order);

    /** Whether both items have the same values byte for byte. Spelling and promised alignment may differ. */
    boolean matches(FormatItem other);

    /** Whether all values are in the native byte order. */
    boolean isNativeOrder();

    /**
     * One value, or a string of {@code count} units.
     *
     * @param count 1 unless the type is a string
     */
    record Leaf(ElementType type, long count, ByteOrder order, boolean isAligned) implements FormatItem {
        public Leaf {
            if (type.byteAlignment() == 1) {
                order = ByteOrder.nativeOrder();
                isAligned = true;
            } else if (order != ByteOrder.nativeOrder()) {
                if (!type.standard().hasStandardSize()) {
                    throw new IllegalArgumentException("type \"" + type.code()
                            + "\" has no standard size, so it exists in the native byte order only; required "
                            + ByteOrder.nativeOrder() + ", actual " + order);
                }
                isAligned = false;
            }
            if (!isAligned) {
                type = type.standard();
            }
            Exact.product(count, type.byteSize(), "the bytes of " + count + type.code());
        }

        public static Leaf aligned(ElementType type) {
            return new Leaf(type, 1, ByteOrder.nativeOrder(), true);
        }

        @Override
        public long byteSize() {
            return count * type.byteSize();
        }

        @Override
        public long byteAlignment() {
            return isAligned ? type.byteAlignment() : 1;
        }

        @Override
        public Leaf unaligned() {
            return new Leaf(type, count, order, false);
        }

        @Override
        public Leaf aligned(long byteAlignment) {
            return isAligned || byteAlignment % type.byteAlignment() != 0 ? this : new Leaf(type, count, order, true);
        }

        @Override
        public Leaf withOrder(ByteOrder newOrder) {
            return newOrder == order ? this : new Leaf(type, count, newOrder, isAligned);
        }

        @Override
        public boolean matches(FormatItem other) {
            return other instanceof Leaf leaf
                    && type.standard() == leaf.type.standard()
                    && count == leaf.count
                    && order == leaf.order;
        }

        @Override
        public boolean isNativeOrder() {
            return order == ByteOrder.nativeOrder();
        }
    }

    /**
     * A sub-array, in C order.
     *
     * @param shape the number of elements in each dimension; at least one dimension, none negative
     */
    record Array(List<Long> shape, FormatItem element) implements FormatItem {
        public Array {
            if (element instanceof Array array) {
                shape = Stream.concat(shape.stream(), array.shape.stream()).toList();
                element = array.element;
            }
            shape = List.copyOf(shape);
            byteSize(shape, element);
        }

        private static long byteSize(List<Long> shape, FormatItem element) {
            long byteSize = element.byteSize();
            for (long length : shape) {
                byteSize = Exact.product(byteSize, length, "the bytes of an array of shape " + shape);
            }
            return byteSize;
        }

        @Override
        public long byteSize() {
            return byteSize(shape, element);
        }

        @Override
        public long byteAlignment() {
            return element.byteAlignment();
        }

        @Override
        public Array unaligned() {
            return new Array(shape, element.unaligned());
        }

        @Override
        public Array aligned(long byteAlignment) {
            FormatItem aligned = element.aligned(byteAlignment);
            return element.byteSize() % aligned.byteAlignment() == 0 ? new Array(shape, aligned) : this;
        }

        @Override
        public Array withOrder(ByteOrder order) {
            return new Array(shape, element.withOrder(order));
        }

        @Override
        public boolean matches(FormatItem other) {
            return other instanceof Array array && shape.equals(array.shape) && element.matches(array.element);
        }

        @Override
        public boolean isNativeOrder() {
            return element.isNativeOrder();
        }
    }

    /** One member of a structure. Offsets grow from member to member, without overlaps. */
    record Member(String name, long byteOffset, FormatItem item) {
        Member withItem(FormatItem newItem) {
            return new Member(name, byteOffset, newItem);
        }
    }

    /**
     * A structure.
     *
     * @param isBare whether the text had the struct module's form, without {@code T{}} and names
     */
    record Struct(List<Member> members, long byteSize, boolean isBare) implements FormatItem {
        public Struct {
            long size = byteSize;
            List<Member> settled = members.stream()
                    .map(member -> staysAligned(member, size) ? member : member.withItem(member.item.unaligned()))
                    .toList();
            // The struct module knows one mark, in front of the list. In a plain list all members are aligned, or none
            // is.
            if (isBare && !settled.equals(members)) {
                settled = settled.stream()
                        .map(member -> member.withItem(member.item.unaligned()))
                        .toList();
            }
            members = List.copyOf(settled);
        }

        private static boolean staysAligned(Member member, long byteSize) {
            long alignment = member.item.byteAlignment();
            return member.byteOffset % alignment == 0 && byteSize % alignment == 0;
        }

        @Override
        public long byteAlignment() {
            return members.stream()
                    .mapToLong(member -> member.item.byteAlignment())
                    .max()
                    .orElse(1);
        }

        @Override
        public Struct unaligned() {
            return map(FormatItem::unaligned);
        }

        @Override
        public Struct aligned(long byteAlignment) {
            List<Member> aligned = new ArrayList<>();
            for (Member member : members) {
                long known = Long.lowestOneBit(byteAlignment | member.byteOffset | byteSize);
                FormatItem item = member.item.aligned(known);
                if (isBare
                        && item.byteAlignment()
                                != member.item.aligned(Long.MIN_VALUE).byteAlignment()) {
                    return this;
                }
                aligned.add(member.withItem(item));
            }
            return new Struct(aligned, byteSize, isBare);
        }

        @Override
        public Struct withOrder(ByteOrder order) {
            return map(item -> item.withOrder(order));
        }

        private Struct map(UnaryOperator<FormatItem> change) {
            List<Member> changed = members.stream()
                    .map(member -> member.withItem(change.apply(member.item)))
                    .toList();
            return new Struct(changed, byteSize, isBare);
        }

        @Override
        public boolean matches(FormatItem other) {
            if (!(other instanceof Struct struct)
                    || byteSize != struct.byteSize
                    || members.size() != struct.members.size()) {
                return false;
            }
            for (int i = 0; i < members.size(); i++) {
                Member mine = members.get(i);
                Member others = struct.members.get(i);
                if (mine.byteOffset != others.byteOffset
                        || !mine.name.equals(others.name)
                        || !mine.item.matches(others.item)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean isNativeOrder() {
            return members.stream().allMatch(member -> member.item.isNativeOrder());
        }
    }
}

package org.bufferbridge.internal.view;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bufferbridge.BufferView;
import org.bufferbridge.Order;
import org.bufferbridge.internal.element.Element;
import org.bufferbridge.internal.element.IntegerElement;
import org.bufferbridge.internal.element.MemoryAccess;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;

/**
 * Fills an array with the numbers of a view, by value and in C order.
 *
 * <p>The items come in parts, in bulk and in the native byte order. Each conversion is a loop from one array to
 * another, of which the JIT compiler makes vector instructions. An item at a time would take three times as long.
 *
 * <p>Not safe for use by several threads at once.
 */
final class ConvertedItems {
    /** The items of a part. They stay in the processor's cache. */
    private static final int PART = 1024;

    private final ElementType type;
    private final ValueLayout layout;
    private final MemorySegment items;
    private final int count;
    /** An array of the type that has the items' size. */
    private final Object part;

    private ConvertedItems(BufferView view, FormatItem.Leaf leaf) {
        this.type = leaf.type().standard();
        this.count = (int) view.itemCount();
        int length = Math.min(count, PART);
        ValueLayout ofSize;
        if (type == ElementType.FLOAT32) {
            ofSize = Element.FLOAT;
            part = new float[length];
        } else if (type == ElementType.FLOAT64) {
            ofSize = Element.DOUBLE;
            part = new double[length];
        } else if (type.byteSize() == Byte.BYTES) {
            ofSize = Element.BYTE;
            part = new byte[length];
        } else if (type.byteSize() == Short.BYTES) {
            ofSize = Element.SHORT;
            part = new short[length];
        } else if (type.byteSize() == Integer.BYTES) {
            ofSize = Element.INT;
            part = new int[length];
        } else {
            ofSize = Element.LONG;
            part = new long[length];
        }
        this.layout = ofSize.withOrder(leaf.order());
        this.items = view.isContiguous(Order.C) ? view.asSegment() : MemorySegment.ofArray(JavaArrays.bytes(view));
    }

    /** The items of a view if this class knows their type and can read them in bulk, otherwise null. */
    private static ConvertedItems of(BufferView view) {
        if (view.itemCount() == 0
                || !view.isContiguous(Order.C) && !JavaArrays.hasRoomForBytes(view)
                || !(FormatAccess.FORMATS.item(view.format()) instanceof FormatItem.Leaf leaf)
                || leaf.type() == ElementType.LONG_DOUBLE) {
            return null;
        }
        return switch (leaf.type().kind()) {
            case BOOLEAN, SIGNED, UNSIGNED, FLOATING -> new ConvertedItems(view, leaf);
            default -> null;
        };
    }

    /** False if this class cannot convert the items. */
    static boolean into(BufferView view, double[] array) {
        ConvertedItems items = of(view);
        if (items == null) {
            return false;
        }
        boolean isFloating = items.type.kind() == ElementType.Kind.FLOATING;
        long[] integers = isFloating ? null : new long[Math.min(items.count, PART)];
        for (int begin = 0; begin < items.count; begin += PART) {
            int length = items.read(begin);
            if (isFloating) {
                items.asDoubles(array, begin, length);
            } else {
                items.asLongs(integers, 0, length);
                items.round(integers, array, begin, length);
            }
        }
        return true;
    }

    /** False if this class cannot convert the items, or a value is no {@code long}. */
    static boolean into(BufferView view, long[] array) {
        ConvertedItems items = of(view);
        if (items == null) {
            return false;
        }
        boolean isFloating = items.type.kind() == ElementType.Kind.FLOATING;
        double[] numbers = isFloating ? new double[Math.min(items.count, PART)] : null;
        boolean fit = true;
        for (int begin = 0; fit && begin < items.count; begin += PART) {
            int length = items.read(begin);
            if (isFloating) {
                items.asDoubles(numbers, 0, length);
                fit = wholes(numbers, array, begin, length);
            } else {
                items.asLongs(array, begin, length);
                fit = items.type != ElementType.UINT64 || areNotNegative(array, begin, length);
            }
        }
        return fit;
    }

    /** Half precision as floats. False if this class cannot convert the items. */
    static boolean into(BufferView view, float[] array) {
        ConvertedItems items = of(view);
        if (items == null) {
            return false;
        }
        for (int begin = 0; begin < array.length; begin += PART) {
            int length = items.read(begin);
            short[] halves = (short[]) items.part;
            for (int i = 0; i < length; i++) {
                array[begin + i] = Float.float16ToFloat(halves[i]);
            }
        }
        return true;
    }

    /** Bytes as truth values. */
    static void into(BufferView view, boolean[] array) {
        ConvertedItems items = of(view);
        for (int begin = 0; begin < array.length; begin += PART) {
            int length = items.read(begin);
            byte[] bytes = (byte[]) items.part;
            for (int i = 0; i < length; i++) {
                array[begin + i] = bytes[i] != 0;
            }
        }
    }

    /** Reads a part; returns the number of its items. */
    private int read(int begin) {
        int length = Math.min(PART, count - begin);
        try {
            MemorySegment.copy(items, layout, begin * layout.byteSize(), part, 0, length);
        } catch (IllegalStateException e) { // closed by another thread since the view gave its memory
            throw MemoryAccess.closed(e);
        }
        return length;
    }

    private void asDoubles(double[] target, int begin, int length) {
        switch (part) {
            case double[] doubles -> System.arraycopy(doubles, 0, target, begin, length);
            case float[] floats -> fromFloats(floats, target, begin, length);
            default -> fromHalves((short[]) part, target, begin, length);
        }
    }

    private static void fromFloats(float[] source, double[] target, int begin, int length) {
        for (int i = 0; i < length; i++) {
            target[begin + i] = source[i];
        }
    }

    private static void fromHalves(short[] source, double[] target, int begin, int length) {
        for (int i = 0; i < length; i++) {
            target[begin + i] = Float.float16ToFloat(source[i]);
        }
    }

    /** The integers; those of a {@code uint64} as their bits. */
    private void asLongs(long[] target, int begin, int length) {
        switch (type) {
            case BOOLEAN -> fromBooleans((byte[]) part, target, begin, length);
            case INT8, UINT8 -> fromBytes((byte[]) part, target, begin, length);
            case INT16, UINT16 -> fromShorts((short[]) part, target, begin, length);
            case INT32, UINT32 -> fromInts((int[]) part, target, begin, length);
            default -> System.arraycopy(part, 0, target, begin, length);
        }
        if (type.kind() == ElementType.Kind.UNSIGNED && type != ElementType.UINT64) {
            mask(target, begin, length, (1L << 8 * type.byteSize()) - 1);
        }
    }

    private static void fromBooleans(byte[] source, long[] target, int begin, int length) {
        for (int i = 0; i < length; i++) {
            target[begin + i] = source[i] != 0 ? 1 : 0;
        }
    }

    private static void fromBytes(byte[] source, long[] target, int begin, int length) {
        for (int i = 0; i < length; i++) {
            target[begin + i] = source[i];
        }
    }

    private static void fromShorts(short[] source, long[] target, int begin, int length) {
        for (int i = 0; i < length; i++) {
            target[begin + i] = source[i];
        }
    }

    private static void fromInts(int[] source, long[] target, int begin, int length) {
        for (int i = 0; i < length; i++) {
            target[begin + i] = source[i];
        }
    }

    private static void mask(long[] values, int begin, int length, long mask) {
        for (int i = begin; i < begin + length; i++) {
            values[i] &= mask;
        }
    }

    private void round(long[] source, double[] target, int begin, int length) {
        if (type == ElementType.UINT64) {
            for (int i = 0; i < length; i++) {
                target[begin + i] = IntegerElement.doubleOfUnsigned(source[i]);
            }
        } else {
            for (int i = 0; i < length; i++) {
                target[begin + i] = source[i];
            }
        }
    }

    private static boolean areNotNegative(long[] source, int begin, int length) {
        long all = 0;
        for (int i = begin; i < begin + length; i++) {
            all |= source[i];
        }
        return all >= 0;
    }

    /** False if a number is no {@code long}. */
    private static boolean wholes(double[] source, long[] target, int begin, int length) {
        boolean fit = true;
        for (int i = 0; i < length; i++) {
            long integer = (long) source[i];
            target[begin + i] = integer;
            fit &= integer == source[i] && integer != Long.MAX_VALUE;
        }
        return fit;
    }
}

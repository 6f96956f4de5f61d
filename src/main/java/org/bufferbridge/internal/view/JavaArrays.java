package org.bufferbridge.internal.view;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferView;
import org.bufferbridge.Complex;
import org.bufferbridge.internal.element.Element;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;

/** Copies of views as one-dimensional Java arrays, in C order. */
public final class JavaArrays {
    private static final ViewAccess VIEWS = ViewAccess.VIEWS;

    /** The longest array that virtual machines allow. */
    private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    private JavaArrays() {}

    /** The array whose element type has the size of the format's values; see {@link BufferView#toArray()}. */
    public static Object copyOf(BufferView view) {
        if (!(FormatAccess.FORMATS.item(view.format()) instanceof FormatItem.Leaf leaf)) {
            if (view.format().isStruct()) {
                throw VIEWS.element(view).refusal("of a Java array's type");
            }
            return copyOf(view.elements());
        }
        ElementType type = leaf.type();
        long valueCount = view.itemCount() * leaf.count();
        return switch (type) {
            case BOOLEAN -> booleans(view);
            case FLOAT16 -> floats(view);
            case LONG_DOUBLE -> doubles(view);
            case COMPLEX_LONG_DOUBLE -> interleaved(view);
            case INT16 -> filled(view, leaf, new short[length(view, valueCount)], Element.SHORT);
            case UINT16, UCS2 -> filled(view, leaf, new char[length(view, valueCount)], Element.CHAR);
            case FLOAT32 -> filled(view, leaf, new float[length(view, valueCount)], Element.FLOAT);
            case FLOAT64 -> filled(view, leaf, new double[length(view, valueCount)], Element.DOUBLE);
            case COMPLEX64 -> filled(view, leaf, new float[length(view, 2 * valueCount)], Element.FLOAT);
            case COMPLEX128 -> filled(view, leaf, new double[length(view, 2 * valueCount)], Element.DOUBLE);
            default ->
                switch (type.byteSize()) {
                    case 1 -> filled(view, leaf, new byte[length(view, valueCount)], Element.BYTE);
                    case 4 -> filled(view, leaf, new int[length(view, valueCount)], Element.INT);
                    default -> filled(view, leaf, new long[length(view, valueCount)], Element.LONG);
                };
        };
    }

    /** The bytes of all items. */
    public static byte[] bytes(BufferView view) {
        byte[] array = new byte[length(view, view.byteSize())];
        fill(view, MemorySegment.ofArray(array));
        return array;
    }

    /** Whether {@link #bytes} can return an array. */
    static boolean hasRoomForBytes(BufferView view) {
        return view.byteSize() <= MAX_ELEMENTS;
    }

    public static double[] doubles(BufferView view) {
        if (isOf(view, ElementType.FLOAT64)) {
            return (double[]) copyOf(view);
        }
        double[] array = new double[length(view, view.itemCount())];
        if (!ConvertedItems.into(view, array)) {
            forEachItem(
                    view,
                    (segment, byteOffset, i) -> array[i] = VIEWS.element(view).getDouble(segment, byteOffset));
        }
        return array;
    }

    public static long[] longs(BufferView view) {
        if (isOf(view, ElementType.INT64)) {
            return (long[]) copyOf(view);
        }
        long[] array = new long[length(view, view.itemCount())];
        if (!ConvertedItems.into(view, array)) {
            forEachItem(
                    view,
                    (segment, byteOffset, i) -> array[i] = VIEWS.element(view).getLong(segment, byteOffset));
        }
        return array;
    }

    private static boolean isOf(BufferView view, ElementType type) {
        return FormatAccess.FORMATS.item(view.format()) instanceof FormatItem.Leaf leaf
                && leaf.type().standard() == type;
    }

    private static float[] floats(BufferView view) {
        float[] array = new float[length(view, view.itemCount())];
        if (!ConvertedItems.into(view, array)) {
            forEachItem(
                    view,
                    (segment, byteOffset, i) -> array[i] = VIEWS.element(view).getFloat(segment, byteOffset));
        }
        return array;
    }

    private static boolean[] booleans(BufferView view) {
        boolean[] array = new boolean[length(view, view.itemCount())];
        ConvertedItems.into(view, array);
        return array;
    }

    private static double[] interleaved(BufferView view) {
        double[] array = new double[length(view, 2 * view.itemCount())];
        forEachItem(view, (segment, byteOffset, i) -> {
            Complex value = VIEWS.element(view).getComplex(segment, byteOffset);
            array[2 * i] = value.real();
            array[2 * i + 1] = value.imaginary();
        });
        return array;
    }

    private interface ItemVisitor {
        void item(MemorySegment segment, long byteOffset, int itemIndex);
    }

    private static void forEachItem(BufferView view, ItemVisitor visitor) {
        int outer = RowCursor.outerDimensions(view);
        boolean isLine = outer < view.dimensions();
        long count = isLine ? VIEWS.geometry(view).shape[outer] : 1;
        long stride = isLine ? VIEWS.geometry(view).strides[outer] : 0;
        RowCursor rows = new RowCursor(view, outer);
        int item = 0;
        while (rows.next()) {
            for (long i = 0; i < count; i++) {
                visitor.item(rows.segment(), rows.byteOffset() + i * stride, item++);
            }
        }
    }

    private static int length(BufferView view, long elementCount) {
        if (elementCount > MAX_ELEMENTS) {
            throw new BufferException("an array of " + elementCount + " elements is needed for " + view + "; at most "
                    + MAX_ELEMENTS + " are possible. Take slices");
        }
        return (int) elementCount;
    }

    private static Object filled(BufferView view, FormatItem.Leaf leaf, Object array, ValueLayout layout) {
        MemorySegment segment =
                switch (array) {
                    case byte[] bytes -> MemorySegment.ofArray(bytes);
                    case short[] shorts -> MemorySegment.ofArray(shorts);
                    case char[] chars -> MemorySegment.ofArray(chars);
                    case int[] ints -> MemorySegment.ofArray(ints);
                    case long[] longs -> MemorySegment.ofArray(longs);
                    case float[] floats -> MemorySegment.ofArray(floats);
                    default -> MemorySegment.ofArray((double[]) array);
                };
        fill(view, segment);
        if (!leaf.isNativeOrder()) {
            long count = segment.byteSize() / layout.byteSize();
            MemorySegment.copy(segment, layout.withOrder(leaf.order()), 0, segment, layout, 0, count);
        }
        return array;
    }

    private static void fill(BufferView view, MemorySegment memory) {
        ItemCopy.copy(view, BufferView.of(memory, view.format().unaligned(), VIEWS.geometry(view).shape));
    }
}

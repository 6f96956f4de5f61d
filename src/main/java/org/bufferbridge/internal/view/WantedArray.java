package org.bufferbridge.internal.view;

import java.lang.reflect.Array;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferView;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;

/**
 * Copies of views as arrays of a type that the caller names, such as {@code double[][]}. Numbers go by value, by the
 * rules for single numbers: none is truncated, and a float or double is the nearest one. Bytes ({@code B}) keep their
 * bits in a {@code byte[]}.
 *
 * <p>This class holds no state.
 */
public final class WantedArray {
    private WantedArray() {}

    /**
     * @param type the class of an array
     * @throws ClassCastException if the array has another number of dimensions than the view, or its element type does
     *     not have the value of an item
     * @throws BufferException if the array would be longer than arrays can be
     */
    public static Object copyOf(BufferView view, Class<?> type) {
        Class<?> element = type;
        int depth = 0;
        for (; element.isArray(); element = element.getComponentType()) {
            depth++;
        }
        if (!element.isPrimitive()) {
            throw misfit(type, "the buffer has items of format \"" + view.format() + "\"");
        }
        if (depth != view.dimensions()) {
            throw misfit(
                    type,
                    "the buffer has " + view.dimensions() + (view.dimensions() == 1 ? " dimension" : " dimensions")
                            + " and the array has " + depth);
        }
        ElementType items =
                FormatAccess.FORMATS.item(view.format()) instanceof FormatItem.Leaf leaf && leaf.count() == 1
                        ? leaf.type()
                        : null;
        if (items == null || !takes(element, items)) {
            throw misfit(type, "the buffer has items of format \"" + view.format() + "\"");
        }
        return nested(view, type, items);
    }

    private static ClassCastException misfit(Class<?> type, String actual) {
        return new ClassCastException(actual + "; " + type.getTypeName() + " does not take it");
    }

    private static boolean takes(Class<?> element, ElementType items) {
        return switch (items.kind()) {
            case BOOLEAN -> element == boolean.class;
            case SIGNED, UNSIGNED -> element != boolean.class && element != char.class;
            case FLOATING -> element == float.class || element == double.class;
            case CHARACTER -> element == byte.class;
            case TEXT -> items == ElementType.UCS2 && element == char.class;
            case COMPLEX -> false;
        };
    }

    private static Object nested(BufferView view, Class<?> type, ElementType items) {
        Class<?> part = type.getComponentType();
        if (!part.isArray()) {
            return line(view, part, items);
        }
        long length = view.shape(0);
        if (length > Integer.MAX_VALUE - 8) {
            throw new BufferException("an array of " + length + " elements is needed for " + view + ". Take slices");
        }
        Object array = Array.newInstance(part, (int) length);
        for (int i = 0; i < length; i++) {
            Array.set(array, i, nested(view.at(0, i), part, items));
        }
        return array;
    }

    private static Object line(BufferView view, Class<?> element, ElementType items) {
        boolean isByte = element == byte.class && items.byteSize() == 1;
        if (isByte || element == boolean.class || element == char.class || isSame(element, items)) {
            return isByte ? view.toBytes() : view.toArray();
        }
        if (element == double.class) {
            return doubles(view);
        }
        if (element == float.class) {
            return floats(view);
        }
        long[] values = longs(view);
        return element == long.class ? values : narrowed(values, element);
    }

    /** Whether an array of the element type has the items bit by bit. */
    private static boolean isSame(Class<?> element, ElementType items) {
        return switch (items.standard()) {
            case INT16 -> element == short.class;
            case INT32 -> element == int.class;
            case INT64 -> element == long.class;
            case FLOAT16, FLOAT32 -> element == float.class;
            case FLOAT64 -> element == double.class;
            default -> false;
        };
    }

    private static long[] longs(BufferView view) {
        try {
            return view.toLongArray();
        } catch (ArithmeticException outOfRange) {
            throw new ClassCastException("an item does not fit long: " + outOfRange.getMessage());
        }
    }

    private static float[] floats(BufferView view) {
        double[] values = doubles(view);
        float[] array = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            array[i] = (float) values[i];
            if (Float.isInfinite(array[i]) && !Double.isInfinite(values[i])) {
                throw tooLarge(values[i], "float", i);
            }
        }
        return array;
    }

    private static double[] doubles(BufferView view) {
        try {
            return view.toDoubleArray();
        } catch (ArithmeticException outOfRange) {
            throw new ClassCastException("an item does not fit double: " + outOfRange.getMessage());
        }
    }

    /** @param element int, short or byte */
    private static Object narrowed(long[] values, Class<?> element) {
        Object array = Array.newInstance(element, values.length);
        long largest =
                element == int.class ? Integer.MAX_VALUE : element == short.class ? Short.MAX_VALUE : Byte.MAX_VALUE;
        for (int i = 0; i < values.length; i++) {
            long value = values[i];
            if (value > largest || value < -largest - 1) {
                throw tooLarge(value, element.getName(), i);
            }
            switch (array) {
                case int[] ints -> ints[i] = (int) value;
                case short[] shorts -> shorts[i] = (short) value;
                default -> ((byte[]) array)[i] = (byte) value;
            }
        }
        return array;
    }

    private static ClassCastException tooLarge(Object value, String type, int index) {
        return new ClassCastException(value + ", item " + index + " of its line, does not fit " + type);
    }
}

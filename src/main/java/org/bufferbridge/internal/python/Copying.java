package org.bufferbridge.internal.python;

import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.Buffers;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;
import org.bufferbridge.internal.view.WantedArray;

/**
 * Java's half of {@code bufferbridge.array} with a dtype: copies of views, in arrays of elements that Python names.
 *
 * <p>This class holds no state.
 */
public final class Copying {
    private Copying() {}

    /**
     * A copy of a view.
     *
     * @param format the format of the elements
     * @throws IllegalArgumentException if Java has no such elements, or they do not have the value of an item
     */
    public static Object arrayOf(BufferView view, String format) {
        BufferFormat wanted = BufferFormat.parse(format);
        if (wanted.equals(view.format())) {
            return Buffers.arrayOf(view);
        }
        Class<?> type = element(wanted);
        BufferView rows = view.dimensions() == 0 ? view.reshape(1) : view;
        for (int d = 0; d < rows.dimensions(); d++) {
            type = type.arrayType();
        }
        try {
            return WantedArray.copyOf(rows, type);
        } catch (ClassCastException misfit) {
            throw new IllegalArgumentException(misfit.getMessage() + "; numpy.asarray(x).astype(...) converts");
        }
    }

    private static Class<?> element(BufferFormat format) {
        ElementType type = FormatAccess.FORMATS.item(format) instanceof FormatItem.Leaf leaf && leaf.count() == 1
                ? leaf.type().standard()
                : null;
        return switch (type) {
            case BOOLEAN -> boolean.class;
            case INT8 -> byte.class;
            case INT16 -> short.class;
            case INT32 -> int.class;
            case INT64 -> long.class;
            case FLOAT32 -> float.class;
            case FLOAT64 -> double.class;
            case null, default ->
                throw new IllegalArgumentException("Java has no elements of format \"" + format
                        + "\" for items of another format; it has those of ?, b, h, i, q, f and d");
        };
    }
}

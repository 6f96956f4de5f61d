package org.bufferbridge.internal.element;

import org.bufferbridge.BufferFormat;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;

/**
 * How a view reads numbers whose values are simply in their bits: all integers that a {@code long} holds, {@code float}
 * and {@code double}, in both byte orders.
 *
 * @param byteSize 1, 2, 4 or 8; 0 for all other items
 * @param mask     for an integer, the bits of its value after they were extended with their sign
 */
public record PlainNumber(int byteSize, boolean isSwapped, Kind kind, long mask) {
    /** What the bits are. */
    public enum Kind {
        INTEGER,
        FLOAT,
        DOUBLE
    }

    /** Items that {@link Element} reads. */
    public static final PlainNumber NONE = new PlainNumber(0, false, Kind.INTEGER, 0);

    public static PlainNumber of(BufferFormat format) {
        if (!(FormatAccess.FORMATS.item(format) instanceof FormatItem.Leaf leaf)) {
            return NONE;
        }
        ElementType type = leaf.type().standard();
        int byteSize = type.byteSize();
        boolean isSwapped = !leaf.isNativeOrder();
        return switch (type) {
            case INT8, INT16, INT32, INT64 -> new PlainNumber(byteSize, isSwapped, Kind.INTEGER, -1);
            case UINT8, UINT16, UINT32 -> new PlainNumber(byteSize, isSwapped, Kind.INTEGER, (1L << 8 * byteSize) - 1);
            case FLOAT32 -> new PlainNumber(byteSize, isSwapped, Kind.FLOAT, 0);
            case FLOAT64 -> new PlainNumber(byteSize, isSwapped, Kind.DOUBLE, 0);
            default -> NONE;
        };
    }
}

package org.bufferbridge.internal.element;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatItem;

/** Strings of bytes, counted or not; opaque bytes; and text of UCS-2 and UCS-4 units. */
public final class TextElement extends Element {
    /** The largest length that the first byte of a counted string can hold. */
    private static final int MAX_COUNTED = 255;

    private final ElementType type;
    private final boolean isSwapped;
    private final long unitCount;

    TextElement(BufferFormat format, FormatItem.Leaf leaf) {
        super(format);
        this.type = leaf.type();
        this.isSwapped = !leaf.isNativeOrder();
        this.unitCount = leaf.count();
    }

    @Override
    public Object get(MemorySegment memory, long byteOffset) {
        return format.isText() ? getString(memory, byteOffset) : getBytes(memory, byteOffset);
    }

    @Override
    public byte[] getBytes(MemorySegment memory, long byteOffset) {
        if (format.isText()) {
            throw refusal("a byte string");
        }
        if (type != ElementType.PASCAL_BYTES) {
            return memory.asSlice(byteOffset, unitCount).toArray(ValueLayout.JAVA_BYTE);
        }
        if (unitCount == 0) {
            return new byte[0];
        }
        long count = Math.min(Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, byteOffset)), unitCount - 1);
        return memory.asSlice(byteOffset + 1, count).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void setBytes(MemorySegment memory, long byteOffset, byte[] value) {
        if (format.isText()) {
            throw refusal("a byte string");
        }
        boolean isCounted = type == ElementType.PASCAL_BYTES;
        long most = isCounted ? Math.clamp(unitCount - 1, 0, MAX_COUNTED) : unitCount;
        requireLength(value.length, most, "bytes");
        MemorySegment item = memory.asSlice(byteOffset, unitCount).fill((byte) 0);
        if (isCounted && unitCount > 0) {
            item.set(ValueLayout.JAVA_BYTE, 0, (byte) value.length);
        }
        MemorySegment.copy(value, 0, item, ValueLayout.JAVA_BYTE, isCounted ? 1 : 0, value.length);
    }

    /** The text without the zeros at its end, which numpy does not count either. */
    @Override
    public String getString(MemorySegment memory, long byteOffset) {
        if (!format.isText()) {
            throw refusal("text");
        }
        int unitBytes = type.byteSize();
        long used = unitCount;
        while (used > 0 && bits(memory, byteOffset + (used - 1) * unitBytes, unitBytes, isSwapped) == 0) {
            used--;
        }
        StringBuilder text = new StringBuilder();
        for (long i = 0; i < used; i++) {
            long unit = bits(memory, byteOffset + i * unitBytes, unitBytes, isSwapped);
            if (type == ElementType.UCS2) {
                text.append((char) unit);
            } else if (Character.isValidCodePoint((int) unit)) {
                text.appendCodePoint((int) unit);
            } else {
                throw doesNotFit("0x" + Integer.toHexString((int) unit), "a code point", "0", "0x10ffff");
            }
        }
        return text.toString();
    }

    @Override
    public void setString(MemorySegment memory, long byteOffset, String value) {
        if (!format.isText()) {
            throw refusal("text");
        }
        int[] units = type == ElementType.UCS2
                ? value.chars().toArray()
                : value.codePoints().toArray();
        requireLength(units.length, unitCount, "units");
        int unitBytes = type.byteSize();
        memory.asSlice(byteOffset, unitCount * unitBytes).fill((byte) 0);
        for (int i = 0; i < units.length; i++) {
            setBits(memory, byteOffset + (long) i * unitBytes, unitBytes, isSwapped, units[i]);
        }
    }

    private void requireLength(long actual, long most, String units) {
        if (actual > most) {
            throw new ArithmeticException("a string of " + actual + " " + units + " does not fit format \"" + format
                    + "\"; required at most " + most);
        }
    }
}

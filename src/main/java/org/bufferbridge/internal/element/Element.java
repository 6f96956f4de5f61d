package org.bufferbridge.internal.element;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.Complex;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;

/**
 * Reads and writes the value of one item of any format, at a byte offset of a segment.
 *
 * <p>Values convert by value. A value that the format or the Java type cannot hold is refused with an
 * {@link ArithmeticException}. A floating-point number is rounded to the nearest where Java's own widening rounds
 * too, or where only precision is lost. This class refuses every conversion; each kind of format overrides those that
 * it has.
 */
public sealed class Element permits IntegerElement, FloatingElement, ComplexElement, TextElement {
    public static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    public static final ValueLayout.OfChar CHAR = ValueLayout.JAVA_CHAR_UNALIGNED;
    public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    public static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    final BufferFormat format;

    Element(BufferFormat format) {
        this.format = format;
    }

    public static Element of(BufferFormat format) {
        if (!(FormatAccess.FORMATS.item(format) instanceof FormatItem.Leaf leaf)) {
            return new Element(format);
        }
        return switch (leaf.type().kind()) {
            case BOOLEAN, SIGNED, UNSIGNED -> new IntegerElement(format, leaf);
            case FLOATING -> new FloatingElement(format, leaf);
            case COMPLEX -> new ComplexElement(format, leaf);
            case CHARACTER, TEXT -> new TextElement(format, leaf);
        };
    }

    /** The integer at an offset. A signed integer always fits; an unsigned one fits up to {@code Long.MAX_VALUE}. */
    public long getLong(MemorySegment memory, long byteOffset) {
        throw refusal("an integer");
    }

    public double getDouble(MemorySegment memory, long byteOffset) {
        throw refusal("a real number");
    }

    public float getFloat(MemorySegment memory, long byteOffset) {
        throw refusal("a real number");
    }

    public Complex getComplex(MemorySegment memory, long byteOffset) {
        return new Complex(getDouble(memory, byteOffset), 0);
    }

    public byte[] getBytes(MemorySegment memory, long byteOffset) {
        throw refusal("a byte string");
    }

    public String getString(MemorySegment memory, long byteOffset) {
        throw refusal("text");
    }

    /** The value as the Java type that holds all values of the format. */
    public Object get(MemorySegment memory, long byteOffset) {
        throw refusal("a single value");
    }

    public void setLong(MemorySegment memory, long byteOffset, long value) {
        throw refusal("an integer");
    }

    public void setDouble(MemorySegment memory, long byteOffset, double value) {
        throw refusal("a real number");
    }

    void setBigInteger(MemorySegment memory, long byteOffset, BigInteger value) {
        if (value.bitLength() >= Long.SIZE) {
            throw outOfRange(value, Long.toString(Long.MIN_VALUE), Long.toString(Long.MAX_VALUE));
        }
        setLong(memory, byteOffset, value.longValue());
    }

    public void setComplex(MemorySegment memory, long byteOffset, Complex value) {
        if (value.imaginary() != 0) {
            throw new ArithmeticException(
                    value + " does not fit format \"" + format + "\"; required an imaginary part of 0");
        }
        setDouble(memory, byteOffset, value.real());
    }

    public void setBytes(MemorySegment memory, long byteOffset, byte[] value) {
        throw refusal("a byte string");
    }

    public void setString(MemorySegment memory, long byteOffset, String value) {
        throw refusal("text");
    }

    public final void set(MemorySegment memory, long byteOffset, Object value) {
        switch (value) {
            case Boolean truth -> setLong(memory, byteOffset, truth ? 1 : 0);
            case Character character -> setLong(memory, byteOffset, character);
            case BigInteger integer -> setBigInteger(memory, byteOffset, integer);
            case Float number -> setDouble(memory, byteOffset, number);
            case Double number -> setDouble(memory, byteOffset, number);
            case Complex complex -> setComplex(memory, byteOffset, complex);
            case byte[] bytes -> setBytes(memory, byteOffset, bytes);
            case String text -> setString(memory, byteOffset, text);
            case Number number
            when number instanceof Long
                    || number instanceof Integer
                    || number instanceof Short
                    || number instanceof Byte -> setLong(memory, byteOffset, number.longValue());
            case null -> throw new NullPointerException(noItem("null"));
            default ->
                throw new IllegalArgumentException(
                        noItem("a value of " + value.getClass().getName()));
        }
    }

    private String noItem(String given) {
        return given + " cannot be an item of format \"" + format + "\"; required Boolean, Character, Byte, Short,"
                + " Integer, Long, BigInteger, Float, Double, Complex, byte[] or String";
    }

    public final byte getByte(MemorySegment memory, long byteOffset) {
        return (byte) getInteger(memory, byteOffset, Byte.MIN_VALUE, Byte.MAX_VALUE, "byte");
    }

    public final short getShort(MemorySegment memory, long byteOffset) {
        return (short) getInteger(memory, byteOffset, Short.MIN_VALUE, Short.MAX_VALUE, "short");
    }

    public final char getChar(MemorySegment memory, long byteOffset) {
        return (char) getInteger(memory, byteOffset, Character.MIN_VALUE, Character.MAX_VALUE, "char");
    }

    public final int getInt(MemorySegment memory, long byteOffset) {
        return (int) getInteger(memory, byteOffset, Integer.MIN_VALUE, Integer.MAX_VALUE, "int");
    }

    public final boolean getBoolean(MemorySegment memory, long byteOffset) {
        return getInteger(memory, byteOffset, 0, 1, "boolean") != 0;
    }

    private long getInteger(MemorySegment memory, long byteOffset, long least, long most, String javaType) {
        long value = getLong(memory, byteOffset);
        if (value < least || value > most) {
            throw doesNotFit(value, javaType, least, most);
        }
        return value;
    }

    final ArithmeticException doesNotFit(Object value, String javaType, Object least, Object most) {
        return new ArithmeticException("value " + value + " of format \"" + format + "\" does not fit " + javaType
                + "; required " + least + " to " + most);
    }

    final ArithmeticException outOfRange(Object value, Object least, Object most) {
        return new ArithmeticException(
                "value " + value + " does not fit format \"" + format + "\"; required " + least + " to " + most);
    }

    public final UnsupportedOperationException refusal(String what) {
        String remedy =
                switch (FormatAccess.FORMATS.item(format)) {
                    case FormatItem.Struct struct -> "; use field(name)";
                    case FormatItem.Array array -> "; use elements()";
                    case FormatItem.Leaf leaf ->
                        switch (leaf.type().kind()) {
                            case COMPLEX -> "; use getComplex, or real() and imaginary()";
                            case CHARACTER, TEXT -> format.isText() ? "; use getString" : "; use getBytes";
                            default -> "";
                        };
                };
        return new UnsupportedOperationException("an item of format \"" + format + "\" is not " + what + remedy);
    }

    /** The bits of 1, 2, 4 or 8 bytes in a byte order, extended with their sign. */
    static long bits(MemorySegment memory, long byteOffset, int byteSize, ByteOrder order) {
        boolean isNative = order == ByteOrder.nativeOrder();
        switch (byteSize) {
            case 1:
                return MemoryAccess.getByte(memory, byteOffset);
            case 2:
                short two = MemoryAccess.getShort(memory, byteOffset);
                return isNative ? two : Short.reverseBytes(two);
            case 4:
                int four = MemoryAccess.getInt(memory, byteOffset);
                return isNative ? four : Integer.reverseBytes(four);
            default:
                long eight = MemoryAccess.getLong(memory, byteOffset);
                return isNative ? eight : Long.reverseBytes(eight);
        }
    }

    static void setBits(MemorySegment memory, long byteOffset, int byteSize, ByteOrder order, long bits) {
        boolean isNative = order == ByteOrder.nativeOrder();
        switch (byteSize) {
            case 1 -> MemoryAccess.setByte(memory, byteOffset, (byte) bits);
            case 2 ->
                MemoryAccess.setShort(memory, byteOffset, isNative ? (short) bits : Short.reverseBytes((short) bits));
            case 4 -> MemoryAccess.setInt(memory, byteOffset, isNative ? (int) bits : Integer.reverseBytes((int) bits));
            default -> MemoryAccess.setLong(memory, byteOffset, isNative ? bits : Long.reverseBytes(bits));
        }
    }
}

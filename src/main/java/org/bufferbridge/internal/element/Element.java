package org.bufferbridge.internal.element;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
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
 *
 * <p>Numbers are read in steps of at most 35 bytes of code, and the two kinds of numbers are told apart by their final
 * classes. So the JIT compiler can inline the steps even where they are seldom taken. A call that stays in a user's
 * loop makes the loop four times slower, also where it is never made.
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

    /** The element of a format. Views share those of the constants of {@link BufferFormat}. */
    public static Element of(BufferFormat format) {
        Element shared = SharedElements.OF_CONSTANTS.get(format);
        return shared != null ? shared : make(format);
    }

    static Element make(BufferFormat format) {
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

    /** What {@link #getLong} returns. */
    long longAt(MemorySegment memory, long byteOffset) {
        throw refusal("an integer");
    }

    /** What {@link #getDouble} returns. */
    double doubleAt(MemorySegment memory, long byteOffset) {
        throw refusal("a real number");
    }

    /** What {@link #getFloat} returns. */
    float floatAt(MemorySegment memory, long byteOffset) {
        throw refusal("a real number");
    }

    /** The integer at an offset. A signed integer always fits; an unsigned one fits up to {@code Long.MAX_VALUE}. */
    public final long getLong(MemorySegment memory, long byteOffset) {
        return this instanceof IntegerElement integers
                ? integers.longAt(memory, byteOffset)
                : otherLong(memory, byteOffset);
    }

    private long otherLong(MemorySegment memory, long byteOffset) {
        return this instanceof FloatingElement numbers
                ? numbers.longAt(memory, byteOffset)
                : longAt(memory, byteOffset);
    }

    public final double getDouble(MemorySegment memory, long byteOffset) {
        return this instanceof FloatingElement numbers
                ? numbers.doubleAt(memory, byteOffset)
                : otherDouble(memory, byteOffset);
    }

    private double otherDouble(MemorySegment memory, long byteOffset) {
        return this instanceof IntegerElement integers
                ? integers.doubleAt(memory, byteOffset)
                : doubleAt(memory, byteOffset);
    }

    public final float getFloat(MemorySegment memory, long byteOffset) {
        return this instanceof FloatingElement numbers
                ? numbers.floatAt(memory, byteOffset)
                : otherFloat(memory, byteOffset);
    }

    private float otherFloat(MemorySegment memory, long byteOffset) {
        return this instanceof IntegerElement integers
                ? integers.floatAt(memory, byteOffset)
                : floatAt(memory, byteOffset);
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

    /** What {@link #setLong} does. */
    void putLong(MemorySegment memory, long byteOffset, long value) {
        throw refusal("an integer");
    }

    /** What {@link #setDouble} does. */
    void putDouble(MemorySegment memory, long byteOffset, double value) {
        throw refusal("a real number");
    }

    public final void setLong(MemorySegment memory, long byteOffset, long value) {
        if (this instanceof IntegerElement integers) {
            integers.putLong(memory, byteOffset, value);
        } else {
            putLong(memory, byteOffset, value);
        }
    }

    public final void setDouble(MemorySegment memory, long byteOffset, double value) {
        if (this instanceof FloatingElement numbers) {
            numbers.putDouble(memory, byteOffset, value);
        } else {
            putDouble(memory, byteOffset, value);
        }
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

    /** The bits of 1, 2, 4 or 8 bytes, extended with their sign. */
    static long bits(MemorySegment memory, long byteOffset, int byteSize, boolean isSwapped) {
        return byteSize == Long.BYTES
                ? eight(memory, byteOffset, isSwapped)
                : fewer(memory, byteOffset, byteSize, isSwapped);
    }

    private static long fewer(MemorySegment memory, long byteOffset, int byteSize, boolean isSwapped) {
        return byteSize == Integer.BYTES
                ? four(memory, byteOffset, isSwapped)
                : oneOrTwo(memory, byteOffset, byteSize, isSwapped);
    }

    private static long oneOrTwo(MemorySegment memory, long byteOffset, int byteSize, boolean isSwapped) {
        return byteSize == Short.BYTES ? two(memory, byteOffset, isSwapped) : MemoryAccess.getByte(memory, byteOffset);
    }

    static long eight(MemorySegment memory, long byteOffset, boolean isSwapped) {
        long bits = MemoryAccess.getLong(memory, byteOffset);
        return isSwapped ? Long.reverseBytes(bits) : bits;
    }

    static int four(MemorySegment memory, long byteOffset, boolean isSwapped) {
        int bits = MemoryAccess.getInt(memory, byteOffset);
        return isSwapped ? Integer.reverseBytes(bits) : bits;
    }

    static short two(MemorySegment memory, long byteOffset, boolean isSwapped) {
        short bits = MemoryAccess.getShort(memory, byteOffset);
        return isSwapped ? Short.reverseBytes(bits) : bits;
    }

    static void setBits(MemorySegment memory, long byteOffset, int byteSize, boolean isSwapped, long bits) {
        if (byteSize == Long.BYTES) {
            MemoryAccess.setLong(memory, byteOffset, isSwapped ? Long.reverseBytes(bits) : bits);
        } else {
            setFewer(memory, byteOffset, byteSize, isSwapped, (int) bits);
        }
    }

    private static void setFewer(MemorySegment memory, long byteOffset, int byteSize, boolean isSwapped, int bits) {
        if (byteSize == Integer.BYTES) {
            MemoryAccess.setInt(memory, byteOffset, isSwapped ? Integer.reverseBytes(bits) : bits);
        } else {
            setOneOrTwo(memory, byteOffset, byteSize, isSwapped, (short) bits);
        }
    }

    private static void setOneOrTwo(
            MemorySegment memory, long byteOffset, int byteSize, boolean isSwapped, short bits) {
        if (byteSize == Short.BYTES) {
            MemoryAccess.setShort(memory, byteOffset, isSwapped ? Short.reverseBytes(bits) : bits);
        } else {
            MemoryAccess.setByte(memory, byteOffset, (byte) bits);
        }
    }
}

package org.bufferbridge;

import java.lang.foreign.MemoryLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;
import org.bufferbridge.internal.format.FormatLayout;
import org.bufferbridge.internal.format.FormatParser;
import org.bufferbridge.internal.format.FormatPrinter;
import org.bufferbridge.internal.format.SizedFormat;

/**
 * The format of one item of a buffer, with its size and byte order. It is a parsed PEP 3118 format. An item is a
 * number, a string, a sub-array or a structure.
 *
 * <table class="striped">
 * <caption>Codes</caption>
 * <thead><tr><th scope="col">code</th><th scope="col">value</th><th scope="col">bytes</th></tr></thead>
 * <tbody>
 * <tr><th scope="row">{@code ?}</th><td>boolean</td><td>1</td></tr>
 * <tr><th scope="row">{@code b h i q}, {@code B H I Q}</th><td>integer, signed and unsigned</td>
 *     <td>1 2 4 8</td></tr>
 * <tr><th scope="row">{@code l L}</th><td>C's long, signed and unsigned</td>
 *     <td>8, on Windows 4; 4 after {@code = < >}</td></tr>
 * <tr><th scope="row">{@code n N}</th><td>C's ssize_t and size_t</td><td>8</td></tr>
 * <tr><th scope="row">{@code e f d g}</th><td>floating point: half, float, double, long double</td>
 *     <td>2 4 8 16</td></tr>
 * <tr><th scope="row">{@code Zf Zd Zg}</th><td>complex</td><td>8 16 32</td></tr>
 * <tr><th scope="row">{@code c}</th><td>one byte that is a character</td><td>1</td></tr>
 * <tr><th scope="row">{@code 5s 5p}</th><td>byte string; byte string whose first byte is its length</td>
 *     <td>5</td></tr>
 * <tr><th scope="row">{@code 5u 5w}</th><td>text in UCS-2 and UCS-4</td><td>10 20</td></tr>
 * <tr><th scope="row">{@code 5x}</th><td>padding; alone or named, five opaque bytes</td><td>5</td></tr>
 * <tr><th scope="row">{@code 3h}, {@code (2,3)h}</th><td>sub-array, in C order</td><td>6, 12</td></tr>
 * <tr><th scope="row">{@code T{b:kind:d:value:}}</th><td>structure with named fields</td><td>16</td></tr>
 * <tr><th scope="row">{@code bd}</th><td>structure as the struct module writes it</td><td>16</td></tr>
 * </tbody>
 * </table>
 *
 * <p><b>Byte order and alignment.</b> A mark holds until the next mark. Sizes are native after {@code @} and {@code ^},
 * and standard after the other marks. {@code @} aligns values, and is the default at the beginning. {@code =} means the
 * native order, {@code <} little-endian, and {@code >} or {@code !} big-endian. Under {@code @} a format promises that
 * each value lies at a multiple of its size. Every {@link BufferView} of the format is checked for this. The other
 * marks promise nothing. Under {@code @} members have the gaps that a C compiler leaves, even at the end of a {@code
 * T{}}. A plain list such as {@code db} has 9 bytes, as in the struct module.
 *
 * <p><b>Canonical text.</b> {@link #toString()} gives one text for equal formats. Codes are native wherever alignment
 * is promised, because {@code memoryview} indexes only native codes. Without a promise the mark is {@code =}. The
 * marks {@code <} and {@code >} stand only for the order that is not native. A structure's size may not be a multiple
 * of a member's alignment. Then a sequence of such structures cannot keep the member aligned. The member is then
 * written without the promise: {@code db} becomes {@code =db}.
 *
 * <p>The codes {@code O}, {@code P}, {@code &}, {@code X{}} and {@code t} are refused. They mean nothing outside of
 * their process, or are not whole bytes.
 *
 * <p>Formats are values: immutable, compared by structure, safe on all threads. {@code l} and {@code q} of equal size
 * are different formats of the same values; {@link #matches} compares the values.
 */
public final class BufferFormat extends FormatKinds {
    static {
        Secrets.install(FormatAccess.class, new Access());
    }

    /** {@code ?}: a boolean in one byte. */
    public static final BufferFormat BOOLEAN = ofType(ElementType.BOOLEAN);
    /** {@code b}: a signed integer of 1 byte. */
    public static final BufferFormat INT8 = ofType(ElementType.INT8);
    /** {@code B}: an unsigned integer of 1 byte. */
    public static final BufferFormat UINT8 = ofType(ElementType.UINT8);
    /** {@code h}: a signed integer of 2 bytes. */
    public static final BufferFormat INT16 = ofType(ElementType.INT16);
    /** {@code H}: an unsigned integer of 2 bytes. */
    public static final BufferFormat UINT16 = ofType(ElementType.UINT16);
    /** {@code H}: a Java {@code char}, which is an unsigned integer of 2 bytes; equal to {@link #UINT16}. */
    public static final BufferFormat CHAR = UINT16;
    /** {@code i}: a signed integer of 4 bytes. */
    public static final BufferFormat INT32 = ofType(ElementType.INT32);
    /** {@code I}: an unsigned integer of 4 bytes. */
    public static final BufferFormat UINT32 = ofType(ElementType.UINT32);
    /** {@code q}: a signed integer of 8 bytes. */
    public static final BufferFormat INT64 = ofType(ElementType.INT64);
    /** {@code Q}: an unsigned integer of 8 bytes. */
    public static final BufferFormat UINT64 = ofType(ElementType.UINT64);
    /** {@code e}: IEEE 754 half precision, 2 bytes. */
    public static final BufferFormat FLOAT16 = ofType(ElementType.FLOAT16);
    /** {@code f}: IEEE 754 single precision, 4 bytes. */
    public static final BufferFormat FLOAT32 = ofType(ElementType.FLOAT32);
    /** {@code d}: IEEE 754 double precision, 8 bytes. */
    public static final BufferFormat FLOAT64 = ofType(ElementType.FLOAT64);
    /** {@code Zf}: two {@link #FLOAT32}, real and imaginary. */
    public static final BufferFormat COMPLEX64 = ofType(ElementType.COMPLEX64);
    /** {@code Zd}: two {@link #FLOAT64}, real and imaginary. */
    public static final BufferFormat COMPLEX128 = ofType(ElementType.COMPLEX128);

    /** The constants whose text is one code, by that code. So all views of such a format have one object for it. */
    private static final BufferFormat[] OF_ONE_CODE = new BufferFormat[128];

    static {
        for (BufferFormat format :
                List.of(BOOLEAN, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, FLOAT16, FLOAT32, FLOAT64)) {
            OF_ONE_CODE[format.text.charAt(0)] = format;
        }
    }

    private final String text;
    private final long itemSize;
    private final long alignment;
    private final List<Field> fields;

    private BufferFormat(FormatItem item) {
        super(item);
        this.text = FormatPrinter.print(item);
        this.itemSize = item.byteSize();
        this.alignment = item.byteAlignment();
        this.fields = item instanceof FormatItem.Struct struct
                ? struct.members().stream().map(BufferFormat::field).toList()
                : List.of();
    }

    private static Field field(FormatItem.Member member) {
        return new Field(member.name(), member.byteOffset(), new BufferFormat(member.item()));
    }

    /**
     * A field of a structure.
     *
     * @param name       its name; if the format gives none, {@code f0}, {@code f1} ..., as in numpy
     * @param byteOffset its distance from the beginning of the structure, in bytes
     * @param format     its format
     */
    public record Field(String name, long byteOffset, BufferFormat format) {
        /**
         * A field, like those of {@link BufferFormat#field}.
         *
         * @throws NullPointerException if there is no name or no format
         */
        public Field {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(format, "format");
        }
    }

    /**
     * The format that a text describes.
     *
     * @param text a PEP 3118 format; white space between its parts is ignored
     * @return the format, of at least 1 byte
     * @throws IllegalArgumentException if the text is no format or names a refused type, with the fault and its
     *                                  position, counted from 0; if the item has 0 bytes or more than
     *                                  {@code Long.MAX_VALUE}
     */
    public static BufferFormat parse(String text) {
        boolean isCode = Objects.requireNonNull(text, "text").length() == 1 && text.charAt(0) < OF_ONE_CODE.length;
        BufferFormat known = isCode ? OF_ONE_CODE[text.charAt(0)] : null;
        return known != null ? known : new BufferFormat(FormatParser.parse(text, false));
    }

    /**
     * The format that a text describes when the size of the item is known, as in a {@code Py_buffer}. The size decides
     * whether a plain list has padding at its end. In the struct module {@code db} has 9 bytes, in numpy 16. The size
     * also shows the padding that numpy leaves out at the end of structs.
     *
     * @param text     a PEP 3118 format
     * @param itemSize the size of an item, in bytes
     * @return the format, of {@code itemSize} bytes
     * @throws IllegalArgumentException where {@link #parse(String)} throws it; also if neither reading has that size
     */
    public static BufferFormat parse(String text, long itemSize) {
        return new BufferFormat(SizedFormat.parse(Objects.requireNonNull(text, "text"), itemSize));
    }

    /**
     * The format of a memory layout. A value layout gives the code of its carrier type ({@code char} gives
     * {@code H}). A structure keeps names, offsets and size. A value whose layout is not aligned to its size promises
     * no alignment.
     *
     * @param layout a value, structure, sequence or padding layout
     * @return the format
     * @throws IllegalArgumentException for unions, addresses, names that have a colon or are given twice, and a size
     *                                  of 0
     */
    public static BufferFormat of(MemoryLayout layout) {
        return new BufferFormat(FormatLayout.formatOf(Objects.requireNonNull(layout, "layout")));
    }

    /**
     * A byte string: {@code 5s}.
     *
     * @param byteCount its length in bytes, at least 1
     * @return the format
     * @throws IllegalArgumentException if the length is below 1
     */
    public static BufferFormat bytes(long byteCount) {
        if (byteCount < 1) {
            throw new IllegalArgumentException("a byte string has " + byteCount + " bytes; at least 1 is required");
        }
        return new BufferFormat(new FormatItem.Leaf(ElementType.BYTES, byteCount, ByteOrder.nativeOrder(), true));
    }

    private static BufferFormat ofType(ElementType type) {
        return new BufferFormat(FormatItem.Leaf.aligned(type));
    }

    /**
     * The size of an item, with all padding.
     *
     * @return bytes; at least 1, except for an empty field of a structure
     */
    public long itemSize() {
        return itemSize;
    }

    /**
     * The alignment that the format promises for the address of each item.
     *
     * @return bytes, a power of two; 1 if it promises nothing
     */
    public long alignment() {
        return alignment;
    }

    /**
     * The memory layout of the same size, byte order and alignment. Unsigned integers, half precision and strings
     * have no layout of their own. Their layouts are integers of their size, or sequences of these.
     *
     * @return the layout
     */
    public MemoryLayout layout() {
        return FormatLayout.toLayout(item);
    }

    /**
     * The fields of a structure in the order of their offsets.
     *
     * @return the fields, without padding; empty if this is no structure
     */
    public List<Field> fields() {
        return fields;
    }

    /**
     * The field that has a name.
     *
     * @param name the name
     * @return the field
     * @throws NoSuchElementException if there is none; the message names the fields
     */
    public Field field(String name) {
        Objects.requireNonNull(name, "name");
        for (Field field : fields) {
            if (field.name.equals(name)) {
                return field;
            }
        }
        throw new NoSuchElementException("format \"" + text + "\" has no field \"" + name + "\"; its fields are "
                + fields.stream().map(Field::name).toList());
    }

    /**
     * The lengths of a sub-array.
     *
     * @return the number of elements in each dimension; empty if this is no sub-array
     */
    public long[] subArrayShape() {
        return item instanceof FormatItem.Array array
                ? array.shape().stream().mapToLong(Long::longValue).toArray()
                : new long[0];
    }

    /**
     * The format of a sub-array's elements.
     *
     * @return the format of one element; this format if this is no sub-array
     */
    public BufferFormat element() {
        return item instanceof FormatItem.Array array ? new BufferFormat(array.element()) : this;
    }

    /**
     * The byte order of a value or of a sub-array's elements.
     *
     * @return the order; the native one for values of one byte
     * @throws UnsupportedOperationException for a structure, whose fields may differ
     */
    public ByteOrder order() {
        return switch (item) {
            case FormatItem.Leaf leaf -> leaf.order();
            case FormatItem.Array array -> element().order();
            case FormatItem.Struct struct ->
                throw new UnsupportedOperationException(
                        "the fields of \"" + text + "\" may differ in byte order; ask each, or isNativeOrder()");
        };
    }

    /**
     * The format of the same values in a byte order. It promises no alignment for values whose order changes.
     *
     * @param order the order
     * @return the format; this one if nothing changes
     * @throws IllegalArgumentException if the order is not the native one and a value is a long double. A long double
     *                                  exists only in the native order
     */
    public BufferFormat withOrder(ByteOrder order) {
        return orThis(item.withOrder(Objects.requireNonNull(order, "order")));
    }

    /**
     * The format of the same values without a promise of alignment, for memory that is not aligned: {@code =d} for
     * {@code d}.
     *
     * @return the format; this one if it promises none
     */
    public BufferFormat unaligned() {
        return orThis(item.unaligned());
    }

    private BufferFormat orThis(FormatItem changed) {
        return changed.equals(item) ? this : new BufferFormat(changed);
    }

    /**
     * Whether both formats describe the same values byte for byte: equal kinds, sizes, byte orders, field names and
     * offsets. Bytes may then be copied from one to the other. Spelling ({@code l} or {@code q}) and promised
     * alignment may differ.
     *
     * @param other the other format
     * @return whether they match
     */
    public boolean matches(BufferFormat other) {
        Objects.requireNonNull(other, "other");
        return item.matches(other.item);
    }

    /**
     * Whether the other object is a format of the same structure, spelling and alignment. The texts of such formats
     * are equal.
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof BufferFormat format && item.equals(format.item);
    }

    @Override
    public int hashCode() {
        return item.hashCode();
    }

    /**
     * The canonical text.
     *
     * @return a PEP 3118 format that parses to an equal format
     */
    @Override
    public String toString() {
        return text;
    }

    private static final class Access implements FormatAccess {
        @Override
        public FormatItem item(BufferFormat format) {
            return format.item;
        }

        @Override
        public BufferFormat of(FormatItem item) {
            return new BufferFormat(item);
        }

        @Override
        public BufferFormat aligned(BufferFormat format, long byteAlignment) {
            return format.orThis(format.item.aligned(byteAlignment));
        }
    }
}

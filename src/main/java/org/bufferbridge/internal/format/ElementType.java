package org.bufferbridge.internal.format;

/**
 * The types that one code of a PEP 3118 format can name, apart from structures.
 *
 * <p>Types of equal representation and different C spelling ({@code l} and {@code q} on LP64) stay distinct. A parsed
 * format therefore prints as it was written. {@link #standard()} maps such types to one.
 */
public enum ElementType {
    BOOLEAN("?", Kind.BOOLEAN, 1, 1),
    CHARACTER("c", Kind.CHARACTER, 1, 1),
    INT8("b", Kind.SIGNED, 1, 1),
    UINT8("B", Kind.UNSIGNED, 1, 1),
    INT16("h", Kind.SIGNED, 2, 2),
    UINT16("H", Kind.UNSIGNED, 2, 2),
    INT32("i", Kind.SIGNED, 4, 4),
    UINT32("I", Kind.UNSIGNED, 4, 4),
    INT64("q", Kind.SIGNED, 8, 8),
    UINT64("Q", Kind.UNSIGNED, 8, 8),
    LONG("l", Kind.SIGNED, NativeSizes.LONG, 4),
    UNSIGNED_LONG("L", Kind.UNSIGNED, NativeSizes.LONG, 4),
    SIGNED_SIZE("n", Kind.SIGNED, NativeSizes.POINTER, 0),
    SIZE("N", Kind.UNSIGNED, NativeSizes.POINTER, 0),
    FLOAT16("e", Kind.FLOATING, 2, 2),
    FLOAT32("f", Kind.FLOATING, 4, 4),
    FLOAT64("d", Kind.FLOATING, 8, 8),
    LONG_DOUBLE("g", Kind.FLOATING, NativeSizes.LONG_DOUBLE, 0),
    COMPLEX64("Zf", Kind.COMPLEX, 8, 8),
    COMPLEX128("Zd", Kind.COMPLEX, 16, 16),
    COMPLEX_LONG_DOUBLE("Zg", Kind.COMPLEX, 2 * NativeSizes.LONG_DOUBLE, 0),
    BYTES("s", Kind.TEXT, 1, 1),
    PASCAL_BYTES("p", Kind.TEXT, 1, 1),
    UCS2("u", Kind.TEXT, 2, 2),
    UCS4("w", Kind.TEXT, 4, 4),
    PADDING("x", Kind.TEXT, 1, 1);

    /** The kind of value that a type has. */
    public enum Kind {
        BOOLEAN,
        CHARACTER,
        SIGNED,
        UNSIGNED,
        FLOATING,
        COMPLEX,
        /** A string: a count in front of the code is its length. For other kinds it is the number of values. */
        TEXT
    }

    private final String code;
    private final Kind kind;
    private final int byteSize;
    private final int standardByteSize;

    ElementType(String code, Kind kind, int byteSize, int standardByteSize) {
        this.code = code;
        this.kind = kind;
        this.byteSize = byteSize;
        this.standardByteSize = standardByteSize;
    }

    /** The code, one or two characters. */
    String code() {
        return code;
    }

    public Kind kind() {
        return kind;
    }

    boolean isText() {
        return kind == Kind.TEXT;
    }

    /** The size of one value, or of one unit of a string, in native mode. */
    public int byteSize() {
        return byteSize;
    }

    /**
     * Whether the type also exists in the standard sizes, which are those of {@code =}, {@code <} and
     * {@code >}.
     */
    boolean hasStandardSize() {
        return standardByteSize != 0;
    }

    /** The alignment in native mode, in bytes. */
    int byteAlignment() {
        return kind == Kind.COMPLEX ? byteSize / 2 : byteSize;
    }

    /** The type of the real and of the imaginary part of a complex type. */
    public ElementType part() {
        return switch (this) {
            case COMPLEX64 -> FLOAT32;
            case COMPLEX128 -> FLOAT64;
            case COMPLEX_LONG_DOUBLE -> LONG_DOUBLE;
            default -> throw new IllegalStateException(this + " is not complex");
        };
    }

    /**
     * The type of the same values, byte for byte, whose native and standard sizes are equal. If there is none, the
     * type itself.
     */
    public ElementType standard() {
        return switch (this) {
            case LONG, SIGNED_SIZE -> byteSize == 8 ? INT64 : INT32;
            case UNSIGNED_LONG, SIZE -> byteSize == 8 ? UINT64 : UINT32;
            default -> this;
        };
    }

    /** The type that this code names in the standard sizes, where {@code l} has 4 bytes. */
    ElementType inStandardSize() {
        return switch (this) {
            case LONG -> INT32;
            case UNSIGNED_LONG -> UINT32;
            default -> this;
        };
    }

    /** The type that has a code; {@code null} if no type has it. */
    static ElementType ofCode(String code) {
        for (ElementType type : values()) {
            if (type.code.equals(code)) {
                return type;
            }
        }
        return null;
    }
}

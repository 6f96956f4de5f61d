package org.bufferbridge;

/**
 * The request of a consumer to an exporter: the {@code PyBUF_} flags of CPython, with their values.
 *
 * <p>The flags nest: {@link #STRIDES} includes {@link #ND}; the contiguity flags and {@link #INDIRECT} include
 * {@code STRIDES}. A request asks for a structure only if all bits of its flag are set. Bits without a meaning here
 * are kept and ignored, as in CPython.
 *
 * @param flags the sum of flags
 */
public record BufferRequest(int flags) {
    /** Plain bytes: neither format, shape nor strides; the memory must be C-contiguous. */
    public static final int SIMPLE = 0;
    /** The memory must be writable. */
    public static final int WRITABLE = 0x1;
    /** The consumer wants the format. Without {@link #ND} the request is refused, as by memoryview. */
    public static final int FORMAT = 0x4;
    /** The consumer wants the shape; without {@link #STRIDES} the memory must be C-contiguous. */
    public static final int ND = 0x8;
    /** The consumer wants shape and strides. */
    public static final int STRIDES = 0x10 | ND;
    /** Strides, and the memory must be C-contiguous. */
    public static final int C_CONTIGUOUS = 0x20 | STRIDES;
    /** Strides, and the memory must be F-contiguous. */
    public static final int F_CONTIGUOUS = 0x40 | STRIDES;
    /** Strides, and the memory must be C-contiguous or F-contiguous. */
    public static final int ANY_CONTIGUOUS = 0x80 | STRIDES;
    /** Strides and, where needed, suboffsets. */
    public static final int INDIRECT = 0x100 | STRIDES;
    /** Shape, writable. */
    public static final int CONTIG = ND | WRITABLE;
    /** Shape. */
    public static final int CONTIG_RO = ND;
    /** Strides, writable. */
    public static final int STRIDED = STRIDES | WRITABLE;
    /** Strides. */
    public static final int STRIDED_RO = STRIDES;
    /** Strides and format, writable. */
    public static final int RECORDS = STRIDES | WRITABLE | FORMAT;
    /** Strides and format. */
    public static final int RECORDS_RO = STRIDES | FORMAT;
    /** Everything, writable. */
    public static final int FULL = INDIRECT | WRITABLE | FORMAT;
    /** Everything. This is memoryview's request. */
    public static final int FULL_RO = INDIRECT | FORMAT;

    /**
     * Whether the memory must be writable.
     *
     * @return whether {@link #WRITABLE} is set
     */
    public boolean isWritable() {
        return has(WRITABLE);
    }

    /**
     * Whether the consumer wants the format.
     *
     * @return whether {@link #FORMAT} is set
     */
    public boolean wantsFormat() {
        return has(FORMAT);
    }

    /**
     * Whether the consumer wants the shape.
     *
     * @return whether {@link #ND} is set
     */
    public boolean wantsShape() {
        return has(ND);
    }

    /**
     * Whether the consumer wants strides. Without strides the memory must be C-contiguous.
     *
     * @return whether all bits of {@link #STRIDES} are set
     */
    public boolean wantsStrides() {
        return has(STRIDES);
    }

    /**
     * Whether the consumer can follow suboffsets.
     *
     * @return whether all bits of {@link #INDIRECT} are set
     */
    public boolean wantsSuboffsets() {
        return has(INDIRECT);
    }

    /**
     * Whether an explicit flag requires C-contiguous memory. Requests without strides require it too.
     *
     * @return whether all bits of {@link #C_CONTIGUOUS} are set
     */
    public boolean requiresCContiguous() {
        return has(C_CONTIGUOUS);
    }

    /**
     * Whether the memory must be F-contiguous.
     *
     * @return whether all bits of {@link #F_CONTIGUOUS} are set
     */
    public boolean requiresFContiguous() {
        return has(F_CONTIGUOUS);
    }

    /**
     * Whether the memory must be contiguous in either order.
     *
     * @return whether all bits of {@link #ANY_CONTIGUOUS} are set
     */
    public boolean requiresAnyContiguous() {
        return has(ANY_CONTIGUOUS);
    }

    private boolean has(int flag) {
        return (flags & flag) == flag;
    }

    /**
     * The request with the names of its flags, for example {@code BufferRequest[FULL_RO]} or
     * {@code BufferRequest[C_CONTIGUOUS|WRITABLE|FORMAT]}. Bits without a name are in hexadecimal.
     */
    @Override
    public String toString() {
        return "BufferRequest[" + names() + "]";
    }

    private String names() {
        return switch (flags) {
            case SIMPLE -> "SIMPLE";
            case CONTIG -> "CONTIG";
            case STRIDED -> "STRIDED";
            case RECORDS -> "RECORDS";
            case RECORDS_RO -> "RECORDS_RO";
            case FULL -> "FULL";
            case FULL_RO -> "FULL_RO";
            default -> namesOfBits();
        };
    }

    private String namesOfBits() {
        StringBuilder names = new StringBuilder();
        int rest = flags;
        rest = take(names, rest, C_CONTIGUOUS, "C_CONTIGUOUS");
        rest = take(names, rest, F_CONTIGUOUS, "F_CONTIGUOUS");
        rest = take(names, rest, ANY_CONTIGUOUS, "ANY_CONTIGUOUS");
        rest = take(names, rest, INDIRECT, "INDIRECT");
        rest = take(names, rest, STRIDES, "STRIDES");
        rest = take(names, rest, ND, "ND");
        rest = take(names, rest, WRITABLE, "WRITABLE");
        rest = take(names, rest, FORMAT, "FORMAT");
        return rest == 0
                ? names.toString()
                : append(names, "0x" + Integer.toHexString(rest)).toString();
    }

    /** Names a flag that has at least one bit without a name so far. Returns the bits that are left. */
    private int take(StringBuilder names, int rest, int flag, String name) {
        if (!has(flag) || (rest & flag) == 0) {
            return rest;
        }
        append(names, name);
        return rest & ~flag;
    }

    private static StringBuilder append(StringBuilder names, String name) {
        return names.append(names.isEmpty() ? "" : "|").append(name);
    }
}

package org.bufferbridge;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A view in the layout that C reads: one block of header, shape, strides, suboffsets and format, as
 * {@code bb_descriptor} in {@code include/bufferbridge.h} describes it. This class is that
 * structure's twin; both carry {@link NativeLibrary#ABI_VERSION}.
 *
 * <p>A view's block is made once, as 64-bit words, and copied for each export.
 */
final class Descriptor {
    private static final int C_CONTIGUOUS = 0x1;
    private static final int F_CONTIGUOUS = 0x2;
    private static final int READONLY = 0x4;
    private static final int SUBOFFSETS = 0x8;

    /** size, buf, len, itemsize, (ndim, flags). */
    private static final int HEADER_WORDS = 5;

    /** The whole address space: C says where a block goes. */
    @SuppressWarnings("restricted")
    private static final MemorySegment ADDRESS_SPACE = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Descriptor() {}

    /**
     * @throws BufferException if the view's memory has no lasting address
     */
    static void requireExportable(BufferView view) {
        if (!view.memory().isNative()) {
            throw new BufferException(
                    "the view's memory is on the Java heap, where the collector moves it;"
                            + " memory outside the heap is required");
        }
    }

    /**
     * Writes the block to {@code blockAddress}, or only its size when it is larger than {@code
     * blockByteSize}.
     */
    static void write(BufferView view, long blockAddress, int blockByteSize) {
        long[] words = view.descriptor();
        if (words.length * (long) Long.BYTES > blockByteSize) {
            ADDRESS_SPACE.set(ValueLayout.JAVA_LONG, blockAddress, words[0]);
            return;
        }
        for (int i = 0; i < words.length; i++) {
            ADDRESS_SPACE.set(ValueLayout.JAVA_LONG, blockAddress + i * (long) Long.BYTES, words[i]);
        }
    }

    /** The block of a view, as words in native order. */
    static long[] of(BufferView view) {
        int dimensions = view.dimensions();
        long[] suboffsets = view.suboffsets();
        boolean indirect = suboffsets.length > 0;
        byte[] format = view.exportFormat().getBytes(StandardCharsets.US_ASCII);
        int formatWords = format.length / Long.BYTES + 1; // at least one NUL behind the text
        int arrays = indirect ? 3 : 2;
        long[] words = new long[HEADER_WORDS + arrays * dimensions + formatWords];

        words[0] = words.length * (long) Long.BYTES;
        words[1] = view.memory().address() + view.byteOffset();
        words[2] = view.byteSize();
        words[3] = view.itemSize();
        MemorySegment block = MemorySegment.ofArray(words);
        block.set(ValueLayout.JAVA_INT_UNALIGNED, 4 * Long.BYTES, dimensions);
        block.set(ValueLayout.JAVA_INT_UNALIGNED, 4 * Long.BYTES + Integer.BYTES, flags(view, indirect));
        System.arraycopy(view.shape(), 0, words, HEADER_WORDS, dimensions);
        System.arraycopy(view.strides(), 0, words, HEADER_WORDS + dimensions, dimensions);
        if (indirect) {
            System.arraycopy(suboffsets, 0, words, HEADER_WORDS + 2 * dimensions, dimensions);
        }
        long formatByteOffset = (HEADER_WORDS + arrays * dimensions) * (long) Long.BYTES;
        MemorySegment.copy(
                MemorySegment.ofArray(format), 0, block, formatByteOffset, format.length);
        return words;
    }

    private static int flags(BufferView view, boolean indirect) {
        return (view.isContiguous(Order.C) ? C_CONTIGUOUS : 0)
                | (view.isContiguous(Order.F) ? F_CONTIGUOUS : 0)
                | (view.isReadOnly() ? READONLY : 0)
                | (indirect ? SUBOFFSETS : 0);
    }
}

package org.bufferbridge.internal.export;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.Order;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.view.Alignment;
import org.bufferbridge.internal.view.ViewAccess;

/**
 * A complete description of exported memory in the layout that C reads. It is one block of header, shape, strides,
 * suboffsets and format. Its twin is {@code bb_descriptor} in {@code include/bufferbridge.h}; both carry
 * {@link Natives#ABI_VERSION}.
 *
 * <p>A block is an array of 64-bit words in native order. A view's block is made once and copied for each export.
 */
public final class Descriptor {
    private static final int C_CONTIGUOUS = 0x1;
    private static final int F_CONTIGUOUS = 0x2;
    private static final int READONLY = 0x4;
    private static final int SUBOFFSETS = 0x8;
    private static final int HEAP = 0x10;

    /** size, buf, len, itemsize, (ndim, flags). */
    private static final int HEADER_WORDS = 5;

    private Descriptor() {}

    /** Writes a block to {@code blockAddress}, or only its size if it is larger than {@code blockByteSize}. */
    static void write(long[] words, long blockAddress, int blockByteSize) {
        if (words.length * (long) Long.BYTES > blockByteSize) {
            Natives.ADDRESS_SPACE.set(ValueLayout.JAVA_LONG, blockAddress, words[0]);
            return;
        }
        for (int i = 0; i < words.length; i++) {
            Natives.ADDRESS_SPACE.set(ValueLayout.JAVA_LONG, blockAddress + i * (long) Long.BYTES, words[i]);
        }
    }

    /**
     * The block of a view, made at its first use. Two threads may make equal ones; nothing changes a block afterwards.
     */
    static long[] keptBy(BufferView view) {
        long[] words = ViewAccess.VIEWS.descriptor(view);
        if (words == null) {
            words = of(view);
            ViewAccess.VIEWS.keepDescriptor(view, words);
        }
        return words;
    }

    /**
     * The block of a view. For heap memory, {@code buf} is an offset in bytes from the beginning of its array. C adds
     * the address of the pinned array.
     */
    static long[] of(BufferView view) {
        MemorySegment memory = view.memory();
        long[] suboffsets = view.suboffsets();
        int flags = (view.isContiguous(Order.C) ? C_CONTIGUOUS : 0)
                | (view.isContiguous(Order.F) ? F_CONTIGUOUS : 0)
                | (view.isReadOnly() ? READONLY : 0)
                | (suboffsets.length > 0 ? SUBOFFSETS : 0)
                | (memory.isNative() ? 0 : HEAP);
        return block(
                memory.address() + view.byteOffset(),
                Alignment.exportFormat(view),
                view.itemSize(),
                flags,
                view.shape(),
                view.strides(),
                suboffsets);
    }

    /** The block of a whole {@code boolean[]}, for which Java has no memory segment. */
    static long[] of(boolean[] array) {
        return block(
                0,
                BufferFormat.BOOLEAN.toString(),
                1,
                C_CONTIGUOUS | F_CONTIGUOUS | HEAP,
                new long[] {array.length},
                new long[] {1},
                new long[0]);
    }

    /** product(shape) * itemsize, bytes. */
    static long byteSize(long[] words) {
        return words[2];
    }

    private static long[] block(
            long buf, String format, long itemSize, int flags, long[] shape, long[] strides, long[] suboffsets) {
        byte[] text = format.getBytes(StandardCharsets.UTF_8);
        int dimensions = shape.length;
        int formatWord = HEADER_WORDS + 2 * dimensions + suboffsets.length;
        long[] words = new long[formatWord + text.length / Long.BYTES + 1]; // at least one NUL after the text
        long byteSize = itemSize;
        for (long items : shape) {
            byteSize *= items; // cannot overflow: the view was validated
        }
        words[0] = words.length * (long) Long.BYTES;
        words[1] = buf;
        words[2] = byteSize;
        words[3] = itemSize;
        MemorySegment block = MemorySegment.ofArray(words);
        block.set(ValueLayout.JAVA_INT_UNALIGNED, 4 * Long.BYTES, dimensions);
        block.set(ValueLayout.JAVA_INT_UNALIGNED, 4 * Long.BYTES + Integer.BYTES, flags);
        System.arraycopy(shape, 0, words, HEADER_WORDS, dimensions);
        System.arraycopy(strides, 0, words, HEADER_WORDS + dimensions, dimensions);
        System.arraycopy(suboffsets, 0, words, HEADER_WORDS + 2 * dimensions, suboffsets.length);
        MemorySegment.copy(MemorySegment.ofArray(text), 0, block, formatWord * (long) Long.BYTES, text.length);
        return words;
    }
}

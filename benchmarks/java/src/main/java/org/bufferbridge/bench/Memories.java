package org.bufferbridge.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.ExportArena;

/** One object of each kind of memory that the library knows. */
public final class Memories {
    private Memories() {}

    public static MemorySegment automatic(long byteSize) {
        return Arena.ofAuto().allocate(byteSize);
    }

    public static MemorySegment shared(long byteSize) {
        return Arena.ofShared().allocate(byteSize);
    }

    public static MemorySegment exportArena(long byteSize) {
        return ExportArena.open().allocate(byteSize);
    }

    public static ByteBuffer direct(int byteSize) {
        return ByteBuffer.allocateDirect(byteSize);
    }

    public static byte[] array(int byteSize) {
        return new byte[byteSize];
    }

    public static double[] doubles(int count) {
        return new double[count];
    }

    /** Every second byte. */
    public static BufferView strided(long byteSize) {
        return BufferView.strided(
                Arena.ofAuto().allocate(byteSize), BufferFormat.UINT8, new long[] {byteSize / 2}, new long[] {2}, 0);
    }
}

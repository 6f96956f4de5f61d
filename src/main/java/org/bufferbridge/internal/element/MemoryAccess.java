package org.bufferbridge.internal.element;

import java.lang.foreign.MemorySegment;

/**
 * Reads and writes primitive values at any byte offset of a segment.
 *
 * <p>For closed memory the exception says how the memory could have been kept; the JDK's own message is "Already
 * closed". The exception handlers cost nothing: a loop over these methods compiles to the same code as a loop over
 * the segment itself.
 *
 * <p>Stateless.
 */
public final class MemoryAccess {
    private MemoryAccess() {}

    public static void requireAlive(MemorySegment memory) {
        if (!memory.scope().isAlive()) {
            throw closed(null);
        }
    }

    /** The exception that replaces the JDK's. */
    static IllegalStateException closed(IllegalStateException jdks) {
        return new IllegalStateException(
                "the view's memory is closed: a Python buffer's memory ends with close(), or when the call that the"
                        + " buffer was passed to returns, unless PythonBuffer.retain() keeps it",
                jdks);
    }

    public static byte getByte(MemorySegment memory, long byteOffset) {
        try {
            return memory.get(Element.BYTE, byteOffset);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static void setByte(MemorySegment memory, long byteOffset, byte value) {
        try {
            memory.set(Element.BYTE, byteOffset, value);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static short getShort(MemorySegment memory, long byteOffset) {
        try {
            return memory.get(Element.SHORT, byteOffset);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static void setShort(MemorySegment memory, long byteOffset, short value) {
        try {
            memory.set(Element.SHORT, byteOffset, value);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static char getChar(MemorySegment memory, long byteOffset) {
        try {
            return memory.get(Element.CHAR, byteOffset);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static void setChar(MemorySegment memory, long byteOffset, char value) {
        try {
            memory.set(Element.CHAR, byteOffset, value);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static int getInt(MemorySegment memory, long byteOffset) {
        try {
            return memory.get(Element.INT, byteOffset);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static void setInt(MemorySegment memory, long byteOffset, int value) {
        try {
            memory.set(Element.INT, byteOffset, value);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static long getLong(MemorySegment memory, long byteOffset) {
        try {
            return memory.get(Element.LONG, byteOffset);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static void setLong(MemorySegment memory, long byteOffset, long value) {
        try {
            memory.set(Element.LONG, byteOffset, value);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static float getFloat(MemorySegment memory, long byteOffset) {
        try {
            return memory.get(Element.FLOAT, byteOffset);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static void setFloat(MemorySegment memory, long byteOffset, float value) {
        try {
            memory.set(Element.FLOAT, byteOffset, value);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static double getDouble(MemorySegment memory, long byteOffset) {
        try {
            return memory.get(Element.DOUBLE, byteOffset);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    public static void setDouble(MemorySegment memory, long byteOffset, double value) {
        try {
            memory.set(Element.DOUBLE, byteOffset, value);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }
}

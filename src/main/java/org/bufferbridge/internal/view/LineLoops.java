package org.bufferbridge.internal.view;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.internal.element.Element;

/**
 * The loops that copy lines of items in native memory, for each size and each side that has no gaps.
 *
 * <p>Heap arrays are segments of many classes. A loop that has met several of them would be ten times slower for all
 * memory. One stride that the JIT compiler knows saves a third of the time. Stateless.
 */
final class LineLoops {
    /** Larger items are copied word by word. Then a line is read in parts that stay in the processor's cache. */
    private static final int PART = 512;
    /** Lines are cut after so many items, which an {@code int} counts. */
    private static final int LONGEST = 1 << 30;

    private LineLoops() {}

    /** Copies items that do not overlap in the target. */
    static void copy(
            MemorySegment source,
            long s,
            long fromStride,
            MemorySegment target,
            long t,
            long toStride,
            long count,
            long itemSize) {
        boolean isWord = itemSize <= Long.BYTES && Long.bitCount(itemSize) == 1;
        int part = isWord ? LONGEST : PART;
        for (long begin = 0; begin < count; begin += part) {
            int length = (int) Math.min(part, count - begin);
            words(source, s + begin * fromStride, fromStride, target, t + begin * toStride, toStride, length, itemSize);
        }
    }

    private static void words(
            MemorySegment source,
            long s,
            long fromStride,
            MemorySegment target,
            long t,
            long toStride,
            int count,
            long itemSize) {
        long done = 0;
        for (; done + Long.BYTES <= itemSize; done += Long.BYTES) {
            longs(source, s + done, fromStride, target, t + done, toStride, count);
        }
        if ((itemSize & Integer.BYTES) != 0) {
            ints(source, s + done, fromStride, target, t + done, toStride, count);
            done += Integer.BYTES;
        }
        if ((itemSize & Short.BYTES) != 0) {
            shorts(source, s + done, fromStride, target, t + done, toStride, count);
            done += Short.BYTES;
        }
        if ((itemSize & Byte.BYTES) != 0) {
            bytes(source, s + done, fromStride, target, t + done, toStride, count);
        }
    }

    private static void longs(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, long toStride, int count) {
        if (toStride == Long.BYTES) {
            gatherLongs(source, s, fromStride, target, t, count);
        } else if (fromStride == Long.BYTES) {
            scatterLongs(source, s, target, t, toStride, count);
        } else {
            moveLongs(source, s, fromStride, target, t, toStride, count);
        }
    }

    private static void gatherLongs(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, int count) {
        for (int i = 0; i < count; i++, s += fromStride) {
            target.set(Element.LONG, t + i * (long) Long.BYTES, source.get(Element.LONG, s));
        }
    }

    private static void scatterLongs(
            MemorySegment source, long s, MemorySegment target, long t, long toStride, int count) {
        for (int i = 0; i < count; i++, t += toStride) {
            target.set(Element.LONG, t, source.get(Element.LONG, s + i * (long) Long.BYTES));
        }
    }

    private static void moveLongs(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, long toStride, long count) {
        for (long i = 0; i < count; i++, s += fromStride, t += toStride) {
            target.set(Element.LONG, t, source.get(Element.LONG, s));
        }
    }

    private static void ints(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, long toStride, int count) {
        if (toStride == Integer.BYTES) {
            gatherInts(source, s, fromStride, target, t, count);
        } else if (fromStride == Integer.BYTES) {
            scatterInts(source, s, target, t, toStride, count);
        } else {
            moveInts(source, s, fromStride, target, t, toStride, count);
        }
    }

    private static void gatherInts(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, int count) {
        for (int i = 0; i < count; i++, s += fromStride) {
            target.set(Element.INT, t + i * (long) Integer.BYTES, source.get(Element.INT, s));
        }
    }

    private static void scatterInts(
            MemorySegment source, long s, MemorySegment target, long t, long toStride, int count) {
        for (int i = 0; i < count; i++, t += toStride) {
            target.set(Element.INT, t, source.get(Element.INT, s + i * (long) Integer.BYTES));
        }
    }

    private static void moveInts(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, long toStride, long count) {
        for (long i = 0; i < count; i++, s += fromStride, t += toStride) {
            target.set(Element.INT, t, source.get(Element.INT, s));
        }
    }

    private static void shorts(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, long toStride, int count) {
        if (toStride == Short.BYTES) {
            gatherShorts(source, s, fromStride, target, t, count);
        } else if (fromStride == Short.BYTES) {
            scatterShorts(source, s, target, t, toStride, count);
        } else {
            moveShorts(source, s, fromStride, target, t, toStride, count);
        }
    }

    private static void gatherShorts(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, int count) {
        for (int i = 0; i < count; i++, s += fromStride) {
            target.set(Element.SHORT, t + i * (long) Short.BYTES, source.get(Element.SHORT, s));
        }
    }

    private static void scatterShorts(
            MemorySegment source, long s, MemorySegment target, long t, long toStride, int count) {
        for (int i = 0; i < count; i++, t += toStride) {
            target.set(Element.SHORT, t, source.get(Element.SHORT, s + i * (long) Short.BYTES));
        }
    }

    private static void moveShorts(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, long toStride, long count) {
        for (long i = 0; i < count; i++, s += fromStride, t += toStride) {
            target.set(Element.SHORT, t, source.get(Element.SHORT, s));
        }
    }

    private static void bytes(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, long toStride, int count) {
        if (toStride == Byte.BYTES) {
            gatherBytes(source, s, fromStride, target, t, count);
        } else if (fromStride == Byte.BYTES) {
            scatterBytes(source, s, target, t, toStride, count);
        } else {
            moveBytes(source, s, fromStride, target, t, toStride, count);
        }
    }

    private static void gatherBytes(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, int count) {
        for (int i = 0; i < count; i++, s += fromStride) {
            target.set(Element.BYTE, t + i * (long) Byte.BYTES, source.get(Element.BYTE, s));
        }
    }

    private static void scatterBytes(
            MemorySegment source, long s, MemorySegment target, long t, long toStride, int count) {
        for (int i = 0; i < count; i++, t += toStride) {
            target.set(Element.BYTE, t, source.get(Element.BYTE, s + i * (long) Byte.BYTES));
        }
    }

    private static void moveBytes(
            MemorySegment source, long s, long fromStride, MemorySegment target, long t, long toStride, long count) {
        for (long i = 0; i < count; i++, s += fromStride, t += toStride) {
            target.set(Element.BYTE, t, source.get(Element.BYTE, s));
        }
    }
}

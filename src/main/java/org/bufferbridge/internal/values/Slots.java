package org.bufferbridge.internal.values;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The layout of arguments and results in native memory. A slot is 24 bytes, aligned to 8, in the
 * byte order of the machine:
 *
 * <table>
 * <caption>A slot</caption>
 * <tr><th>byte offset</th><th>type</th><th>field</th></tr>
 * <tr><td>0</td><td>int</td><td>tag</td></tr>
 * <tr><td>4</td><td>int</td><td>aux</td></tr>
 * <tr><td>8</td><td>long</td><td>payload</td></tr>
 * <tr><td>16</td><td>long</td><td>in an argument from Python, the address of the value itself, valid during the
 * call</td></tr>
 * </table>
 *
 * <table>
 * <caption>Tags</caption>
 * <tr><th>tag</th><th>as argument from Python</th><th>as result or argument from Java</th></tr>
 * <tr><td>NONE</td><td>None</td><td>null or void</td></tr>
 * <tr><td>BOOL</td><td>payload 0 or 1</td><td>the same</td></tr>
 * <tr><td>INT</td><td>payload: an int of 64 bits; aux: the class that it remembers ({@link Boxes})</td><td>byte,
 * short, int, long, their boxes, a BigInteger that 64 bits have</td></tr>
 * <tr><td>BIGINT</td><td>payload: index, in the references, of a byte[] as {@link java.math.BigInteger#toByteArray}
 * gives it; for an int that needs more than 64 bits</td><td>the byte[] is the returned object</td></tr>
 * <tr><td>FLOAT</td><td>payload: the bits of a double; aux as of INT</td><td>float, double, their
 * boxes</td></tr>
 * <tr><td>STR</td><td>payload: index of a String; aux as of INT</td><td>the returned object is the
 * String</td></tr>
 * <tr><td>OBJECT</td><td>payload: index of the Java object</td><td>the returned object; aux: the
 * id of the {@code JavaType} of its class</td></tr>
 * <tr><td>SEQUENCE</td><td>a list or tuple; aux: item count; payload: address of the items'
 * slots</td><td></td></tr>
 * <tr><td>OPAQUE</td><td>a value with no Java counterpart; payload: index of the String that names its type, and the
 * value's kinds above 32 bits; aux: index in the references, null at first, where its PythonObject is
 * kept</td><td></td></tr>
 * <tr><td>BUFFER</td><td>payload: address of a lease, plus 1 if nothing can change the memory; aux: index in
 * the references, null at first,
 * where its PythonBuffer is kept</td><td></td></tr>
 * <tr><td>CHAR</td><td></td><td>payload: a UTF-16 unit; aux as of INT</td></tr>
 * <tr><td>PYTHON</td><td></td><td>payload: address of a new reference to a Python
 * object</td></tr>
 * <tr><td>LENT</td><td></td><td>payload: address of a Python object that is lent; only as an argument
 * from Java</td></tr>
 * <tr><td>DESCRIBED</td><td>a value that some Java types take; payload: address of the slots that {@link Described}
 * reads; aux: index in the references, null at first, where its PythonObject is kept</td><td></td></tr>
 * <tr><td>DECIMAL</td><td></td><td>the unscaled value, as of BIGINT, is the returned object; aux: the
 * scale</td></tr>
 * <tr><td>ITERABLE</td><td>an OPAQUE that can be looped over; payload: an address of C, and in its lowest bits what
 * the value is ({@link Iterables}); aux: index in the references, null at first, where its PythonObject is kept, then
 * its {@link PackedItems}, then the String that names its type, then its PythonBuffer</td><td></td></tr>
 * <tr><td>CONVERTED</td><td>only as the result of a Python function: the returned object is the
 * value</td><td></td></tr>
 * </table>
 *
 * <p>Addresses come from the native side and are trusted. Until the call returns, its slots stay allocated and one
 * thread alone touches them. This class holds no state.
 */
public final class Slots {
    public static final int NONE = 0;
    public static final int BOOL = 1;
    public static final int INT = 2;
    public static final int BIGINT = 3;
    public static final int FLOAT = 4;
    public static final int STR = 5;
    public static final int OBJECT = 6;
    public static final int SEQUENCE = 7;
    public static final int OPAQUE = 8;
    public static final int BUFFER = 9;
    public static final int CHAR = 10;
    public static final int PYTHON = 11;
    public static final int LENT = 12;
    public static final int DESCRIBED = 13;
    public static final int DECIMAL = 14;
    public static final int CONVERTED = 15;
    public static final int ITERABLE = 16;

    /** A kind of an OPAQUE: Python can call it. */
    private static final int CALLABLE = 1;

    /** The bits of the kind of an ITERABLE, and the bit of one that Python can call. */
    private static final int ITERABLE_KINDS = 7;

    private static final int CALLABLE_ITERABLE = 8;

    public static final int BYTE_SIZE = 24;

    private static final long AUX_BYTE_OFFSET = 4;
    private static final long PAYLOAD_BYTE_OFFSET = 8;
    private static final long OBJECT_BYTE_OFFSET = 16;

    // One segment over the whole address space. Making a segment per call would cost more than reading the slots.
    @SuppressWarnings("restricted")
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Slots() {}

    /** The address of the slot at an index, counted in slots. */
    public static long at(long slots, int index) {
        return slots + (long) index * BYTE_SIZE;
    }

    public static int tag(long slot) {
        return MEMORY.get(ValueLayout.JAVA_INT, slot);
    }

    public static int aux(long slot) {
        return MEMORY.get(ValueLayout.JAVA_INT, slot + AUX_BYTE_OFFSET);
    }

    public static long payload(long slot) {
        return MEMORY.get(ValueLayout.JAVA_LONG, slot + PAYLOAD_BYTE_OFFSET);
    }

    public static long object(long slot) {
        return MEMORY.get(ValueLayout.JAVA_LONG, slot + OBJECT_BYTE_OFFSET);
    }

    /** The address of the lease of a BUFFER. */
    static long lease(long slot) {
        return payload(slot) & ~1L;
    }

    /** Whether the value is {@code bytes}, which nothing can change. */
    static boolean isBytes(long slot) {
        return tag(slot) == BUFFER && (payload(slot) & 1) != 0;
    }

    /** Whether the value is a Python object without a counterpart in Java that can be called, such as a function. */
    public static boolean isCallable(long slot) {
        return switch (tag(slot)) {
            case OPAQUE -> (payload(slot) >>> Integer.SIZE & CALLABLE) != 0;
            case ITERABLE -> (payload(slot) & CALLABLE_ITERABLE) != 0;
            default -> false;
        };
    }

    /** What an ITERABLE is, as far as it is known. */
    static int iterableKind(long slot) {
        return (int) payload(slot) & ITERABLE_KINDS;
    }

    /** Of a number or a text, the class that it remembers ({@link Boxes}); 0 for none, and for other values. */
    public static int box(long slot) {
        return switch (tag(slot)) {
            case INT, FLOAT, STR -> aux(slot);
            default -> 0;
        };
    }

    public static double floating(long slot) {
        return Double.longBitsToDouble(payload(slot));
    }

    public static Object reference(long slot, Object[] refs) {
        return refs[(int) payload(slot)];
    }

    public static void write(long slot, int tag, int aux, long payload) {
        MEMORY.set(ValueLayout.JAVA_INT, slot, tag);
        MEMORY.set(ValueLayout.JAVA_INT, slot + AUX_BYTE_OFFSET, aux);
        MEMORY.set(ValueLayout.JAVA_LONG, slot + PAYLOAD_BYTE_OFFSET, payload);
    }
}

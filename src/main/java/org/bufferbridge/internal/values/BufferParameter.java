package org.bufferbridge.internal.values;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * A type that can stand for memory: {@code PythonBuffer}, {@code BufferView}, {@link MemorySegment} or an NIO buffer.
 *
 * <p>It takes a Python buffer, leased for the call, and Java objects of its type. A view or a segment is also made of
 * other Java memory. Where several overloads take a buffer, the call means the one with the most specific type, in the
 * order above. That holds for Java memory of another type, too.
 */
public final class BufferParameter extends Parameter {
    private static final int OTHER_NIO = 4;
    private static final int BYTES = 5;

    /** Why a buffer is not stored. */
    static final String DEAD = "what is stored outlives the call, and the lease of a buffer does not";

    private final PythonValues.Use access;
    private final int rank;

    BufferParameter(Class<?> type, PythonValues.Use access) {
        super(type);
        this.access = access;
        this.rank = rankOf(type);
    }

    static boolean isBuffer(Class<?> type) {
        return type == PythonValues.VALUES.bufferType()
                || type == PythonValues.VALUES.viewType()
                || type == MemorySegment.class
                || Buffer.class.isAssignableFrom(type) && type != Buffer.class;
    }

    private static int rankOf(Class<?> type) {
        if (type == PythonValues.VALUES.bufferType()) {
            return STRICT;
        }
        if (type == PythonValues.VALUES.viewType()) {
            return LOOSE;
        }
        if (type == MemorySegment.class) {
            return PYTHON;
        }
        return type == ByteBuffer.class ? BYTES : OTHER_NIO;
    }

    @Override
    public Object convert(long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.NONE -> null;
            case Slots.OBJECT -> fromObject(Slots.reference(slot, refs));
            case Slots.BUFFER, Slots.ITERABLE -> {
                Object buffer = leased(slot, refs);
                Object taken =
                        buffer == null || access == PythonValues.Use.KEPT ? null : PythonValues.VALUES.as(buffer, type);
                yield taken == null ? REFUSED : taken;
            }
            default -> REFUSED;
        };
    }

    private Object fromObject(Object object) {
        Object memory = object == null || type.isInstance(object) ? object : PythonValues.VALUES.memoryAs(object, type);
        if (memory == null && object != null) {
            return REFUSED;
        }
        return access == PythonValues.Use.READ_ONLY ? PythonValues.VALUES.readOnly(memory) : memory;
    }

    @Override
    public boolean declares() {
        return access == PythonValues.Use.WRITABLE || access == PythonValues.Use.READ_ONLY;
    }

    @Override
    public void declare(long slot, Object[] refs) {
        declare(slot, refs, access);
    }

    /** Tells memory of either language how the parameter uses it. */
    public static void declare(long slot, Object[] refs, PythonValues.Use access) {
        switch (Slots.tag(slot)) {
            case Slots.BUFFER, Slots.ITERABLE -> {
                Object buffer = leased(slot, refs);
                if (buffer != null) {
                    PythonValues.VALUES.declare(buffer, access);
                }
            }
            case Slots.OBJECT -> {
                if (access == PythonValues.Use.WRITABLE) {
                    PythonValues.VALUES.requireWritable(Slots.reference(slot, refs));
                }
            }
            default -> {}
        }
    }

    private static boolean isMemory(long slot) {
        return Slots.tag(slot) == Slots.BUFFER || Slots.tag(slot) == Slots.ITERABLE;
    }

    /** The call's PythonBuffer for a slot, the exception of an iterable that refuses, or null if it has no memory. */
    private static Object leasedOrRefusal(long slot, Object[] refs) {
        return Slots.tag(slot) == Slots.BUFFER ? pythonBuffer(slot, refs) : Iterables.buffer(slot, refs);
    }

    /** The same, with null for a refusal. */
    private static Object leased(long slot, Object[] refs) {
        Object found = leasedOrRefusal(slot, refs);
        return found instanceof RuntimeException ? null : found;
    }

    /** The call's one PythonBuffer for a slot, made on the first request. */
    static Object pythonBuffer(long slot, Object[] refs) {
        int index = Slots.aux(slot);
        Object known = refs[index];
        if (known == null) {
            known = PythonValues.VALUES.open(Slots.lease(slot));
            refs[index] = known;
        }
        return known;
    }

    @Override
    public int rank(long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.BUFFER, Slots.ITERABLE -> rank;
            case Slots.OBJECT -> type.isInstance(Slots.reference(slot, refs)) ? STRICT : PYTHON + rank;
            default -> STRICT;
        };
    }

    /** Throws the exception of an exporter that refused. */
    @Override
    public String obstacle(long slot, Object[] refs) {
        Object buffer = isMemory(slot) ? leasedOrRefusal(slot, refs) : null;
        if (buffer instanceof RuntimeException refusal) {
            throw refusal;
        }
        if (buffer == null) {
            boolean isItself = Slots.tag(slot) == Slots.OPAQUE || Slots.tag(slot) == Slots.ITERABLE;
            if (isItself && PythonValues.VALUES.isArray(Slots.object(slot))) {
                return Signatures.kind(slot, refs) + " has no buffer; numpy.asarray(x) has one";
            }
            long refusal = Slots.tag(slot) == Slots.DESCRIBED ? Described.refusal(slot) : 0;
            if (refusal != 0) {
                PythonValues.VALUES.raise(Slots.object(refusal));
            }
            return super.obstacle(slot, refs);
        }
        return access == PythonValues.Use.KEPT
                ? DEAD + "; bufferbridge.retain(x) leases it until it is closed"
                : PythonValues.VALUES.obstacle(buffer, type);
    }
}

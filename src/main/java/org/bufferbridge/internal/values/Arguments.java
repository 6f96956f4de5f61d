package org.bufferbridge.internal.values;

import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import org.bufferbridge.internal.base.Releases;

/**
 * Java values as arguments of a Python call: {@link Slots}, and the references they need, at the same indices. The
 * rules of {@link Results} say how a slot is written.
 *
 * <p>Python objects are lent for the call. None of them is let go until {@link #close}, even if another thread closes
 * it.
 *
 * <p>Threads: belongs to the thread that made it.
 */
public final class Arguments implements AutoCloseable {
    private static final boolean[] NO_PRIMITIVES = {};

    private final Arena arena = Arena.ofConfined();
    private final long slots;
    private final Object[] refs;
    private final Object[] lent;

    private Arguments(int count) {
        slots = arena.allocate((long) Math.max(count, 1) * Slots.BYTE_SIZE, Long.BYTES)
                .address();
        refs = new Object[count];
        lent = new Object[count];
    }

    /**
     * Packs arguments.
     *
     * @throws IllegalStateException if a Python object among them is closed; then nothing is lent
     */
    public static Arguments of(Object... values) {
        return of(NO_PRIMITIVES, values);
    }

    /**
     * Packs arguments.
     *
     * @param primitives which of them are primitives, that the caller has in boxes; may be shorter than their list
     * @throws IllegalStateException if a Python object among them is closed; then nothing is lent
     */
    public static Arguments of(boolean[] primitives, Object[] values) {
        Arguments arguments = new Arguments(values.length);
        try {
            for (int i = 0; i < values.length; i++) {
                boolean isPrimitive = i < primitives.length && primitives[i];
                arguments.refs[i] = arguments.write(i, values[i], isPrimitive);
            }
            return arguments;
        } catch (Throwable thrown) {
            arguments.releases().suppressIn(thrown);
            throw thrown;
        }
    }

    private Object write(int index, Object given, boolean isPrimitive) {
        long slot = Slots.at(slots, index);
        Object function = given instanceof Proxy ? PythonValues.VALUES.functionBehind(given) : null;
        Object value = function == null ? given : function;
        if (PythonValues.VALUES.isObject(value)) {
            long address = PythonValues.VALUES.lend(value);
            lent[index] = value;
            Slots.write(slot, Slots.LENT, 0, address);
            return null;
        }
        if (PythonValues.VALUES.isBuffer(value)) {
            Object exporter = PythonValues.VALUES.exporterOf(value);
            try {
                return write(index, exporter, false);
            } finally {
                PythonValues.VALUES.close(exporter); // let go when the call has ended
            }
        }
        return Results.write(slot, value, isPrimitive);
    }

    /** The address of the first slot; there is always one. */
    public long slots() {
        return slots;
    }

    /** The objects that the slots refer to, by index. */
    public Object[] refs() {
        return refs;
    }

    /** Gives back everything that was lent, even if giving back one object fails. */
    @Override
    public void close() {
        releases().rethrow();
    }

    private Releases releases() {
        Releases releases = new Releases();
        for (Object object : lent) {
            if (object != null) {
                try {
                    PythonValues.VALUES.giveBack(object);
                } catch (Throwable thrown) {
                    releases.add(thrown);
                }
            }
        }
        return releases.run(arena::close);
    }
}

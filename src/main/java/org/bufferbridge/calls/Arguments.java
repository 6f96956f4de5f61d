package org.bufferbridge.calls;

import java.lang.foreign.Arena;
import java.math.BigInteger;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonObject;

/**
 * Java values as arguments of a Python call: {@link Slots}, written by the rules of {@link Results}, and the references
 * they need, at the same indices. Python objects are lent for the call: until {@link #close} none of them is let go of, even if
 * another thread closes it.
 *
 * <p>Threads: belongs to the thread that made it.
 */
public final class Arguments implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final long slots;
    private final Object[] refs;
    private final PythonObject[] lent;

    private Arguments(int count) {
        slots = arena.allocate((long) Math.max(count, 1) * Slots.BYTE_SIZE, Long.BYTES).address();
        refs = new Object[count];
        lent = new PythonObject[count];
    }

    /**
     * Packs arguments.
     *
     * @throws IllegalStateException if a Python object among them is closed; nothing is lent then
     */
    public static Arguments of(Object... values) {
        Arguments arguments = new Arguments(values.length);
        try {
            for (int i = 0; i < values.length; i++) {
                arguments.refs[i] = arguments.write(i, values[i]);
            }
            return arguments;
        } catch (Throwable thrown) {
            arguments.releases().suppressIn(thrown);
            throw thrown;
        }
    }

    private Object write(int index, Object value) {
        long slot = Slots.at(slots, index);
        return switch (value) {
            case PythonObject object -> {
                long address = Leases.get().lend(object);
                lent[index] = object;
                Slots.write(slot, Slots.LENT, 0, address);
                yield null;
            }
            case PythonBuffer buffer -> {
                try (PythonObject owner = (PythonObject) buffer.owner()) {
                    yield write(index, owner); // closed here, and let go of when the call is over
                }
            }
            case BigInteger integer -> {
                Slots.write(slot, Slots.BIGINT, 0, 0);
                yield integer.toString();
            }
            case null, default -> Results.write(slot, value);
        };
    }

    /** The address of the first slot; there is always one. */
    public long slots() {
        return slots;
    }

    /** What the slots refer to, by index. */
    public Object[] refs() {
        return refs;
    }

    /** Gives everything back that was lent, whatever fails. */
    @Override
    public void close() {
        releases().rethrow();
    }

    private Releases releases() {
        Releases releases = new Releases();
        for (PythonObject object : lent) {
            if (object != null) {
                try {
                    Leases.get().giveBack(object);
                } catch (Throwable thrown) {
                    releases.add(thrown);
                }
            }
        }
        return releases.run(arena::close);
    }
}

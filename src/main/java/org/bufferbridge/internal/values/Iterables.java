package org.bufferbridge.internal.values;

/**
 * The arguments of a call that Python can loop over, such as dicts, sets, ranges and generators: what they are, and
 * their items. C knows the built-in types; {@code iterables.py} tells of the others, and has the same kinds.
 *
 * <p>The items are read once for a call, when the overload is chosen. They live until the call has ended.
 *
 * <p>This class holds no state. It keeps what it learns in the slots and the references of the call, whose thread alone
 * uses them.
 */
final class Iterables {
    /** Python has not been asked. */
    private static final int UNASKED = 0;

    /** The kind of a value that no loop takes. */
    static final int NOTHING = 1;

    static final int MAPPING = 2;
    static final int SET = 3;

    /** Items in an order, which are there all the time. */
    static final int COLLECTION = 4;

    /** Any other, whose items may be there once. */
    static final int ITERABLE = 5;

    static final int ITERATOR = 6;

    /** A COLLECTION of ints. */
    static final int RANGE = 7;

    private static final Object NO_BUFFER = new Object();

    private Iterables() {}

    /** What the value in a slot is. Asks Python, if need be. */
    static int kind(long slot) {
        int kind = Slots.iterableKind(slot);
        return kind == UNASKED ? PythonValues.VALUES.iterableKind(slot) : kind;
    }

    /** Whether the value is known to have all its items, so that a copy of them stands for it. */
    static boolean isKnownContainer(long slot) {
        return switch (Slots.iterableKind(slot)) {
            case MAPPING, SET, COLLECTION, RANGE -> true;
            default -> false;
        };
    }

    /** The items, if they were read; otherwise null. */
    static PackedItems known(long slot, Object[] refs) {
        return (PackedItems) refs[Slots.aux(slot) + 1];
    }

    /** Reads the items, unless they were read. */
    static PackedItems read(long slot, Object[] refs, PythonValues.Reading how) {
        PackedItems known = known(slot, refs);
        if (known == null) {
            known = PythonValues.VALUES.items(slot, how);
            refs[Slots.aux(slot) + 1] = known;
        }
        return known;
    }

    /**
     * The memory that the value lends, leased for the call when a parameter first asks for it.
     *
     * @return a PythonBuffer, the exception with which the value refuses, or null if it has no memory
     */
    static Object buffer(long slot, Object[] refs) {
        int index = Slots.aux(slot) + 3;
        Object known = refs[index];
        if (known == null) {
            Object found = PythonValues.VALUES.bufferOfIterable(slot);
            known = found == null ? NO_BUFFER : found;
            refs[index] = known;
        }
        return known == NO_BUFFER ? null : known;
    }

    /** Whether the value has memory and lends it. Asks for it, if no parameter has. */
    static boolean lends(long slot, Object[] refs) {
        return PythonValues.VALUES.isBuffer(buffer(slot, refs));
    }

    /** Whether a parameter has asked for the memory of the value, and it has some. */
    static boolean lendsMemory(long slot, Object[] refs) {
        return PythonValues.VALUES.isBuffer(refs[Slots.aux(slot) + 3]);
    }

    /** The name of the value's Python type. */
    static String typeName(long slot, Object[] refs) {
        return (String) refs[Slots.aux(slot) + 2];
    }
}

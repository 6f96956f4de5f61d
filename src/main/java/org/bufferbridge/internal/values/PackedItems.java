package org.bufferbridge.internal.values;

/**
 * The items of a sequence, or of a Python container that was read for a call; of a mapping, keys and values by turns.
 *
 * @param slots the address of the items' slots
 * @param refs the objects that the slots refer to
 */
public record PackedItems(long slots, int count, Object[] refs) {
    private static final Object[] NO_REFS = {};

    /** @param refs null if the slots refer to none */
    public static PackedItems of(long slots, int count, Object[] refs) {
        return new PackedItems(slots, count, refs == null ? NO_REFS : refs);
    }

    /** The items of a SEQUENCE. */
    static PackedItems ofSequence(long slot, Object[] refs) {
        return new PackedItems(Slots.payload(slot), Slots.aux(slot), refs);
    }

    long at(int index) {
        return Slots.at(slots, index);
    }
}

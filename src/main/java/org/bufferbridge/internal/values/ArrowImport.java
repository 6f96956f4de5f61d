package org.bufferbridge.internal.values;

/**
 * An object of Arrow Java that was made for a parameter out of a Python object or Java's memory. The method that is
 * called closes it. If the call fails before that method has it, the call closes it.
 *
 * <p>It is in the references of a call, whose thread alone uses it.
 */
public final class ArrowImport {
    /** Whether there has been one. A thread sees at least its own, which is all that its calls ask for. */
    private static boolean isUsed;

    private final AutoCloseable value;

    /** Java's memory that it was made of; null if it was made of a Python object. */
    private final Object memory;

    private boolean isGiven;

    private ArrowImport(AutoCloseable value, Object memory) {
        this.value = value;
        this.memory = memory;
    }

    /**
     * The object of a slot, if it was made; {@link Parameter#UNREAD} before; {@link Parameter#REFUSED} if it is
     * or would be of another class.
     */
    static Object convert(Class<?> type, long slot, Object[] refs) {
        if (refs[index(slot)] instanceof ArrowImport made) {
            return type.isInstance(made.value) ? made.value : Parameter.REFUSED;
        }
        return ArrowTypes.isOpen(type, slot) && !PythonValues.VALUES.fitsArrow(Slots.object(slot), type)
                ? Parameter.REFUSED
                : Parameter.UNREAD;
    }

    /** Makes the object. This runs Python code. */
    static void read(Class<?> type, long slot, Object[] refs) {
        int index = index(slot);
        Object known = refs[index];
        if (known instanceof ArrowImport) {
            return;
        }
        Object made = PythonValues.VALUES.arrow(Slots.object(slot), ArrowTypes.taken(type), type);
        boolean isMemory = Slots.tag(slot) == Slots.OBJECT;
        if (!isMemory && PythonValues.VALUES.isBuffer(known)) {
            PythonValues.VALUES.endCall(known); // another overload was tried with the memory of the value
        }
        isUsed = true;
        refs[index] = new ArrowImport((AutoCloseable) made, isMemory ? known : null);
    }

    /** Where the object of a slot is kept: for Java's memory, in its place. */
    private static int index(long slot) {
        return Slots.tag(slot) == Slots.OBJECT ? (int) Slots.payload(slot) : Slots.aux(slot);
    }

    /** What was in the place of a reference, for messages. */
    static Object given(Object reference) {
        return reference instanceof ArrowImport made ? made.memory : reference;
    }

    /**
     * Notes that the method, which is called next, has the objects among its arguments, at whatever depth.
     *
     * @param refs may be null
     */
    public static void give(Object[] refs) {
        if (isUsed && refs != null) {
            giveAll(refs);
        }
    }

    private static void giveAll(Object[] refs) {
        for (Object reference : refs) {
            if (reference instanceof ArrowImport made) {
                made.isGiven = true;
            } else if (reference instanceof PackedItems items) {
                giveAll(items.refs());
            }
        }
    }

    /** Closes the object of a call that has failed, unless the method had it. */
    public void callFailed() throws Exception {
        if (!isGiven) {
            value.close();
        }
    }
}

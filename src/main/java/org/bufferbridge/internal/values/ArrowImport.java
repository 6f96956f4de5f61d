package org.bufferbridge.internal.values;

/**
 * An object of Arrow Java that was made for a parameter out of a Python object. The method that is called closes it. If
 * the call fails before that method has it, the call closes it.
 *
 * <p>It is in the references of a call, whose thread alone uses it.
 */
public final class ArrowImport {
    private final AutoCloseable value;
    private boolean isGiven;

    private ArrowImport(AutoCloseable value) {
        this.value = value;
    }

    /** The object in a slot, if it was made and is of the type; {@link Parameter#UNREAD} before. */
    static Object known(Class<?> type, long slot, Object[] refs) {
        return refs[Slots.aux(slot)] instanceof ArrowImport made && type.isInstance(made.value)
                ? made.value
                : Parameter.UNREAD;
    }

    /** Makes the object. This runs Python code. */
    static void read(Class<?> type, long slot, Object[] refs) {
        if (known(type, slot, refs) == Parameter.UNREAD) {
            int index = Slots.aux(slot);
            Object made = PythonValues.VALUES.arrow(Slots.object(slot), ArrowTypes.taken(type), type);
            if (PythonValues.VALUES.isBuffer(refs[index])) {
                PythonValues.VALUES.endCall(refs[index]); // another overload was tried with the memory of the value
            }
            refs[index] = new ArrowImport((AutoCloseable) made);
        }
    }

    /** Notes that the method, which is called next, has the objects among its arguments. */
    public static void give(Object[] refs) {
        for (Object reference : refs) {
            if (reference instanceof ArrowImport made) {
                made.isGiven = true;
            } else if (reference instanceof PackedItems items) {
                give(items.refs());
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

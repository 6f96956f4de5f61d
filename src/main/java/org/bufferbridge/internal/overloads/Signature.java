package org.bufferbridge.internal.overloads;

import java.util.Arrays;
import org.bufferbridge.internal.classes.KnownClass;
import org.bufferbridge.internal.values.Parameter;
import org.bufferbridge.internal.values.PrimitiveParameter;
import org.bufferbridge.internal.values.Slots;

/**
 * A number that decides the overload of a call. It has four bits for each argument, behind a leading one bit that marks
 * their count. The highest bit marks calls with numbers and texts that remember their Java class. The serial numbers of
 * their classes distinguish Java objects further, and the numbers of theirs such values. Unlike classes, numbers keep
 * no class loader alive.
 *
 * <p>This class holds no state.
 */
public final class Signature {
    /** The result for arguments that a number cannot sum up. */
    static final long NONE = 0;

    private static final int MAX_ARGUMENTS = 15;
    private static final int NULL = 1;
    private static final int BOOL = 2;
    private static final int INT8 = 3;
    private static final int INT16 = 4;
    private static final int INT32 = 5;
    private static final int INT64 = 6;
    private static final int FLOAT = 7;
    private static final int WIDE_FLOAT = 8;
    private static final int STR = 9;
    private static final int SINGLE_STR = 10;
    private static final int OBJECT = 11;
    private static final int ROUNDED_INT32 = 12;
    private static final int ROUNDED_INT64 = 13;
    private static final int ROUNDED_TWICE = 14;
    private static final long[] NO_TYPES = {};
    private static final long NO_TYPE = -1;

    private Signature() {}

    /**
     * Sums up the arguments.
     *
     * @param sensitivity the properties that matter in addition to kinds, as in {@link Parameter#sensitivity}
     */
    static long of(long slots, int count, Object[] refs, int sensitivity) {
        if (count > MAX_ARGUMENTS) {
            return NONE;
        }
        long signature = 1;
        int boxes = 0;
        for (int i = 0; i < count; i++) {
            long slot = Slots.at(slots, i);
            int code = code(slot, refs, sensitivity);
            if (code == 0) {
                return NONE;
            }
            signature = signature << 4 | code;
            boxes |= Slots.box(slot);
        }
        return boxes == 0 ? signature : signature | Long.MIN_VALUE;
    }

    private static int code(long slot, Object[] refs, int sensitivity) {
        return switch (Slots.tag(slot)) {
            case Slots.NONE -> NULL;
            case Slots.BOOL -> BOOL;
            case Slots.INT -> code(Slots.payload(slot), sensitivity);
            case Slots.FLOAT ->
                (sensitivity & Parameter.FLOAT_MATTERS) != 0 && !PrimitiveParameter.fitsFloat(Slots.floating(slot))
                        ? WIDE_FLOAT
                        : FLOAT;
            case Slots.STR -> code((String) Slots.reference(slot, refs), sensitivity);
            case Slots.OBJECT -> {
                int known = (sensitivity & Parameter.ITEMS_MATTER) != 0 ? 0 : OBJECT;
                yield Slots.reference(slot, refs) == null ? NULL : known;
            }
            default -> 0;
        };
    }

    private static int code(long value, int sensitivity) {
        if ((sensitivity & Parameter.ROUNDING_MATTERS) != 0 && !PrimitiveParameter.isFloat(value)) {
            if (!PrimitiveParameter.isDouble(value)) {
                return ROUNDED_TWICE; // beyond 32 bits
            }
            return (int) value == value ? ROUNDED_INT32 : ROUNDED_INT64;
        }
        return (sensitivity & Parameter.INT_MATTERS) == 0 ? INT64 : range(value);
    }

    private static int code(String text, int sensitivity) {
        if ((sensitivity & Parameter.NAMES_MATTER) != 0) {
            return 0;
        }
        return (sensitivity & Parameter.STR_MATTERS) != 0 && text.length() == 1 ? SINGLE_STR : STR;
    }

    private static int range(long value) {
        if ((byte) value == value) {
            return INT8;
        }
        if ((short) value == value) {
            return INT16;
        }
        return (int) value == value ? INT32 : INT64;
    }

    /** The classes that Java objects have, and that numbers and texts remember, in the order of the arguments. */
    static long[] types(long slots, int count, Object[] refs) {
        long[] types = new long[count];
        int found = 0;
        for (int i = 0; i < count; i++) {
            long type = type(Slots.at(slots, i), refs);
            if (type != NO_TYPE) {
                types[found++] = type;
            }
        }
        return found == 0 ? NO_TYPES : Arrays.copyOf(types, found);
    }

    static boolean matches(long[] types, long slots, int count, Object[] refs) {
        if (types.length == 0) {
            return true;
        }
        int found = 0;
        for (int i = 0; i < count; i++) {
            long type = type(Slots.at(slots, i), refs);
            if (type != NO_TYPE && types[found++] != type) {
                return false;
            }
        }
        return true;
    }

    /** From 0 the serial of a Java object's class, below {@link #NO_TYPE} the class that a number or text remembers. */
    private static long type(long slot, Object[] refs) {
        if (Slots.tag(slot) != Slots.OBJECT) {
            return NO_TYPE - Slots.box(slot);
        }
        Object object = Slots.reference(slot, refs);
        return object == null ? NO_TYPE : KnownClass.of(object).serial();
    }
}

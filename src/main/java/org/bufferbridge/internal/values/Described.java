package org.bufferbridge.internal.values;

import java.io.File;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Python values that only some Java types take. {@code values.py} describes them, and has the same kinds.
 *
 * <p>For any other type such a value is a Python object without a counterpart in Java.
 *
 * <table>
 * <caption>The slots of a description</caption>
 * <tr><th>index</th><th>tag</th><th>content</th></tr>
 * <tr><td>0</td><td>STR</td><td>the name of the Python type</td></tr>
 * <tr><td>1</td><td>INT</td><td>the kind</td></tr>
 * <tr><td>2</td><td>STR</td><td>why other Java types refuse the value; may be empty</td></tr>
 * <tr><td>3, 4</td><td></td><td>the parts that the kind has</td></tr>
 * </table>
 *
 * <p>This class holds no state.
 */
final class Described {
    /** A number that is rounded to a double. Part: the double. */
    private static final int REAL = 1;

    /** A number outside the range of a double. Part: its text. */
    private static final int BEYOND = 2;

    /** Parts: seconds and nanoseconds. */
    private static final int DURATION = 3;

    /** Parts: seconds and nanoseconds since 1970, in no time zone. */
    private static final int LOCAL_TIME = 4;

    /** Parts: seconds and nanoseconds since 1970, in UTC. */
    private static final int INSTANT = 5;

    /** A time of numpy, which may stand for UTC. Parts: seconds and nanoseconds since 1970. */
    private static final int EITHER_TIME = 6;

    /** A decimal. Parts: the unscaled value and the scale. */
    private static final int DECIMAL = 7;

    /** A path. Part: its text. */
    private static final int PATH = 8;

    /** A value whose exporter refused. Part: the exception. */
    private static final int WITHOUT_BUFFER = 9;

    private static final int KIND = 1;
    private static final int REASON = 2;
    private static final int FIRST = 3;
    private static final int SECOND = 4;

    private Described() {}

    private static long part(long slot, int index) {
        return Slots.at(Slots.payload(slot), index);
    }

    private static int kind(long slot) {
        return (int) Slots.payload(part(slot, KIND));
    }

    static String typeName(long slot, Object[] refs) {
        return (String) Slots.reference(part(slot, 0), refs);
    }

    /** Why Java types refuse the value; null where its type's name alone says it. */
    static String obstacle(long slot, Object[] refs) {
        String reason = (String) Slots.reference(part(slot, REASON), refs);
        return reason.isEmpty() ? null : typeName(slot, refs) + ": " + reason;
    }

    /** The slot of the exception of a value's exporter; 0 for other values. */
    static long refusal(long slot) {
        return kind(slot) == WITHOUT_BUFFER ? part(slot, FIRST) : 0;
    }

    /** The value in a message. */
    static String literal(long slot, Object[] refs) {
        return switch (kind(slot)) {
            case REAL -> Double.toString(Slots.floating(part(slot, FIRST)));
            case BEYOND, PATH -> (String) Slots.reference(part(slot, FIRST), refs);
            default -> typeName(slot, refs);
        };
    }

    /** The slot of the float that a number is rounded to; 0 for values that are not rounded. */
    static long rounded(long slot) {
        return kind(slot) == REAL ? part(slot, FIRST) : 0;
    }

    /** Whether the value is a number outside the range of a double. */
    static boolean isBeyondDouble(long slot) {
        return kind(slot) == BEYOND;
    }

    /** The value as a type takes it, or {@link Parameter#REFUSED} or {@link Parameter#OUT_OF_RANGE}. */
    static Object convert(Class<?> type, long slot, Object[] refs) {
        int kind = kind(slot);
        if (kind == DECIMAL && type.isAssignableFrom(BigDecimal.class)) {
            return decimal(slot, refs);
        }
        if (kind == PATH && (type == Path.class || type == File.class)) {
            return path(type, (String) Slots.reference(part(slot, FIRST), refs));
        }
        if (type == Object.class) {
            return Parameter.REFUSED;
        }
        try {
            if (kind == DURATION && type.isAssignableFrom(Duration.class)) {
                return Duration.ofSeconds(seconds(slot), nanos(slot));
            }
            if ((kind == LOCAL_TIME || kind == EITHER_TIME) && type.isAssignableFrom(LocalDateTime.class)) {
                return LocalDateTime.ofEpochSecond(seconds(slot), nanos(slot), ZoneOffset.UTC);
            }
            if ((kind == INSTANT || kind == EITHER_TIME) && type.isAssignableFrom(Instant.class)) {
                return Instant.ofEpochSecond(seconds(slot), nanos(slot));
            }
        } catch (DateTimeException e) {
            return Parameter.OUT_OF_RANGE;
        }
        return Parameter.REFUSED;
    }

    /** A File takes every text, and names another file where the text is not encodable. A Path refuses it. */
    private static Object path(Class<?> type, String text) {
        try {
            Path path = Path.of(text);
            return type == Path.class ? path : new File(text);
        } catch (InvalidPathException e) {
            return Parameter.OUT_OF_RANGE;
        }
    }

    private static BigDecimal decimal(long slot, Object[] refs) {
        long unscaled = part(slot, FIRST);
        int scale = (int) Slots.payload(part(slot, SECOND));
        return Slots.tag(unscaled) == Slots.INT
                ? BigDecimal.valueOf(Slots.payload(unscaled), scale)
                : new BigDecimal(Parameter.bigInteger(unscaled, refs), scale);
    }

    private static long seconds(long slot) {
        long part = part(slot, FIRST);
        if (Slots.tag(part) != Slots.INT) {
            throw new DateTimeException("the seconds do not fit 64 bits");
        }
        return Slots.payload(part);
    }

    private static int nanos(long slot) {
        return (int) Slots.payload(part(slot, SECOND));
    }

    /** The rank of a class or interface that takes the value. */
    static int rank(Class<?> type, long slot, Object[] refs) {
        if (convert(type, slot, refs) == Parameter.REFUSED) {
            return ReferenceParameter.AS_ITSELF;
        }
        return kind(slot) == EITHER_TIME && type == Instant.class || type == File.class
                ? Parameter.LOOSE
                : Parameter.STRICT;
    }
}

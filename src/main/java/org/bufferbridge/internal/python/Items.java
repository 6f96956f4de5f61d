package org.bufferbridge.internal.python;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.BaseStream;
import org.bufferbridge.internal.calls.Ahead;
import org.bufferbridge.internal.values.Compared;
import org.bufferbridge.internal.values.Kept;

/**
 * Java's half of {@code _objects}: what Python's operators and built-in functions do with collections, arrays,
 * texts, numbers, optionals and paths.
 *
 * <p>An index below 0 counts from the end, as in Python. An index that is out of range throws
 * IndexOutOfBoundsException, an IndexError in Python.
 *
 * <p>A Python int or float that is looked for arrives in a box of the library's choice. So a number that is not found
 * is looked for in the other boxes too. A text of one unit is looked for as a Character, and a Character as a text.
 *
 * <p>Threads: any; stateless. The methods call user code: that of the collections.
 */
public final class Items {
    private Items() {}

    public static int size(Collection<?> collection) {
        return collection.size();
    }

    public static int sizeOfMap(Map<?, ?> map) {
        return map.size();
    }

    public static int sizeOfArray(Object[] array) {
        return array.length;
    }

    public static int sizeOfText(CharSequence text) {
        return text.length();
    }

    public static Ahead ahead(Collection<?> collection) {
        return Ahead.of(collection);
    }

    public static Ahead aheadInList(List<?> list, int from, int to) {
        return Ahead.of(list.subList(from, to));
    }

    public static Ahead aheadInArray(Object[] array, int from, int to) {
        return Ahead.of(array, from, to);
    }

    public static Ahead keys(Map<?, ?> map) {
        return Ahead.ofKeys(map);
    }

    public static Ahead entries(Map<?, ?> map) {
        return Ahead.ofEntries(map);
    }

    public static Iterator<?> iterator(Iterable<?> iterable) {
        return iterable.iterator();
    }

    public static Iterator<?> iteratorOfStream(BaseStream<?, ?> stream) {
        return stream.iterator();
    }

    public static boolean contains(Collection<?> collection, @Compared Object item) {
        return alike(item, candidate -> has(collection::contains, candidate)) != NONE;
    }

    public static Object get(List<?> list, long index) {
        return list.get(index < 0 ? fromEnd(index, list.size()) : inRange(index, Integer.MAX_VALUE));
    }

    public static void set(List<Object> list, long index, @Kept Object item) {
        list.set(index < 0 ? fromEnd(index, list.size()) : inRange(index, Integer.MAX_VALUE), item);
    }

    public static void remove(List<?> list, long index) {
        list.remove(index < 0 ? fromEnd(index, list.size()) : inRange(index, Integer.MAX_VALUE));
    }

    public static void removeRange(List<?> list, int from, int to) {
        list.subList(from, to).clear();
    }

    public static Object getOfArray(Object[] array, long index) {
        return array[indexOf(array, index)];
    }

    public static int indexOf(Object array, long index) {
        int length = Array.getLength(array);
        return index < 0 ? fromEnd(index, length) : inRange(index, length);
    }

    public static boolean arrayContains(Object[] array, @Compared Object item) {
        return contains(java.util.Arrays.asList(array), item);
    }

    public static char unit(CharSequence text, long index) {
        return text.charAt(index < 0 ? fromEnd(index, text.length()) : inRange(index, Integer.MAX_VALUE));
    }

    public static String part(CharSequence text, int from, int to) {
        return text.subSequence(from, to).toString();
    }

    /** The value; null also if there is none: {@link #hasKey} tells. */
    public static Object getOfMap(Map<?, ?> map, @Compared Object key) {
        Object own = alike(key, candidate -> has(map::containsKey, candidate));
        return own == NONE ? null : map.get(own);
    }

    public static boolean hasKey(Map<?, ?> map, @Compared Object key) {
        return alike(key, candidate -> has(map::containsKey, candidate)) != NONE;
    }

    /** A key that the map has keeps its box. */
    public static void put(Map<Object, Object> map, @Kept Object key, @Kept Object value) {
        Object own = alike(key, candidate -> has(map::containsKey, candidate));
        map.put(own == NONE ? key : own, value);
    }

    /** Whether the map had the key. */
    public static boolean removeKey(Map<?, ?> map, @Compared Object key) {
        Object own = alike(key, candidate -> has(map::containsKey, candidate));
        if (own == NONE) {
            return false;
        }
        map.remove(own);
        return true;
    }

    public static boolean isPresent(Object optional) {
        return switch (optional) {
            case Optional<?> some -> some.isPresent();
            case OptionalInt some -> some.isPresent();
            case OptionalLong some -> some.isPresent();
            case OptionalDouble some -> some.isPresent();
            default -> throw new ClassCastException(optional.getClass().getName() + " is no Optional");
        };
    }

    public static Object value(Optional<?> optional) {
        return optional.orElseThrow();
    }

    public static int value(OptionalInt optional) {
        return optional.orElseThrow();
    }

    public static long value(OptionalLong optional) {
        return optional.orElseThrow();
    }

    public static double value(OptionalDouble optional) {
        return optional.orElseThrow();
    }

    public static double floating(Number number) {
        return number.doubleValue();
    }

    /** The exact value of a number without a fraction: a Long, or the decimal digits. */
    public static Object integral(Number number) {
        return number instanceof BigInteger large ? large.toString() : (Object) number.longValue();
    }

    /** The part before the point: a Double, a Long, or the decimal digits. */
    public static Object truncated(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal.toBigInteger().toString();
        }
        boolean isIntegral = number instanceof BigInteger
                || number instanceof AtomicInteger
                || number instanceof AtomicLong
                || number instanceof LongAdder
                || number instanceof LongAccumulator;
        return isIntegral ? integral(number) : (Object) number.doubleValue();
    }

    /**
     * The path of a file of the system, for Python's {@code open}.
     *
     * @throws ClassCastException if the path is one of another file system, such as a zip file's
     */
    public static String pathOfFile(Object path) {
        if (path instanceof Path one && one.getFileSystem() != FileSystems.getDefault()) {
            throw new ClassCastException(
                    "the path " + one.toUri() + " is of another file system; Files.readAllBytes(path) reads it");
        }
        return path.toString();
    }

    private static int fromEnd(long index, int size) {
        if (index < -(long) size) {
            throw new IndexOutOfBoundsException("index " + index + " is out of range for " + size + " items");
        }
        return (int) (index + size);
    }

    private static int inRange(long index, int size) {
        if (index >= size) {
            throw new IndexOutOfBoundsException("index " + index + " is out of range for " + size + " items");
        }
        return (int) index;
    }

    /** A collection may refuse to look for null, or for an object of another type: it has none. */
    private static boolean has(Predicate<Object> test, Object item) {
        try {
            return test.test(item);
        } catch (ClassCastException e) {
            return false;
        } catch (NullPointerException e) {
            if (item == null) {
                return false;
            }
            throw e;
        }
    }

    /** The result of {@link #alike} if there is none. */
    private static final Object NONE = new Object();

    /** The first for which the test holds: the item itself, or the same number or unit of text in another box. */
    private static Object alike(Object item, Predicate<Object> test) {
        if (test.test(item)) {
            return item;
        }
        for (Object box : boxes(item)) {
            if (!box.equals(item) && test.test(box)) {
                return box;
            }
        }
        return NONE;
    }

    private static Object[] boxes(Object item) {
        boolean isShort = item instanceof BigInteger large && large.bitLength() < Long.SIZE;
        if (isShort
                || item instanceof Integer
                || item instanceof Long
                || item instanceof Short
                || item instanceof Byte) {
            long value = ((Number) item).longValue();
            return new Object[] {
                value,
                (int) value == value ? (Object) (int) value : item,
                (short) value == value ? (Object) (short) value : item,
                (byte) value == value ? (Object) (byte) value : item,
                BigInteger.valueOf(value)
            };
        }
        if (item instanceof Double || item instanceof Float) {
            double value = ((Number) item).doubleValue();
            return new Object[] {value, (float) value == value ? (Object) (float) value : item};
        }
        if (item instanceof String text && text.length() == 1) {
            return new Object[] {text.charAt(0)};
        }
        if (item instanceof Character unit) {
            return new Object[] {unit.toString()};
        }
        return new Object[0];
    }
}

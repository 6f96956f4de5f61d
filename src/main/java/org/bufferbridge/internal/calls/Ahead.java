package org.bufferbridge.internal.calls;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.bufferbridge.internal.values.Results;
import org.bufferbridge.internal.values.Slots;

/**
 * The items of a collection, a map or an array, read many at a time for Python. Other iterators are read one item at a
 * time, because each may wait for its next item, or have effects.
 *
 * <p>The first read has few items, for a loop that ends early; the later ones have more. An exception of the iterator
 * is thrown by the read after the items that came before it.
 *
 * <p>An object is used by one thread at a time, as the iterator under it.
 */
public final class Ahead {
    private static final int FIRST = 16;
    private static final int GROWTH = 4;

    private final Iterator<?> iterator;
    private final boolean ofPrimitives;
    private int room = FIRST;
    private Throwable thrown;

    private Ahead(Iterator<?> iterator) {
        this.iterator = iterator;
        this.ofPrimitives = iterator instanceof Primitives;
    }

    public static Ahead of(Collection<?> collection) {
        return new Ahead(collection.iterator());
    }

    public static Ahead ofKeys(Map<?, ?> map) {
        return new Ahead(map.keySet().iterator());
    }

    /** Each key, followed by its value. */
    public static Ahead ofEntries(Map<?, ?> map) {
        return new Ahead(new Flat(map.entrySet().iterator()));
    }

    /** The items of an array from one index up to another one. */
    public static Ahead of(Object array, int from, int to) {
        return new Ahead(
                array instanceof Object[] objects
                        ? Arrays.asList(objects).subList(from, to).iterator()
                        : new Primitives(array, from, to));
    }

    /**
     * Writes the next items to slots. Called from C.
     *
     * @param source an Ahead, an Iterator or an Enumeration
     * @param slots address of {@code capacity + 1} slots; the payload of the first becomes the number of items, and the
     *     items follow
     * @return what {@link Results#write} returned for each item; null if that was null for all
     */
    static Object[] fetch(Object source, long slots, int capacity) throws Throwable {
        Slots.write(slots, Slots.NONE, 0, 0);
        if (source instanceof Ahead ahead) {
            return ahead.fetch(slots, capacity);
        }
        boolean isIterator = source instanceof Iterator<?>;
        if (isIterator ? !((Iterator<?>) source).hasNext() : !((Enumeration<?>) source).hasMoreElements()) {
            return null;
        }
        Object item = isIterator ? ((Iterator<?>) source).next() : ((Enumeration<?>) source).nextElement();
        Object beside = Results.write(Slots.at(slots, 1), item);
        Slots.write(slots, Slots.NONE, 0, 1);
        return beside == null ? null : new Object[] {beside};
    }

    private Object[] fetch(long slots, int capacity) throws Throwable {
        if (thrown != null) {
            Throwable late = thrown;
            thrown = null;
            throw late;
        }
        int wanted = Math.min(room, capacity);
        room = wanted * GROWTH;
        Object[] beside = null;
        int count = 0;
        try {
            for (; count < wanted && iterator.hasNext(); count++) {
                Object second = Results.write(Slots.at(slots, count + 1), iterator.next(), ofPrimitives);
                if (second != null) {
                    beside = beside == null ? new Object[wanted] : beside;
                    beside[count] = second;
                }
            }
        } catch (Throwable late) {
            if (count == 0) {
                throw late;
            }
            thrown = late;
        }
        Slots.write(slots, Slots.NONE, 0, count);
        return beside;
    }

    /** Keys and values in turn. */
    private static final class Flat implements Iterator<Object> {
        private final Iterator<? extends Map.Entry<?, ?>> entries;
        private Map.Entry<?, ?> entry;

        Flat(Iterator<? extends Map.Entry<?, ?>> entries) {
            this.entries = entries;
        }

        @Override
        public boolean hasNext() {
            return entry != null || entries.hasNext();
        }

        @Override
        public Object next() {
            if (entry == null) {
                entry = entries.next();
                return entry.getKey();
            }
            Object value = entry.getValue();
            entry = null;
            return value;
        }
    }

    private static final class Primitives implements Iterator<Object> {
        private final Object array;
        private final int end;
        private int index;

        Primitives(Object array, int from, int end) {
            this.array = array;
            this.index = from;
            this.end = end;
        }

        @Override
        public boolean hasNext() {
            return index < end;
        }

        @Override
        public Object next() {
            if (index >= end) {
                throw new NoSuchElementException("the array has " + end + " items");
            }
            return Array.get(array, index++);
        }
    }
}

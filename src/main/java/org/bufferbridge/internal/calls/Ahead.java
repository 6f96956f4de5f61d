package org.bufferbridge.internal.calls;

import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.Map;
import org.bufferbridge.internal.values.PythonValues;
import org.bufferbridge.internal.values.Results;
import org.bufferbridge.internal.values.Slots;

/**
 * The items of a collection, a map or an array of objects, read many at a time for Python. Other iterators are read
 * one item at a time, because each may wait for its next item, or have effects.
 *
 * <p>The first read has few items, for a loop that ends early; the later ones have more. An exception of the iterator
 * is thrown by the read after the items that came before it. A loop that ends before never sees it. Therefore an
 * exception that should end the program or the thread is thrown at once. So are errors of the JVM.
 *
 * <p>An object is used by one thread at a time, as the iterator under it.
 */
public final class Ahead {
    private static final int FIRST = 16;
    private static final int GROWTH = 4;

    private final Iterator<?> iterator;

    // The slots of one item of the iterator: two for an entry, which then comes whole.
    private final int width;
    private int room = FIRST;
    private Throwable thrown;

    private Ahead(Iterator<?> iterator) {
        this(iterator, 1);
    }

    private Ahead(Iterator<?> iterator, int width) {
        this.iterator = iterator;
        this.width = width;
    }

    public static Ahead of(Collection<?> collection) {
        return new Ahead(collection.iterator());
    }

    public static Ahead ofKeys(Map<?, ?> map) {
        return new Ahead(map.keySet().iterator());
    }

    /** Each key, followed by its value. */
    public static Ahead ofEntries(Map<?, ?> map) {
        return new Ahead(map.entrySet().iterator(), 2);
    }

    /** The items of an array from one index up to another one. */
    public static Ahead of(Object[] array, int from, int to) {
        return new Ahead(Arrays.asList(array).subList(from, to).iterator());
    }

    /**
     * Writes the next items to slots. Called from C.
     *
     * @param source an Ahead, an Iterator or an Enumeration
     * @param slots address of {@code capacity + 1} slots; the payload of the first becomes the number of items, and the
     *     items follow. If this throws, the caller gives up the references of so many slots
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
        Batch batch = new Batch(slots, wanted);
        int complete = 0;
        try {
            while (complete + width <= wanted && iterator.hasNext()) {
                Object item = iterator.next();
                if (width == 1) {
                    batch.add(item);
                } else {
                    Map.Entry<?, ?> entry = (Map.Entry<?, ?>) item;
                    Object key = entry.getKey();
                    Object value = entry.getValue();
                    batch.add(key);
                    batch.add(value);
                }
                complete = batch.count;
            }
        } catch (Throwable late) {
            if (complete == 0 || complete != batch.count || isUrgent(late)) {
                Slots.write(slots, Slots.NONE, 0, batch.count);
                throw late;
            }
            thrown = late;
        }
        Slots.write(slots, Slots.NONE, 0, complete);
        return batch.beside;
    }

    private static boolean isUrgent(Throwable late) {
        return late instanceof Error || PythonValues.VALUES.isExit(late);
    }

    /** The slots of one read, as they fill. */
    private final class Batch {
        private final long slots;
        private final int capacity;
        Object[] beside;
        int count;

        Batch(long slots, int capacity) {
            this.slots = slots;
            this.capacity = capacity;
        }

        void add(Object item) {
            Object second = Results.write(Slots.at(slots, count + 1), item);
            if (second != null) {
                beside = beside == null ? new Object[capacity] : beside;
                beside[count] = second;
            }
            count++;
        }
    }
}

package org.bufferbridge.internal.values;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bufferbridge.internal.classes.Generics;

/**
 * A Java type that takes the items of Python's lists, dicts, sets and other iterables, as a new Java container. The
 * items are converted to the type arguments, where the parameter has some.
 *
 * <p>What a list or tuple has is there already. The items of all others are read after the choice of the overload;
 * before that, the kind of the value alone decides.
 *
 * <p>Immutable, except for the parameters of the items, which are made on first use.
 */
final class Container {
    private enum Form {
        /** Object, which takes lists and tuples alone. */
        OBJECT,
        ITERABLE,
        COLLECTION,
        LIST,
        SET,
        MAP,
        ITERATOR,
        STREAM,
        INTS,
        LONGS,
        DOUBLES
    }

    /** The rank of a container's own type. */
    private static final int AS_ITS_KIND = Parameter.PYTHON;

    // Other types take containers in this order.
    private static final int AS_ITERABLE = 7;
    private static final int AS_STREAM = 8;
    private static final int AS_ITERATOR = 9;

    /** The longest text of a key in a message. */
    private static final int MAX_KEY = 40;

    private final Type generic;
    private final PythonValues.Use access;
    private final Form form;

    // Made on first use: in <T extends List<T>> the chain of element types has no end.
    private Parameter first;
    private Parameter second;

    private Container(Type generic, PythonValues.Use access, Form form) {
        this.generic = generic;
        this.access = access;
        this.form = form;
    }

    /** The container that a type is; null if it is none. */
    static Container of(Class<?> type, Type generic, PythonValues.Use access) {
        Form form = type.isInterface() || type == Object.class ? form(type) : null;
        return form == null ? null : new Container(generic, access, form);
    }

    private static Form form(Class<?> type) {
        if (type.isAssignableFrom(List.class)) {
            if (type == Object.class) {
                return Form.OBJECT;
            }
            return type == Iterable.class ? Form.ITERABLE : type == Collection.class ? Form.COLLECTION : Form.LIST;
        }
        if (type == Map.class || type == SequencedMap.class) {
            return Form.MAP;
        }
        if (type == Set.class) {
            return Form.SET;
        }
        if (type == Iterator.class) {
            return Form.ITERATOR;
        }
        return type.getPackage() == Stream.class.getPackage() ? formOfStream(type) : null;
    }

    private static Form formOfStream(Class<?> type) {
        if (type == Stream.class) {
            return Form.STREAM;
        }
        if (type == IntStream.class) {
            return Form.INTS;
        }
        if (type == LongStream.class) {
            return Form.LONGS;
        }
        return type == DoubleStream.class ? Form.DOUBLES : null;
    }

    // ----------------------------------------------------------------------------------------- what it takes

    /** Whether it takes values of the kind of the one in a slot. */
    boolean takes(long slot) {
        if (Slots.tag(slot) == Slots.SEQUENCE) {
            return form != Form.MAP && form != Form.SET;
        }
        if (Slots.tag(slot) != Slots.ITERABLE || form == Form.OBJECT) {
            return false;
        }
        return switch (Iterables.kind(slot)) {
            case Iterables.NOTHING -> false;
            case Iterables.MAPPING -> form == Form.MAP;
            case Iterables.SET -> form != Form.MAP;
            default -> form != Form.MAP && form != Form.SET;
        };
    }

    /** The rank of a value that it takes. */
    int rank(long slot) {
        int tag = Slots.tag(slot);
        int kind = tag == Slots.ITERABLE ? Iterables.kind(slot) : Iterables.COLLECTION;
        return switch (form) {
            case STREAM, INTS, LONGS, DOUBLES -> AS_STREAM;
            case ITERATOR -> kind == Iterables.ITERATOR ? AS_ITS_KIND : AS_ITERATOR;
            case LIST -> kind == Iterables.SET || isRun(kind) ? AS_ITERABLE : rankOfKind(tag);
            default -> isRun(kind) ? AS_ITERABLE : rankOfKind(tag);
        };
    }

    private static int rankOfKind(int tag) {
        return tag == Slots.SEQUENCE ? Parameter.STRICT : AS_ITS_KIND;
    }

    /** Whether a loop is run to have the items. */
    private static boolean isRun(int kind) {
        return kind == Iterables.ITERABLE || kind == Iterables.ITERATOR;
    }

    /** Why a value of another kind is refused; null if its type says it. */
    private String obstacleOfKind(long slot) {
        if (Slots.tag(slot) == Slots.BUFFER && form != Form.OBJECT && form != Form.MAP) {
            return "a buffer is taken as memory; x.tolist() has its items";
        }
        boolean isSequence = Slots.tag(slot) == Slots.SEQUENCE;
        if (!isSequence && (Slots.tag(slot) != Slots.ITERABLE || Iterables.kind(slot) == Iterables.NOTHING)) {
            return null;
        }
        if (form == Form.MAP) {
            return isSequence ? null : "a Map takes a mapping; dict(x) makes one of pairs";
        }
        return form == Form.SET
                ? "a Set takes a set; set(x) makes one"
                : "a mapping becomes a Map; x.keys(), x.values() and x.items() are iterables";
    }

    // -------------------------------------------------------------------------------------------- conversion

    /** Converts a value that it takes: a new container, or one of the answers of {@link Parameter#convert}. */
    Object convert(long slot, Object[] refs) {
        PackedItems items = items(slot, refs);
        if (items == null) {
            return Parameter.UNREAD;
        }
        return switch (form) {
            case MAP -> map(items);
            case SET -> set(items);
            case INTS, LONGS, DOUBLES -> numbers(items);
            default -> listed(list(items));
        };
    }

    private static PackedItems items(long slot, Object[] refs) {
        return Slots.tag(slot) == Slots.SEQUENCE ? PackedItems.ofSequence(slot, refs) : Iterables.known(slot, refs);
    }

    private Object listed(Object list) {
        if (!Parameter.isValue(list)) {
            return list;
        }
        if (form == Form.STREAM) {
            return ((List<?>) list).stream();
        }
        return form == Form.ITERATOR ? ((List<?>) list).iterator() : list;
    }

    private Object list(PackedItems items) {
        Parameter taker = element();
        List<Object> list = new ArrayList<>(items.count());
        Object answer = list;
        for (int i = 0; i < items.count(); i++) {
            Object value = taker.convert(items.at(i), items.refs());
            if (value == Parameter.REFUSED) {
                return value;
            }
            answer = worse(answer, value);
            list.add(value);
        }
        return answer;
    }

    /** An answer that is no value outweighs values; one that stays outweighs one that a reading may change. */
    private static Object worse(Object answer, Object value) {
        return Parameter.isValue(value) || answer == Parameter.OUT_OF_RANGE ? answer : value;
    }

    private Object set(PackedItems items) {
        Parameter taker = element();
        Set<Object> set = LinkedHashSet.newLinkedHashSet(items.count());
        Object answer = set;
        for (int i = 0; i < items.count(); i++) {
            Object value = taker.convert(items.at(i), items.refs());
            if (value == Parameter.REFUSED) {
                return value;
            }
            answer = worse(answer, value);
            if (answer == set && !set.add(value)) {
                return Parameter.REFUSED; // an item would be lost
            }
        }
        return answer;
    }

    private Object map(PackedItems items) {
        Parameter keys = element();
        Parameter values = value();
        int count = items.count() / 2;
        Map<Object, Object> map = LinkedHashMap.newLinkedHashMap(count);
        Object answer = map;
        for (int i = 0; i < count; i++) {
            Object key = keys.convert(items.at(2 * i), items.refs());
            Object value = values.convert(items.at(2 * i + 1), items.refs());
            if (key == Parameter.REFUSED || value == Parameter.REFUSED) {
                return Parameter.REFUSED;
            }
            answer = worse(worse(answer, key), value);
            if (answer == map) {
                map.put(key, value);
                if (map.size() <= i) {
                    return Parameter.REFUSED; // a value would be lost
                }
            }
        }
        return answer;
    }

    private Object numbers(PackedItems items) {
        Object array = ArrayParameter.array(element(), items);
        if (array instanceof int[] ints) {
            return Arrays.stream(ints);
        }
        if (array instanceof long[] longs) {
            return Arrays.stream(longs);
        }
        return array instanceof double[] doubles ? Arrays.stream(doubles) : array;
    }

    /** The parameter of the items; of a map, that of the keys. */
    Parameter element() {
        Parameter taker = first;
        if (taker == null) {
            Type item =
                    switch (form) {
                        case INTS -> int.class;
                        case LONGS -> long.class;
                        case DOUBLES -> double.class;
                        default -> Generics.argument(generic, declaring(), 0);
                    };
            taker = Parameter.of(Generics.erase(item), item, access);
            first = taker;
        }
        return taker;
    }

    private Parameter value() {
        Parameter taker = second;
        if (taker == null) {
            Type value = Generics.argument(generic, Map.class, 1);
            taker = Parameter.of(Generics.erase(value), value, access);
            second = taker;
        }
        return taker;
    }

    /** The type whose type arguments are those of the items. */
    private Class<?> declaring() {
        return switch (form) {
            case MAP -> Map.class;
            case ITERATOR -> Iterator.class;
            case STREAM -> Stream.class;
            default -> Iterable.class;
        };
    }

    private Parameter taker(int index) {
        return form == Form.MAP && index % 2 == 1 ? value() : element();
    }

    // ------------------------------------------------------------------------------------- reading, declaring

    /** Reads the items of a value that it takes, or those that its items have. */
    void read(long slot, Object[] refs) {
        PackedItems items = items(slot, refs);
        if (items == null) {
            Iterables.read(slot, refs, reading());
            return;
        }
        for (int i = 0; i < items.count(); i++) {
            taker(i).read(items.at(i), items.refs());
        }
    }

    private PythonValues.Reading reading() {
        if (form == Form.MAP) {
            return PythonValues.Reading.PAIRS;
        }
        return element().type == PythonValues.VALUES.objectType()
                ? PythonValues.Reading.OBJECTS
                : PythonValues.Reading.VALUES;
    }

    /** Tells the buffers among the items how the parameter uses them. */
    void declare(long slot, Object[] refs) {
        PackedItems items = items(slot, refs);
        for (int i = 0; items != null && i < items.count(); i++) {
            taker(i).declare(items.at(i), items.refs());
        }
    }

    // ------------------------------------------------------------------------------------------ what is wrong

    /** Says which item does not fit which type. */
    String misfit(long slot, Object[] refs) {
        PackedItems items = items(slot, refs);
        for (int i = 0; i < items.count(); i++) {
            Parameter taker = taker(i);
            if (taker.convert(items.at(i), items.refs()) == Parameter.OUT_OF_RANGE) {
                return place(items, i) + ": " + taker.misfit(items.at(i), items.refs());
            }
        }
        throw new IllegalArgumentException("no item is out of range");
    }

    /** Says why a value is refused; null if its type says it. */
    String obstacle(long slot, Object[] refs) {
        if (!takes(slot)) {
            return obstacleOfKind(slot);
        }
        PackedItems items = items(slot, refs);
        if (items == null) {
            return null;
        }
        for (int i = 0; i < items.count(); i++) {
            Parameter taker = taker(i);
            long item = items.at(i);
            if (taker.convert(item, items.refs()) == Parameter.REFUSED) {
                return place(items, i) + ": " + taker.refusal(item, items.refs());
            }
        }
        return convert(slot, refs) == Parameter.REFUSED
                ? "two " + (form == Form.MAP ? "keys" : "items") + " become equal as "
                        + Signatures.shortName(element().type) + ", and one would be lost"
                : null;
    }

    /** Where an item is: its index, or the key of a mapping. */
    private String place(PackedItems items, int index) {
        if (form == Form.MAP) {
            return (index % 2 == 0 ? "key " : "the value of key ") + key(items.at(index - index % 2), items.refs());
        }
        return "item " + index;
    }

    private static String key(long slot, Object[] refs) {
        if (Slots.tag(slot) != Slots.STR) {
            return Parameter.literal(slot, refs);
        }
        String text = (String) Slots.reference(slot, refs);
        return "'" + (text.length() <= MAX_KEY ? text : text.substring(0, MAX_KEY) + "...") + "'";
    }
}

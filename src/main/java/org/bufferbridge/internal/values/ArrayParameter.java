package org.bufferbridge.internal.values;

import java.lang.reflect.Array;
import java.lang.reflect.Type;

/**
 * An array type. It takes null, an array of the type itself, or a sequence, of which it makes a new array. A range and
 * other Python sequences are read for it.
 *
 * <p>A {@code byte[]} takes {@code bytes}, as a copy, because nothing can change them. No array takes another buffer.
 * That would be a silent copy, and writes of Java code into the copy would be lost.
 */
public final class ArrayParameter extends Parameter {
    /** The rank of a copy of bytes: behind all types that stand for memory. */
    static final int COPIED = 6;

    private static final String COPY = "a Java array would be a silent copy; bufferbridge.array(x) makes one";

    private final Parameter element;

    ArrayParameter(Class<?> type, Type component, PythonValues.Use access) {
        super(type);
        this.element = Parameter.of(type.getComponentType(), component, access);
    }

    @Override
    public Object convert(long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.NONE -> null;
            case Slots.OBJECT -> instance(slot, refs);
            case Slots.SEQUENCE -> array(element, PackedItems.ofSequence(slot, refs));
            case Slots.ITERABLE -> fromIterable(slot, refs);
            case Slots.BUFFER -> takesBytes(slot) ? copy(slot, refs) : REFUSED;
            default -> REFUSED;
        };
    }

    private Object fromIterable(long slot, Object[] refs) {
        if (!takesIterable(slot)) {
            return REFUSED;
        }
        PackedItems items = Iterables.known(slot, refs);
        return items == null ? UNREAD : array(element, items);
    }

    private static boolean takesIterable(long slot) {
        int kind = Iterables.kind(slot);
        return kind == Iterables.RANGE || kind == Iterables.COLLECTION;
    }

    /** The items that a slot has; null if it has none, or if they were not read. */
    private static PackedItems items(long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.SEQUENCE -> PackedItems.ofSequence(slot, refs);
            case Slots.ITERABLE -> Iterables.known(slot, refs);
            default -> null;
        };
    }

    @Override
    public void read(long slot, Object[] refs) {
        PackedItems items = items(slot, refs);
        if (items != null) {
            read(element, items);
        } else if (Slots.tag(slot) == Slots.ITERABLE) {
            boolean ofObjects = element.type == PythonValues.VALUES.objectType();
            Iterables.read(slot, refs, ofObjects ? PythonValues.Reading.OBJECTS : PythonValues.Reading.VALUES);
        }
    }

    /** Reads the containers among items. */
    private static void read(Parameter element, PackedItems items) {
        for (int i = 0; i < items.count(); i++) {
            element.read(items.at(i), items.refs());
        }
    }

    private boolean takesBytes(long slot) {
        return type == byte[].class && Slots.isBytes(slot);
    }

    private static Object copy(long slot, Object[] refs) {
        Object copy = PythonValues.VALUES.copy(BufferParameter.pythonBuffer(slot, refs));
        return copy == null ? REFUSED : copy;
    }

    /** A new array of items, or {@link #REFUSED}, {@link #OUT_OF_RANGE} or {@link #UNREAD}. */
    public static Object array(Parameter element, PackedItems items) {
        int count = items.count();
        long slots = items.slots();
        Object[] refs = items.refs();
        Object array = Array.newInstance(element.type, count);
        boolean inRange = true;
        boolean isRead = true;
        int first = element instanceof PrimitiveParameter primitive ? primitive.storeFirst(array, items) : 0;
        for (int i = first; i < count; i++) {
            long slot = Slots.at(slots, i);
            Object value;
            if (element instanceof PrimitiveParameter primitive) {
                value = primitive.store(array, i, slot, refs);
            } else {
                value = element.convert(slot, refs);
                if (isValue(value)) {
                    ((Object[]) array)[i] = value;
                }
            }
            if (value == REFUSED) {
                return REFUSED;
            }
            inRange &= value != OUT_OF_RANGE;
            isRead &= value != UNREAD;
        }
        if (!inRange) {
            return OUT_OF_RANGE;
        }
        return isRead ? array : UNREAD;
    }

    @Override
    public int rank(long slot, Object[] refs) {
        if (Slots.tag(slot) == Slots.ITERABLE) {
            return ARRAY + PYTHON; // whatever its items are
        }
        if (Slots.tag(slot) != Slots.SEQUENCE) {
            return Slots.tag(slot) == Slots.BUFFER ? COPIED : STRICT;
        }
        int count = Slots.aux(slot);
        long items = Slots.payload(slot);
        int worst = STRICT;
        for (int i = 0; i < count; i++) {
            worst = Math.max(worst, element.rank(Slots.at(items, i), refs));
        }
        return worst > ARRAY ? worst : ARRAY + worst;
    }

    @Override
    public String misfit(long slot, Object[] refs) {
        PackedItems items = items(slot, refs);
        for (int i = 0; i < items.count(); i++) {
            if (element.convert(items.at(i), items.refs()) == OUT_OF_RANGE) {
                return "item " + i + ": " + element.misfit(items.at(i), items.refs());
            }
        }
        throw new IllegalArgumentException("no item is out of range");
    }

    @Override
    public boolean declares() {
        return element.declares();
    }

    @Override
    public void declare(long slot, Object[] refs) {
        PackedItems items = items(slot, refs);
        for (int i = 0; items != null && i < items.count(); i++) {
            element.declare(items.at(i), items.refs());
        }
    }

    public Parameter element() {
        return element;
    }

    @Override
    public String obstacle(long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.BUFFER -> isOfPrimitives() ? COPY : null;
            case Slots.SEQUENCE -> obstacleOfItems(slot, refs);
            case Slots.ITERABLE -> isOfPrimitives() && Iterables.lends(slot, refs) ? COPY : obstacleOfItems(slot, refs);
            default -> super.obstacle(slot, refs);
        };
    }

    /** Says why the first item that is refused is refused; null if there is none. */
    private String obstacleOfItems(long slot, Object[] refs) {
        PackedItems items = items(slot, refs);
        for (int i = 0; items != null && i < items.count(); i++) {
            Object value = element.convert(items.at(i), items.refs());
            if (value == REFUSED || value == null && element.type.isPrimitive()) {
                return "item " + i + ": " + element.refusal(items.at(i), items.refs());
            }
        }
        return null;
    }

    /** Whether it is an array of primitives, in any number of dimensions. bufferbridge.array makes such arrays. */
    private boolean isOfPrimitives() {
        Class<?> item = type;
        while (item.isArray()) {
            item = item.getComponentType();
        }
        return item.isPrimitive();
    }
}

package org.bufferbridge.internal.values;

import java.lang.reflect.Array;
import java.lang.reflect.Type;

/**
 * An array type. It takes null, an array of the type itself, or a sequence, of which it makes a new array.
 *
 * <p>A {@code byte[]} takes {@code bytes}, as a copy, because nothing can change them. No array takes another buffer.
 * That would be a silent copy, and writes of Java code into the copy would be lost.
 */
public final class ArrayParameter extends Parameter {
    /** The rank of a copy of bytes: behind all types that stand for memory. */
    static final int COPIED = 6;

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
            case Slots.SEQUENCE -> array(element, Slots.payload(slot), Slots.aux(slot), refs);
            case Slots.BUFFER -> takesBytes(slot) ? copy(slot, refs) : REFUSED;
            default -> REFUSED;
        };
    }

    private boolean takesBytes(long slot) {
        return type == byte[].class && Slots.isBytes(slot);
    }

    private static Object copy(long slot, Object[] refs) {
        Object copy = PythonValues.VALUES.copy(BufferParameter.pythonBuffer(slot, refs));
        return copy == null ? REFUSED : copy;
    }

    /** A new array of the values in consecutive slots, or {@link #REFUSED} or {@link #OUT_OF_RANGE}. */
    public static Object array(Parameter element, long slots, int count, Object[] refs) {
        Object array = Array.newInstance(element.type, count);
        boolean inRange = true;
        for (int i = 0; i < count; i++) {
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
        }
        return inRange ? array : OUT_OF_RANGE;
    }

    @Override
    public int rank(long slot, Object[] refs) {
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
        return misfit(element, slot, refs);
    }

    /** Finds the first item of a sequence that is out of range. */
    public static String misfit(Parameter element, long slot, Object[] refs) {
        int count = Slots.aux(slot);
        long items = Slots.payload(slot);
        for (int i = 0; i < count; i++) {
            long item = Slots.at(items, i);
            if (element.convert(item, refs) == OUT_OF_RANGE) {
                return "item " + i + ": " + element.misfit(item, refs);
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
        declare(element, slot, refs);
    }

    /** Tells the buffers of a sequence how the parameter uses them. Does nothing if the slot holds no sequence. */
    public static void declare(Parameter element, long slot, Object[] refs) {
        if (Slots.tag(slot) == Slots.SEQUENCE) {
            for (int i = 0; i < Slots.aux(slot); i++) {
                element.declare(Slots.at(Slots.payload(slot), i), refs);
            }
        }
    }

    public Parameter element() {
        return element;
    }

    @Override
    public String obstacle(long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.BUFFER ->
                isOfPrimitives() ? "a Java array would be a silent copy; bufferbridge.array(x) makes one" : null;
            case Slots.SEQUENCE -> obstacle(element, slot, refs);
            default -> super.obstacle(slot, refs);
        };
    }

    /** Says why the first refused item of a sequence is refused. Null if there is none, or its kind says it. */
    static String obstacle(Parameter element, long slot, Object[] refs) {
        for (int i = 0; i < Slots.aux(slot); i++) {
            long item = Slots.at(Slots.payload(slot), i);
            if (element.convert(item, refs) == REFUSED) {
                String obstacle = element.obstacle(item, refs);
                return obstacle == null ? null : "item " + i + ": " + obstacle;
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

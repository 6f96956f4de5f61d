package org.bufferbridge.internal.calls;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bufferbridge.internal.members.JavaType;
import org.bufferbridge.internal.members.Member;
import org.bufferbridge.internal.values.Slots;

/**
 * Packs arguments as the native side does. Java values stand for Python's: null, Boolean, Integer
 * and Long (int), BigInteger (int beyond 64 bits), Double (float), String (str), List (list or
 * tuple); {@link Original} for a Java object, {@link Opaque} for what Java cannot take. Results
 * come back in the same terms, an int as Long, a Java object as itself.
 *
 * <p>Lives for one call and on one thread; its memory goes with the arena.
 */
final class PackedCall implements AutoCloseable {
    record Original(Object object) {}

    record Opaque(String typeName) {}

    private final Arena arena = Arena.ofConfined();
    private final List<Object> references = new ArrayList<>();
    private final int count;
    private final long slots;

    private PackedCall(List<?> arguments) {
        this.count = arguments.size();
        this.slots = pack(arguments);
    }

    static Object callStatic(Class<?> type, String name, Object... arguments) {
        return invoke(JavaType.ofClass(type).member(name, true), null, arguments);
    }

    static Object call(Object self, String name, Object... arguments) {
        return invoke(JavaType.of(self).member(name, false), self, arguments);
    }

    static Object construct(Class<?> type, Object... arguments) {
        return invoke(JavaType.ofClass(type).constructors(), null, arguments);
    }

    static Object invoke(Member member, Object self, Object... arguments) {
        try (PackedCall call = new PackedCall(Arrays.asList(arguments))) {
            return call.result(Calls.invoke(member, self, call.slots, call.count, call.references.toArray()));
        } catch (Throwable e) {
            throw PackedCall.<RuntimeException>as(e);
        }
    }

    static Object getField(Member field, Object self) {
        try (PackedCall call = new PackedCall(List.of())) {
            return call.result(Calls.getField(field, self, call.slots));
        } catch (Throwable e) {
            throw PackedCall.<RuntimeException>as(e);
        }
    }

    static void setField(Member field, Object self, Object value) {
        try (PackedCall call = new PackedCall(Collections.singletonList(value))) {
            Calls.setField(field, self, call.slots, call.references.toArray());
        } catch (Throwable e) {
            throw PackedCall.<RuntimeException>as(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E as(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private long pack(List<?> values) {
        // Slot 0 takes the result, also of a call without arguments.
        long size = (long) Math.max(1, values.size()) * Slots.BYTE_SIZE;
        MemorySegment memory = arena.allocate(size, Long.BYTES);
        long address = memory.address();
        for (int i = 0; i < values.size(); i++) {
            pack(Slots.at(address, i), values.get(i));
        }
        return address;
    }

    private void pack(long slot, Object value) {
        switch (value) {
            case null -> Slots.write(slot, Slots.NONE, 0, 0);
            case Boolean truth -> Slots.write(slot, Slots.BOOL, 0, truth ? 1 : 0);
            case Integer number -> Slots.write(slot, Slots.INT, 0, number);
            case Long number -> Slots.write(slot, Slots.INT, 0, number);
            case BigInteger number -> Slots.write(slot, Slots.BIGINT, 0, reference(number.toString()));
            case Double number -> Slots.write(slot, Slots.FLOAT, 0, Double.doubleToRawLongBits(number));
            case String text -> Slots.write(slot, Slots.STR, 0, reference(text));
            case List<?> items -> Slots.write(slot, Slots.SEQUENCE, items.size(), pack(items));
            case Original original -> Slots.write(slot, Slots.OBJECT, 0, reference(original.object()));
            case Opaque opaque -> Slots.write(slot, Slots.OPAQUE, 0, reference(opaque.typeName()));
            default -> throw new IllegalArgumentException("no Python value: " + value);
        }
    }

    private int reference(Object object) {
        references.add(object);
        return references.size() - 1;
    }

    private Object result(Object returned) {
        return switch (Slots.tag(slots)) {
            case Slots.NONE -> null;
            case Slots.BOOL -> Slots.payload(slots) == 1;
            case Slots.INT -> Slots.payload(slots);
            case Slots.FLOAT -> Slots.floating(slots);
            case Slots.CHAR -> (char) Slots.payload(slots);
            case Slots.STR, Slots.OBJECT -> returned;
            default -> throw new IllegalStateException("tag " + Slots.tag(slots));
        };
    }

    @Override
    public void close() {
        arena.close();
    }
}

package org.bufferbridge.internal.values;

import java.util.StringJoiner;
import org.apache.commons.lang3.ClassUtils;
import org.bufferbridge.internal.classes.KnownClass;

/**
 * The names of arguments and parameters in messages.
 *
 * <p>This class holds no state.
 */
public final class Signatures {
    private Signatures() {}

    /** As in {@code mean(double[], int...)}. */
    public static String of(String name, Parameter[] parameters, boolean isVariable) {
        StringJoiner joined = new StringJoiner(", ", name + "(", ")");
        for (int i = 0; i < parameters.length; i++) {
            boolean repeats = isVariable && i == parameters.length - 1;
            Class<?> type = parameters[i].type;
            joined.add(repeats ? shortName(type.getComponentType()) + "..." : shortName(type));
        }
        return joined.toString();
    }

    /**
     * As in {@code Map.Entry}. From the name alone: a Class answers what encloses it only if that can be loaded and
     * agrees.
     */
    public static String shortName(Class<?> type) {
        return ClassUtils.getShortClassName(type.getName());
    }

    /** As in {@code (list, int)}. */
    public static String kinds(long slots, int count, Object[] refs) {
        StringJoiner joined = new StringJoiner(", ", "(", ")");
        for (int i = 0; i < count; i++) {
            joined.add(kind(Slots.at(slots, i), refs));
        }
        return joined.toString();
    }

    /** The Python type of the value in a slot, or the class of a Java object. */
    public static String kind(long slot, Object[] refs) {
        if (Boxes.type(slot) != null) {
            return Boxes.name(slot);
        }
        return switch (Slots.tag(slot)) {
            case Slots.NONE -> "None";
            case Slots.BOOL -> "bool";
            case Slots.INT, Slots.BIGINT -> "int";
            case Slots.FLOAT -> "float";
            case Slots.STR -> "str";
            case Slots.SEQUENCE -> "list";
            case Slots.BUFFER -> "a buffer";
            case Slots.DESCRIBED -> Described.typeName(slot, refs);
            case Slots.OPAQUE -> (String) Slots.reference(slot, refs);
            case Slots.ITERABLE -> Iterables.typeName(slot, refs);
            case Slots.OBJECT -> {
                Object object = ArrowImport.given(Slots.reference(slot, refs));
                yield object == null ? "None" : KnownClass.of(object).name();
            }
            default -> "a value of unknown kind " + Slots.tag(slot);
        };
    }
}

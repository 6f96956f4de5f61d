package org.bufferbridge.internal.values;

import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * A class or an interface that is neither an array nor a box. It takes the Python kinds that have a natural type
 * among its subtypes.
 *
 * <p>PythonObject takes every value except None as itself. It is the natural type of values without a counterpart in
 * Java.
 */
public final class ReferenceParameter extends Parameter {
    /** The rank behind all types that stand for memory, and behind a copy. */
    private static final int MIN_TELLING = ArrayParameter.COPIED + 1;

    /** The rank of a value that Java takes as the Python object itself, although it has a Java counterpart. */
    static final int AS_ITSELF = 30;

    /** The rank of a column that becomes a vector, before that of a reader. */
    private static final int AS_COLUMN = STRICT - 1;

    /** The most constants of an enum in a message. */
    private static final int MAX_NAMES = 20;

    private final boolean takesBoolean;
    private final boolean takesIntegers;
    private final boolean takesBigInteger;
    private final boolean takesDouble;
    private final boolean takesString;
    private final boolean takesBuffer;
    private final boolean takesOpaque;
    private final boolean isObject;
    private final int arrow;
    private final Type generic;
    private final PythonValues.Use access;

    /** Null if the type is no container. */
    private final Container container;

    // Listed on first use. Threads that list them at once get equal lists.
    private List<String> constantNames;

    // Looked for on first use, because that lists the methods of the type. Itself if it is none.
    private Object functional;

    ReferenceParameter(Class<?> type, Type generic, PythonValues.Use access) {
        super(type);
        this.generic = generic;
        this.access = access;
        this.takesBoolean = type.isAssignableFrom(Boolean.class);
        this.takesIntegers = type.isAssignableFrom(Integer.class) && type.isAssignableFrom(Long.class);
        this.takesBigInteger = type.isAssignableFrom(BigInteger.class);
        this.takesDouble = type.isAssignableFrom(Double.class);
        this.takesString = type.isAssignableFrom(String.class);
        this.container = Container.of(type, generic, access);
        this.takesBuffer = type.isAssignableFrom(PythonValues.VALUES.bufferType());
        this.isObject = type == PythonValues.VALUES.objectType();
        this.arrow = ArrowTypes.taken(type);
        this.takesOpaque = isObject || type == Object.class;
    }

    @Override
    public Object convert(long slot, Object[] refs) {
        int tag = Slots.tag(slot);
        if (isTakenAsItself(tag)) {
            return PythonValues.VALUES.pythonObject(Slots.object(slot));
        }
        if (Boxes.fits(type, slot)) {
            return Boxes.of(slot, refs);
        }
        if (takesArrow(slot, refs)) {
            return ArrowImport.convert(type, slot, refs);
        }
        return switch (tag) {
            case Slots.NONE -> noneOf(type);
            case Slots.BOOL -> takesBoolean ? (Object) (Slots.payload(slot) != 0) : REFUSED;
            case Slots.INT -> fromInt(Slots.payload(slot));
            case Slots.BIGINT -> fromBigInt(slot, refs);
            case Slots.FLOAT -> takesDouble ? (Object) Slots.floating(slot) : REFUSED;
            case Slots.STR -> fromStr((String) Slots.reference(slot, refs));
            case Slots.OBJECT -> {
                Object object = Slots.reference(slot, refs);
                yield object == null || type.isInstance(object) ? seen(object) : REFUSED;
            }
            case Slots.SEQUENCE -> takesItems(slot) ? container.convert(slot, refs) : REFUSED;
            case Slots.BUFFER -> takesBuffer ? buffer(slot, refs) : REFUSED;
            case Slots.OPAQUE -> fromOpaque(slot, refs);
            case Slots.ITERABLE -> takesItems(slot) ? container.convert(slot, refs) : fromOpaque(slot, refs);
            case Slots.DESCRIBED -> fromDescribed(slot, refs);
            default -> REFUSED;
        };
    }

    /** None is null, and an empty Optional where one is expected. */
    private static Object noneOf(Class<?> type) {
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == OptionalInt.class) {
            return OptionalInt.empty();
        }
        if (type == OptionalLong.class) {
            return OptionalLong.empty();
        }
        return type == OptionalDouble.class ? OptionalDouble.empty() : null;
    }

    /** The names of an enum's constants, in order. Empty for any other type. */
    private List<String> constantNames() {
        if (constantNames == null) {
            constantNames = type.isEnum() ? listConstants() : List.of();
        }
        return constantNames;
    }

    /**
     * From the fields, because that does not initialise the class, which may belong to an overload that is not called.
     * The fields cannot be listed if the type of one is missing.
     */
    private List<String> listConstants() {
        try {
            return Arrays.stream(type.getFields())
                    .filter(Field::isEnumConstant)
                    .map(Field::getName)
                    .toList();
        } catch (LinkageError missing) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name())
                    .toList();
        }
    }

    @Override
    public String obstacle(long slot, Object[] refs) {
        String ofContainer = container == null ? null : container.obstacle(slot, refs);
        if (ofContainer != null) {
            return ofContainer;
        }
        if (Slots.isCallable(slot) && type.isInterface() && functional() == null) {
            return Signatures.shortName(type) + " is no functional interface";
        }
        if (takesArrow(slot, refs)) {
            return PythonValues.VALUES.arrowObstacle(Slots.object(slot), type);
        }
        if (arrow != 0 && Slots.tag(slot) != Slots.OBJECT) {
            return ArrowTypes.obstacle(arrow);
        }
        if (isContainer(slot)
                && !type.isInterface()
                && (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type))) {
            return "the constructor of " + Signatures.shortName(type) + " makes one";
        }
        if (Slots.tag(slot) == Slots.BUFFER && takesBuffer && buffer(slot, refs) == REFUSED) {
            return BufferParameter.DEAD
                    + "; bufferbridge.retain(x) leases it until it is closed, bufferbridge.array(x) copies it";
        }
        if (Slots.tag(slot) == Slots.STR && (type == Path.class || type == File.class)) {
            return "pathlib.Path(x) makes a path of a text";
        }
        if (Slots.tag(slot) != Slots.STR || !type.isEnum()) {
            return super.obstacle(slot, refs);
        }
        return constantNames().stream()
                .limit(MAX_NAMES)
                .collect(Collectors.joining(", ", "the constants of " + Signatures.shortName(type) + " are ", ""));
    }

    @Override
    public int sensitivity() {
        return type.isEnum() ? NAMES_MATTER : ArrowTypes.dependsOnItems(type) ? ITEMS_MATTER : 0;
    }

    /** Whether the type wants a PythonObject and the value has a counterpart in Java. */
    private boolean isTakenAsItself(int tag) {
        return isObject && tag != Slots.NONE && tag != Slots.OPAQUE && tag != Slots.ITERABLE;
    }

    /** Whether the value has items that become those of a Java container. */
    private static boolean isContainer(long slot) {
        return Slots.tag(slot) == Slots.SEQUENCE
                || Slots.tag(slot) == Slots.ITERABLE && Iterables.kind(slot) != Iterables.NOTHING;
    }

    /** Whether the type takes a copy of the items of a value. */
    private boolean takesItems(long slot) {
        return container != null && container.takes(slot);
    }

    @Override
    public void read(long slot, Object[] refs) {
        if (takesArrow(slot, refs)) {
            ArrowImport.read(type, slot, refs);
            return;
        }
        if (takesItems(slot)) {
            container.read(slot, refs);
        }
    }

    private boolean takesArrow(long slot, Object[] refs) {
        return arrow != 0 && ArrowTypes.takes(arrow, type, slot, refs);
    }

    private Object fromOpaque(long slot, Object[] refs) {
        if (takesOpaque) {
            return opaque(slot, refs);
        }
        Functional wanted = Slots.isCallable(slot) ? functional() : null;
        return wanted == null ? REFUSED : PythonValues.VALUES.function(Slots.object(slot), wanted);
    }

    @Override
    public Functional functional() {
        if (functional == null) {
            Functional found = Functional.of(type, generic);
            functional = found == null ? this : found;
        }
        return functional instanceof Functional found ? found : null;
    }

    /** A lease of the call; for a value that outlives it, the object itself, if nothing can change it. */
    private Object buffer(long slot, Object[] refs) {
        boolean outlives = access == PythonValues.Use.KEPT || access == PythonValues.Use.COMPARED;
        if (outlives && Slots.isBytes(slot)) {
            return PythonValues.VALUES.bytesObject(Slots.object(slot));
        }
        return access == PythonValues.Use.KEPT ? REFUSED : BufferParameter.pythonBuffer(slot, refs);
    }

    /** The call's one PythonObject for a slot, made on the first request. */
    private static Object opaque(long slot, Object[] refs) {
        int index = Slots.aux(slot);
        if (refs[index] == null) {
            refs[index] = PythonValues.VALUES.pythonObject(Slots.object(slot));
        }
        return refs[index];
    }

    private Object fromInt(long value) {
        if (takesIntegers) {
            return (int) value == value ? (Object) (int) value : (Object) value;
        }
        if (takesBigInteger) {
            return BigInteger.valueOf(value);
        }
        return type == BigDecimal.class ? BigDecimal.valueOf(value) : REFUSED;
    }

    private Object fromStr(String text) {
        if (takesString) {
            return text;
        }
        return constantNames().contains(text) ? Enum.valueOf(type.asSubclass(Enum.class), text) : REFUSED;
    }

    private Object fromBigInt(long slot, Object[] refs) {
        if (takesBigInteger) {
            return bigInteger(slot, refs);
        }
        return type == BigDecimal.class ? new BigDecimal(bigInteger(slot, refs)) : REFUSED;
    }

    private Object fromDescribed(long slot, Object[] refs) {
        Object value = Described.convert(type, slot, refs);
        return value == REFUSED && takesOpaque ? opaque(slot, refs) : value;
    }

    @Override
    public boolean declares() {
        boolean isDeclared = access == PythonValues.Use.WRITABLE || access == PythonValues.Use.READ_ONLY;
        return isDeclared && arrow == 0 && (takesBuffer || container != null);
    }

    @Override
    public void declare(long slot, Object[] refs) {
        if (arrow != 0) {
            return;
        }
        if (takesItems(slot)) {
            container.declare(slot, refs);
        } else if (Slots.tag(slot) != Slots.ITERABLE) { // which is taken as itself, whatever memory it lends
            BufferParameter.declare(slot, refs, access);
        }
    }

    /** A Java object in the form that the parameter declares. */
    private Object seen(Object object) {
        Object seen =
                access == PythonValues.Use.READ_ONLY && takesBuffer ? PythonValues.VALUES.readOnly(object) : object;
        return type.isInstance(seen) ? seen : object;
    }

    @Override
    public int rank(long slot, Object[] refs) {
        int tag = Slots.tag(slot);
        if (isTakenAsItself(tag)) {
            return AS_ITSELF;
        }
        if (Boxes.fits(type, slot)) {
            return Boxes.rank(slot);
        }
        if (arrow != 0) {
            return rankOfArrow(slot, refs);
        }
        return switch (tag) {
            case Slots.BOOL, Slots.FLOAT -> LOOSE;
            case Slots.INT -> takesIntegers ? LOOSE : PYTHON;
            case Slots.STR -> takesString && Boxes.type(slot) == null ? STRICT : PYTHON;
            case Slots.BIGINT -> takesBigInteger ? STRICT : PYTHON;
            case Slots.BUFFER -> MIN_TELLING;
            case Slots.DESCRIBED -> Described.rank(type, slot, refs);
            case Slots.OPAQUE -> rankOfOpaque(slot);
            case Slots.SEQUENCE -> container.rank(slot);
            case Slots.ITERABLE -> rankOfIterable(slot, refs);
            default -> STRICT;
        };
    }

    /** A column goes to a vector before a reader, which takes its stream and fails; memory goes to memory first. */
    private int rankOfArrow(long slot, Object[] refs) {
        if (!takesArrow(slot, refs)) {
            return STRICT;
        }
        return Slots.tag(slot) == Slots.OBJECT ? MIN_TELLING : ArrowTypes.isColumn(arrow, slot) ? AS_COLUMN : STRICT;
    }

    /** A function goes to a functional interface before Object, as a lambda does. */
    private int rankOfOpaque(long slot) {
        if (isObject || !Slots.isCallable(slot)) {
            return STRICT;
        }
        return takesOpaque ? AS_ITSELF : LOOSE;
    }

    /** A container goes to its type before Object, as a list does; what has to be run for its items does not. */
    private int rankOfIterable(long slot, Object[] refs) {
        if (takesItems(slot)) {
            return container.rank(slot);
        }
        if (takesOpaque && Iterables.lendsMemory(slot, refs)) {
            return MIN_TELLING; // another overload takes it as memory, and says more about it
        }
        return !isObject && takesOpaque && Iterables.isKnownContainer(slot) ? AS_ITSELF : rankOfOpaque(slot);
    }

    @Override
    public String misfit(long slot, Object[] refs) {
        return takesItems(slot) ? container.misfit(slot, refs) : super.misfit(slot, refs);
    }
}

package org.bufferbridge.internal.members;

import java.io.File;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.BaseStream;
import org.bufferbridge.internal.values.ArrowTypes;
import org.bufferbridge.internal.values.PythonValues;

/**
 * The interfaces of a class that give its objects operators and built-in functions in Python, as a set of bits. {@code
 * protocols.py} has a Python type for each set.
 *
 * <p>This class holds no state.
 */
final class Protocols {
    private static final int ITERABLE = 1;
    private static final int COLLECTION = 1 << 1;
    private static final int LIST = 1 << 2;
    private static final int SET = 1 << 3;
    private static final int MAP = 1 << 4;

    /** An Iterator or an Enumeration. */
    private static final int ITERATOR = 1 << 5;

    private static final int CHAR_SEQUENCE = 1 << 6;
    private static final int NUMBER = 1 << 7;

    /** A Number of the JDK that has no fraction. */
    private static final int INTEGRAL = 1 << 8;

    private static final int OPTIONAL = 1 << 9;
    private static final int STREAM = 1 << 10;
    private static final int OBJECT_ARRAY = 1 << 11;
    private static final int PRIMITIVE_ARRAY = 1 << 12;

    /** C compares such objects itself, and has no type for them. */
    private static final int COMPARABLE = 1 << 13;

    /** C has a class of Python exceptions for such a class. */
    private static final int THROWABLE = 1 << 14;

    /** A call means a method: {@link CallMember}. */
    private static final int CALLABLE = 1 << 15;

    private static final int FILE = 1 << 16;

    /** A vector of Arrow Java. Its bit and the next two are those of {@link ArrowTypes}, in its order. */
    private static final int ARROW = 1 << 17;

    private static final int LEASE = 1 << 20;

    private static final Class<?>[] INTEGRALS = {
        BigInteger.class, AtomicInteger.class, AtomicLong.class, LongAdder.class, LongAccumulator.class
    };

    private static final Class<?>[] OPTIONALS = {
        Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class
    };

    private Protocols() {}

    static int of(Class<?> type, boolean isCallable) {
        if (type.isArray()) {
            return type.getComponentType().isPrimitive() ? PRIMITIVE_ARRAY : OBJECT_ARRAY;
        }
        int arrow = ArrowTypes.of(type);
        if (arrow != 0) {
            return ARROW * arrow; // a vector is an Iterable of its children, and consumers would take it for a list
        }
        return bit(ITERABLE, type, Iterable.class)
                | bit(COLLECTION, type, Collection.class)
                | bit(LIST, type, List.class)
                | bit(SET, type, Set.class)
                | bit(MAP, type, Map.class)
                | bit(ITERATOR, type, Iterator.class, Enumeration.class)
                | bit(CHAR_SEQUENCE, type, CharSequence.class)
                | bit(NUMBER, type, Number.class)
                | bit(INTEGRAL, type, INTEGRALS)
                | bit(OPTIONAL, type, OPTIONALS)
                | bit(STREAM, type, BaseStream.class)
                | bit(COMPARABLE, type, Comparable.class)
                | bit(THROWABLE, type, Throwable.class)
                | bit(FILE, type, Path.class, File.class)
                | bit(LEASE, type, PythonValues.VALUES.bufferType())
                | (isCallable ? CALLABLE : 0);
    }

    private static int bit(int bit, Class<?> type, Class<?>... wanted) {
        for (Class<?> candidate : wanted) {
            if (candidate.isAssignableFrom(type)) {
                return bit;
            }
        }
        return 0;
    }
}

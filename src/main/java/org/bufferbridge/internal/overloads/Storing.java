package org.bufferbridge.internal.overloads;

import java.lang.ref.Reference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Exchanger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;
import org.bufferbridge.internal.values.PythonValues;

/**
 * Which methods store their arguments, so that these outlive the call. They put something into a collection, a map, or
 * an object of the JDK that holds a reference. A lease of a call would be dead there.
 *
 * <p>This class holds no state.
 */
final class Storing {
    private static final List<Class<?>> CONTAINERS = List.of(
            Collection.class,
            Map.class,
            Map.Entry.class,
            Iterator.class,
            Optional.class,
            Stream.class,
            Stream.Builder.class,
            Reference.class,
            ThreadLocal.class,
            AtomicReference.class,
            AtomicReferenceArray.class,
            CompletableFuture.class,
            Exchanger.class,
            Arrays.class,
            Collections.class);

    /** The beginnings of the names of such methods; {@code add} stands for {@code addFirst}, too. */
    private static final List<String> BEGINNINGS = List.of("add", "offer", "put", "push", "set", "insert", "replace");

    private static final Set<String> NAMES = Set.of(
            "accept",
            "asList",
            "compareAndExchange",
            "compareAndSet",
            "complete",
            "completedFuture",
            "completedStage",
            "copyOf",
            "entry",
            "exchange",
            "fill",
            "getAndSet",
            "lazySet",
            "merge",
            "nCopies",
            "obtrudeValue",
            "of",
            "ofEntries",
            "ofNullable",
            "singleton",
            "singletonList",
            "singletonMap",
            "transfer",
            "tryTransfer");

    private Storing() {}

    /** The use of a method's arguments. The other methods of a container compare theirs with what was stored. */
    static PythonValues.Use use(Executable executable) {
        Class<?> declaring = executable.getDeclaringClass();
        if (CONTAINERS.stream().noneMatch(container -> container.isAssignableFrom(declaring))) {
            return PythonValues.Use.AS_GRANTED;
        }
        return executable instanceof Constructor<?> || isStoring(executable.getName())
                ? PythonValues.Use.KEPT
                : PythonValues.Use.COMPARED;
    }

    private static boolean isStoring(String name) {
        return NAMES.contains(name) || BEGINNINGS.stream().anyMatch(name::startsWith);
    }
}

package org.bufferbridge.internal.hold;

import java.util.Collection;
import java.util.stream.Collectors;

/** The texts of refused closes: who holds the memory, how many they are, and what to do. Stateless. */
public final class Refusals {
    /** The most holders that are named; the others are counted. */
    private static final int MAX_NAMED = 8;

    private Refusals() {}

    /** Names the holders of memory, and the way out. */
    public static String held(Collection<? extends MemoryHold.Holder> holders) {
        String names = holders.stream().limit(MAX_NAMED).map(Object::toString).collect(Collectors.joining(", "));
        int others = holders.size() - MAX_NAMED;
        boolean isExported = holders.stream().anyMatch(holder -> holder.exports() > 0);
        return names
                + (others > 0 ? " and " + others + " more" : "")
                + (isExported
                        ? "; delete the arrays and memoryviews, then the JavaBuffer (or call its release()); in Java,"
                                + " close their PythonObjects"
                        : "; delete the JavaBuffer, or call its release(); in Java, close its PythonObject");
    }
}

package org.bufferbridge.internal.format;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names for members of a structure that have none: {@code f0}, {@code f1} ..., as numpy names them. */
public final class FieldNames {
    private FieldNames() {}

    /**
     * The index of a surrogate whose other half is missing; -1 if there is none. Formats go to Python in UTF-8, which
     * has no code for such a surrogate.
     */
    static int unpairedSurrogate(String name) {
        for (int i = 0; i < name.length(); i++) {
            char unit = name.charAt(i);
            if (Character.isHighSurrogate(unit)
                    && i + 1 < name.length()
                    && Character.isLowSurrogate(name.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(unit)) {
                return i;
            }
        }
        return -1;
    }

    /** Replaces each {@code null} by the first name {@code f0}, {@code f1} ... that no other member has. */
    static void fillIn(List<String> names) {
        Set<String> taken = new HashSet<>(names);
        int next = 0;
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i) != null) {
                continue;
            }
            while (!taken.add("f" + next)) {
                next++;
            }
            names.set(i, "f" + next);
        }
    }
}

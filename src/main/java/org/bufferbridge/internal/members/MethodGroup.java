package org.bufferbridge.internal.members;

import java.util.List;
import org.bufferbridge.internal.overloads.Application;
import org.bufferbridge.internal.overloads.Overload;
import org.bufferbridge.internal.overloads.Overloads;

/**
 * The methods of one name in a class, or its constructors.
 *
 * <p>{@link Overloads} finds the overload of a call. If only one overload can take the number of arguments, that one
 * is tried at once.
 */
public final class MethodGroup implements Member {
    private final String name;
    private final Overloads overloads;

    // For each number of arguments, the only overload that takes it, if that overload has no variable form; otherwise
    // null.
    private final Overload[] sole;

    MethodGroup(String name, Overloads overloads) {
        this.name = name;
        this.overloads = overloads;
        this.sole = overloads.soleByCount();
    }

    @Override
    public int kind() {
        return METHOD;
    }

    @Override
    public String name() {
        return name;
    }

    /** For readers: each overload, as the type of its result, then the types and names of its parameters. */
    public List<List<String>> described() {
        return overloads.described();
    }

    /** Calls the overload that the arguments mean. Its result goes to the first slot, as {@code Results.write} does. */
    public Object call(Object self, long slots, int count, Object[] refs) throws Throwable {
        if (count < sole.length) {
            Overload only = sole[count];
            if (only != null) {
                Object[] arguments = only.convert(slots, refs);
                if (arguments != null) {
                    return only.invoke(self, only.declared(arguments, false, slots, count, refs), slots);
                }
            }
        }
        Application application = overloads.resolve(slots, count, refs);
        Overload overload = application.overload();
        Object[] arguments = application.arguments();
        return overload.invoke(self, overload.declared(arguments, application.isVariable(), slots, count, refs), slots);
    }
}

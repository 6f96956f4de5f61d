package org.bufferbridge.calls;

/**
 * The methods of one name in a class, or its constructors.
 *
 * <p>The overload of a call is found by {@link Overloads} unless only one can take so many
 * arguments; then it is tried straight away.
 */
public final class MethodGroup implements Member {
    private final String name;
    private final Overloads overloads;

    // By number of arguments: the overload that is the only one to take so many, and not in the
    // variable form; else null.
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

    Object call(Object self, long slots, int count, Object[] refs) throws Throwable {
        if (count < sole.length) {
            Overload only = sole[count];
            if (only != null) {
                Object[] arguments = only.convert(slots, refs);
                if (arguments != null) {
                    return invoke(only, self, arguments, slots, refs);
                }
            }
        }
        Application application = overloads.resolve(slots, count, refs);
        return invoke(application.overload(), self, application.arguments(), slots, refs);
    }

    /** Buffers are requested writable only here, so that overloads that are not called leave no trace. */
    private static Object invoke(
            Overload overload, Object self, Object[] arguments, long slots, Object[] refs)
            throws Throwable {
        if (!overload.writes) {
            return overload.invoke(self, arguments);
        }
        overload.requireWritable(slots, refs);
        return overload.invoke(self, overload.rewritten(arguments, slots, refs));
    }
}

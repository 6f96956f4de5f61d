package org.bufferbridge.internal.overloads;

import org.bufferbridge.internal.values.Functional;
import org.bufferbridge.internal.values.Parameter;
import org.bufferbridge.internal.values.PythonValues;
import org.bufferbridge.internal.values.Slots;

/**
 * One overload tried on the arguments of one call.
 *
 * @param arguments the converted arguments, or null if the overload is not applicable
 * @param ranks how well each argument fits its parameter. Null if the overload is not applicable, or was known from an
 *              earlier call
 * @param isVariable whether the last parameter takes the rest of the arguments, one by one
 * @param isRangeOnly whether the overload is not applicable, and only because of ranges
 */
public record Application(Overload overload, Object[] arguments, int[] ranks, boolean isVariable, boolean isRangeOnly) {

    static Application of(Overload overload, boolean variable, long slots, int count, Object[] refs) {
        Object[] values = new Object[count];
        boolean inRange = true;
        for (int i = 0; i < count; i++) {
            Object value = overload.parameter(i, variable).convert(Slots.at(slots, i), refs);
            if (value == Parameter.REFUSED) {
                return new Application(overload, null, null, variable, false);
            }
            inRange &= value != Parameter.OUT_OF_RANGE;
            values[i] = value;
        }
        if (!inRange) {
            return new Application(overload, null, null, variable, true);
        }
        int[] ranks = new int[count];
        for (int i = 0; i < count; i++) {
            long slot = Slots.at(slots, i);
            ranks[i] = overload.parameter(i, variable).rank(slot, refs);
        }
        Object[] arguments = variable ? overload.collect(values) : values;
        return new Application(overload, arguments, ranks, variable, false);
    }

    /** Says, of the first argument that is out of range, which value does not fit which type. */
    String misfit(long slots, int count, Object[] refs) {
        for (int i = 0; i < count; i++) {
            Parameter parameter = overload.parameter(i, isVariable);
            long slot = Slots.at(slots, i);
            if (parameter.convert(slot, refs) == Parameter.OUT_OF_RANGE) {
                return parameter.misfit(slot, refs);
            }
        }
        throw new IllegalArgumentException("no argument is out of range");
    }

    boolean isApplicable() {
        return arguments != null;
    }

    /** The phase in which the overload becomes applicable. */
    int phase() {
        int phase = Parameter.STRICT;
        for (int rank : ranks) {
            phase = Math.max(phase, Math.min(rank, Parameter.PYTHON));
        }
        return phase;
    }

    /** Whether the functions among the arguments take as many arguments as the functional interfaces pass. */
    boolean suitsFunctions(long slots) {
        for (int i = 0; i < ranks.length; i++) {
            long slot = Slots.at(slots, i);
            Functional functional = functional(i, slot);
            if (functional != null && !PythonValues.VALUES.takesArguments(Slots.object(slot), functional.count())) {
                return false;
            }
        }
        return true;
    }

    /** The functional interface that an argument is converted to, or null. */
    Functional functional(int index, long slot) {
        return Slots.isCallable(slot) ? overload.parameter(index, isVariable).functional() : null;
    }

    /** Whether no argument fits the other better and no parameter of the other is narrower. */
    boolean isAtLeastAsSpecificAs(Application other, long slots) {
        for (int i = 0; i < ranks.length; i++) {
            if (ranks[i] != other.ranks[i]) {
                if (ranks[i] > other.ranks[i]) {
                    return false;
                }
                continue;
            }
            if (!Specificity.isAtLeastAsSpecific(
                    overload.parameter(i, isVariable),
                    other.overload.parameter(i, other.isVariable),
                    Slots.at(slots, i))) {
                return false;
            }
        }
        if (!isVariable) {
            return true;
        }
        // The parameters that took no argument decide: f() means f(String...), which is more specific than
        // f(Object...).
        int count = Math.max(overload.arity(), other.overload.arity());
        for (int i = ranks.length; i < count; i++) {
            if (!Specificity.isSubtype(overload.parameter(i, true).type, other.overload.parameter(i, true).type)) {
                return false;
            }
        }
        return true;
    }
}

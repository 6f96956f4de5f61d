package org.bufferbridge.internal.overloads;

import org.bufferbridge.internal.values.Functional;
import org.bufferbridge.internal.values.Parameter;
import org.bufferbridge.internal.values.PythonValues;
import org.bufferbridge.internal.values.Slots;

/**
 * One overload tried on the arguments of one call.
 *
 * @param arguments the converted arguments; null unless the answer is {@link Answer#APPLICABLE}
 * @param ranks how well each argument fits its parameter; null unless {@link #ranked}
 * @param isVariable whether the last parameter takes the rest of the arguments, one by one
 */
public record Application(Overload overload, Object[] arguments, int[] ranks, boolean isVariable, Answer answer) {
    /** Whether the overload takes the arguments. */
    enum Answer {
        APPLICABLE,

        /** It is applicable by the kinds of Python containers, whose items have to be read. */
        UNREAD,

        /** It is not applicable, and only because of ranges. */
        OUT_OF_RANGE,
        REFUSED
    }

    static Application of(Overload overload, boolean variable, long slots, int count, Object[] refs) {
        Object[] values = new Object[count];
        boolean inRange = true;
        boolean isRead = true;
        for (int i = 0; i < count; i++) {
            Object value = overload.parameter(i, variable).convert(Slots.at(slots, i), refs);
            if (value == Parameter.REFUSED) {
                return new Application(overload, null, null, variable, Answer.REFUSED);
            }
            inRange &= value != Parameter.OUT_OF_RANGE;
            isRead &= value != Parameter.UNREAD;
            values[i] = value;
        }
        if (!inRange || !isRead) {
            return new Application(overload, null, null, variable, inRange ? Answer.UNREAD : Answer.OUT_OF_RANGE);
        }
        Object[] arguments = variable ? overload.collect(values) : values;
        return new Application(overload, arguments, null, variable, Answer.APPLICABLE);
    }

    /** The same with ranks, once all overloads were tried. Then it is known of all arguments what they are. */
    Application ranked(long slots, int count, Object[] refs) {
        int[] found = new int[count];
        for (int i = 0; i < count; i++) {
            found[i] = overload.parameter(i, isVariable).rank(Slots.at(slots, i), refs);
        }
        return new Application(overload, arguments, found, isVariable, answer);
    }

    /** The same after the items of Python containers were read. This runs Python code. */
    Application read(long slots, int count, Object[] refs) {
        Application tried = this;
        while (tried.answer == Answer.UNREAD) {
            overload.read(isVariable, slots, count, refs);
            tried = of(overload, isVariable, slots, count, refs);
        }
        return tried;
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
        return answer == Answer.APPLICABLE || answer == Answer.UNREAD;
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

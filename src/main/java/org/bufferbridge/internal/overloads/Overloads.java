package org.bufferbridge.internal.overloads;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bufferbridge.internal.values.CallException;
import org.bufferbridge.internal.values.Functional;
import org.bufferbridge.internal.values.Signatures;
import org.bufferbridge.internal.values.Slots;

/**
 * Finds the overload that a call means, as Java does, with Python values in place of Java values.
 *
 * <p>Each Python value has a natural Java type:
 *
 * <table>
 * <caption>Natural types</caption>
 * <tr><th>Python</th><th>Java</th></tr>
 * <tr><td>None</td><td>null</td></tr>
 * <tr><td>bool</td><td>boolean</td></tr>
 * <tr><td>int</td><td>int if the value fits, otherwise long if it fits, otherwise BigInteger</td></tr>
 * <tr><td>JavaLong and its kin</td><td>the box that it remembers ({@code Boxes})</td></tr>
 * <tr><td>a scalar of numpy</td><td>the primitive type of its width</td></tr>
 * <tr><td>float</td><td>double</td></tr>
 * <tr><td>str</td><td>String</td></tr>
 * <tr><td>list, tuple</td><td>List (a new ArrayList whose elements are converted to the type
 * argument of the parameter, where it has one)</td></tr>
 * <tr><td>Java object</td><td>its class</td></tr>
 * <tr><td>anything else, such as a function, a dict or a generator</td><td>PythonObject</td></tr>
 * </table>
 *
 * <p>There are four phases. A phase begins only if no overload was applicable in an earlier one.
 *
 * <table>
 * <caption>Phases</caption>
 * <tr><th>phase</th><th>adds</th></tr>
 * <tr><td>strict</td><td>the natural type, what it is a subtype of, and what Java widens it to: int
 * also to long, float and double, as in Java with rounding; None to every reference type</td></tr>
 * <tr><td>loose</td><td>boxing: bool to Boolean, float to Double, int that fits 64 bits to Long and
 * (if in range) Integer, each with supertypes. For a supertype such as Object or Number an int is an Integer if it
 * fits, otherwise a Long. Unboxing: a Java object that is a box to its primitive type
 * and the wider ones. A function, and anything else that can be called, to each functional interface.</td></tr>
 * <tr><td>Python</td><td>int to byte, short, Byte, Short, Float, Double, BigInteger, BigDecimal; int beyond 64 bits
 * to float, double, Float, Double, BigDecimal; float to float and Float; str of one UTF-16 unit to char and
 * Character; str to the enum constant of that name; list and tuple to an array of any element type, recursively;
 * bytes to byte[], behind all types for memory and before Object; paths and times to their types; dicts, sets and other
 * containers to a Map, a Set, an Iterable and its subtypes, an Iterator and a stream ({@code Container}); all
 * except None to PythonObject; a function, and a container that has its items, to Object. Each value
 * is checked: one that does not fit is not applicable.</td></tr>
 * <tr><td>variable arity</td><td>{@code T...} with the remaining arguments one by one; the other
 * phases apply to these in their order</td></tr>
 * </table>
 *
 * <p>A number that a floating-point type would round is taken by it in the phase Python, even where Java widens. So a
 * call means an overload that loses nothing, if there is one. It takes double before float, and BigDecimal or Object
 * before double.
 *
 * <p>There are no other conversions. No bool becomes an int type or the reverse, no float an integer type, and no int
 * a char. No str becomes an array, no list a Set, and no buffer an array, except a copy of bytes.
 *
 * <p>The items of a list or tuple decide whether an overload is applicable. Of other containers the kind alone decides.
 * Their items are read for the overload that was chosen, and refuse the call if they do not fit.
 *
 * <p>Among several applicable overloads the most specific is called. One overload is more specific than another if
 * none of its parameters is worse. An argument fits a parameter better if it needs an earlier phase for it. The worst
 * element of an array decides. In the same phase the narrower parameter type is better, in the order of
 * {@link Specificity}. A list of ints therefore becomes an {@code int[]} before a {@code long[]} or {@code double[]}. A
 * list with a float becomes a {@code double[]}. For a function, a functional interface with a result is better than one
 * without that has as many parameters. If no overload is the most specific, those remain whose functional interfaces
 * pass as many arguments as the functions take. If none of them is the most specific, the call is ambiguous and
 * refused.
 *
 * <p>Choices are remembered by the kinds of the arguments and the classes of Java objects. If a parameter of some
 * overload depends on them, the ranges of numbers and the lengths of strs count too. Calls with other values are
 * resolved anew each time: sequences, buffers, functions, dicts, ints beyond 64 bits, times and their like. So are
 * calls whose strs may name constants of an enum.
 *
 * <p>Any thread may use it. The remembered choices are an immutable array that is replaced as a whole. A race can
 * lose a choice, which is then found again.
 */
public final class Overloads {
    private static final int MAX_CHOICES = 16;
    private static final Choice[] NO_CHOICES = {};

    /** The overload for arguments of one signature; for Java objects, of these types. */
    private record Choice(long signature, long[] types, Overload overload, boolean isVariable) {}

    private final String subject;
    private final String name;
    private final Overload[] candidates;
    private final int sensitivity;
    private volatile Choice[] choices = NO_CHOICES;

    /**
     * @param subject the name of the called thing in messages: "overload of a.b.C.name" or "constructor of a.b.C"
     * @param name the name in the messages' list of candidates
     */
    public Overloads(String subject, String name, List<Overload> candidates) {
        this.subject = subject;
        this.name = name;
        this.candidates = candidates.toArray(new Overload[0]);
        int sensitivities = 0;
        for (Overload candidate : this.candidates) {
            sensitivities |= candidate.sensitivity();
        }
        this.sensitivity = sensitivities;
    }

    /** For each number of arguments, the only overload that takes it, if that overload's arity is fixed. */
    public Overload[] soleByCount() {
        int longest = -1;
        for (Overload candidate : candidates) {
            longest = Math.max(longest, candidate.arity());
        }
        Overload[] sole = new Overload[longest + 1];
        for (int count = 0; count <= longest; count++) {
            Overload found = null;
            int takers = 0;
            for (Overload candidate : candidates) {
                if (candidate.accepts(count)) {
                    takers++;
                    found = candidate.isVariable ? null : candidate;
                }
            }
            sole[count] = takers == 1 ? found : null;
        }
        return sole;
    }

    /**
     * Finds the overload and converts the arguments.
     *
     * @throws CallException if none is applicable or none is the most specific
     */
    public Application resolve(long slots, int count, Object[] refs) {
        long signature = Signature.of(slots, count, refs, sensitivity);
        if (signature != Signature.NONE) {
            Application known = recall(signature, slots, count, refs);
            if (known != null) {
                return known;
            }
        }
        Application found = find(slots, count, refs);
        if (signature != Signature.NONE) {
            remember(found, signature, slots, count, refs);
        }
        return found;
    }

    private Application recall(long signature, long slots, int count, Object[] refs) {
        for (Choice choice : choices) {
            if (choice.signature == signature && Signature.matches(choice.types, slots, count, refs)) {
                Overload overload = choice.overload;
                Object[] arguments = choice.isVariable
                        ? overload.convertVariable(slots, count, refs)
                        : overload.convert(slots, refs);
                return arguments == null
                        ? null
                        : new Application(overload, arguments, null, choice.isVariable, Application.Answer.APPLICABLE);
            }
        }
        return null;
    }

    private void remember(Application found, long signature, long slots, int count, Object[] refs) {
        long[] types = Signature.types(slots, count, refs);
        Choice[] known = choices;
        int kept = Math.min(known.length, MAX_CHOICES - 1);
        Choice[] more = new Choice[kept + 1];
        more[0] = new Choice(signature, types, found.overload(), found.isVariable());
        System.arraycopy(known, 0, more, 1, kept);
        choices = more;
    }

    private Application find(long slots, int count, Object[] refs) {
        List<Application> outOfRange = new ArrayList<>();
        for (boolean variable : new boolean[] {false, true}) {
            List<Application> applicable = new ArrayList<>();
            for (Overload candidate : candidates) {
                if (variable ? !candidate.isVariable || !candidate.accepts(count) : candidate.arity() != count) {
                    continue;
                }
                Application tried = Application.of(candidate, variable, slots, count, refs);
                if (tried.isApplicable()) {
                    applicable.add(tried);
                } else if (tried.answer() == Application.Answer.OUT_OF_RANGE) {
                    outOfRange.add(tried);
                }
            }
            if (!applicable.isEmpty()) {
                return read(best(applicable, slots, count, refs), slots, count, refs);
            }
        }
        throw outOfRange.isEmpty()
                ? notApplicable(candidates, slots, count, refs)
                : overflow(outOfRange, slots, count, refs);
    }

    /** Reads the items of containers for the overload that was chosen; they may not fit it. */
    private Application read(Application chosen, long slots, int count, Object[] refs) {
        Application read = chosen.read(slots, count, refs);
        if (read.isApplicable()) {
            return read;
        }
        throw read.answer() == Application.Answer.OUT_OF_RANGE
                ? overflow(List.of(read), slots, count, refs)
                : notApplicable(new Overload[] {chosen.overload()}, slots, count, refs);
    }

    private Application best(List<Application> applicable, long slots, int count, Object[] refs) {
        if (applicable.size() == 1) {
            return applicable.getFirst();
        }
        applicable.replaceAll(application -> application.ranked(slots, count, refs));
        int earliest = Integer.MAX_VALUE;
        for (Application application : applicable) {
            earliest = Math.min(earliest, application.phase());
        }
        int phase = earliest;
        applicable.removeIf(application -> application.phase() > phase);
        return mostSpecific(applicable, slots, count, refs);
    }

    private Application mostSpecific(List<Application> applicable, long slots, int count, Object[] refs) {
        Application best = mostSpecific(applicable, slots);
        if (best != null) {
            return best;
        }
        // Only now, because asking a function runs Python code.
        List<Application> suitable = new ArrayList<>(applicable);
        suitable.removeIf(application -> !application.suitsFunctions(slots));
        best = mostSpecific(suitable, slots);
        if (best != null) {
            return best;
        }
        List<Application> maximal = new ArrayList<>(applicable);
        maximal.sort(Comparator.comparing(Application::overload, inOrder()));
        maximal.removeIf(beaten -> applicable.stream()
                .anyMatch(other ->
                        other.isAtLeastAsSpecificAs(beaten, slots) && !beaten.isAtLeastAsSpecificAs(other, slots)));
        throw CallException.type("no most specific "
                + subject
                + " for "
                + Signatures.kinds(slots, count, refs)
                + "; candidates: "
                + listed(maximal.stream().map(Application::overload))
                + wayOut(maximal, slots, count));
    }

    private static Application mostSpecific(List<Application> applicable, long slots) {
        for (Application candidate : applicable) {
            if (applicable.stream().allMatch(other -> candidate.isAtLeastAsSpecificAs(other, slots))) {
                return candidate;
            }
        }
        return null;
    }

    /** The end of a message: how a call says which overload it means. */
    private static String wayOut(List<Application> ambiguous, long slots, int count) {
        for (int i = 0; i < count; i++) {
            Functional functional = ambiguous.getFirst().functional(i, Slots.at(slots, i));
            if (functional != null) {
                return "; bufferbridge.jclass(\"" + functional.type.getName() + "\")(f) says which one a function is";
            }
        }
        boolean isConstructor = ambiguous.getFirst().overload().isConstructor();
        return "; java.lang.reflect." + (isConstructor ? "Constructor.newInstance" : "Method.invoke")
                + " calls any one";
    }

    private CallException notApplicable(Overload[] tried, long slots, int count, Object[] refs) {
        if (candidates.length == 0) {
            return CallException.type("there is no " + subject + " to call");
        }
        return CallException.type("no "
                + subject
                + " takes "
                + Signatures.kinds(slots, count, refs)
                + "; candidates: "
                + listed(Arrays.stream(candidates))
                + obstacles(tried, slots, count, refs));
    }

    /** Why arguments are refused, where their kinds alone do not say it. */
    private String obstacles(Overload[] tried, long slots, int count, Object[] refs) {
        return Arrays.stream(tried)
                .filter(candidate -> candidate.accepts(count))
                .sorted(inOrder())
                .flatMap(candidate -> candidate.obstacles(slots, count, refs))
                .distinct()
                .map(obstacle -> "; " + obstacle)
                .collect(Collectors.joining());
    }

    /** For readers: each overload, in the order of messages, as {@link Overload#described} has it. */
    public List<List<String>> described() {
        return Arrays.stream(candidates)
                .sorted(inOrder())
                .map(Overload::described)
                .toList();
    }

    private String listed(Stream<Overload> overloads) {
        return overloads
                .sorted(inOrder())
                .map(overload -> overload.signature(name))
                .collect(Collectors.joining(", "));
    }

    /** The order of candidates in messages. Reflection has no fixed order. */
    private Comparator<Overload> inOrder() {
        return Comparator.comparingInt(Overload::arity).thenComparing(overload -> overload.signature(name));
    }

    private CallException overflow(List<Application> outOfRange, long slots, int count, Object[] refs) {
        return CallException.overflow(outOfRange.stream()
                .sorted(Comparator.comparing(Application::overload, inOrder()))
                .map(application -> application.misfit(slots, count, refs)
                        + " in "
                        + application.overload().signature(name))
                .collect(Collectors.joining("; ")));
    }
}

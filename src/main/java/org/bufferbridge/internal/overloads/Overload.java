package org.bufferbridge.internal.overloads;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bufferbridge.BufferException;
import org.bufferbridge.ReadOnly;
import org.bufferbridge.Writable;
import org.bufferbridge.internal.classes.Declared;
import org.bufferbridge.internal.classes.Generics;
import org.bufferbridge.internal.classes.Listing;
import org.bufferbridge.internal.values.ArrayParameter;
import org.bufferbridge.internal.values.ArrowImport;
import org.bufferbridge.internal.values.CallException;
import org.bufferbridge.internal.values.Compared;
import org.bufferbridge.internal.values.Kept;
import org.bufferbridge.internal.values.PackedItems;
import org.bufferbridge.internal.values.Parameter;
import org.bufferbridge.internal.values.PythonValues;
import org.bufferbridge.internal.values.Results;
import org.bufferbridge.internal.values.Signatures;
import org.bufferbridge.internal.values.Slots;

/**
 * One method or constructor that can be called: its parameters, and the handle that calls it. The parameters have the
 * type variables that the class knows in which it was found.
 *
 * <p>Immutable except for the handle, which the first call makes. Threads that race make equal handles.
 */
public final class Overload {
    private static final MethodType ENTRY = MethodType.methodType(Object.class, Object.class, Object[].class);

    // The JVM's limit is 255. A handle takes itself and the object, and its parts add further arguments.
    private static final int MAX_FOR_HANDLES = 250;

    final boolean isStatic;
    final boolean isVariable;

    /** Whether a parameter declares its use of buffers. */
    private final boolean declares;

    private final Declared declared;
    private final Class<?> reach;
    private final MethodHandle given; // null if the declaration says what is called
    private final Parameter[] parameters;
    private MethodHandle entry;

    private final boolean isWide;
    private final boolean returnsPrimitive;

    /**
     * @param reach the accessible class to go through, which declares or inherits the executable
     */
    public Overload(Declared declared, Class<?> reach, Parameter[] parameters) {
        this(declared, reach, parameters, null);
    }

    /**
     * @param given what is called, in place of the declaration, which is in no class file. It takes self first, unless
     *     it is a constructor
     */
    public Overload(Declared declared, Class<?> reach, Parameter[] parameters, MethodHandle given) {
        this.declared = declared;
        this.reach = reach;
        this.given = given;
        this.parameters = parameters;
        this.isVariable = declared.isVariable();
        this.declares = Arrays.stream(parameters).anyMatch(Parameter::declares);
        this.isStatic = declared.isConstructor() || declared.isStatic();
        this.returnsPrimitive =
                !declared.isConstructor() && declared.type().returnType().isPrimitive();
        this.isWide = parameters.length > MAX_FOR_HANDLES || slots(declared) > MAX_FOR_HANDLES;
    }

    /** The number of parameters as the JVM counts them: a long and a double count twice. */
    private static int slots(Declared declared) {
        int slots = 0;
        for (Class<?> type : declared.type().parameterArray()) {
            slots += type == long.class || type == double.class ? 2 : 1;
        }
        return slots;
    }

    /**
     * Reads the parameters of a method with the type variables that the caller knows. The generic signature cannot be
     * read if a class that it names is missing. Then the raw types are taken, because Java itself calls such a
     * method.
     */
    public static Parameter[] parameters(Declared declared, Map<TypeVariable<?>, Type> variables) {
        Class<?>[] raw = declared.type().parameterArray();
        Executable executable = declared.executable();
        if (executable != null) {
            try {
                return genericParameters(executable, raw, variables);
            } catch (Throwable unreadable) {
                Listing.rethrowWantOfMemory(unreadable);
                return rawParameters(executable, raw);
            }
        }
        return rawParameters(null, raw);
    }

    private static Parameter[] rawParameters(Executable executable, Class<?>[] raw) {
        Parameter[] parameters = new Parameter[raw.length];
        for (int i = 0; i < raw.length; i++) {
            parameters[i] = Parameter.of(raw[i], raw[i], access(executable, i));
        }
        return parameters;
    }

    private static Parameter[] genericParameters(
            Executable executable, Class<?>[] raw, Map<TypeVariable<?>, Type> variables) {
        Type[] generic = executable.getGenericParameterTypes();
        Parameter[] parameters = new Parameter[raw.length];
        for (int i = 0; i < raw.length; i++) {
            // Compilers add parameters, such as the outer object of an inner class, and leave them out of the generic
            // signature.
            Type type = generic.length == raw.length ? Generics.resolve(generic[i], raw[i], variables) : raw[i];
            parameters[i] = Parameter.of(Generics.erase(type), type, access(executable, i));
        }
        return parameters;
    }

    /** The use of buffers: as declared, or as the method stores them. Unreadable annotations declare nothing. */
    private static PythonValues.Use access(Executable executable, int index) {
        try {
            return executable == null
                    ? PythonValues.Use.AS_GRANTED
                    : access(executable, executable.getParameters()[index]);
        } catch (Throwable unreadable) {
            Listing.rethrowWantOfMemory(unreadable);
            return PythonValues.Use.AS_GRANTED;
        }
    }

    private static PythonValues.Use access(Executable executable, java.lang.reflect.Parameter parameter) {
        if (parameter.isAnnotationPresent(Writable.class)) {
            return PythonValues.Use.WRITABLE;
        }
        if (parameter.isAnnotationPresent(ReadOnly.class)) {
            return PythonValues.Use.READ_ONLY;
        }
        if (parameter.isAnnotationPresent(Kept.class)) {
            return PythonValues.Use.KEPT;
        }
        return parameter.isAnnotationPresent(Compared.class) ? PythonValues.Use.COMPARED : Storing.use(executable);
    }

    int arity() {
        return parameters.length;
    }

    boolean isConstructor() {
        return declared.isConstructor();
    }

    /** Whether it can be called with a number of arguments, in either form. */
    public boolean accepts(int count) {
        return count == parameters.length || isVariable && count >= parameters.length - 1;
    }

    /** The parameter that takes the argument at an index. In the variable form the last parameter repeats. */
    Parameter parameter(int index, boolean variable) {
        int last = parameters.length - 1;
        return variable && index >= last ? ((ArrayParameter) parameters[last]).element() : parameters[index];
    }

    int sensitivity() {
        int sensitivity = 0;
        for (int i = 0; i < parameters.length; i++) {
            sensitivity |= parameter(i, isVariable).sensitivity();
        }
        return sensitivity;
    }

    /** Reads the items of Python containers that the next conversion wants; this runs Python code. */
    void read(boolean variable, long slots, int count, Object[] refs) {
        for (int i = 0; i < count; i++) {
            parameter(i, variable).read(Slots.at(slots, i), refs);
        }
    }

    /** Converts the arguments of the fixed form; null if a parameter does not take its argument. */
    public Object[] convert(long slots, Object[] refs) {
        Object[] arguments = new Object[parameters.length];
        for (int i = 0; i < arguments.length; i++) {
            Object value = parameters[i].convert(Slots.at(slots, i), refs);
            if (!Parameter.isValue(value)) {
                return null;
            }
            arguments[i] = value;
        }
        return arguments;
    }

    /**
     * Tells the buffers among the arguments how parameters use them, as far as parameters declare it. Only the chosen
     * overload does this. Overloads that are not called therefore request nothing. The method, which is called next,
     * has the objects of Arrow Java from here on.
     *
     * @param arguments the values that the slots were converted to
     * @return the same array, or the values of a new conversion
     * @throws BufferException if an exporter refuses
     */
    public Object[] declared(Object[] arguments, boolean variable, long slots, int count, Object[] refs) {
        Object[] given = declares ? convertedAnew(variable, slots, count, refs) : arguments;
        ArrowImport.give(refs);
        return given;
    }

    private Object[] convertedAnew(boolean variable, long slots, int count, Object[] refs) {
        for (int i = 0; i < count; i++) {
            parameter(i, variable).declare(Slots.at(slots, i), refs);
        }
        Object[] anew = variable ? convertVariable(slots, count, refs) : convert(slots, refs);
        if (anew == null) {
            throw new BufferException("an exporter answered the request to write with a buffer of another kind");
        }
        return anew;
    }

    /**
     * Why arguments are refused, as far as their kinds do not say it. For a method with a variable form, the reasons
     * are those of this form.
     */
    Stream<String> obstacles(long slots, int count, Object[] refs) {
        return IntStream.range(0, count)
                .boxed()
                .flatMap(i -> Stream.of(
                                i < parameters.length ? parameters[i] : null, isVariable ? parameter(i, true) : null)
                        .filter(Objects::nonNull)
                        .map(taker -> taker.obstacle(Slots.at(slots, i), refs)))
                .filter(Objects::nonNull);
    }

    /** Converts the arguments of the variable form; null if a parameter does not take its argument. */
    Object[] convertVariable(long slots, int count, Object[] refs) {
        Object[] arguments = new Object[parameters.length];
        int last = arguments.length - 1;
        for (int i = 0; i < last; i++) {
            Object value = parameters[i].convert(Slots.at(slots, i), refs);
            if (!Parameter.isValue(value)) {
                return null;
            }
            arguments[i] = value;
        }
        Object rest =
                ArrayParameter.array(parameter(last, true), PackedItems.of(Slots.at(slots, last), count - last, refs));
        arguments[last] = rest;
        return Parameter.isValue(rest) ? arguments : null;
    }

    /** The arguments of the variable form. The given values are converted, but not collected in an array yet. */
    Object[] collect(Object[] values) {
        Object[] arguments = Arrays.copyOf(values, parameters.length);
        int last = arguments.length - 1;
        int count = values.length - last;
        Object rest = Array.newInstance(parameter(last, true).type, count);
        for (int i = 0; i < count; i++) {
            Array.set(rest, i, values[last + i]);
        }
        arguments[last] = rest;
        return arguments;
    }

    /** Makes the call, and writes its result to a slot, as {@link Results#write}. */
    public Object invoke(Object self, Object[] arguments, long slot) throws Throwable {
        if (self == null && !isStatic) {
            throw CallException.type(declared.name() + " is an instance method; call it on an object");
        }
        if (isWide) {
            return Results.write(slot, reflect(self, arguments), returnsPrimitive);
        }
        MethodHandle way = entry;
        if (way == null) {
            way = makeEntry();
            entry = way;
        }
        return Results.write(slot, (Object) way.invokeExact(self, arguments), returnsPrimitive);
    }

    private MethodHandle makeEntry() throws ReflectiveOperationException {
        MethodHandle fixed = (given == null ? declared.entry(reach) : given).asFixedArity();
        MethodHandle withSelf = isStatic ? MethodHandles.dropArguments(fixed, 0, Object.class) : fixed;
        return withSelf.asType(MethodType.genericMethodType(parameters.length + 1))
                .asSpreader(Object[].class, parameters.length)
                .asType(ENTRY);
    }

    /** Calls a method that has more parameters than a method handle can take. */
    private Object reflect(Object self, Object[] arguments) throws Throwable {
        try {
            return switch (declared.executable()) {
                case Method method -> method.invoke(self, arguments);
                case Constructor<?> constructor -> constructor.newInstance(arguments);
                case null ->
                    throw CallException.type(signature(declared.name())
                            + " has too many parameters for a class whose members reflection cannot list");
            };
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** As in {@code mean(double[], int)}. */
    String signature(String name) {
        return Signatures.of(name, parameters, isVariable);
    }

    /** For readers: the type of the result, then each parameter's type and name, or an empty name. */
    List<String> described() {
        List<String> facts = new ArrayList<>();
        facts.add(
                declared.isConstructor()
                        ? ""
                        : Signatures.shortName(declared.type().returnType()));
        String[] names = declared.parameterNames();
        for (int i = 0; i < parameters.length; i++) {
            boolean repeats = isVariable && i == parameters.length - 1;
            Class<?> type = parameters[i].type;
            facts.add(repeats ? Signatures.shortName(type.getComponentType()) + "..." : Signatures.shortName(type));
            facts.add(names == null ? "" : names[i]);
        }
        return facts;
    }
}

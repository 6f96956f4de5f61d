package org.bufferbridge.internal.members;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.lang3.ClassUtils;
import org.bufferbridge.internal.classes.Access;
import org.bufferbridge.internal.classes.Declared;
import org.bufferbridge.internal.classes.Generics;
import org.bufferbridge.internal.classes.KnownClass;
import org.bufferbridge.internal.classes.Listing;
import org.bufferbridge.internal.overloads.Overload;
import org.bufferbridge.internal.overloads.Overloads;
import org.bufferbridge.internal.values.Parameter;
import org.bufferbridge.internal.values.PythonValues;

/**
 * The public members of a class that can be reached, by name.
 *
 * <p>A public member counts if an accessible class declares or inherits it. A method of an inaccessible class is
 * therefore called through an accessible class or interface that declares it too. Members that are overridden or
 * hidden count once, at their most derived place that can be reached. Parameter types decide whether a method overrides
 * another, with the type variables that this class knows. So {@code compare(String, String)} covers
 * {@code compare(T, T)} of {@code Comparator<String>}.
 *
 * <p>Where a name stands for several members, a method comes before a field, and a field before a nested class.
 *
 * <p>Any thread may call. The table of names is made once. Members are made on request, and every later request
 * returns the same member.
 */
public final class Members {
    private final Class<?> type;
    private final Set<Class<?>> lineage;
    private final Map<String, List<Declared>> methods = new LinkedHashMap<>();
    private final Map<String, Declared> fields = new LinkedHashMap<>();
    private final Map<String, Class<?>> nested = new LinkedHashMap<>();
    private final Map<String, String> broken = new HashMap<>();
    private final Map<String, Member> statics = new ConcurrentHashMap<>();
    private final Map<String, Member> instances = new ConcurrentHashMap<>();

    Members(Class<?> type) {
        this.type = type;
        this.lineage = lineage(type);
        for (Class<?> declaring : lineage) {
            collect(declaring);
        }
    }

    /** A class, its superclasses, then its interfaces. An interface also has Object's methods. */
    private static Set<Class<?>> lineage(Class<?> type) {
        Set<Class<?>> lineage = new LinkedHashSet<>();
        lineage.add(type);
        lineage.addAll(ClassUtils.getAllSuperclasses(type));
        lineage.addAll(ClassUtils.getAllInterfaces(type));
        if (type.isInterface()) {
            lineage.add(Object.class);
        }
        return lineage;
    }

    private void collect(Class<?> declaring) {
        boolean isOwn = declaring == type;
        boolean isReachable = reach(declaring) != null;
        String obstacle = isReachable ? null : Access.obstacle(declaring);
        Listing listing = new Listing(declaring);
        for (Declared method : listing.methods) {
            boolean isInherited = isOwn || !declaring.isInterface() || !method.isStatic();
            // Bridges are synthetic: they lead to a method that is listed itself.
            if (isReachable && isInherited && method.isPublic()) {
                methods.putIfAbsent(method.name(), new ArrayList<>());
                methods.get(method.name()).add(method);
            } else if (obstacle != null && method.isPublic()) {
                broken.putIfAbsent(method.name(), obstacle);
            }
        }
        for (Declared field : listing.fields) {
            if (isReachable && field.isPublic()) {
                fields.putIfAbsent(field.name(), field);
            } else if (obstacle != null && field.isPublic()) {
                broken.putIfAbsent(field.name(), obstacle);
            }
        }
        for (Map.Entry<String, Class<?>> inner : listing.nested.entrySet()) {
            if (Access.isAccessible(inner.getValue())) {
                nested.putIfAbsent(inner.getKey(), inner.getValue());
            }
        }
        for (Map.Entry<String, String> member : listing.broken.entrySet()) {
            broken.putIfAbsent(member.getKey(), member.getValue());
        }
    }

    /** Why a name that the class declares is no member, or null. */
    String obstacle(String name) {
        return broken.get(name);
    }

    /** The member of a name, or null. */
    Member member(String name, boolean isStatic) {
        Map<String, Member> known = isStatic ? statics : instances;
        Member member = known.get(name);
        if (member != null) {
            return member;
        }
        // Absent names are not kept: their number has no limit.
        Member found = find(name, isStatic);
        if (found == null) {
            return null;
        }
        Member earlier = known.putIfAbsent(name, found);
        return earlier == null ? found : earlier;
    }

    private Member find(String name, boolean isStatic) {
        if (name.equals(CallMember.NAME)) {
            String method = isStatic ? null : CallMember.methodName(type);
            return method == null ? null : member(method, false);
        }
        List<Overload> overloads = overloads(name, isStatic);
        if (!overloads.isEmpty()) {
            return group(name, overloads);
        }
        if (type.isArray() && !isStatic && name.equals("length")) {
            return FieldMember.lengthOf(type);
        }
        if (type.isArray() && !isStatic && name.equals("clone")) {
            return group(name, List.of(ArrayMembers.cloning(type)));
        }
        Declared field = fields.get(name);
        if (field != null && (!isStatic || field.isStatic())) {
            return FieldMember.of(field, reach(field.declaring()), parameter(field));
        }
        Class<?> inner = isStatic ? nested.get(name) : null;
        return inner == null ? null : new NestedType(name, JavaType.ofClass(inner));
    }

    private MethodGroup group(String name, List<Overload> overloads) {
        String subject = "overload of " + KnownClass.ofClass(type).name() + "." + name;
        return new MethodGroup(name, new Overloads(subject, name, overloads));
    }

    private List<Overload> overloads(String name, boolean isStatic) {
        List<Overload> found = new ArrayList<>();
        Set<List<Class<?>>> taken = new HashSet<>();
        for (Declared method : methods.getOrDefault(name, List.of())) {
            Class<?> reach = reach(method.declaring());
            Parameter[] parameters = Overload.parameters(method, variables(method.declaring()));
            boolean isWanted = !isStatic || method.isStatic();
            if (taken.add(types(parameters)) && isWanted) {
                found.add(new Overload(method, reach, parameters));
            }
        }
        if (!isStatic && MapMembers.lacksDefault(type, name, found)) {
            found.add(MapMembers.getWithDefault(type));
        }
        return found;
    }

    private static List<Class<?>> types(Parameter[] parameters) {
        List<Class<?>> types = new ArrayList<>(parameters.length);
        for (Parameter parameter : parameters) {
            types.add(parameter.type);
        }
        return types;
    }

    /** The accessible class that declares a member or inherits it; null if there is none. */
    private Class<?> reach(Class<?> declaring) {
        if (Access.isAccessible(declaring)) {
            return declaring;
        }
        for (Class<?> heir : lineage) {
            if (declaring.isAssignableFrom(heir) && Access.isAccessible(heir)) {
                return heir;
            }
        }
        return null;
    }

    private Parameter parameter(Declared field) {
        Class<?> raw = field.type().returnType();
        if (field.reflected() instanceof Field reflected) {
            try {
                Type generic = Generics.resolve(reflected.getGenericType(), raw, variables(field.declaring()));
                return Parameter.of(Generics.erase(generic), generic, PythonValues.Use.KEPT);
            } catch (Throwable unreadable) {
                Listing.rethrowWantOfMemory(unreadable);
                return Parameter.of(raw, raw, PythonValues.Use.KEPT); // its generic type names a missing class
            }
        }
        return Parameter.of(raw, raw, PythonValues.Use.KEPT);
    }

    /** The type arguments that this class gives the variables of a superclass or interface. */
    private Map<TypeVariable<?>, Type> variables(Class<?> declaring) {
        return declaring == type ? Map.of() : Generics.arguments(type, declaring);
    }

    /** The names that {@link #member} answers, sorted. */
    String[] names(boolean isStatic) {
        Set<String> names = new TreeSet<>();
        for (List<Declared> named : methods.values()) {
            for (Declared method : named) {
                if (!isStatic || method.isStatic()) {
                    names.add(method.name());
                }
            }
        }
        for (Declared field : fields.values()) {
            if (!isStatic || field.isStatic()) {
                names.add(field.name());
            }
        }
        if (isStatic) {
            names.addAll(nested.keySet());
        } else if (type.isArray()) {
            names.add("length");
            names.add("clone");
        }
        return names.toArray(String[]::new);
    }

    /** The public constructors. If the class has none, the group accepts no call. */
    static MethodGroup constructors(Class<?> type) {
        List<Overload> found = new ArrayList<>();
        if (Access.isAccessible(type) && !Modifier.isAbstract(type.getModifiers())) {
            for (Declared constructor : Listing.constructors(type)) {
                found.add(new Overload(constructor, type, Overload.parameters(constructor, Map.of())));
            }
        }
        if (Access.isAccessible(type) && type.isArray()) {
            found.addAll(ArrayMembers.constructors(type));
        }
        Overload function = Access.isAccessible(type) ? FunctionConstructor.of(type) : null;
        if (function != null) {
            found.add(function);
        }
        String name = Listing.simpleName(type);
        String obstacle = Access.obstacle(type);
        String subject = (found.isEmpty() ? "public constructor of " : "constructor of ")
                + KnownClass.ofClass(type).name()
                + (function == null ? hindrance(type) : "")
                + (obstacle == null ? "" : " (" + obstacle + ")");
        return new MethodGroup(name, new Overloads(subject, name, found));
    }
    /** Why no object of a class is constructed; empty if its modifiers do not say it. */
    private static String hindrance(Class<?> type) {
        if (type.isPrimitive()) {
            return ", which is a primitive type,";
        }
        if (type.isEnum()) {
            return ", which is an enum,";
        }
        // The classes of arrays are abstract by their own modifiers.
        return Modifier.isAbstract(type.getModifiers()) && !type.isArray() ? ", which is abstract," : "";
    }
}

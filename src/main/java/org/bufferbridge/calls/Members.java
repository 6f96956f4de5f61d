package org.bufferbridge.calls;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.lang3.ClassUtils;
import org.apache.commons.lang3.reflect.TypeUtils;

/**
 * The public members of a class that can be reached, by name.
 *
 * <p>Only public members count that an accessible class declares or inherits. So a method of a
 * class that is not accessible is called through the accessible class or interface that declares
 * it too. What is overridden or hidden counts once, at its most derived place that can be reached;
 * whether a method overrides another is decided on parameter types as seen from this class: {@code
 * compare(String, String)} covers {@code Comparator<String>}'s {@code compare(T, T)}.
 *
 * <p>Where a name stands for several things, a method comes before a field before a nested class.
 *
 * <p>Any thread may ask. The table of names is made once; members are made when asked for, and a
 * member once given is given always.
 */
final class Members {
    private final Class<?> type;
    private final Set<Class<?>> lineage;
    private final Map<String, List<Method>> methods = new LinkedHashMap<>();
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final Map<String, Class<?>> nested = new LinkedHashMap<>();
    private final Map<String, Member> statics = new ConcurrentHashMap<>();
    private final Map<String, Member> instances = new ConcurrentHashMap<>();

    Members(Class<?> type) {
        this.type = type;
        this.lineage = lineage(type);
        try {
            for (Class<?> declaring : lineage) {
                collect(declaring);
            }
        } catch (LinkageError e) {
            throw new LookupException(
                    "the members of "
                            + JavaType.ofClass(type).name()
                            + " cannot be listed: a class they name is missing or broken: "
                            + e.getMessage(),
                    e);
        }
    }

    /** A class, its superclasses, then its interfaces; an interface also has Object's methods. */
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
        for (Method method : declaring.getDeclaredMethods()) {
            boolean isInherited =
                    isOwn
                            || !declaring.isInterface()
                            || !Modifier.isStatic(method.getModifiers());
            // Bridges are synthetic: they lead to a method that is listed itself.
            if (isReachable && isInherited && isPublic(method)) {
                methods.putIfAbsent(method.getName(), new ArrayList<>());
                methods.get(method.getName()).add(method);
            }
        }
        for (Field field : declaring.getDeclaredFields()) {
            if (isReachable && isPublic(field)) {
                fields.putIfAbsent(field.getName(), field);
            }
        }
        for (Class<?> inner : declaring.getDeclaredClasses()) {
            if (Access.isAccessible(inner)) {
                nested.putIfAbsent(inner.getSimpleName(), inner);
            }
        }
    }

    private static boolean isPublic(java.lang.reflect.Member member) {
        return Modifier.isPublic(member.getModifiers()) && !member.isSynthetic();
    }

    /** The member of a name, or null. */
    Member member(String name, boolean isStatic) {
        Map<String, Member> known = isStatic ? statics : instances;
        Member member = known.get(name);
        if (member != null) {
            return member;
        }
        // Absent names are not kept: there is no end of them.
        Member found = find(name, isStatic);
        if (found == null) {
            return null;
        }
        Member earlier = known.putIfAbsent(name, found);
        return earlier == null ? found : earlier;
    }

    private Member find(String name, boolean isStatic) {
        List<Overload> overloads = overloads(name, isStatic);
        if (!overloads.isEmpty()) {
            String subject = "overload of " + JavaType.ofClass(type).name() + "." + name;
            return new MethodGroup(name, new Overloads(subject, name, overloads));
        }
        if (type.isArray() && !isStatic && name.equals("length")) {
            return FieldMember.lengthOf(type);
        }
        Field field = fields.get(name);
        if (field != null && (!isStatic || Modifier.isStatic(field.getModifiers()))) {
            return FieldMember.of(field, reach(field.getDeclaringClass()), parameter(field));
        }
        Class<?> inner = isStatic ? nested.get(name) : null;
        return inner == null ? null : new NestedType(name, JavaType.ofClass(inner));
    }

    private List<Overload> overloads(String name, boolean isStatic) {
        List<Overload> found = new ArrayList<>();
        Set<List<Class<?>>> taken = new HashSet<>();
        for (Method method : methods.getOrDefault(name, List.of())) {
            Class<?> reach = reach(method.getDeclaringClass());
            Parameter[] parameters =
                    Overload.parameters(method, variables(method.getDeclaringClass()));
            boolean isWanted = !isStatic || Modifier.isStatic(method.getModifiers());
            if (taken.add(types(parameters)) && isWanted) {
                found.add(new Overload(method, reach, parameters));
            }
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

    private Parameter parameter(Field field) {
        Type generic =
                Generics.resolve(
                        field.getGenericType(),
                        field.getType(),
                        variables(field.getDeclaringClass()));
        return Parameter.of(Generics.erase(generic), generic);
    }

    /** What this class knows of the type variables of a superclass or interface. */
    private Map<TypeVariable<?>, Type> variables(Class<?> declaring) {
        if (declaring == type || declaring.getTypeParameters().length == 0) {
            return Map.of();
        }
        Map<TypeVariable<?>, Type> variables = TypeUtils.getTypeArguments(type, declaring);
        return variables == null ? Map.of() : variables;
    }

    /** The names {@link #member} answers, sorted. */
    String[] names(boolean isStatic) {
        Set<String> names = new TreeSet<>();
        for (List<Method> named : methods.values()) {
            for (Method method : named) {
                if (!isStatic || Modifier.isStatic(method.getModifiers())) {
                    names.add(method.getName());
                }
            }
        }
        for (Field field : fields.values()) {
            if (!isStatic || Modifier.isStatic(field.getModifiers())) {
                names.add(field.getName());
            }
        }
        if (isStatic) {
            names.addAll(nested.keySet());
        } else if (type.isArray()) {
            names.add("length");
        }
        return names.toArray(String[]::new);
    }

    /** The public constructors; a group that takes nothing if the class has none. */
    static MethodGroup constructors(Class<?> type) {
        List<Overload> found = new ArrayList<>();
        if (Access.isAccessible(type) && !Modifier.isAbstract(type.getModifiers())) {
            for (Constructor<?> constructor : type.getConstructors()) {
                found.add(
                        new Overload(
                                constructor,
                                type,
                                Overload.parameters(constructor, Map.of())));
            }
        }
        String name = type.getSimpleName();
        // The classes of arrays call themselves abstract too.
        boolean isAbstract = Modifier.isAbstract(type.getModifiers()) && !type.isArray();
        String subject =
                (found.isEmpty() ? "public constructor of " : "constructor of ")
                        + JavaType.ofClass(type).name()
                        + (isAbstract ? ", which is abstract," : "");
        return new MethodGroup(name, new Overloads(subject, name, found));
    }
}

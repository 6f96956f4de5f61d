package org.bufferbridge.internal.classes;

import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The declarations of one class. Reflection lists all members of a kind, or none. One member that names a missing
 * class, such as one of an optional library, hides all others. {@link ClassFile} then lists them. Members that cannot
 * be used are kept with the reason.
 *
 * <p>Immutable once made.
 */
public final class Listing {
    private final Class<?> type;
    private ClassFile file;

    /** For each name, why it is no member. */
    public final Map<String, String> broken = new LinkedHashMap<>();

    public final List<Declared> methods = new ArrayList<>();
    public final List<Declared> fields = new ArrayList<>();

    /** For each simple name, the nested class. */
    public final Map<String, Class<?>> nested = new LinkedHashMap<>();

    public Listing(Class<?> type) {
        this.type = type;
        listMethods();
        listFields();
        listNested();
    }

    // Lists each kind on its own. This code uses no lambdas, like all code that finds a first member: see Generics.

    private void listMethods() {
        Method[] listed;
        try {
            listed = type.getDeclaredMethods();
        } catch (Throwable e) {
            read(file(e).methods, methods, Kind.METHOD);
            return;
        }
        for (Method method : listed) {
            methods.add(Declared.of(method));
        }
    }

    private void listFields() {
        Field[] listed;
        try {
            listed = type.getDeclaredFields();
        } catch (Throwable e) {
            read(file(e).fields, fields, Kind.FIELD);
            return;
        }
        for (Field field : listed) {
            fields.add(Declared.of(field));
        }
    }

    private void listNested() {
        Class<?>[] listed;
        try {
            listed = type.getDeclaredClasses();
        } catch (Throwable e) {
            readNested(file(e).inner);
            return;
        }
        for (Class<?> inner : listed) {
            nested.put(simpleName(inner), inner);
        }
    }

    /** The public constructors of a class. */
    public static List<Declared> constructors(Class<?> type) {
        List<Declared> found = new ArrayList<>();
        try {
            for (Constructor<?> constructor : type.getConstructors()) {
                found.add(Declared.of(constructor));
            }
        } catch (Throwable e) {
            Listing empty = new Listing(type, null);
            empty.read(empty.file(e).methods, found, Kind.CONSTRUCTOR);
        }
        return found;
    }

    private Listing(Class<?> type, ClassFile file) {
        this.type = type;
        this.file = file;
    }

    /**
     * The name without those of the enclosing classes and packages. It works even where one of these classes is
     * missing.
     */
    public static String simpleName(Class<?> type) {
        try {
            return type.getSimpleName();
        } catch (Throwable e) {
            rethrowWantOfMemory(e);
            String name = type.getName();
            return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
        }
    }

    private enum Kind {
        METHOD,
        CONSTRUCTOR,
        FIELD
    }

    /**
     * The class's file.
     *
     * @param cause the exception that reflection threw
     * @throws LookupException if there is none
     */
    private ClassFile file(Throwable cause) {
        rethrowWantOfMemory(cause);
        if (file == null) {
            file = ClassFile.of(type);
        }
        if (file == null) {
            throw new LookupException(
                    "the members of "
                            + type.getName()
                            + " cannot be listed: a class they name is missing or broken: "
                            + text(cause),
                    cause);
        }
        return file;
    }

    /** A class loader is user code and may throw anything. Its failure is that of one member, unless memory ran out. */
    public static void rethrowWantOfMemory(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError memory) {
            throw memory;
        }
    }

    /** The text of a foreign exception, whose methods may themselves fail. */
    private static String text(Throwable thrown) {
        try {
            return thrown instanceof LinkageError ? thrown.getMessage() : thrown.toString();
        } catch (Throwable untold) {
            return thrown.getClass().getName();
        }
    }

    private void read(List<ClassFile.Entry> entries, List<Declared> into, Kind kind) {
        for (ClassFile.Entry entry : entries) {
            boolean isConstructor = entry.name().equals(Declared.CONSTRUCTOR);
            if (isConstructor != (kind == Kind.CONSTRUCTOR)
                    || isConstructor && !Modifier.isPublic(entry.access())
                    || entry.name().equals("<clinit>")) {
                continue;
            }
            String descriptor = kind == Kind.FIELD ? "()" + entry.descriptor() : entry.descriptor();
            try {
                MethodType types = MethodType.fromMethodDescriptorString(descriptor, type.getClassLoader());
                into.add(new Declared(type, entry.name(), entry.access(), types, null));
            } catch (TypeNotPresentException e) {
                broken.put(entry.name(), "it names the class " + e.typeName() + ", which is missing");
            } catch (Throwable e) {
                rethrowWantOfMemory(e);
                broken.put(entry.name(), "it names a class that cannot be loaded: " + text(e));
            }
        }
    }

    private void readNested(List<ClassFile.Inner> listed) {
        for (ClassFile.Inner inner : listed) {
            try {
                nested.put(inner.simpleName(), Class.forName(inner.binaryName(), false, type.getClassLoader()));
            } catch (Throwable e) {
                rethrowWantOfMemory(e);
                broken.put(inner.simpleName(), "the class " + inner.binaryName() + " cannot be loaded: " + text(e));
            }
        }
    }
}

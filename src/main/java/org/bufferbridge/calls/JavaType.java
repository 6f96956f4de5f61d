package org.bufferbridge.calls;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What Python knows of a Java class. There is one per class and process, living as long as the
 * class; its id is dense, so the native side can keep a table. The id of a class that was unloaded
 * is given to another one.
 *
 * <p>Any thread may ask. Members are found when first asked for and then kept.
 */
public final class JavaType {
    private static final ClassValue<JavaType> TYPES =
            new ClassValue<>() {
                @Override
                protected JavaType computeValue(Class<?> type) {
                    return new JavaType(type);
                }
            };

    static {
        // The JDK's own classes for it are initialised now: one whose initialisation overflows a stack never works again.
        TYPES.get(Object.class);
    }

    private final Class<?> type;
    private final boolean stays;
    private final int id;

    // Made when it is first asked for: the classes around it may have to be loaded, by code of others.
    private volatile String name;

    // Set once and without a lock: making them may load classes, which is code of others.
    private final AtomicReference<Members> members = new AtomicReference<>();
    private final AtomicReference<MethodGroup> constructors = new AtomicReference<>();

    private JavaType(Class<?> type) {
        this.type = type;
        this.stays = TypeIds.staysLoaded(type);
        this.id = stays ? TypeIds.next() : TypeIds.nextFor(this);
    }

    /**
     * Finds a class by its name: {@code java.util.Map.Entry}, {@code java.util.Map$Entry}, {@code
     * int[]}, {@code java.lang.String[][]}. The class is not initialized.
     *
     * @throws LookupException if there is none, or it cannot be linked
     */
    public static JavaType forName(String name) {
        return ofClass(ClassSearch.find(name));
    }

    /**
     * The type of a class, or of that of a name.
     *
     * @throws LookupException as {@link #forName}
     * @throws ClassCastException if it is neither a String nor a Class
     */
    public static JavaType find(Object nameOrClass) {
        return switch (nameOrClass) {
            case String className -> forName(className);
            case Class<?> found -> ofClass(found);
            default -> throw new ClassCastException("jclass() takes the name of a class or a java.lang.Class, not an object of "
                    + nameOrClass.getClass().getName());
        };
    }

    /** The type of an object that is not null. */
    public static JavaType of(Object object) {
        return TYPES.get(object.getClass());
    }

    public static JavaType ofClass(Class<?> type) {
        return TYPES.get(type);
    }

    /**
     * Counted from 0. Where threads race to make the first object of a class known, an id may stay
     * unused. No other class has it as long as this object is reachable.
     */
    public int id() {
        return id;
    }

    /** Whether the class is never unloaded, so that it may be kept. */
    public boolean stays() {
        return stays;
    }

    /** The canonical name, or the binary one if there is none, as for anonymous classes. */
    public String name() {
        String known = name;
        if (known == null) {
            known = nameOf(type);
            name = known;
        }
        return known;
    }

    private static String nameOf(Class<?> type) {
        try {
            String canonical = type.getCanonicalName();
            return canonical == null ? type.getName() : canonical;
        } catch (Throwable e) {
            // The canonical name needs the enclosing class, which may be missing, or whose class
            // loader may throw anything.
            Listing.rethrowWantOfMemory(e);
            return type.getName();
        }
    }

    public Class<?> type() {
        return type;
    }

    /**
     * What a name stands for.
     *
     * @param isStatic true: in the class itself, static methods and fields and nested classes;
     *     false: in an object, methods and fields, static ones included
     * @return null if there is no such member
     */
    public Member member(String name, boolean isStatic) {
        return members().member(name, isStatic);
    }

    /** All names {@link #member} answers, sorted. */
    public String[] memberNames(boolean isStatic) {
        return members().names(isStatic);
    }

    /**
     * Why a name that the class declares is no member.
     *
     * @return the reason and the way out; null if the class declares no such name
     */
    public String obstacle(String name) {
        return members().obstacle(name);
    }

    public Member constructors() {
        if (constructors.get() == null) {
            constructors.compareAndSet(null, Members.constructors(type));
        }
        return constructors.get();
    }

    private Members members() {
        if (members.get() == null) {
            members.compareAndSet(null, new Members(type));
        }
        return members.get();
    }

    @Override
    public String toString() {
        return name();
    }
}

package org.bufferbridge.internal.members;

import java.util.concurrent.atomic.AtomicReference;
import org.bufferbridge.internal.classes.Access;
import org.bufferbridge.internal.classes.ClassSearch;
import org.bufferbridge.internal.classes.KnownClass;
import org.bufferbridge.internal.classes.LookupException;

/**
 * The members, name and id of a Java class, for Python. There is one JavaType per class and process, and it lives as
 * long as the class.
 *
 * <p>Any thread may call. Members are found on the first request and then kept.
 */
public final class JavaType {
    private static final ClassValue<JavaType> TYPES = new ClassValue<>() {
        @Override
        protected JavaType computeValue(Class<?> type) {
            return new JavaType(type);
        }
    };

    static {
        // Initialises the JDK's classes behind ClassValue now. A class whose initialisation overflows a stack never
        // works again.
        TYPES.get(Object.class);
    }

    private final Class<?> type;
    private final KnownClass known;

    // Set once and without a lock: making the members may load classes, which runs user code.
    private final AtomicReference<Members> members = new AtomicReference<>();
    private final AtomicReference<MethodGroup> constructors = new AtomicReference<>();

    private JavaType(Class<?> type) {
        this.type = type;
        this.known = KnownClass.ofClass(type);
    }

    /**
     * Finds a class by its name: {@code java.util.Map.Entry}, {@code java.util.Map$Entry}, {@code
     * int[]}, {@code java.lang.String[][]}. The class is not initialized.
     *
     * @throws LookupException if there is no such class, or it cannot be linked
     */
    public static JavaType forName(String name) {
        return forUsers(ClassSearch.find(name));
    }

    /**
     * The type of a class that is given itself or by its name.
     *
     * @throws LookupException as {@link #forName}
     * @throws ClassCastException if the argument is neither a String nor a Class
     */
    public static JavaType find(Object nameOrClass) {
        if (nameOrClass instanceof String className) {
            return forName(className);
        }
        if (nameOrClass instanceof Class<?> found) {
            return forUsers(found);
        }
        throw new ClassCastException("jclass() takes the name of a class or a java.lang.Class, not an object of "
                + nameOrClass.getClass().getName());
    }

    /**
     * Called from C for the Python half of this library. The class is made for that half, and {@link #find} refuses
     * it.
     *
     * @param simpleName its name in the package {@code internal.python}
     */
    public static JavaType internal(String simpleName) {
        return ofClass(ClassSearch.find(Access.PYTHON_HALF + simpleName));
    }

    private static JavaType forUsers(Class<?> type) {
        if (Access.isForPythonHalf(type)) {
            throw new LookupException(type.getName() + " is internal to bufferbridge", null);
        }
        return ofClass(type);
    }

    /** The type of an object that is not null. */
    public static JavaType of(Object object) {
        return TYPES.get(object.getClass());
    }

    public static JavaType ofClass(Class<?> type) {
        return TYPES.get(type);
    }

    /** Counted from 0, as {@link KnownClass#id}. */
    public int id() {
        return known.id();
    }

    /** Whether the class is never unloaded. Then a caller may keep it. */
    public boolean stays() {
        return known.stays();
    }

    /** The canonical name, or the binary one if there is none, as for anonymous classes. */
    public String name() {
        return known.name();
    }

    public Class<?> type() {
        return type;
    }

    /**
     * Called from C: the interfaces that give its objects operators in Python, as bits. Looking for the method of a
     * functional interface may load classes, which runs user code.
     */
    public int protocols() {
        boolean isCallable = CallMember.methodName(type) != null && member(CallMember.NAME, false) != null;
        return Protocols.of(type, isCallable);
    }

    /**
     * The member that a name stands for.
     *
     * @param isStatic true for a member of the class itself: a static method or field, or a nested class. False for a
     *                 member of an object: a method or field, static ones included
     * @return null if there is no such member
     */
    public Member member(String name, boolean isStatic) {
        return members().member(name, isStatic);
    }

    /** All names that {@link #member} answers, sorted. */
    public String[] memberNames(boolean isStatic) {
        return members().names(isStatic);
    }

    /**
     * Why a name that the class declares is no member.
     *
     * @return the reason and what to do about it; null if the class declares no such name
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

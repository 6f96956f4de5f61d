package org.bufferbridge.internal.classes;

/**
 * A class and the number that C knows it by. There is one per class and process, living as long as the class; the id is
 * dense, so the native side can keep a table. The id of a class that was unloaded is given to another one.
 *
 * <p>Any thread may ask.
 */
public final class KnownClass {
    private static final ClassValue<KnownClass> KNOWN =
            new ClassValue<>() {
                @Override
                protected KnownClass computeValue(Class<?> type) {
                    return new KnownClass(type);
                }
            };

    static {
        // The JDK's own classes for it are initialised now: one whose initialisation overflows a stack never works again.
        KNOWN.get(Object.class);
    }

    private final Class<?> type;
    private final boolean stays;
    private final int id;

    // Made when it is first asked for: the classes around it may have to be loaded, by code of others.
    private volatile String name;

    private KnownClass(Class<?> type) {
        this.type = type;
        this.stays = TypeIds.staysLoaded(type);
        this.id = stays ? TypeIds.next() : TypeIds.nextFor(this);
    }

    /** That of an object that is not null. */
    public static KnownClass of(Object object) {
        return KNOWN.get(object.getClass());
    }

    /** That of a class. */
    public static KnownClass ofClass(Class<?> type) {
        return KNOWN.get(type);
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
}

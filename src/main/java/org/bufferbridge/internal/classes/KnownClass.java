package org.bufferbridge.internal.classes;

/**
 * A class and the id by which C knows it. There is one KnownClass per class and process, and it lives as long as the
 * class. Ids are dense, which lets the native side keep a table. The id of a class that was unloaded goes to another
 * class.
 *
 * <p>Any thread may call.
 */
public final class KnownClass {
    private static final ClassValue<KnownClass> KNOWN = new ClassValue<>() {
        @Override
        protected KnownClass computeValue(Class<?> type) {
            return new KnownClass(type);
        }
    };

    static {
        // Initialises the JDK's classes behind ClassValue now. A class whose initialisation overflows a stack never
        // works again.
        KNOWN.get(Object.class);
    }

    private final Class<?> type;
    private final boolean stays;
    private final int id;
    private final long serial = TypeIds.nextSerial();

    // Made on the first request: it may load the classes around this one, which runs user code.
    private volatile String name;

    private KnownClass(Class<?> type) {
        this.type = type;
        this.stays = TypeIds.staysLoaded(type);
        this.id = stays ? TypeIds.next() : TypeIds.nextFor(this);
    }

    /** The KnownClass of the class of an object that is not null. */
    public static KnownClass of(Object object) {
        return KNOWN.get(object.getClass());
    }

    /** The KnownClass of a class. */
    public static KnownClass ofClass(Class<?> type) {
        return KNOWN.get(type);
    }

    /**
     * The id of the class, counted from 0. Where threads race to make the first object of a class known, an id may
     * stay unused. No other class has this id as long as this object is reachable.
     */
    public int id() {
        return id;
    }

    /**
     * A number that no other class of this process ever has. Caches that outlive the class compare this number, not
     * {@link #id}.
     */
    public long serial() {
        return serial;
    }

    /** Whether the class is never unloaded. Then a caller may keep it. */
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
            // The canonical name needs the enclosing class. That class may be missing, or its class loader may throw
            // anything.
            Listing.rethrowWantOfMemory(e);
            return type.getName();
        }
    }
}

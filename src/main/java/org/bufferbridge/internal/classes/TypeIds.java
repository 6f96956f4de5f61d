package org.bufferbridge.internal.classes;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The ids of {@link KnownClass}es. Once the garbage collector finds that a KnownClass is unreachable, its id is free
 * and goes to another class.
 *
 * <p>Any thread may call, even with the GIL: no thread waits here.
 */
public final class TypeIds {
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final AtomicLong SERIAL = new AtomicLong();
    private static final ConcurrentLinkedQueue<Integer> FREE = new ConcurrentLinkedQueue<>();
    private static final ReferenceQueue<KnownClass> UNREACHABLE = new ReferenceQueue<>();
    private static final Set<Lent> LENT = ConcurrentHashMap.newKeySet();

    /** Class loaders that live as long as this class does, and therefore as long as Python is used. */
    private static final Set<ClassLoader> LASTING = lastingLoaders();

    private TypeIds() {}

    private static Set<ClassLoader> lastingLoaders() {
        Set<ClassLoader> loaders = new HashSet<>();
        ClassLoader[] ends = {TypeIds.class.getClassLoader(), ClassLoader.getSystemClassLoader()};
        for (ClassLoader end : ends) {
            for (ClassLoader loader = end; loader != null; loader = loader.getParent()) {
                loaders.add(loader);
            }
        }
        return loaders;
    }

    /** Whether a class is never unloaded while this class is loaded. */
    static boolean staysLoaded(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        ClassLoader loader = element.getClassLoader();
        return !element.isHidden() && (loader == null || LASTING.contains(loader));
    }

    static long nextSerial() {
        return SERIAL.getAndIncrement();
    }

    static int next() {
        return NEXT.getAndIncrement();
    }

    /** An id that becomes free when the type is unreachable. */
    static int nextFor(KnownClass type) {
        for (Reference<?> found = UNREACHABLE.poll(); found != null; found = UNREACHABLE.poll()) {
            LENT.remove(found);
            FREE.add(((Lent) found).id);
        }
        Integer free = FREE.poll();
        int id = free != null ? free : next();
        LENT.add(new Lent(type, id));
        return id;
    }

    private static final class Lent extends PhantomReference<KnownClass> {
        final int id;

        Lent(KnownClass type, int id) {
            super(type, UNREACHABLE);
            this.id = id;
        }
    }
}

package org.bufferbridge.internal.export;

import java.lang.ref.WeakReference;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.Spliterator;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.bufferbridge.BufferExporterProvider;
import org.bufferbridge.internal.base.Log;
import org.bufferbridge.internal.classes.ClassSearch;

/**
 * The {@link BufferExporterProvider}s, each with the type it exports. A provider is user code. It is asked for its type
 * once, when it is loaded. One that throws is passed over with a warning: its failure must not reach other classes.
 *
 * <p>The search uses the system class loader, the library's own and the one that
 * {@code bufferbridge.adopt(classpath=...)} makes, all at once. Then it uses the class loader of the class that is to
 * be exported, if it is another. A provider that several of them see is made once.
 *
 * <p>Threads: one thread loads the providers of a set of class loaders, and others wait for it without the GIL. The
 * loading may itself wait for one of them, so a thread that has waited for {@value #PATIENCE_SECONDS} seconds is
 * refused. If the thread that loads asks again, it gets the providers loaded so far. Neither outcome is remembered.
 */
public final class Providers {
    private static final int MAX_BROKEN = 100;
    private static final long PATIENCE_SECONDS = 10;

    /** A provider, and what its {@code type()} returned. */
    private record Known(Class<?> type, BufferExporterProvider provider) {}

    /** Initialised at the first question about a class: {@code adopt} has made its class loader known by then. */
    private static final class Common {
        static final Set<ClassLoader> LOADERS = ClassSearch.lastingLoaders();
        static final Seen SEEN = new Seen(LOADERS, null);
    }

    /** Keeps what a class's loader sees as long as the class lives, and so as long as the loader lives. */
    private static final ClassValue<Seen> OF_OTHER_LOADERS = new ClassValue<>() {
        @Override
        protected Seen computeValue(Class<?> type) {
            return seenBy(type.getClassLoader());
        }
    };

    private static final Map<ClassLoader, WeakReference<Seen>> BY_LOADER = new WeakHashMap<>();

    private Providers() {}

    /** The provider for objects of a class, or null. */
    static BufferExporterProvider of(Class<?> type) {
        BufferExporterProvider found = Common.SEEN.providerFor(type);
        if (found == null && !isCommon(type.getClassLoader())) {
            found = OF_OTHER_LOADERS.get(type).providerFor(type);
        }
        return found;
    }

    /** Whether {@link #of} knows all providers: false if this thread asks while it loads them. */
    static boolean areKnown(Class<?> type) {
        return Common.SEEN.isComplete && (isCommon(type.getClassLoader()) || OF_OTHER_LOADERS.get(type).isComplete);
    }

    /** Whether the common loaders see all that this one sees: it is one of them, or a parent. */
    private static boolean isCommon(ClassLoader loader) {
        if (loader == null) {
            return true;
        }
        for (ClassLoader common : Common.LOADERS) {
            for (ClassLoader known = common; known != null; known = known.getParent()) {
                if (known == loader) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Seen seenBy(ClassLoader loader) {
        synchronized (BY_LOADER) {
            WeakReference<Seen> reference = BY_LOADER.get(loader);
            Seen seen = reference == null ? null : reference.get();
            if (seen == null) {
                seen = new Seen(Set.of(loader), Common.SEEN);
                BY_LOADER.put(loader, new WeakReference<>(seen));
            }
            return seen;
        }
    }

    /** There was too little memory or stack for this question. The next one may have more. */
    private static final class Shortage extends RuntimeException {
        final transient Error met;

        Shortage(Error met) {
            super(null, null, false, false);
            this.met = met;
        }
    }

    /** The providers that a set of class loaders sees. */
    private static final class Seen {
        private final Set<ClassLoader> loaders;
        private final Seen before;
        private final ReentrantLock loading = new ReentrantLock();
        private final Set<Object> starved = new HashSet<>(); // classes, loaders; guarded by `loading`
        private volatile List<Known> soFar = List.of();
        private volatile boolean isComplete;

        /**
         * @param before has the providers that are not loaded again; may be null
         */
        Seen(Set<ClassLoader> loaders, Seen before) {
            this.loaders = loaders;
            this.before = before;
        }

        BufferExporterProvider providerFor(Class<?> type) {
            if (!isComplete) {
                load();
            }
            for (Known known : soFar) {
                if (known.type.isAssignableFrom(type)) {
                    return known.provider;
                }
            }
            return null;
        }

        private void load() {
            if (loading.isHeldByCurrentThread() || before != null && !before.isComplete) {
                return;
            }
            if (!lock()) {
                throw new IllegalStateException("the BufferExporterProviders are being loaded by another thread,"
                        + " which has not finished within " + PATIENCE_SECONDS + " s; a provider must not wait for"
                        + " Python while it is made");
            }
            try {
                if (!isComplete) {
                    soFar = List.of();
                    Set<Class<?>> classes = new HashSet<>();
                    if (before != null) {
                        before.soFar.forEach(known -> classes.add(known.provider.getClass()));
                    }
                    loaders.forEach(loader -> loadFrom(loader, classes));
                    isComplete = true;
                }
            } finally {
                loading.unlock();
            }
        }

        private boolean lock() {
            boolean isInterrupted = false;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            try {
                while (true) {
                    try {
                        return loading.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        isInterrupted = true;
                    }
                }
            } finally {
                if (isInterrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        /**
         * What a class loader throws becomes a warning, even an Error. A shortage is thrown on, and the next question
         * tries again.
         */
        private void loadFrom(ClassLoader loader, Set<Class<?>> classes) {
            Spliterator<ServiceLoader.Provider<BufferExporterProvider>> all =
                    ServiceLoader.load(BufferExporterProvider.class, loader).stream()
                            .spliterator();
            int broken = 0;
            while (broken < MAX_BROKEN) {
                try {
                    if (!all.tryAdvance(provider -> add(provider, classes))) {
                        return;
                    }
                } catch (Shortage e) {
                    throw e.met;
                } catch (Throwable e) {
                    Error shortage = newShortage(e, loader);
                    if (shortage != null) {
                        throw shortage;
                    }
                    broken++;
                    passOver("a BufferExporterProvider cannot be loaded", e);
                }
            }
        }

        /**
         * The first shortage of a provider or a class loader, or null. After that, it is passed over like any that
         * fails.
         */
        private Error newShortage(Throwable thrown, Object where) {
            Throwable met = thrown instanceof ServiceConfigurationError ? thrown.getCause() : thrown;
            boolean isShortage = met instanceof OutOfMemoryError || met instanceof StackOverflowError;
            return isShortage && starved.add(where) ? (Error) met : null;
        }

        private void add(ServiceLoader.Provider<BufferExporterProvider> offered, Set<Class<?>> classes) {
            Class<?> declared = offered.type();
            // If a provider method declares only the interface, nothing tells two of them apart.
            if (!Modifier.isAbstract(declared.getModifiers()) && !classes.add(declared)) {
                return;
            }
            BufferExporterProvider provider;
            Class<?> type;
            try {
                provider = offered.get();
                type = provider.type();
            } catch (Throwable e) {
                Error shortage = newShortage(e, declared);
                if (shortage != null) {
                    throw new Shortage(shortage);
                }
                passOver("the BufferExporterProvider " + declared.getName() + " cannot be used", e);
                return;
            }
            if (type == null) {
                passOver(
                        "the BufferExporterProvider " + declared.getName() + " cannot be used: its type() is null",
                        null);
                return;
            }
            List<Known> more = new ArrayList<>(soFar);
            more.add(new Known(type, provider));
            soFar = List.copyOf(more);
        }
    }

    private static void passOver(String what, Throwable cause) {
        // A ServiceConfigurationError has what the constructor threw as its cause.
        Throwable root = cause == null || cause.getCause() == null ? cause : cause.getCause();
        Log.warn(() -> what + ", and its types are not exported" + (root == null ? "" : ": " + root));
    }
}

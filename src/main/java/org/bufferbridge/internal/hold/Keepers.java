package org.bufferbridge.internal.hold;

import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.bufferbridge.BufferException;
import org.bufferbridge.ExportArena;
import org.bufferbridge.internal.base.Forgotten;
import org.bufferbridge.internal.base.SpinLock;

/**
 * Finds the keeper of memory that the library owns or leases, by the scope of its segments. A keeper is an
 * {@link ExportArena}, or the {@code LeaseViews} of a Python buffer. The JDK keeps memory of any other arena open
 * ({@link ArenaLock}).
 *
 * <p>Owns: a table of shared scopes, in stripes. For each thread, the scopes that it owns, and the confined scopes of
 * its calls, innermost first. Only the confined scopes are kept reachable.
 *
 * <p>Threads: any. A stripe has a {@link SpinLock} and no monitor, for the reason that {@link Forgotten} gives.
 */
public final class Keepers {
    /** Keeps memory open as long as a holder holds it. */
    public interface Keeper {
        /**
         * The holder holds the memory from now on, until its {@link #letGo}.
         *
         * @throws BufferException if the memory is closed, or about to be
         */
        void hold(MemoryHold.Holder holder);

        /**
         * The holder lets go of the memory. This may be called with the GIL: it does not wait for the GIL, and runs no
         * user code.
         *
         * @return null, or the end of an arena. The caller runs it without the GIL, because it runs cleanup actions of
         *         users
         */
        Runnable letGo(MemoryHold.Holder holder);
    }

    private static final int STRIPES = 1024;
    private static final Stripe[] SHARED = new Stripe[STRIPES];
    private static final int MAX_OWNED = 32; // in the list of one thread; the shared table has the rest
    private static final ThreadLocal<Confined> CONFINED = ThreadLocal.withInitial(Confined::new);

    /** False until the first shared scope is added: until then no thread looks into the stripes. */
    private static volatile boolean isAnyShared;

    static {
        Arrays.setAll(SHARED, stripe -> new Stripe());
    }

    private Keepers() {}

    /** The keeper of a segment's memory, or null if the JDK keeps it open. */
    public static Keeper of(MemorySegment segment) {
        MemorySegment.Scope scope = segment.scope();
        Keeper found = CONFINED.get().find(scope);
        return found != null || !isAnyShared ? found : stripe(scope).find(scope);
    }

    /** The keeper keeps memory of this scope from now on; all threads may use it. */
    public static void add(MemorySegment.Scope scope, Keeper keeper) {
        isAnyShared = true;
        stripe(scope).add(scope, keeper);
    }

    /** Forgets a closed scope. */
    public static void remove(MemorySegment.Scope scope) {
        stripe(scope).remove(scope);
    }

    /** The keeper keeps memory of this scope from now on; only this thread may use it. */
    public static void addOwned(MemorySegment.Scope scope, Keeper keeper) {
        Entries owned = CONFINED.get().owned;
        if (owned.count == MAX_OWNED) {
            owned.dropClosed();
        }
        if (owned.count < MAX_OWNED) {
            owned.add(new Entry(scope, keeper));
        } else {
            add(scope, keeper);
        }
    }

    /**
     * Forgets a closed scope that {@code owner} owned. If another thread calls, the owner's list drops it when it is
     * full.
     */
    public static void removeOwned(MemorySegment.Scope scope, Thread owner) {
        if (Thread.currentThread() != owner || !CONFINED.get().owned.remove(scope)) {
            remove(scope);
        }
    }

    /** The keeper keeps memory of this scope, which is confined to this thread, from now on. */
    public static void addConfined(MemorySegment.Scope scope, Keeper keeper) {
        Confined confined = CONFINED.get();
        confined.first = new OfCall(scope, keeper, confined.first);
    }

    /** Forgets a scope that is confined to this thread. */
    public static void removeConfined(MemorySegment.Scope scope) {
        CONFINED.get().remove(scope);
    }

    private static Stripe stripe(MemorySegment.Scope scope) {
        int hash = System.identityHashCode(scope);
        return SHARED[(hash ^ hash >>> 16) & STRIPES - 1];
    }

    /** The scope of one view of a call. */
    private static final class OfCall {
        final MemorySegment.Scope scope;
        final Keeper keeper;
        OfCall next;

        OfCall(MemorySegment.Scope scope, Keeper keeper, OfCall next) {
            this.scope = scope;
            this.keeper = keeper;
            this.next = next;
        }
    }

    /** The scopes of one thread. */
    private static final class Confined {
        final Entries owned = new Entries();
        OfCall first;

        Keeper find(MemorySegment.Scope scope) {
            for (OfCall entry = first; entry != null; entry = entry.next) {
                if (entry.scope == scope) {
                    return entry.keeper;
                }
            }
            return owned.find(scope);
        }

        void remove(MemorySegment.Scope scope) {
            OfCall before = null;
            for (OfCall entry = first; entry != null; before = entry, entry = entry.next) {
                if (entry.scope == scope) {
                    if (before == null) {
                        first = entry.next;
                    } else {
                        before.next = entry.next;
                    }
                    return;
                }
            }
        }
    }

    private static final class Entry extends WeakReference<MemorySegment.Scope> {
        final WeakReference<Keeper> keeper;
        Entry next;

        Entry(MemorySegment.Scope scope, Keeper keeper) {
            super(scope);
            this.keeper = new WeakReference<>(keeper);
        }
    }

    /** A list of scopes, without a lock. */
    private static final class Entries {
        private Entry first;
        private int count;

        Keeper find(MemorySegment.Scope scope) {
            for (Entry entry = first; entry != null; entry = entry.next) {
                if (entry.refersTo(scope)) {
                    return entry.keeper.get();
                }
            }
            return null;
        }

        void add(Entry added) {
            added.next = first;
            first = added;
            count++;
        }

        /*
         * Each entry is unlinked in place, by writes with no call between them. If a call here overflows the stack, the
         * list stays whole, with entries that it does not need.
         */

        /** Drops unreachable scopes as well; false if the scope is not here. */
        boolean remove(MemorySegment.Scope scope) {
            boolean isFound = false;
            Entry before = null;
            for (Entry entry = first; entry != null; entry = entry.next) {
                boolean isIt = entry.refersTo(scope);
                if (isIt || entry.refersTo(null)) {
                    isFound |= isIt;
                    unlink(before, entry);
                } else {
                    before = entry;
                }
            }
            return isFound;
        }

        void dropClosed() {
            Entry before = null;
            for (Entry entry = first; entry != null; entry = entry.next) {
                MemorySegment.Scope scope = entry.get();
                if (scope == null || !scope.isAlive()) {
                    unlink(before, entry);
                } else {
                    before = entry;
                }
            }
        }

        private void unlink(Entry before, Entry entry) {
            if (before == null) {
                first = entry.next;
            } else {
                before.next = entry.next;
            }
            count--;
        }
    }

    /** Some of the shared scopes. */
    private static final class Stripe {
        private final SpinLock lock = new SpinLock();
        private final Entries entries = new Entries();

        Keeper find(MemorySegment.Scope scope) {
            lock.take();
            try {
                return entries.find(scope);
            } finally {
                lock.taken = 0;
            }
        }

        void add(MemorySegment.Scope scope, Keeper keeper) {
            Entry added = new Entry(scope, keeper);
            lock.take();
            try {
                entries.add(added);
            } finally {
                lock.taken = 0;
            }
        }

        void remove(MemorySegment.Scope scope) {
            lock.take();
            try {
                entries.remove(scope);
            } finally {
                lock.taken = 0;
            }
        }
    }
}

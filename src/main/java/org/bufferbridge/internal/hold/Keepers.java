package org.bufferbridge.internal.hold;

import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.bufferbridge.BufferException;
import org.bufferbridge.ExportArena;
import org.bufferbridge.internal.base.Forgotten;
import org.bufferbridge.internal.base.SpinLock;

/**
 * Who keeps memory open that the library itself owns or leases, by the scope of its segments: an {@link ExportArena},
 * the {@code LeasedMemory} of a Python buffer. Memory of any other arena is kept open by the JDK ({@link ArenaLock}).
 *
 * <p>Owns: a table of shared scopes, in stripes; and for each thread the scopes that it owns, and the confined ones of
 * the calls it is in, the innermost first. The confined ones alone are kept reachable.
 *
 * <p>Threads: any. No stripe has a monitor, for the reason that {@link Forgotten} gives: a thread that finds one in use
 * spins for the few instructions that another one needs.
 */
public final class Keepers {
    /** Keeps memory open as long as somebody holds it. */
    public interface Keeper {
        /**
         * Somebody holds the memory from now on, until one {@link #letGo}.
         *
         * @throws BufferException if the memory is closed, or about to be
         */
        void hold(MemoryHold.Holder holder);

        /**
         * A holder does not hold the memory any more. Throws nothing, does not wait for the GIL, and runs no code of
         * users: it may be called with the GIL.
         *
         * @return what is left to do, without the GIL: null, or the end of an arena, which runs cleanup actions of
         *     users
         */
        Runnable letGo(MemoryHold.Holder holder);
    }

    private static final int STRIPES = 1024;
    private static final Stripe[] SHARED = new Stripe[STRIPES];
    private static final int MOST_OWNED = 32; // of one thread; more are in the table of shared ones
    private static final ThreadLocal<Confined> CONFINED = ThreadLocal.withInitial(Confined::new);

    /** Spares all others the look-up until the first shared scope is added. */
    private static volatile boolean isAnyShared;

    static {
        Arrays.setAll(SHARED, stripe -> new Stripe());
    }

    private Keepers() {}

    /** The keeper of a segment's memory, or null where the JDK keeps it. */
    public static Keeper of(MemorySegment segment) {
        MemorySegment.Scope scope = segment.scope();
        Keeper found = CONFINED.get().find(scope);
        return found != null || !isAnyShared ? found : stripe(scope).find(scope);
    }

    /** From now on memory of this scope, which all threads may use, is kept by a keeper. */
    public static void add(MemorySegment.Scope scope, Keeper keeper) {
        isAnyShared = true;
        stripe(scope).add(scope, keeper);
    }

    /** The scope is closed. */
    public static void remove(MemorySegment.Scope scope) {
        stripe(scope).remove(scope);
    }

    /** From now on memory of this scope, which this thread alone may use, is kept by a keeper. */
    public static void addOwned(MemorySegment.Scope scope, Keeper keeper) {
        Entries owned = CONFINED.get().owned;
        if (owned.count == MOST_OWNED) {
            owned.dropClosed();
        }
        if (owned.count < MOST_OWNED) {
            owned.add(new Entry(scope, keeper));
        } else {
            add(scope, keeper);
        }
    }

    /** The scope, which that thread owned, is closed. On another thread, its list lets go of it when it is full. */
    public static void removeOwned(MemorySegment.Scope scope, Thread owner) {
        if (Thread.currentThread() != owner || !CONFINED.get().owned.remove(scope)) {
            remove(scope);
        }
    }

    /** From now on memory of this scope, which is confined to this thread, is kept by a keeper. */
    public static void addConfined(MemorySegment.Scope scope, Keeper keeper) {
        Confined confined = CONFINED.get();
        confined.first = new OfCall(scope, keeper, confined.first);
    }

    /** The scope, which is confined to this thread, is closed. */
    public static void removeConfined(MemorySegment.Scope scope) {
        CONFINED.get().remove(scope);
    }

    private static Stripe stripe(MemorySegment.Scope scope) {
        int hash = System.identityHashCode(scope);
        return SHARED[(hash ^ hash >>> 16) & STRIPES - 1];
    }

    /** Of one call's views. */
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

    /** Those of one thread. */
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

    /** A list of them, without a lock. */
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
         * Each entry is unlinked in place, by writes between which nothing is called: a stack that is used up within a
         * call here leaves a whole list, with more entries than it needs.
         */

        /** Drops those that were forgotten, too; false if the scope is not here. */
        boolean remove(MemorySegment.Scope scope) {
            boolean isFound = false;
            Entry before = null;
            for (Entry entry = first; entry != null; entry = entry.next) {
                boolean isIt = entry.refersTo(scope);
                if (isIt || entry.refersTo(null)) {
                    isFound |= isIt;
                    if (before == null) {
                        first = entry.next;
                    } else {
                        before.next = entry.next;
                    }
                    count--;
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
                    if (before == null) {
                        first = entry.next;
                    } else {
                        before.next = entry.next;
                    }
                    count--;
                } else {
                    before = entry;
                }
            }
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

package org.bufferbridge;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.objects.PythonReference;

/**
 * A block of code after which every {@link PythonObject} that was made in it is closed, so that none has to be closed
 * by itself:
 *
 * <pre>{@code
 *   try (PythonScope scope = python.scope()) {
 *       PythonObject numpy = python.importModule("numpy");
 *       PythonObject sums = numpy.call("cumsum", samples);
 *       double last = sums.item(-1).asDouble();
 *   }                                                   // numpy, sums and the item are closed here
 * }</pre>
 *
 * <p><b>What it closes.</b> The PythonObjects that are made on the thread that opened the scope, until it is closed:
 * results, attributes, items, the arguments of a Java method that Python calls on this thread. Not those of other
 * threads ({@link Python#onMainThread} runs on another one), not {@link PythonException#exception}, and no {@link
 * PythonBuffer}: a lease is closed by its own {@code try}. An object may be closed before, on any thread. One that is
 * forgotten is given up by the garbage collector, also while the scope is open.
 *
 * <p><b>What outlives it.</b> {@link #keep} hands an object on to the scope around this one. {@link
 * PythonObject#retain} takes it out of all scopes: for fields and caches.
 *
 * <p><b>Nesting.</b> An object belongs to the innermost scope that is open on its thread. Scopes are closed in the
 * reverse order of their opening, by the thread that opened them. One that is closed earlier closes those inside it,
 * and says so by an exception. A scope that is never closed keeps nothing alive; what is made on its thread later
 * belongs to it.
 *
 * <p><b>Threads.</b> A scope belongs to one thread, platform or virtual.
 */
public final class PythonScope implements AutoCloseable {
    private static final int LEAST_CAPACITY = 16;

    /** Open scopes of all threads: while there is none, a new object costs one read. */
    private static final AtomicInteger OPEN = new AtomicInteger();

    private static final ThreadLocal<PythonScope> INNERMOST = new ThreadLocal<>();

    private final Thread owner = Thread.currentThread();
    private final PythonScope outer;
    private boolean closed;

    // References, and no PythonObjects: what is forgotten can be found by the garbage collector all the same.
    private PythonReference[] made = new PythonReference[LEAST_CAPACITY];
    private int count;

    private PythonScope(PythonScope outer) {
        this.outer = outer;
    }

    static PythonScope open() {
        PythonScope scope = new PythonScope(INNERMOST.get());
        OPEN.incrementAndGet();
        INNERMOST.set(scope);
        return scope;
    }

    /** A new object belongs to the innermost scope of this thread, if there is one. */
    static void enter(PythonReference reference) {
        if (OPEN.getPlain() != 0) {
            PythonScope scope = INNERMOST.get();
            if (scope != null) {
                scope.add(reference);
            }
        }
    }

    private void add(PythonReference reference) {
        if (count == made.length) {
            dropWhatIsOver();
        }
        reference.scope = this;
        made[count++] = reference;
    }

    private void dropWhatIsOver() {
        int kept = 0;
        for (PythonReference reference : made) {
            if (reference.scope == this && !reference.isOver()) {
                made[kept++] = reference;
            }
        }
        Arrays.fill(made, kept, count, null);
        count = kept;
        made = Arrays.copyOf(made, Math.max(LEAST_CAPACITY, 2 * kept));
    }

    /**
     * Has an object outlive this scope: it belongs to the scope around this one from now on. Without one it is closed
     * by {@link PythonObject#close}, or by the garbage collector.
     *
     * @param object made in this scope, or in one inside it; any other is left as it is
     * @return the object
     * @throws IllegalStateException if the scope is closed, or belongs to another thread
     */
    public PythonObject keep(PythonObject object) {
        requireOwner("used");
        if (closed) {
            throw new IllegalStateException(
                    "the PythonScope is closed, and with it what was made in it; call keep() before");
        }
        PythonReference reference = Objects.requireNonNull(object, "object").reference();
        if (isInside(reference.scope)) {
            reference.scope = null;
            if (outer != null) {
                outer.add(reference);
            }
        }
        return object;
    }

    /** Whether a scope is this one, or inside it. */
    private boolean isInside(PythonScope scope) {
        for (PythonScope each = scope; each != null; each = each.outer) {
            if (each == this) {
                return true;
            }
        }
        return false;
    }

    /**
     * Closes the objects that were made in this scope and not kept, the last one first. All are closed, whatever one of
     * them throws; what is thrown by several is one exception, with the others suppressed in it. A second call does
     * nothing. Where too little of the stack is left, nothing is closed, and a second call, or the end of the scope
     * around this one, closes all.
     *
     * @throws IllegalStateException if scopes that were opened later were open still: they are closed, too. Or on
     *     another thread than opened this one; then nothing was closed
     */
    @Override
    public void close() {
        requireOwner("closed");
        if (closed) {
            return;
        }
        Natives.requireStack();
        Releases releases = new Releases();
        int inside = 0;
        for (PythonScope each = INNERMOST.get(); each != outer && each != null; each = each.outer) {
            inside += each == this ? 0 : 1;
            each.closeAll(releases);
        }
        if (inside > 0) {
            releases.add(new IllegalStateException("a PythonScope is closed after those that were opened in it; "
                    + inside + " of them were open, and are closed now"));
        }
        releases.rethrow();
    }

    /** Each step can be repeated, because the one after it may fail for want of stack. */
    private void closeAll(Releases releases) {
        // What Python's finalisers make meanwhile belongs to this scope too.
        PythonReference tried = null;
        while (count > 0) {
            PythonReference last = made[count - 1];
            if (last.scope == this && last != tried) {
                tried = last;
                releases.run(last::close);
            } else {
                made[--count] = null;
            }
        }
        if (!closed) {
            if (outer == null) {
                INNERMOST.remove();
            } else {
                INNERMOST.set(outer);
            }
            closed = true;
            OPEN.decrementAndGet();
        }
    }

    private void requireOwner(String what) {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("a PythonScope is " + what + " by the thread that opened it, " + owner
                    + "; this is " + Thread.currentThread());
        }
    }
}

package org.bufferbridge;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.bufferbridge.internal.base.Releases;
import org.bufferbridge.internal.jni.Natives;
import org.bufferbridge.internal.objects.PythonReference;

/**
 * A block of code that closes, at its end, every {@link PythonObject} that was made in it:
 *
 * <pre>{@code
 *   try (PythonScope scope = python.scope()) {
 *       PythonObject numpy = python.importModule("numpy");
 *       PythonObject sums = numpy.call("cumsum", samples);
 *       double last = sums.item(-1).asDouble();
 *   }                                                   // numpy, sums and the item are closed here
 * }</pre>
 *
 * <p><b>What it closes.</b> It closes the PythonObjects that are made on the thread that opened it, until it is closed:
 * results, attributes, items, the arguments of a Java method that Python calls on this thread. It closes none of other
 * threads; {@link Python#onMainThread} runs on another one. It closes no {@link PythonException#exception} and no
 * {@link PythonBuffer}: a lease needs a {@code try} of its own. An object may be closed earlier, on any thread. The
 * garbage collector lets go of forgotten objects, even while the scope is open.
 *
 * <p><b>What outlives it.</b> {@link #keep} hands an object on to the scope around this one.
 * {@link PythonObject#retain} takes it out of all scopes, for fields and caches.
 *
 * <p><b>Nesting.</b> An object belongs to the innermost scope that is open on its thread. A thread closes its scopes in
 * the reverse order of their opening. A scope that is closed earlier closes those inside it, and throws an exception
 * that says so. A scope that is never closed keeps nothing alive; what is made on its thread later belongs to it.
 *
 * <p><b>Threads.</b> A scope belongs to one thread, platform or virtual.
 */
public final class PythonScope implements AutoCloseable {
    private static final int MIN_CAPACITY = 16;

    /** Open scopes of all threads. While there is none, a new object costs one read. */
    private static final AtomicInteger OPEN = new AtomicInteger();

    private static final ThreadLocal<PythonScope> INNERMOST = new ThreadLocal<>();

    private final Thread owner = Thread.currentThread();
    private final PythonScope outer;
    private boolean closed;

    // References, not PythonObjects, so that the garbage collector can find forgotten objects.
    private PythonReference[] made = new PythonReference[MIN_CAPACITY];
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

    /** Puts a new object into the innermost scope of this thread, if there is one. */
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
        made = Arrays.copyOf(made, Math.max(MIN_CAPACITY, 2 * kept));
    }

    /**
     * Makes an object outlive this scope: from now on it belongs to the scope around this one. If there is none,
     * {@link PythonObject#close} or the garbage collector lets go of it.
     *
     * @param object an object that was made in this scope, or in one inside it; any other does not change
     * @return the object
     * @throws IllegalStateException if the scope is closed, or belongs to another thread
     */
    public PythonObject keep(PythonObject object) {
        requireOwner("used");
        if (closed) {
            throw new IllegalStateException(
                    "the PythonScope is closed, and with it what was made in it; call keep() before");
        }
        PythonReference reference = Objects.requireNonNull(object, "object").reference;
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
     * Closes the objects that were made in this scope and not kept, the last one first. It closes all, even if one
     * throws; then it throws one exception, with the others suppressed in it. A second call does nothing. If too little
     * of the stack is left, it closes nothing. Then a second call, or the end of the scope around this one, closes all.
     *
     * @throws IllegalStateException if scopes that were opened later were still open; they are closed, too. Also on
     *     another thread than the one that opened this scope; nothing was closed then
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

    /** Each step can be repeated, because the next one may fail for want of stack. */
    private void closeAll(Releases releases) {
        // Objects that Python's finalisers make meanwhile belong to this scope too.
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

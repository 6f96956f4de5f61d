package org.bufferbridge.internal.objects;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import org.bufferbridge.PythonScope;
import org.bufferbridge.internal.base.Forgotten;
import org.bufferbridge.internal.jni.Natives;

/**
 * One reference to a Python object, given up once: by the close when nobody uses it, else by the last user; and when
 * its holder is forgotten. One word: the number of users, and two bits. So no call on one thread loses its object to a
 * close on another.
 *
 * <pre>
 *   OPEN(n) &lt;--acquire, release--&gt; OPEN(n + 1)
 *   OPEN(0) --close--&gt; CLOSED(0): given up by the one who closes
 *   OPEN(n) --close--&gt; CLOSED(n) --the last release--&gt; CLOSED(0): given up by the one who releases
 *   CLOSED(0) --the stack is used up before it is given up--&gt; OWED --close--&gt; CLOSED(0)
 *   any but CLOSED(0) --found--&gt; CLOSED(0): given up later
 * </pre>
 *
 * <p>A stack that is used up may keep a user from releasing. Then the number is too high, no close gives the reference
 * up, and it waits for the collector. When the holder is found, nobody can be in a call: each has the holder until it
 * has released.
 */
public final class PythonReference extends Forgotten {
    private static final int CLOSED = 1 << 31;
    private static final int OWED = 1 << 30;
    private static final VarHandle USERS;

    static {
        try {
            USERS = MethodHandles.lookup().findVarHandle(PythonReference.class, "users", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long address;
    private volatile int users;
    private boolean isGivenUp; // for isOver(), which may be late

    /**
     * The scope whose end closes this, or null. Read and written by the scope's thread; any thread may make it null.
     */
    public volatile PythonScope scope;

    public PythonReference(Object holder, long address) {
        super(holder);
        this.address = address;
    }

    /** The address, which stays valid until {@link #release}, even if this is closed meanwhile. */
    public long acquire() {
        int known = users;
        do {
            if (known < 0) {
                throw new IllegalStateException("the PythonObject is closed");
            }
        } while (known != (known = (int) USERS.compareAndExchange(this, known, known + 1)));
        return address;
    }

    /** The address of a new reference to the same object, for a result that is returned to Python. */
    public long newReference(Object holder) {
        long object = acquire();
        try {
            long added = Natives.objectReference(object);
            if (added == 0) {
                throw new IllegalStateException("Python has ended");
            }
            return added;
        } finally {
            release(holder);
        }
    }

    /*
     * Both give up in place, and take the last step back by a write to a field: any call may overflow the stack, before
     * the native method begins.
     */

    /**
     * Throws nothing: it comes at the end of calls, whose result or exception must not be replaced.
     *
     * @param holder of this, which the collector does not find before
     */
    public void release(Object holder) {
        if ((int) USERS.getAndAdd(this, -1) - 1 == CLOSED) {
            try {
                Natives.objectRelease(address);
                isGivenUp = true;
            } catch (StackOverflowError tooDeep) {
                users = CLOSED | OWED;
            }
        }
        Reference.reachabilityFence(holder);
    }

    /**
     * Gives the reference up, unless somebody uses it.
     *
     * @throws StackOverflowError where it was not; a second call does it
     */
    public void close() {
        int known = (int) USERS.getAndBitwiseOr(this, CLOSED);
        if (known == 0 || known == (CLOSED | OWED) && USERS.compareAndSet(this, known, CLOSED)) {
            try {
                Natives.objectRelease(address);
                isGivenUp = true;
            } catch (StackOverflowError tooDeep) {
                users = CLOSED | OWED;
                throw tooDeep;
            }
        }
    }

    @Override
    public boolean isOver() {
        return isGivenUp;
    }

    @Override
    public void found() {
        if ((int) USERS.getAndSet(this, CLOSED) != CLOSED) {
            Natives.forgetObject(address);
        }
        isGivenUp = true;
    }
}

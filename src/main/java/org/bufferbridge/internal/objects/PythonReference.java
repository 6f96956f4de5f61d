package org.bufferbridge.internal.objects;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import org.bufferbridge.PythonScope;
import org.bufferbridge.internal.base.Forgotten;
import org.bufferbridge.internal.jni.Natives;

/**
 * One reference to a Python object, given up once. The close gives it up if nobody uses it, otherwise the last user
 * does. If the holder is forgotten, another thread does. One word has the number of users, and two bits. So no call on
 * one thread loses its object to a close on another.
 *
 * <pre>
 *   OPEN(n) &lt;--acquire, release--&gt; OPEN(n + 1)
 *   OPEN(0) --close--&gt; CLOSED(0): close gives it up
 *   OPEN(n) --close--&gt; CLOSED(n) --the last release--&gt; CLOSED(0): that release gives it up
 *   CLOSED(0) --the stack overflows before it is given up--&gt; OWED --close--&gt; CLOSED(0)
 *   any but CLOSED(0) --found--&gt; CLOSED(0): given up later
 * </pre>
 *
 * <p>A stack that overflows may keep a user from releasing. Then the number stays too high, and no close gives the
 * reference up: it waits for the collector. When the collector finds the holder, no call is running, because each call
 * keeps the holder until it has released.
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
    private boolean isGivenUp; // for isOver(), whose answer may be late

    /**
     * The scope whose end closes this, or null. The scope's thread reads and writes it. Any thread may make it null.
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
     * release and close call the native method themselves. The call may overflow the stack before that method begins. A
     * write to a field then takes the last step back, because another call might overflow the stack too.
     */

    /**
     * Ends a use. Throws nothing, because the result or exception of the call that ends must not be replaced.
     *
     * @param holder the holder of this, which the collector does not find before the end of this method
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
     * Gives the reference up, unless it is in use; then the last user does.
     *
     * @throws StackOverflowError if the reference was not given up; a second call gives it up
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

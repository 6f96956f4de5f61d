package org.bufferbridge.internal.objects;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.bufferbridge.PythonScope;
import org.bufferbridge.internal.base.Forgotten;
import org.bufferbridge.internal.base.Retries;
import org.bufferbridge.internal.jni.Natives;

/**
 * One reference to a Python object, given up once: by the close when nobody uses it, else by the last user; and when
 * its holder is forgotten. One word: the number of users, and a bit that says closed; so no call on one thread loses
 * its object to a close on another.
 */
public final class PythonReference extends Forgotten {
    private static final int CLOSED = 1 << 31;
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
    public long newReference() {
        long object = acquire();
        try {
            long added = Natives.objectReference(object);
            if (added == 0) {
                throw new IllegalStateException("Python has ended");
            }
            return added;
        } finally {
            release();
        }
    }

    /** Throws nothing: it comes at the end of calls, whose result or exception must not be replaced. */
    public void release() {
        if ((int) USERS.getAndAdd(this, -1) - 1 == CLOSED) {
            giveUp();
        }
    }

    public void close() {
        if ((int) USERS.getAndBitwiseOr(this, CLOSED) == 0) {
            giveUp();
        }
    }

    /** Where this thread has too little stack left to enter Python, another one does it. */
    private void giveUp() {
        try {
            Natives.objectRelease(address);
        } catch (StackOverflowError tooDeep) {
            Retries.add(() -> {
                Natives.forgetObject(address);
                return true;
            });
        }
    }

    @Override
    public boolean isOver() {
        return users < 0;
    }

    /** A call that is running lets go at its end. */
    @Override
    public void found() {
        if ((int) USERS.getAndBitwiseOr(this, CLOSED) == 0) {
            Natives.forgetObject(address);
        }
    }
}

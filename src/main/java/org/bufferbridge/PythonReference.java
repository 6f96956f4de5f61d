package org.bufferbridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One reference to a Python object, given up once: by the close when nobody uses it, else by the last user; and when
 * its holder is forgotten. One word: the number of users, and a bit that says closed; so no call on one thread loses
 * its object to a close on another.
 */
final class PythonReference extends Forgotten {
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
    volatile PythonScope scope;

    PythonReference(Object holder, long address) {
        super(holder);
        this.address = address;
    }

    long acquire() {
        int known = users;
        do {
            if (known < 0) {
                throw new IllegalStateException("the PythonObject is closed");
            }
        } while (known != (known = (int) USERS.compareAndExchange(this, known, known + 1)));
        return address;
    }

    /** Throws nothing: it comes at the end of calls, whose result or exception must not be replaced. */
    void release() {
        if ((int) USERS.getAndAdd(this, -1) - 1 == CLOSED) {
            giveUp();
        }
    }

    void close() {
        if ((int) USERS.getAndBitwiseOr(this, CLOSED) == 0) {
            giveUp();
        }
    }

    /** Where this thread has too little stack left to enter Python, another one does it. */
    private void giveUp() {
        try {
            NativeLibrary.objectRelease(address);
        } catch (StackOverflowError tooDeep) {
            Retries.add(() -> {
                NativeLibrary.forgetObject(address);
                return true;
            });
        }
    }

    @Override
    boolean isOver() {
        return users < 0;
    }

    /** A call that is running lets go at its end. */
    @Override
    void found() {
        if ((int) USERS.getAndBitwiseOr(this, CLOSED) == 0) {
            NativeLibrary.forgetObject(address);
        }
    }
}

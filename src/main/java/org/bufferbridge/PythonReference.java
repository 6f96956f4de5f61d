package org.bufferbridge;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One reference to a Python object, given up once: by the close when nobody uses it, else by the last user. One word: the number of
 * users, and a bit that says closed; so no call on one thread loses its object to a close on another.
 */
final class PythonReference {
    private static final int CLOSED = 1 << 31;

    private final long address;
    private final AtomicInteger users = new AtomicInteger();

    PythonReference(long address) {
        this.address = address;
    }

    long acquire() {
        int known = users.get();
        do {
            if (known < 0) {
                throw new IllegalStateException("the PythonObject is closed");
            }
        } while (known != (known = users.compareAndExchange(known, known + 1)));
        return address;
    }

    void release() {
        if (users.decrementAndGet() == CLOSED) {
            NativeLibrary.objectRelease(address);
        }
    }

    void close() {
        if (users.getAndUpdate(known -> known | CLOSED) == 0) {
            NativeLibrary.objectRelease(address);
        }
    }

    /** Runs on the Cleaner's thread, which must not wait for the GIL. A call that is running lets go at its end. */
    void letGoLater() {
        if (users.getAndUpdate(known -> known | CLOSED) == 0) {
            NativeLibrary.forgetObject(address);
        }
    }
}

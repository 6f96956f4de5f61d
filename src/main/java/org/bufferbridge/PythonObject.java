package org.bufferbridge;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A Python object that Java holds. Returned to Python, it is that very object.
 *
 * <p>Threads: all methods may be called on any thread; they take the GIL. An object that is forgotten is let go by the
 * garbage collector, {@link #close()} does it at once.
 */
public final class PythonObject implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Reference reference;

    private PythonObject(Reference reference) {
        this.reference = reference;
    }

    /** Takes over a reference. */
    static PythonObject taking(long address) {
        Reference reference = new Reference(address);
        PythonObject object = new PythonObject(reference);
        CLEANER.register(object, reference::letGoLater);
        return object;
    }

    /** The address of a new reference, for a result that is returned to Python. */
    long newReference() {
        long object = NativeLibrary.objectReference(address());
        if (object == 0) {
            throw new IllegalStateException("Python has ended");
        }
        return object;
    }

    private long address() {
        if (reference.gone.get()) {
            throw new IllegalStateException("the PythonObject is closed");
        }
        return reference.address;
    }

    /**
     * {@code str(x)}.
     *
     * @return the text
     * @throws IllegalStateException if this is closed, or Python has ended
     */
    @Override
    public String toString() {
        String text = NativeLibrary.objectText(address());
        if (text == null) {
            throw new IllegalStateException("Python has ended");
        }
        return text;
    }

    /** Lets go of the object. A second call does nothing. */
    @Override
    public void close() {
        if (reference.gone.compareAndSet(false, true)) {
            NativeLibrary.objectRelease(reference.address);
        }
    }

    /** One reference, given up once. */
    private static final class Reference {
        private final long address;
        private final AtomicBoolean gone = new AtomicBoolean();

        Reference(long address) {
            this.address = address;
        }

        void letGoLater() {
            if (gone.compareAndSet(false, true)) {
                NativeLibrary.objectReleaseLater(address);
            }
        }
    }
}

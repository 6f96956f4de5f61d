package org.bufferbridge.internal.objects;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.internal.jni.PythonCalls;

/**
 * A Python iterator as a Java iterator. {@link #hasNext} fetches the next item. At the end it closes the Python
 * iterator; {@link #close} does so before. For one thread at a time.
 */
public final class PythonIterator implements Iterator<PythonObject>, AutoCloseable {
    private final PythonObject iterator;
    private PythonObject ahead;
    private boolean ended;

    public PythonIterator(PythonObject iterator) {
        this.iterator = iterator;
    }

    @Override
    public boolean hasNext() {
        if (ahead == null && !ended) {
            PythonReference python = ObjectAccess.OBJECTS.reference(iterator);
            long address = python.acquire();
            try {
                long item = PythonCalls.next(address);
                ahead = item == 0 ? null : ObjectAccess.OBJECTS.taking(item);
                ended = item == 0;
            } finally {
                python.release(iterator);
            }
            if (ended) {
                iterator.close(); // lets go of its source now, not when the collector finds this
            }
        }
        return ahead != null;
    }

    @Override
    public PythonObject next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the Python iterator has ended");
        }
        PythonObject item = ahead;
        ahead = null;
        return item;
    }

    @Override
    public void close() {
        ended = true;
        try (iterator;
                PythonObject unread = ahead) {
            ahead = null;
        }
    }
}

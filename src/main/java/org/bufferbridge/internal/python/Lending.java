package org.bufferbridge.internal.python;

import java.util.concurrent.atomic.AtomicLong;
import org.bufferbridge.BufferException;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.internal.objects.BufferAccess;
import org.bufferbridge.internal.values.PythonValues;

/**
 * Java's half of the arguments that Python lends to another bridge's calls. That bridge says nothing at the end of a
 * call, and the method may store its argument. So the memory is leased until the garbage collector finds that no code
 * can reach the object that was made of it.
 *
 * <p>Threads: any.
 */
public final class Lending {
    private static final AtomicLong SINCE_COLLECTION = new AtomicLong(); // bytes that were lent

    private Lending() {}

    /**
     * A segment or an NIO buffer over Python's memory, which is leased as long as Java can reach it.
     *
     * @throws BufferException if the type cannot have this memory
     */
    public static Object lend(PythonBuffer buffer, Class<?> type) {
        String obstacle = PythonValues.VALUES.obstacle(buffer, type);
        if (obstacle != null) {
            throw new BufferException(obstacle);
        }
        collectInTime(buffer.view().byteSize());
        BufferAccess.BUFFERS.lease(buffer).retainForViews();
        return PythonValues.VALUES.as(buffer, type);
    }

    /** Java memory as that type, if it can be, without Python's part: null if it cannot. */
    public static Object share(Object memory, Class<?> type) {
        return type.isInstance(memory) ? memory : PythonValues.VALUES.memoryAs(memory, type);
    }

    /**
     * Java's heap does not see the size of Python's memory, and would not be collected before that memory runs out. So
     * it is collected each time as many bytes were lent as the heap may have.
     */
    private static void collectInTime(long byteSize) {
        if (SINCE_COLLECTION.addAndGet(byteSize) > Runtime.getRuntime().maxMemory()) {
            SINCE_COLLECTION.set(0);
            System.gc();
        }
    }
}

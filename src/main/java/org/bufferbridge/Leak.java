package org.bufferbridge;

/**
 * Memory that Java code should have closed, and that nothing refers to any more: leaks of one kind that were acquired
 * at one place.
 *
 * @param kind        what was forgotten
 * @param owner       whose memory it is: the type of the Python object that was leased; of an arena, its class
 * @param request     what the first was asked with; of an arena, null
 * @param count       how many there were so far
 * @param byteSize    how many bytes they had together
 * @param pythonStack from where in Python the first was acquired, innermost call last; null if no stack was taken
 * @param javaStack   from where in Java, innermost call first; null if no stack was taken
 */
public record Leak(
        Kind kind,
        String owner,
        BufferRequest request,
        long count,
        long byteSize,
        String pythonStack,
        String javaStack) {
    /** What can be forgotten. */
    public enum Kind {
        /**
         * A {@link PythonBuffer} that was retained, or that {@link PythonObject#buffer()} gave. Its lease is released
         * when this is noticed.
         */
        LEASE,
        /** An {@link ExportArena}. Its memory is lost: the JDK frees that of a shared arena at {@code close()} only. */
        ARENA
    }

    /**
     * This leak with one more of its kind and place.
     *
     * @param bytes how many bytes that one has
     * @return the leak, counted once more
     */
    public Leak plus(long bytes) {
        return new Leak(kind, owner, request, count + 1, byteSize + bytes, pythonStack, javaStack);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case LEASE ->
                "a PythonBuffer was never closed; its lease is released now that nothing refers to it: " + owner + ", "
                        + byteSize + " bytes, " + request;
            case ARENA ->
                "an ExportArena was never closed and nothing refers to its memory any more, which is lost: " + byteSize
                        + " bytes";
        };
    }
}

package org.bufferbridge;

/**
 * Memory that Java code did not close, and that nothing refers to any more. One record has the leaks of one kind that
 * were acquired at one place.
 *
 * @param kind        what was forgotten
 * @param owner       the owner of the memory: the type of the leased Python object; for an arena, its class
 * @param request     the request of the first lease; null for an arena
 * @param count       how many were found so far
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
         * A {@link PythonBuffer} that was retained, or that {@link PythonObject#buffer()} gave. The library releases
         * its lease when it notices the leak.
         */
        LEASE,
        /** An {@link ExportArena}. Its memory is lost, because only {@code close()} frees a shared arena. */
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

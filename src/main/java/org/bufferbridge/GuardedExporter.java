package org.bufferbridge;

/**
 * An exporter whose memory changes only through an {@link ExportGuard}. The bridge then counts the exports itself, in a
 * word that it shares with the guard. An export costs what one of {@code bytearray} costs, and calls no Java method.
 *
 * <p>The bridge asks for the {@link #view} before the first export, and again after each {@link ExportGuard#change}:
 *
 * {@snippet :
 * final class Log implements GuardedExporter {
 *     private final ExportGuard guard = new ExportGuard();
 *     private MemorySegment memory = Arena.ofAuto().allocate(64);
 *
 *     public ExportGuard guard() { return guard; }
 *     public BufferView view() { return BufferView.of(memory); }
 *
 *     public void append(byte[] line) {
 *         guard.change(() -> memory = longer(memory, line)); // BufferException while Python has an export
 *     }
 * }
 * }
 *
 * <p><b>When the memory is let go.</b> Between exports, the bridge holds the memory for the next one: its arena stays
 * open. A change lets go of it first. So close an arena of the memory inside a change, as in {@code
 * guard.change(arena::close)}. The memory is also let go when the Python object dies, or by its {@code release()}.
 *
 * <p><b>What is routed.</b> No single release is. An exporter that needs to see each of them, or each request,
 * implements {@link BufferExporter}. So does a class that overrides {@link #getBuffer} or {@link #releaseBuffer}: the
 * bridge then calls both for each export. It also calls them for the exporter of a {@link BufferExporterProvider}.
 *
 * <p><b>Threads.</b> Any thread may call both methods. They run without Python's global lock.
 */
public interface GuardedExporter extends BufferExporter {
    /**
     * The guard through which all changes of the memory go. Several exporters may share one, for example two views of
     * the same memory.
     *
     * @return the same guard each time; never {@code null}
     */
    ExportGuard guard();

    /**
     * The memory as it is now, completely described. It is called inside the guard, so no change of another thread runs
     * meanwhile. If it begins a change itself, for example to make its memory at the first export, it is called once
     * more.
     *
     * @return the view; never {@code null}
     * @throws BufferException to refuse; Python sees {@code BufferError}. Any other exception refuses too and
     *                         reaches Python as its own kind
     */
    BufferView view();

    /**
     * Passes the request through the guard, for consumers in Java.
     *
     * @param request the request of the consumer
     * @return the view to grant
     */
    @Override
    default BufferView getBuffer(BufferRequest request) {
        return guard().grant(request, this::view);
    }

    /**
     * Passes the release through the guard.
     *
     * @param view the object that {@link #getBuffer} returned
     */
    @Override
    default void releaseBuffer(BufferView view) {
        guard().release(view);
    }
}

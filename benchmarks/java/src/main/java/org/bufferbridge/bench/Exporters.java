package org.bufferbridge.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.bufferbridge.ExportGuard;
import org.bufferbridge.GuardedExporter;

/** User exporters of 1000 bytes, as small as possible. */
public final class Exporters {
    private Exporters() {}

    /** Whether the library is still making the upcall stubs. The first export of an exporter starts this work. */
    public static boolean stubsAreBeingMade() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("bufferbridge upcalls"));
    }

    /** Grants one view again and again. */
    public static BufferExporter sameView(boolean mayBlock) {
        BufferView view = BufferView.of(Arena.ofAuto().allocate(1000));
        return new BufferExporter() {
            @Override
            public BufferView getBuffer(BufferRequest request) {
                return view;
            }

            @Override
            public boolean mayBlock() {
                return mayBlock;
            }
        };
    }

    /** Grants a new view each time. */
    public static BufferExporter newViews(boolean mayBlock) {
        MemorySegment memory = Arena.ofAuto().allocate(1000);
        return new BufferExporter() {
            @Override
            public BufferView getBuffer(BufferRequest request) {
                return BufferView.of(memory);
            }

            @Override
            public boolean mayBlock() {
                return mayBlock;
            }
        };
    }

    /** Leaves the counting to its guard and the bridge. */
    public static BufferExporter counted() {
        BufferView view = BufferView.of(Arena.ofAuto().allocate(1000));
        ExportGuard guard = new ExportGuard();
        return new GuardedExporter() {
            @Override
            public ExportGuard guard() {
                return guard;
            }

            @Override
            public BufferView view() {
                return view;
            }
        };
    }

    /** Grants one view, through a guard that refuses changes while the view is out. */
    public static BufferExporter guarded(boolean mayBlock) {
        BufferView view = BufferView.of(Arena.ofAuto().allocate(1000));
        ExportGuard guard = new ExportGuard();
        return new BufferExporter() {
            @Override
            public BufferView getBuffer(BufferRequest request) {
                return guard.grant(request, () -> view);
            }

            @Override
            public void releaseBuffer(BufferView granted) {
                guard.release(granted);
            }

            @Override
            public boolean mayBlock() {
                return mayBlock;
            }
        };
    }
}

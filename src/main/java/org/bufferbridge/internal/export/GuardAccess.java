package org.bufferbridge.internal.export;

import org.bufferbridge.BufferRequest;
import org.bufferbridge.ExportGuard;
import org.bufferbridge.GuardedExporter;
import org.bufferbridge.internal.base.Secrets;

/** What an {@link ExportGuard} does for C, which is not for users; see {@link Secrets}. */
public interface GuardAccess {
    /** The one implementation. */
    GuardAccess GUARDS = Secrets.of(GuardAccess.class, "org.bufferbridge.ExportGuard");

    /**
     * Counts an export whose release C counts. Otherwise as {@link ExportGuard#grant}, but the view is as the exporter
     * made it: C makes it read-only for a reader.
     */
    Granted grant(ExportGuard guard, BufferRequest request, GuardedExporter exporter);
}

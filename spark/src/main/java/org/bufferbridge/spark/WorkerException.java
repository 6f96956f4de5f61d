package org.bufferbridge.spark;

/** An exception of a Python function. Its message is the traceback that PySpark's worker would send. */
public final class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WorkerException(String traceback) {
        super(traceback, null, false, false);
    }
}

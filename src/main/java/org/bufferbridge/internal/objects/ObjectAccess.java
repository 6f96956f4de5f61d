package org.bufferbridge.internal.objects;

import org.bufferbridge.PythonException;
import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;
import org.bufferbridge.internal.base.Secrets;

/** The operations of {@link PythonObject} that are not for users; see {@link Secrets}. */
public interface ObjectAccess {
    /** The one implementation. */
    ObjectAccess OBJECTS = Secrets.of(ObjectAccess.class, "org.bufferbridge.PythonObject");

    /** Takes over a reference for a user. The object belongs to this thread's innermost {@link PythonScope}. */
    PythonObject taking(long address);

    /** Takes over a reference to bytes, for what outlives every scope. The object has the equality of its bytes. */
    PythonObject ofBytes(long address);

    /** Takes over a reference for an owner that outlives every scope. */
    PythonObject unscoped(long address);

    /** The Java exception that a Python exception stands for; null if it stands for none. */
    Throwable javaException(PythonException raised);

    /** Whether Python code raised the exception, and not the interpreter when it was called. */
    boolean isRaisedByCode(PythonException raised);

    /** The reference behind an object. */
    PythonReference reference(PythonObject object);
}

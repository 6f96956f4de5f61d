package org.bufferbridge.internal.objects;

import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;
import org.bufferbridge.internal.base.Secrets;

/** The operations of {@link PythonObject} that are not for users; see {@link Secrets}. */
public interface ObjectAccess {
    /** The one implementation. */
    ObjectAccess OBJECTS = Secrets.of(ObjectAccess.class, "org.bufferbridge.PythonObject");

    /** Takes over a reference for a user. The object belongs to this thread's innermost {@link PythonScope}. */
    PythonObject taking(long address);

    /** Takes over a reference for an owner that outlives every scope. */
    PythonObject unscoped(long address);

    /** The reference behind an object. */
    PythonReference reference(PythonObject object);
}

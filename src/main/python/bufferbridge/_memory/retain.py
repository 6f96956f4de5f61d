"""Leases that Python closes."""

from __future__ import annotations

from bufferbridge import _native
from bufferbridge._native import JavaObject


def retain(source: object) -> JavaObject:
    """Leases a Python buffer for Java until the lease is closed.

    A buffer that is passed to a Java method is leased for the call. So it cannot be stored in a Java collection or
    field, but a retained lease can. Java sees it as a PythonBuffer, and a parameter for memory as a view of it, from
    all threads. What was leased stays locked: `bytearray.append` raises BufferError.

    >>> with bb.retain(numpy.zeros(3)) as lease:  # doctest: +SKIP
    ...     queue.put(lease)

    Args:
        source: any object with a buffer, other than Java's own memory.

    Returns:
        The `org.bufferbridge.PythonBuffer`, to be closed, by `with` or `close()`, in either language. A lease that is
        never closed ends when Java's garbage collector finds it, and is reported as a leak.

    Raises:
        TypeError: `source` has no buffer, or is a Java object.
        BufferError: `source` refuses to be leased.
    """
    if isinstance(source, JavaObject):
        raise TypeError(f"retain() leases Python's memory; {source!r} is a Java object, which Java can store as it is")
    if source is None:  # which would be Java's null
        raise _no_buffer(source)
    retaining = _native.internal_class("Retaining")()
    try:
        retaining.retain(source)
        lease: JavaObject = retaining.lease()
    except BaseException as failure:
        retaining.close()
        if isinstance(failure, TypeError):
            raise _no_buffer(source) from failure
        raise
    return lease


def _no_buffer(source: object) -> TypeError:
    return TypeError(f"retain() takes an object with a buffer, not {type(source).__qualname__}")

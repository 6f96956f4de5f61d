"""Java objects of this bridge for JPype; buffers as arguments of its methods; its arrays as live buffers."""

from __future__ import annotations

import threading
from typing import Any

from bufferbridge import _native
from bufferbridge.interop import _jpype_arguments, _jpype_arrays
from bufferbridge.interop._handing import Neighbour, handed, java_object, module_of

__all__ = ["register", "to_jpype", "unregister"]

_JPYPE = Neighbour(
    name="JPype",
    module="jpype",
    distribution="JPype1",
    start="jpype.startJVM(), then bufferbridge.adopt() in place of bufferbridge.start()",
    has_jvm=lambda jpype: bool(jpype.isJVMStarted()),
    belongs=lambda jpype, given: isinstance(given, (jpype.JObject, jpype.JClass)),
    properties=lambda jpype: jpype.java.lang.System.getProperties(),
)


_registering = threading.Lock()


def to_jpype(x: Any) -> Any:
    """Turns an object of this bridge into JPype's object for the same Java object; `bufferbridge.wrap` turns it back.

    Args:
        x: a JavaObject, a JavaClass or a JavaError. An object of JPype and None are returned unchanged.

    Returns:
        A `jpype.JObject`, a `jpype.JClass` for a class, an exception that can be raised for a JavaError.

    Raises:
        TypeError: `x` is no Java object.
        RuntimeError: JPype has not started the JVM, or `adopt` has not joined it, or it has ended.
        ModuleNotFoundError: JPype is not installed.
    """
    jpype = module_of(_JPYPE)
    given = java_object(_JPYPE, jpype, x)
    if given is None or _JPYPE.belongs(jpype, given):
        return given
    found = handed(_JPYPE, jpype, given)
    return jpype.JClass(found) if isinstance(given, _native.JavaClass) else found


def register(*, live_arrays: bool = True) -> None:
    """Has JPype take buffers as arguments, and share the memory of its arrays. Further calls do nothing.

    A parameter of type `java.nio.ByteBuffer` or `java.lang.foreign.MemorySegment` then takes any object with a buffer
    but `bytes`, such as a numpy array, and a JavaBuffer. A parameter of another NIO type takes those with its items.
    Nothing is copied. Read-only memory arrives as a read-only buffer. Java may store the argument. The memory is leased
    until Java's garbage collector finds that no code can reach it: then `leases` does not list it any more, and
    `bytearray.append` is allowed again. `retain` makes a lease that ends when you say so.

    Where JPype had one overload that takes a buffer, such as one for an array, it may now find several, and refuse the
    call as ambiguous.

    Args:
        live_arrays: `memoryview(x)` and `numpy.asarray(x)` of a JPype array of primitives share its memory, where
            JPype copies; what cannot be shared is refused, such as a slice. This needs Python 3.12.

    Raises:
        RuntimeError: JPype has not started the JVM, or `adopt` has not joined it, or it has ended; or `live_arrays` is
            true before Python 3.12.
        ModuleNotFoundError: JPype is not installed.
    """
    if live_arrays:
        _jpype_arrays.require_possible()
    jpype = module_of(_JPYPE)
    with _registering:
        _jpype_arguments.register(jpype, to_jpype)
        if live_arrays:
            _jpype_arrays.register()


def unregister() -> None:
    """Undoes `register`: JPype then behaves as it does by itself. What was shared stays shared."""
    with _registering:
        _jpype_arguments.unregister()
        _jpype_arrays.unregister()

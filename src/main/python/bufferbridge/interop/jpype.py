"""Java objects of this bridge for JPype."""

from __future__ import annotations

from typing import Any

from bufferbridge import _native
from bufferbridge.interop._handing import Neighbour, handed, java_object, module_of

__all__ = ["to_jpype"]

_JPYPE = Neighbour(
    name="JPype",
    module="jpype",
    distribution="JPype1",
    start="jpype.startJVM(), then bufferbridge.adopt() in place of bufferbridge.start()",
    has_jvm=lambda jpype: bool(jpype.isJVMStarted()),
    belongs=lambda jpype, given: isinstance(given, (jpype.JObject, jpype.JClass)),
    properties=lambda jpype: jpype.java.lang.System.getProperties(),
)


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

"""Objects of other bridges in the same JVM, as JavaObjects."""

from __future__ import annotations

from typing import Any

from bufferbridge import _native
from bufferbridge._objects import bridges


def wrap(foreign: Any) -> Any:
    """Turns an object of JPype, jpy, pyjnius or Jep into this bridge's object for the same Java object.

    Args:
        foreign: an object or a class of one of those bridges, in the JVM that `adopt` has joined. An object of this
            bridge is returned unchanged.

    Returns:
        A JavaBuffer if the object can export, a JavaClass for a class, otherwise a JavaObject. Strings and boxes
        become Python values, as results of calls do.

    Raises:
        TypeError: `foreign` is not an object of one of these bridges, or a slice of an array, which Java does not have.
        RuntimeError: the JVM was not joined, or cannot be reached any more.
    """
    if isinstance(foreign, (_native.JavaObject, _native.JavaClass)) or _is_of_errors(foreign):
        return foreign
    taken = bridges.found_in(foreign)
    if taken is not None:
        return taken()
    raise TypeError(
        "wrap() takes an object of JPype, jpy, pyjnius or Jep, "
        f"not {type(foreign).__module__}.{type(foreign).__qualname__}"
    )


def _is_of_errors(candidate: object) -> bool:
    """Whether that is the Python class for a Java class of exceptions."""
    return isinstance(candidate, type) and isinstance(candidate.__dict__.get("__java_class__"), _native.JavaClass)

"""Hands Java objects of this bridge over to another bridge, by the table that `bridges.py` describes.

This bridge puts the object into the system properties, under a random key, and the other bridge takes it out. So the
other bridge makes its own Python object, as it does for every result of a call.
"""

from __future__ import annotations

import importlib  # (_load.py says why)
import importlib.util
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from bufferbridge import _native
from bufferbridge._errors.exceptions import JavaError
from bufferbridge._objects import bridges


class Neighbour(NamedTuple):
    """Another bridge between Python and Java."""

    name: str
    module: str
    distribution: str
    start: str
    """How both bridges come to one JVM, for messages."""
    has_jvm: Callable[[Any], bool]
    belongs: Callable[[Any, Any], bool]
    """Whether a Python object is one of that bridge, for an object or a class of Java."""
    properties: Callable[[Any], Any]
    """Its object for java.lang.System.getProperties()."""


def module_of(neighbour: Neighbour) -> Any:
    """The bridge's module, whose JVM is the one that this bridge has joined.

    Raises:
        RuntimeError: the bridge has no JVM, or this bridge has not joined it.
        ModuleNotFoundError: the bridge is not installed.
    """
    _native.refuse_gone()
    bridge = sys.modules.get(neighbour.module)
    if bridge is not None and _has_jvm(neighbour, bridge):
        if not _native.is_running():
            raise RuntimeError(f"the JVM of {neighbour.name} was not joined; bufferbridge.adopt() joins it")
        return bridge
    if bridge is None and importlib.util.find_spec(neighbour.module) is None:
        raise ModuleNotFoundError(
            f"{neighbour.name} is not installed: python -m pip install {neighbour.distribution}", name=neighbour.module
        )
    raise RuntimeError(f"{neighbour.name} has no JVM; the way is {neighbour.start}")


def _has_jvm(neighbour: Neighbour, bridge: Any) -> bool:
    try:
        return neighbour.has_jvm(bridge)
    except AttributeError:  # it is still being imported
        return False


def handed(neighbour: Neighbour, bridge: Any, given: object) -> Any:
    """The bridge's own Python object for a Java object, or its value for a box. A class is an object as well."""
    properties = bridges.system_properties()
    key = f"bufferbridge.{os.urandom(16).hex()}"
    properties.put(key, given)
    try:
        theirs = neighbour.properties(bridge)  # kept meanwhile, for pyjnius: see bridges.py
        found = theirs.remove(key)
    finally:
        properties.remove(key)
    if found is None:
        raise RuntimeError("the system properties were replaced while an object was handed over; call again")
    return found


def java_object(neighbour: Neighbour, bridge: Any, given: object) -> Any:
    """The JavaObject or JavaClass that is meant; None for null; an object of the bridge itself.

    Raises:
        TypeError: `given` is none of these.
    """
    if isinstance(given, JavaError) and getattr(given, "java_exception", None) is not None:
        return given.java_exception
    known = _plain(given)
    if known is None or isinstance(known, (_native.JavaObject, _native.JavaClass)) or neighbour.belongs(bridge, known):
        return known
    raise TypeError(
        f"expected a Java object of this bridge, got {type(given).__module__}.{type(given).__qualname__}; "
        f"{neighbour.name} converts Python's values itself, and bufferbridge.wrap(x) takes objects of other bridges"
    )


def is_class(found: Any, given: Any) -> bool:
    """Whether another bridge's class is this Java class, and not another one of that name."""
    back = bridges.found_in(found)
    return back is not None and _plain(back()) is given


def is_of(base: type, given: object) -> bool:
    """Whether that is an object of a class derived from `base`, or such a class itself."""
    return isinstance(given, base) or (isinstance(given, type) and issubclass(given, base))


def _plain(given: object) -> Any:
    """The JavaClass of a class of exceptions; anything else is itself."""
    of_errors = given.__dict__.get("__java_class__") if isinstance(given, type) else None
    return of_errors if isinstance(of_errors, _native.JavaClass) else given

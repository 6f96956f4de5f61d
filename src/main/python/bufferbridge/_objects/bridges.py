"""Objects of other bridges in the same JVM.

Each bridge has its own Python objects for Java objects, and does not show its pointers to other bridges. But each can
put an object into a Java table, and take it out again. The table is that of the system properties, because its class
and its keys need no class loader. The key is random. It is removed when the object is taken.

pyjnius keeps the object of a call in the method, which all threads share. So a variable has to keep the object during
the call: another thread's call would let go of it.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from bufferbridge import _native


def found_in(foreign: object, *, even_jep: bool = True) -> Callable[[], Any] | None:
    """What makes this bridge's object of an object of another bridge; None for other objects. Imports no bridge."""
    for module, belongs, put in _BRIDGES:
        bridge = sys.modules.get(module)
        if bridge is not None and (even_jep or module != "jep") and _belongs(belongs, bridge, foreign):
            return lambda: _handed_over(lambda key: put(bridge, key, foreign))  # noqa: B023 (returned at once)
    return None


def _belongs(belongs: Callable[[Any, Any], bool], bridge: Any, foreign: object) -> bool:
    try:
        return belongs(bridge, foreign)
    except (AttributeError, TypeError):  # the bridge is still being imported, or its module is a stand-in
        return False


def system_properties() -> Any:
    """The table, for this bridge."""
    return _system().getProperties()


@functools.cache
def _system() -> Any:
    return _native.jclass("java.lang.System")


def _handed_over(put: Callable[[str], None]) -> Any:
    properties = system_properties()  # first, because it raises if no JVM was joined
    key = f"bufferbridge.{os.urandom(16).hex()}"
    try:
        put(key)
    finally:
        found = properties.remove(key)
    class_of_classes: Any = _native.jclass("java.lang.Class")  # isinstance() asks it
    return _native.jclass(found) if isinstance(found, class_of_classes) else found


def _is_jpypes(jpype: Any, foreign: Any) -> bool:
    return isinstance(foreign, (jpype.JObject, jpype.JClass))


def _put_by_jpype(jpype: Any, key: str, foreign: Any) -> None:
    if is_slice_of_jpype(jpype, foreign):
        raise TypeError(
            "a slice of a JPype array is no object of Java, where it would arrive as the whole array; "
            "numpy.asarray(bufferbridge.wrap(array))[a:b] shares the array's memory"
        )
    jpype.java.lang.System.getProperties().put(key, foreign)


def is_slice_of_jpype(jpype: Any, foreign: Any) -> bool:
    """Whether that is a part of an array. Java has the whole one; only a cast copies the part."""
    return isinstance(foreign, jpype.JArray) and not (jpype.JObject @ foreign).equals(foreign)


def _is_jpys(jpy: Any, foreign: Any) -> bool:
    return isinstance(foreign, jpy.JType) or (isinstance(foreign, type) and issubclass(foreign, jpy.JType))


def _put_by_jpy(jpy: Any, key: str, foreign: Any) -> None:
    jpy.get_type("java.lang.System").getProperties().put(key, foreign)


def _is_pyjnius_(jnius: Any, foreign: Any) -> bool:
    return isinstance(foreign, jnius.JavaClass) or (isinstance(foreign, type) and issubclass(foreign, jnius.JavaClass))


def _put_by_pyjnius(jnius: Any, key: str, foreign: Any) -> None:
    if isinstance(foreign, type):  # a type cannot be put into the table
        name = getattr(foreign, "__javaclass__").replace("/", ".")  # noqa: B009 (no type has it)
        foreign = jnius.autoclass("java.lang.Class").forName(name)
    properties = jnius.autoclass("java.lang.System").getProperties()
    properties.put(key, foreign)


def _is_jeps(_: Any, foreign: Any) -> bool:
    return isinstance(foreign, importlib.import_module("java.lang").Object)


def _put_by_jep(_: Any, key: str, foreign: Any) -> None:
    importlib.import_module("java.lang").System.getProperties().put(key, foreign)


_BRIDGES = [
    ("jpype", _is_jpypes, _put_by_jpype),
    ("jpy", _is_jpys, _put_by_jpy),
    ("jnius", _is_pyjnius_, _put_by_pyjnius),
    ("jep", _is_jeps, _put_by_jep),
]

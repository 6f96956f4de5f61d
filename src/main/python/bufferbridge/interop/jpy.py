"""Java objects of this bridge for jpy, which can also join a JVM of this bridge."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import Any

from bufferbridge import _native
from bufferbridge.interop._handing import Neighbour, handed, is_class, is_of, java_object, module_of

__all__ = ["join", "to_jpy"]

_JPY = Neighbour(
    name="jpy",
    module="jpy",
    distribution="jpy",
    start="bufferbridge.start(), then bufferbridge.interop.jpy.join() before `import jpy`",
    has_jvm=lambda jpy: bool(jpy.has_jvm()),
    belongs=lambda jpy, given: is_of(jpy.JType, given),
    properties=lambda jpy: jpy.get_type("java.lang.System").getProperties(),
)


def to_jpy(x: Any) -> Any:
    """Turns an object of this bridge into jpy's object for the same Java object; `bufferbridge.wrap` turns it back.

    Args:
        x: a JavaObject, a JavaClass or a JavaError. An object of jpy and None are returned unchanged.

    Returns:
        jpy's object, or its type for a class.

    Raises:
        TypeError: `x` is no Java object, or a class that jpy does not find by its name.
        RuntimeError: jpy has no JVM, or `adopt` has not joined it, or it has ended.
        ModuleNotFoundError: jpy is not installed.
    """
    jpy = module_of(_JPY)
    given = java_object(_JPY, jpy, x)
    if given is None or _JPY.belongs(jpy, given):
        return given
    found = handed(_JPY, jpy, given)
    return _type(jpy, given, found.getName()) if isinstance(given, _native.JavaClass) else found


def _type(jpy: Any, given: Any, name: str) -> Any:
    try:
        found = jpy.get_type(name)
    except ValueError as missing:
        raise TypeError(_not_found(name)) from missing
    if not is_class(found, given):
        raise TypeError(_not_found(name))
    return found


def _not_found(name: str) -> str:
    return (
        f"jpy does not find the class {name} by its name, because another class loader has it; "
        "put it on the JVM's class path: jpyutil.init_jvm(jvm_classpath=...)"
    )


def join() -> None:
    """Has jpy join the JVM that `start` has started; otherwise jpy has to start it, and `adopt` joins that one.

    It loads jpy's library into the JVM and imports jpy. A call does nothing if jpy has this JVM already.

    Raises:
        RuntimeError: no JVM is running, or jpy was imported before and has none.
        ModuleNotFoundError: jpy is not installed.
    """
    system = _native.jclass("java.lang.System")
    known = sys.modules.get("jpy")
    if known is None:
        found = importlib.util.find_spec("jpy")
        if found is None or found.origin is None:
            raise ModuleNotFoundError("jpy is not installed: python -m pip install jpy", name="jpy")
        system.load(found.origin)
        known = importlib.import_module("jpy")
    if not known.has_jvm():
        raise RuntimeError("jpy was imported before, and does not look for a JVM again; call join() before the import")

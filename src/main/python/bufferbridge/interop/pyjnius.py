"""Java objects of this bridge for pyjnius."""

from __future__ import annotations

from typing import Any

from bufferbridge import _native
from bufferbridge.interop._handing import Neighbour, handed, is_class, is_of, java_object, module_of

__all__ = ["to_pyjnius"]

_PYJNIUS = Neighbour(
    name="pyjnius",
    module="jnius",
    distribution="pyjnius",
    start="`import jnius`, then bufferbridge.adopt() in place of bufferbridge.start()",
    has_jvm=lambda jnius: jnius.autoclass is not None,  # importing it starts the JVM
    belongs=lambda jnius, given: is_of(jnius.JavaClass, given),
    properties=lambda jnius: jnius.autoclass("java.lang.System").getProperties(),
)


def to_pyjnius(x: Any) -> Any:
    """Turns an object of this bridge into pyjnius' object for the same Java object; `bufferbridge.wrap` turns it back.

    Args:
        x: a JavaObject, a JavaClass or a JavaError. An object of pyjnius and None are returned unchanged.

    Returns:
        pyjnius' object, or its class for a class.

    Raises:
        TypeError: `x` is no Java object; an array, for which pyjnius has no objects; or an object of a class that
            pyjnius does not find by its name.
        RuntimeError: pyjnius has not started the JVM, or `adopt` has not joined it, or it has ended.
        ModuleNotFoundError: pyjnius is not installed.
    """
    jnius = module_of(_PYJNIUS)
    given = java_object(_PYJNIUS, jnius, x)
    if given is None or _PYJNIUS.belongs(jnius, given):
        return given
    if isinstance(given, _native.JavaClass):
        found = handed(_PYJNIUS, jnius, given)
        return _class(jnius, given, found.getName())
    name = _native.class_name(given)
    if name.endswith("[]"):
        raise TypeError(
            f"pyjnius has no object for an array, such as this {name}: it copies arrays into lists; x.tolist() or "
            "list(x) does that here, and a direct NIO buffer has an object"
        )
    try:
        return handed(_PYJNIUS, jnius, given)
    except jnius.JavaException as failure:
        if failure.classname == "java.lang.NoClassDefFoundError":
            raise _not_found(name) from failure
        raise


def _class(jnius: Any, given: Any, name: str) -> Any:
    try:
        found = jnius.autoclass(name)
    except jnius.JavaException as failure:
        if failure.classname == "java.lang.NoClassDefFoundError":
            raise _not_found(name) from failure
        raise
    if not is_class(found, given):
        raise _not_found(name)
    return found


def _not_found(name: str) -> TypeError:
    return TypeError(
        f"pyjnius does not find the class {name} by its name, because it is hidden or another class loader has it; "
        "put it on the JVM's class path: jnius_config.add_classpath(...)"
    )

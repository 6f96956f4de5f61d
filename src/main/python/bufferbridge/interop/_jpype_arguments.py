"""Buffers as arguments of JPype's methods.

JPype asks `isinstance` when it chooses an overload, and calls `_converted` before the call. It forgets no conversion
that it was told. So the classes that it asks say no while nothing is registered.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from bufferbridge import _native
from bufferbridge._lending import lending
from bufferbridge._native import JavaBuffer

# What a Java type takes: the codes and the size of an item, or any item.
_TYPES = {
    "java.lang.foreign.MemorySegment": None,
    "java.nio.ByteBuffer": None,
    "java.nio.ShortBuffer": ("h", 2),
    "java.nio.CharBuffer": ("H", 2),
    "java.nio.IntBuffer": ("il", 4),
    "java.nio.LongBuffer": ("lqn", 8),
    "java.nio.FloatBuffer": ("f", 4),
    "java.nio.DoubleBuffer": ("d", 8),
}
_NATIVE = "@=" + ("<" if sys.byteorder == "little" else ">")

is_registered = False
_is_known_to_jpype = False


def register(jpype: Any, to_jpype: Callable[[Any], Any]) -> None:
    global is_registered, _is_known_to_jpype
    if not _is_known_to_jpype:
        for name, items in _TYPES.items():
            takes = _Taken(name.rpartition(".")[2], (), {"items": items, "jpypes": jpype.JObject})
            jpype.JConversion(name, instanceof=takes)(functools.partial(_converted, name, to_jpype))
        _is_known_to_jpype = True
    is_registered = True


def unregister() -> None:
    global is_registered
    is_registered = False


class _Taken(type):
    """A class whose instances are the buffers that a Java type takes."""

    items: tuple[str, int] | None
    jpypes: type

    def __instancecheck__(cls, candidate: object) -> bool:
        """Raises nothing: JPype would take an exception for a yes."""
        if not is_registered or isinstance(candidate, (bytes, cls.jpypes)):  # JPype has conversions of its own
            return False
        try:
            return _fits(candidate, cls.items)
        except TypeError:
            return False
        except Exception:  # the memory is refused; the conversion says so
            return True


def _fits(candidate: object, items: tuple[str, int] | None) -> bool:
    if isinstance(candidate, _native.JavaObject):
        if not isinstance(candidate, JavaBuffer):
            return False
        return items is None or _has(candidate.format, candidate.itemsize, items)
    try:
        view = memoryview(candidate)  # type: ignore[arg-type]  # TypeError
    except TypeError:
        if not lending.lends(type(candidate)):
            raise
        if items is None:
            return True
        view = memoryview(lending.lend(candidate))
    with view:
        return items is None or _has(view.format, view.itemsize, items)


def _has(format: str, itemsize: int, items: tuple[str, int]) -> bool:
    code = format[1:] if format[:1] in _NATIVE else format
    return len(code) == 1 and code in items[0] and itemsize == items[1]


def _converted(name: str, to_jpype: Callable[[Any], Any], _: object, given: Any) -> Any:
    """JPype's object over the memory, leased for as long as Java can reach it."""
    java: Any = _native.internal_class("Lending")
    wanted: Any = _native.jclass(name)
    made = java.share(given, wanted) if isinstance(given, JavaBuffer) else None
    if made is None:  # memory of an exporter, or of an array where a NIO buffer is wanted: by its export
        made = java.lend(memoryview(given) if isinstance(given, JavaBuffer) else given, wanted)
    return to_jpype(made)

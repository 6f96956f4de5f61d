"""JPype's arrays of primitives as live buffers: `__buffer__` of their base class, which CPython has from 3.12 on.

JPype's own buffer is a copy. numpy asks `__array__` if the buffer is refused, and would copy item by item without it.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from bufferbridge._objects.wrap import wrap

_IS_POSSIBLE = sys.version_info >= (3, 12)
_of_jpype: Any = None  # JPype's own __buffer__, while ours is in its place
_asking = threading.local()


def require_possible() -> None:
    if not _IS_POSSIBLE:
        raise RuntimeError(
            f"the buffer of JPype's arrays can be replaced from Python 3.12 on, and this is Python "
            f"{sys.version_info.major}.{sys.version_info.minor}; register(live_arrays=False) registers the arguments, "
            "and numpy.asarray(bufferbridge.wrap(x)) is live"
        )


def register() -> None:
    global _of_jpype
    arrays = _base_class()
    if _of_jpype is None:
        _of_jpype = arrays.__dict__["__buffer__"]
        arrays.__buffer__ = _buffer
        arrays.__array__ = _array


def unregister() -> None:
    global _of_jpype
    if _of_jpype is not None:
        arrays = _base_class()
        arrays.__buffer__ = _of_jpype
        del arrays.__array__
        _of_jpype = None


def _base_class() -> Any:
    return sys.modules["_jpype"]._JArrayPrimitive


def _buffer(self: Any, flags: int) -> Any:
    """The memory of the array itself. wrap() asks JPype for the copy of a slice, and JPype asks for its buffer."""
    of_jpype = _of_jpype
    if getattr(_asking, "array", None) is self and of_jpype is not None:
        return of_jpype(self, flags)
    return memoryview(_wrapped(self))


def _array(self: Any, dtype: Any = None, copy: bool | None = None) -> Any:
    return _wrapped(self).__array__(dtype, copy=copy)


def _wrapped(array: Any) -> Any:
    before = getattr(_asking, "array", None)
    _asking.array = array
    try:
        return wrap(array)
    finally:
        _asking.array = before

"""Memory of Python objects that have no buffer, and lend it by another protocol.

DLPack comes first, then Arrow, then __array_interface__. A series of pandas has the buffer of its array.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from bufferbridge import _native
from bufferbridge._lending import interface, series, tensors
from bufferbridge._lending.kinds import has, name_of

# By the id of a type, which may be that of another one later: so the type itself is referred to, weakly. No hash is
# asked for, because that of a metaclass is user code.
_known: dict[int, tuple[weakref.ref[type], Callable[[Any], Any] | None]] = {}
_MOST_KNOWN = 256


def lender_of(kind: type) -> Callable[[Any], Any] | None:
    """What lends the memory of such objects, if they are nothing but memory to Java. None for other types.

    Java may also take the items of what can be looped over: then `lend_container` is asked where memory is wanted.
    """
    known = _known.get(id(kind))
    if known is not None and known[0]() is kind:
        return known[1]
    lender = None if has(kind, "__iter__") and not _is_tensor(kind) else _lender_of_any(kind)
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[id(kind)] = weakref.ref(kind), lender
    return lender


def lend(value: object) -> Any:
    """The memory of an object without a buffer: an object with one.

    Raises:
        TypeError: the object has no protocol for its memory.
        BufferError: the object refuses, or lends memory that cannot be shared.
    """
    lent = lend_container(value)
    if lent is None:
        raise TypeError(f"{name_of(value)} has no buffer, and lends its memory by no other protocol")
    return lent


def lend_container(value: object) -> Any:
    """The same, or None for an object without a protocol."""
    lender = lender_of(type(value)) or _lender_of_any(type(value))
    return None if lender is None else lender(value)


def lends(kind: type) -> bool:
    """Whether such objects have a protocol for their memory, which they may refuse."""
    return _lender_of_any(kind) is not None


def _is_tensor(kind: type) -> bool:
    return has(kind, "__dlpack__") and not has(kind, "__arrow_c_array__")


def _lender_of_any(kind: type) -> Callable[[Any], Any] | None:
    if _is_tensor(kind):
        return tensors.lend_tensor if tensors.is_torchs(kind) else _lend_by_dlpack
    if series.is_pandas(kind):
        return series.lend_series
    # A stream without a length is read once: asking it for memory would lose what it has.
    if has(kind, "__arrow_c_array__") or (has(kind, "__arrow_c_stream__") and has(kind, "__len__")):
        return _native.lend_by_arrow
    return interface.lend_interface if has(kind, "__array_interface__") else None


def _lend_by_dlpack(value: object) -> Any:
    return _native.lend_by_dlpack(value, None, value)

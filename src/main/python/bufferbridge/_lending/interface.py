"""Memory by `__array_interface__`, version 3, both ways."""

from __future__ import annotations

import sys
from typing import Any

from bufferbridge import _native
from bufferbridge._native import JavaBuffer

_CODES = {
    "b1": "?",
    **{f"i{size}": code for size, code in ((1, "b"), (2, "h"), (4, "i"), (8, "q"))},
    **{f"u{size}": code for size, code in ((1, "B"), (2, "H"), (4, "I"), (8, "Q"))},
    **{f"f{size}": code for size, code in ((2, "e"), (4, "f"), (8, "d"))},
    **{f"c{size}": code for size, code in ((8, "Zf"), (16, "Zd"))},
}
_UNIT = {"S": ("s", 1), "U": ("w", 4)}
_KINDS = {"?": "b", **dict.fromkeys("bhilqn", "i"), **dict.fromkeys("BHILQN", "u"), **dict.fromkeys("efd", "f")}
_KINDS |= dict.fromkeys(("Zf", "Zd"), "c")
_OWN_ORDER = "<" if sys.byteorder == "little" else ">"


def lend_interface(value: Any) -> Any:
    """The memory at the address that the object tells.

    Raises:
        BufferError: it tells no address, or items that no buffer format describes.
    """
    told = value.__array_interface__
    data = told.get("data")
    if not (isinstance(data, tuple) and len(data) == 2):
        raise BufferError(
            f"the data of {type(value).__qualname__}.__array_interface__ is no address but {type(data).__qualname__}, "
            "which may be a copy; numpy.asarray(x) takes it"
        )
    if told.get("mask") is not None:
        raise BufferError("the array has a mask, which a buffer has not")
    address, readonly = data
    format, itemsize = _format(told["typestr"])
    strides = told.get("strides")
    return _native.lend_at(
        address, format, itemsize, tuple(told["shape"]), None if strides is None else tuple(strides), readonly,
        (value, told),
    )  # fmt: skip


def interface_of(buffer: JavaBuffer) -> dict[str, Any]:
    """The interface of Java memory, which stays in place as long as `buffer` lives and is not released.

    Raises:
        BufferError: the exporter refuses, or no type of the interface describes the items.
    """
    address, format, itemsize, shape, strides, readonly = _native.keep_address(buffer)
    told = {"version": 3, "shape": shape, "data": (address, readonly), "strides": strides}
    typestr = _typestr(format, itemsize)
    if typestr is not None:
        return {**told, "typestr": typestr}
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return {**told, "typestr": f"|V{itemsize}"}
    dtype = numpy.asarray(buffer).dtype
    return {**told, "typestr": dtype.str, "descr": dtype.descr}


def _typestr(format: str, itemsize: int) -> str | None:
    order = {"<": "<", ">": ">", "!": ">"}.get(format[0], _OWN_ORDER)
    code = format.lstrip("@=<>!")
    kind = _KINDS.get(code)
    return None if kind is None else ("|" if itemsize == 1 else order) + f"{kind}{itemsize}"


def _format(typestr: str) -> tuple[str, int]:
    """The buffer format of a type such as "<f8", and the bytes of an item."""
    order, kind, size = typestr[0], typestr[1], typestr[2:]
    if kind in _UNIT and size.isdecimal() and int(size) > 0:
        code, unit = _UNIT[kind]
        prefix = ">" if order == ">" and unit > 1 and _OWN_ORDER != ">" else ""
        return f"{prefix}{size}{code}", int(size) * unit
    code_of_number = _CODES.get(kind + size)
    if code_of_number is None:
        raise BufferError(
            f"items of the type {typestr!r} have no buffer format here; numpy.asarray(x) has them, and their fields"
        )
    prefix = "" if order in ("|", "=", _OWN_ORDER) or size == "1" else order
    return prefix + code_of_number, int(size)

"""Memory by `__array_interface__`, version 3, both ways."""

from __future__ import annotations

import re
import sys
from typing import Any

from bufferbridge import _native
from bufferbridge._lending.kinds import name_of
from bufferbridge._native import JavaBuffer

_CODES = {
    "b1": "?",
    **{f"i{size}": code for size, code in ((1, "b"), (2, "h"), (4, "i"), (8, "q"))},
    **{f"u{size}": code for size, code in ((1, "B"), (2, "H"), (4, "I"), (8, "Q"))},
    **{f"f{size}": code for size, code in ((2, "e"), (4, "f"), (8, "d"))},
    **{f"c{size}": code for size, code in ((8, "Zf"), (16, "Zd"))},
}
_TYPE = re.compile(r"([<>|=])([a-zA-Z])([1-9][0-9]{0,9})")
_ADDRESSES = 2**63
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
    if not isinstance(told, dict):
        raise BufferError(f"{name_of(value)}.__array_interface__ is a {type(told).__qualname__}; a dict is required")
    data = told.get("data")
    if not (isinstance(data, tuple) and len(data) == 2):
        raise BufferError(
            f"the data of {name_of(value)}.__array_interface__ is no address but {type(data).__qualname__}, "
            "which may be a copy; numpy.asarray(x) takes it"
        )
    if told.get("mask") is not None:
        raise BufferError("the array has a mask, which a buffer has not")
    address, readonly = data
    if not (isinstance(address, int) and 0 <= address < _ADDRESSES):
        raise BufferError(f"the address {address!r} is none; an int from 0 to 2**63 - 1 is required")
    format, itemsize = _format(told.get("typestr"))
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
    numpy: Any = sys.modules.get("numpy")
    if not isinstance(
        getattr(numpy, "ndarray", None), type
    ):  # nor is it when numpy is being imported, or a stand-in is
        return {**told, "typestr": f"|V{itemsize}"}
    dtype = numpy.asarray(buffer).dtype
    return {**told, "typestr": dtype.str, "descr": dtype.descr}


def _typestr(format: str, itemsize: int) -> str | None:
    order = {"<": "<", ">": ">", "!": ">"}.get(format[0], _OWN_ORDER)
    code = format.lstrip("@=<>!")
    kind = _KINDS.get(code)
    return None if kind is None else ("|" if itemsize == 1 else order) + f"{kind}{itemsize}"


def _format(typestr: object) -> tuple[str, int]:
    """The buffer format of a type such as "<f8", and the bytes of an item."""
    parts = _TYPE.fullmatch(typestr) if isinstance(typestr, str) else None
    order, kind, size = parts.groups() if parts is not None else ("", "", "")
    if kind in _UNIT:
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

"""The format of an item, as Python code spells it: PEP 3118, dtypes and their names, Python's own types.

A text that PEP 3118 understands has that meaning, whatever numpy takes it for: `<l` has 4 bytes. numpy is imported for
what this module does not know itself, and torch never.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from bufferbridge import _native


class DType(Protocol):
    """What numpy's and torch's dtypes have."""

    @property
    def itemsize(self) -> int: ...


Format: TypeAlias = str | type[Any] | DType | Sequence[tuple[Any, ...]]
"""What a format may be. A list of tuples is a structure, as numpy has it."""

# The names that numpy and torch share, with numpy's short names. None of them is a format of PEP 3118.
_TABLE = """
    bool b1 ?     int8 i1 b      int16 i2 h     int32 i4 i      int64 i8 q     uint8 u1 B     uint16 u2 H
    uint32 u4 I   uint64 u8 Q    float16 f2 e   float32 f4 f    float64 f8 d   complex64 c8 Zf    complex128 c16 Zd
""".split()
_BY_SIZE = dict(zip(_TABLE[1::3], _TABLE[2::3], strict=True))
_BY_NAME = dict(zip(_TABLE[::3], _TABLE[2::3], strict=True)) | {"int": "q", "float": "d", "complex": "Zd"}
_BY_TYPE: dict[object, str] = {bool: "?", int: "q", float: "d", complex: "Zd"}
_SIZED = re.compile(r"([<>=|]?)([biufc]\d+)")
_OF_BITS = {1: "B", 2: "H", 4: "I", 8: "Q"}

_CODES = frozenset("?cbBhHiIlLqQnNefdgspuwxOPX&t")
"""The codes of PEP 3118. One that Java refuses, such as a pointer, means nothing else to numpy either."""


def text_of(given: Format) -> str:
    """A format as the text of PEP 3118, or a text for `understood`.

    Raises:
        TypeError: it is no format.
        ValueError: PEP 3118 has none for it.
    """
    if isinstance(given, str):
        sized = _SIZED.fullmatch(given) if len(given) > 1 else None
        if sized is not None and sized[2] in _BY_SIZE:
            return sized[1].strip("|") + _BY_SIZE[sized[2]]
        return _BY_NAME.get(given, given)
    if isinstance(given, type) and given in _BY_TYPE:
        return _BY_TYPE[given]
    return _of_torch(given) or _of_numpy(given)


def understood(text: str) -> str | None:
    """What a text means that PEP 3118 does not understand: numpy's meaning, or None.

    Raises:
        ValueError: numpy understands it, but PEP 3118 has no format for it.
    """
    numpy = None if text.lstrip("@=<>!^|") in _CODES or _is_pep3118(text) else _numpy()
    if numpy is None:
        return None
    try:
        dtype = numpy.dtype(text)
    except (SyntaxError, TypeError, ValueError):  # it is no dtype; numpy raises one of these
        return None
    try:
        return _of_dtype(dtype)
    except ValueError as refusal:
        raise refusal from None  # that PEP 3118 does not understand the text says nothing more


def _is_pep3118(text: str) -> bool:
    try:
        _native.jclass("org.bufferbridge.BufferFormat").parse(text)
    except ValueError:
        return False
    return True


def _of_torch(given: object) -> str | None:
    torch = sys.modules.get("torch")
    kind = getattr(torch, "dtype", None)
    if not isinstance(kind, type) or not isinstance(given, kind):
        return None
    name = str(given)
    text = _BY_NAME.get(name.removeprefix("torch."))
    if text is None:
        bits = _OF_BITS.get(getattr(given, "itemsize", 0), "B")
        raise ValueError(
            f"PEP 3118 has no format for {name}; format {bits!r} has its bits, and torch.from_dlpack(x).view({name}) "
            "shows its values"
        )
    return text


def _of_numpy(given: object) -> str:
    numpy = _numpy()
    # numpy takes an array or a number for its dtype, too: empty(480, numpy.int64(640)) would have one dimension.
    if numpy is not None and isinstance(given, (type, numpy.dtype, list, tuple, dict)):
        try:
            dtype = numpy.dtype(given)
        except (TypeError, ValueError):
            pass
        else:
            return _of_dtype(dtype)
    raise TypeError(f"a format is a str such as 'd', a dtype or a type such as float, not {given!r}")


def _numpy() -> Any:
    """The module, whose types need not be there; None if it is not installed."""
    try:
        import numpy
    except ImportError:
        return None
    return numpy


def _of_dtype(dtype: Any) -> str:
    # After "^" no code implies padding, and all other marks of byte order say the same.
    return "^" + _written(dtype)


def _written(dtype: Any) -> str:
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return f"({','.join(map(str, shape))}){_written(base)}"
    if dtype.itemsize == 0:
        raise ValueError(f"a {dtype!r} has no size; 'S8' has 8 bytes of text, and 'U8' 8 characters")
    if dtype.names is not None:
        return _structure(dtype)
    text = _leaf(dtype, ">" if dtype.str[0] == ">" else "<")
    if text is None:
        raise ValueError(f"PEP 3118 has no format for {dtype!r}; {_way_out(dtype)}")
    return text


def _leaf(dtype: Any, order: str) -> str | None:
    """The format of what is no structure, or None. The code that it begins with has a mark of byte order."""
    if dtype.type.__module__ != "numpy":
        return None  # a class of another package, such as ml_dtypes
    if dtype.kind == "S":
        return f"^{dtype.itemsize}s"
    if dtype.kind == "V":
        return f"^{dtype.itemsize}x"
    if dtype.kind == "U":
        return f"{order}{dtype.itemsize // 4}w"
    if dtype.char in "gG" and dtype.isnative:
        return "^g" if dtype.char == "g" else "^Zg"
    code = _BY_SIZE.get(f"{dtype.kind}{dtype.itemsize}")
    return None if code is None else order + code


def _structure(dtype: Any) -> str:
    parts, end = [], 0
    for name in dtype.names:
        field, offset = dtype.fields[name][:2]
        if offset < end:
            raise ValueError(f"PEP 3118 has no format for {dtype!r}, whose field {name!r} begins before another ends")
        parts += [f"{offset - end}x"] if offset > end else []
        parts.append(f"{_written(field)}:{name}:")
        end = offset + field.itemsize
    parts += [f"^{dtype.itemsize - end}x"] if dtype.itemsize > end else []
    return f"T{{{''.join(parts)}}}"


def _way_out(dtype: Any) -> str:
    if dtype.hasobject:
        return "references to Python objects mean nothing to Java, whose jclass('java.lang.Object[]')(n) refers to some"
    if dtype.kind in "mM":
        return f"format 'q' has its numbers, and numpy.asarray(x).view({dtype.str!r}) shows them as times"
    bits = _OF_BITS.get(dtype.itemsize, f"{dtype.itemsize}s")
    return f"format {bits!r} has its bits, and numpy.asarray(x).view(dtype) shows its values"

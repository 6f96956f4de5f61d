"""Random structures of buffers, and CPython's own answers for them.

Two oracles share no code with bufferbridge. One is memoryview over a Py_buffer that is filled here. It accepts every
geometry and any text as a format. The other is `_testbuffer.ndarray`, the complete exporter of CPython's own tests. It
accepts formats that the struct module reads, at multiples of the item size.

A structure is drawn from a seed, a text such as "shared/17"; the same seed draws the same structure everywhere.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import os
import random
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy._core import _internal

from support.raw_requests import FULL_RO, PyBuffer, ask

NATIVE_ORDER = "<" if sys.byteorder == "little" else ">"
OTHER_ORDER = ">" if sys.byteorder == "little" else "<"

# Codes that memoryview indexes; 'e' from CPython 3.12 on.
NATIVE = list("?bBhHiIlLqQnNfdce")
_STANDARD = "?bBhHiIlLqQefdc"
MARKED = [mark + code for mark in "=<>!" for code in _STANDARD] + ["@" + code for code in NATIVE]
STRINGS = ["s", "5s", "p", "7p", "3x"]
LISTS = [
    "3h",
    "2?",
    "2c",
    "bd",
    "db",
    "hhl",
    "bhx0q",
    "xxi",
    "3s2h",
    "2s5p",
    "?xq",
    "<ihb",
    ">3hq",
    "=Bd",
    "!2H",
    "=l?",
]
# The formats that the struct module does not read, with numpy's itemsize.
BEYOND_STRUCT = {"g": np.dtype("g").itemsize, "Zf": 8, "Zd": 16, "Zg": np.dtype("G").itemsize, "5w": 20, ">2w": 8}
DTYPES = [
    np.dtype([("x", "f8"), ("id", "i4")]),
    np.dtype([("x", "f8"), ("id", "i4")], align=True),
    np.dtype([("tag", "S3"), ("at", [("row", "<u2"), ("column", ">u2")]), ("z", "c8")]),
    np.dtype([("grid", "i2", (2, 3)), ("on", "?")], align=True),
    np.dtype({"names": ["a", "b"], "formats": ["u1", "f4"], "offsets": [2, 8]}),
]

ALL_FORMATS = ["native", "marked", "strings", "lists", "beyond-struct", "dtypes"]


def text_of(dtype: np.dtype) -> str:
    """The format that numpy gives consumers. It is taken from two items, because the text of one lacks its size."""
    return memoryview(np.zeros(2, dtype)).format


@dataclass(frozen=True)
class Structure:
    """The places of items in memory; strides and offset are in bytes."""

    seed: str
    format: str
    itemsize: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    byte_offset: int
    memory_byte_size: int
    readonly: bool

    @property
    def is_empty(self) -> bool:
        return 0 in self.shape

    @property
    def mask(self) -> int:
        """The bits of a byte that are kept, because 2 is not a boolean."""
        return 1 if "?" in self.format else 0xFF

    @property
    def memory(self) -> bytes:
        """The bytes 0, 1, 2 ..., as in the fixtures."""
        return bytes(i & self.mask for i in range(256)) * (self.memory_byte_size // 256 + 1)

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments of the fixtures after the kind."""
        return (
            self.memory_byte_size,
            self.mask,
            self.format,
            list(self.shape),
            list(self.strides),
            self.byte_offset,
            self.readonly,
        )


def c_contiguous_strides(shape: Sequence[int], itemsize: int) -> tuple[int, ...]:
    strides, step = [0] * len(shape), itemsize
    for dimension in reversed(range(len(shape))):
        strides[dimension] = step
        step *= shape[dimension]
    return tuple(strides)


def f_contiguous_strides(shape: Sequence[int], itemsize: int) -> tuple[int, ...]:
    return c_contiguous_strides(shape[::-1], itemsize)[::-1]


# -------------------------------------------------------------------------------------- drawing


def _random_format(rng: random.Random, families: Sequence[str]) -> tuple[str, int]:
    family = rng.choice(families) if rng.random() < 0.5 else families[0]
    if family == "dtypes":
        dtype = rng.choice(DTYPES)
        return text_of(dtype), dtype.itemsize
    if family == "beyond-struct":
        return rng.choice(list(BEYOND_STRUCT.items()))
    text = rng.choice({"native": NATIVE, "marked": MARKED, "strings": STRINGS, "lists": LISTS}[family])
    return text, struct.calcsize(text)


def _random_shape(rng: random.Random) -> list[int]:
    ndim = rng.choice([0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 6])
    if rng.random() < 0.01:
        ndim = 64
    most = 6 if ndim <= 2 else 4 if ndim == 3 else 2
    shape = [rng.randint(1, most) for _ in range(min(ndim, 6))] + [1] * (ndim - 6)
    if ndim and rng.random() < 0.06:
        shape[rng.randrange(ndim)] = 0
    return shape


def _random_strides(rng: random.Random, shape: list[int], itemsize: int, unit: int) -> list[int]:
    """Dense or with gaps, in any order of dimensions, some reversed or standing still."""
    order = list(range(len(shape)))
    if rng.random() < 0.4:
        rng.shuffle(order)
    strides, step = [0] * len(shape), itemsize
    gaps = rng.random() < 0.5
    for dimension in reversed(order):
        if gaps and rng.random() < 0.5:
            step += unit * rng.randint(1, 3)
        strides[dimension] = step
        step *= max(shape[dimension], 1)
    if rng.random() < 0.4:
        strides = [-stride if rng.random() < 0.5 else stride for stride in strides]
    if rng.random() < 0.05:
        strides = [0 if rng.random() < 0.5 else stride for stride in strides]
    if rng.random() < 0.3:  # the stride of a single item has no meaning
        strides = [unit * rng.randint(-9, 9) if n == 1 else stride for n, stride in zip(shape, strides)]
    return strides


def _promises_nothing(text: str) -> bool:
    return text[0] in "=<>!" or struct_alignment(text) == 1


def struct_alignment(text: str) -> int:
    """The largest alignment that the struct module gives a code of a native format. 0 if it cannot read the format."""
    try:
        codes = [code for code in text if code.isalpha() or code == "?"]
        return max((struct.calcsize(f"b{code}") - struct.calcsize(code) for code in codes), default=1)
    except struct.error:
        return 0


def random_structure(seed: str, families: Sequence[str] = ALL_FORMATS) -> Structure:
    """Any geometry that stays inside its memory. Half of all formats are of the first family."""
    rng = random.Random(seed)
    text, itemsize = _random_format(rng, families)
    unit = 1 if _promises_nothing(text) and rng.random() < 0.5 else itemsize
    shape = _random_shape(rng)
    strides = _random_strides(rng, shape, itemsize, unit)
    spans = [] if 0 in shape else [stride * (n - 1) for stride, n in zip(strides, shape)]
    low, high = sum(min(span, 0) for span in spans), sum(max(span, 0) for span in spans)
    byte_offset = -low + unit * rng.randint(0, 2)
    behind = itemsize * rng.randint(1, 3)
    return Structure(
        seed=seed,
        format=text,
        itemsize=itemsize,
        shape=tuple(shape),
        strides=tuple(strides),
        byte_offset=byte_offset,
        memory_byte_size=byte_offset + high + behind,
        readonly=rng.random() < 0.3,
    )


def seeds(kind: str, count: int) -> Iterator[str]:
    """`count` seeds of a kind, or the number or the single seed that the environment sets.

    BUFFERBRIDGE_ORACLE_STRUCTURES: how many seeds of each kind.
    BUFFERBRIDGE_ORACLE_SEED: the only seed, as a failed test printed it.
    """
    only = os.environ.get("BUFFERBRIDGE_ORACLE_SEED")
    if only is not None:
        return iter([only] if only.rpartition("/")[0] == kind else [])
    return (f"{kind}/{n}" for n in range(int(os.environ.get("BUFFERBRIDGE_ORACLE_STRUCTURES", count))))


def report(structure: Structure, found: list[str]) -> str:
    replay = f"replay with BUFFERBRIDGE_ORACLE_SEED={structure.seed}"
    return "\n".join([str(structure), replay, *found])


# -------------------------------------------------------------------------------------- oracles

_from_buffer = ctypes.pythonapi.PyMemoryView_FromBuffer
_from_buffer.argtypes = [ctypes.POINTER(PyBuffer)]
_from_buffer.restype = ctypes.py_object


class Oracle:
    """The structure in CPython memory, which is valid as long as this object.

    Attributes:
        view: memoryview over it.
        buf: address of the item whose indices are all zero.
    """

    def __init__(self, structure: Structure, text: str) -> None:
        strides = structure.strides
        if structure.is_empty:  # memoryview refuses odd strides, so those of empty exports are normalised
            strides = c_contiguous_strides(structure.shape, structure.itemsize)
        ndim = len(structure.shape)
        self._memory = ctypes.create_string_buffer(structure.memory, len(structure.memory))
        self._size = structure.memory_byte_size
        self._format = ctypes.create_string_buffer(text.encode())
        self._arrays = [(ctypes.c_ssize_t * ndim)(*values) for values in (structure.shape, strides)]
        self.buf = ctypes.addressof(self._memory) + structure.byte_offset
        count = functools.reduce(int.__mul__, structure.shape, 1)
        filled = PyBuffer(
            buf=self.buf,
            obj=None,
            len=count * structure.itemsize,
            itemsize=structure.itemsize,
            readonly=structure.readonly,
            ndim=ndim,
            format=ctypes.addressof(self._format),
            shape=ctypes.addressof(self._arrays[0]) if ndim else None,
            strides=ctypes.addressof(self._arrays[1]) if ndim else None,
            suboffsets=None,
        )
        self.view: memoryview = _from_buffer(ctypes.byref(filled))

    @property
    def memory(self) -> bytes:
        """All bytes of the structure's memory at this moment."""
        return self._memory.raw[: self._size]


def ndarray_oracle(testbuffer: Any, structure: Structure, text: str) -> Any | None:
    """The same as a `_testbuffer.ndarray`; None if that does not accept the structure."""
    itemsize = structure.itemsize
    measures = (*structure.strides, structure.byte_offset)
    try:
        takes = struct.calcsize(text) == itemsize and not any(measure % itemsize for measure in measures)
    except struct.error:
        takes = False
    if not takes or (not structure.shape and structure.byte_offset) or len(structure.shape) > 60:
        return None
    strides = structure.strides
    if structure.is_empty:
        strides = c_contiguous_strides(structure.shape, itemsize)
    items = struct.unpack(text, bytes(itemsize))
    item = items[0] if len(items) == 1 else items
    count = structure.memory_byte_size // itemsize
    array = testbuffer.ndarray(
        [item] * count if structure.shape else item,
        shape=list(structure.shape),
        strides=list(strides),
        offset=structure.byte_offset,
        format=text,
        flags=0 if structure.readonly else testbuffer.ND_WRITABLE,
    )
    if structure.shape:
        start = ask(array, FULL_RO).buf - structure.byte_offset
        ctypes.memmove(start, structure.memory, count * itemsize)
    else:
        ctypes.memmove(ask(array, FULL_RO).buf, structure.memory, itemsize)
    return array


# -------------------------------------------------------------------------------------- formats


def expected_text(text: str, aligned: bool) -> str | None:
    """The exported format of a single code: the native code if size, order and alignment agree."""
    mark, code = (text[0], text[1:]) if text[0] in "@=<>!" else ("@", text)
    if code not in NATIVE:
        return None
    if mark == "@":
        return code
    mark = {"!": ">", "=": NATIVE_ORDER}.get(mark, mark)
    code = {"l": "i", "L": "I"}.get(code, code)  # in the standard sizes, long has 4 bytes
    if struct.calcsize(code) == 1:
        return code
    if mark == OTHER_ORDER:
        return mark + code
    return code if aligned else "=" + code


@functools.cache
def _meaning(text: str, itemsize: int, sample: bytes) -> tuple[Any, Any]:
    """How readers understand a format: the struct module's values for some bytes, otherwise numpy's dtype."""
    try:
        values = struct.unpack(text, sample) if struct.calcsize(text) == itemsize else None
    except struct.error:
        values = None
    return values, numpy_dtype(text, itemsize) if values is None else None


def numpy_dtype(text: str, itemsize: int) -> np.dtype | None:
    """The dtype that numpy reads from a format. None if it cannot, or if its size differs from the item size.

    The test calls numpy's reader directly. With a wrong size, that reader names the exporter in an error, and crashes
    if there is no exporter.
    """
    try:
        dtype: np.dtype = _internal._dtype_from_pep3118(text)
    except (ValueError, NotImplementedError):
        return None
    return dtype if dtype.itemsize == itemsize else None


def means_the_same(actual: str, given: str, itemsize: int) -> bool:
    """Whether the struct module reads the same from both; for formats that struct does not know, whether numpy does."""
    period = (1, 0) if "?" in given else (1, 0, 64, 65)
    sample = bytes(itertools.islice(itertools.cycle(period), itemsize))
    readings = zip(_meaning(actual, itemsize, sample), _meaning(given, itemsize, sample))
    return any(of_given is not None and repr(of_actual) == repr(of_given) for of_actual, of_given in readings)

"""ctypes structures whose format leaves out fields are refused, with the safe way; others are read correctly."""

from __future__ import annotations

import ctypes
import sys
import warnings
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb


class Padded(ctypes.Structure):
    _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_uint32)]


class BigPadded(ctypes.BigEndianStructure):
    _fields_ = [("a", ctypes.c_int16), ("b", ctypes.c_double)]


class Number(ctypes.Union):
    _fields_ = [("i", ctypes.c_int), ("f", ctypes.c_float)]


class Tagged(ctypes.Structure):
    _fields_ = [("u", Number), ("n", ctypes.c_int)]


class OnlyUnion(ctypes.Structure):
    _fields_ = [("u", Number)]


class Packed(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"  # what _pack_ implies; CPython 3.14 and later want it said
    _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_uint32)]


class HoldsPacked(ctypes.Structure):
    _fields_ = [("p", Packed), ("n", ctypes.c_int)]


class Plain(ctypes.Structure):
    _fields_ = [("a", ctypes.c_int), ("b", ctypes.c_int)]


class Inherits(Plain):
    _fields_ = [("c", ctypes.c_int)]


class Bits(ctypes.Structure):
    """In CPython 3.11 its format has the right size by chance: superfluous bits make up for the missing padding."""

    _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_int), *((f"c{i}", ctypes.c_uint8, 1) for i in range(7))]


class Trailing(ctypes.Structure):
    _fields_ = [("a", ctypes.c_int), ("b", ctypes.c_int8)]


class Nested(ctypes.Structure):
    _fields_ = [("p", Plain), ("q", Plain * 2), ("z", ctypes.c_double)]


PADS = sys.version_info >= (3, 12)

# Each structure with a field, its value, and whether it is read correctly; the others are refused.
STRUCTURES: dict[str, tuple[Callable[[], object], str, float, bool]] = {
    "plain": (lambda: Plain(1, 2), "b", 2, True),
    "trailing-padding": (lambda: Trailing(1, 2), "b", 2, True),
    "nested": (lambda: Nested(Plain(1, 2), (Plain * 2)(), 2.5), "z", 2.5, True),
    "array-of-plain": (lambda: (Plain * 2)(Plain(1, 2), Plain(3, 4)), "b", 2, True),
    "padded": (lambda: Padded(1, 2), "b", 2, PADS),
    "array-of-padded": (lambda: (Padded * 2)(Padded(1, 2), Padded(3, 4)), "b", 2, PADS),
    "big-endian-padded": (lambda: BigPadded(1, 2.5), "b", 2.5, PADS),
    "packed": (lambda: Packed(1, 2), "b", 2, PADS),
    "holds-packed": (lambda: HoldsPacked(Packed(1, 2), 3), "n", 3, PADS),
    "tagged-union": (lambda: Tagged(Number(5), 6), "n", 6, False),
    "union-in-a-structure": (lambda: OnlyUnion(Number(5)), "u", 5, False),
    "union": (lambda: Number(5), "i", 5, False),
    "inherited-fields": (lambda: Inherits(1, 2, 3), "c", 3, False),
    "bit-fields": (lambda: Bits(1, 2), "b", 2, False),
}


def as_it_is(structure: object) -> object:
    return structure


VIEWS = [as_it_is, memoryview, lambda structure: memoryview(memoryview(structure))]


@pytest.mark.parametrize("view", VIEWS, ids=["itself", "memoryview", "memoryview-of-memoryview"])
@pytest.mark.parametrize("kind", STRUCTURES)
def test_a_field_is_read_where_it_is_or_refused(
    leasing: bb.JavaClass, kind: str, view: Callable[[object], object]
) -> None:
    make, field, value, is_seen = STRUCTURES[kind]
    structure = view(make())
    if is_seen:
        assert leasing.field(structure, field) == value
    else:
        with pytest.raises(BufferError, match=r"numpy\.asarray\(x\)|describes items of"):
            leasing.field(structure, field)


@pytest.mark.parametrize("kind", ["padded", "array-of-padded", "big-endian-padded", "packed", "holds-packed"])
def test_asarray_has_the_true_fields(leasing: bb.JavaClass, kind: str) -> None:
    make, field, value, _ = STRUCTURES[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy warns that the format is wrong
        array = np.asarray(make())
    assert leasing.field(array, field) == value


def test_the_other_spellings_of_the_refusal_are_right(leasing: bb.JavaClass) -> None:
    tagged, inherits = Tagged(Number(5), 6), Inherits(1, 2, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert leasing.sum(np.atleast_1d(np.asarray(tagged)["n"])) == 6
    assert leasing.describe(np.frombuffer(inherits, "B")) == "B [12] [1]"
    assert leasing.sum(np.frombuffer(inherits, "i4")) == 6


def test_structures_of_numpy_are_seen_as_ever(leasing: bb.JavaClass) -> None:
    for code in ("u1", ">i2"):
        array = np.zeros(2, np.dtype({"names": ["x"], "formats": [code], "itemsize": 4}))
        array["x"] = 7
        assert leasing.field(array, "x") == 7


def test_what_is_refused_is_given_back(leasing: bb.JavaClass) -> None:
    structure = Inherits(1, 2, 3)
    references = sys.getrefcount(structure)
    with pytest.raises(BufferError, match="inherited fields"):
        leasing.field(structure, "c")
    assert sys.getrefcount(structure) == references

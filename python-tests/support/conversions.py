"""The table of conversions (docs/reference/conversions.toml), and generated values of its rows."""

from __future__ import annotations

import datetime
import enum
import pathlib
import re
import tomllib
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

import bufferbridge as bb
from support.places import ROOT

TABLE = tomllib.loads((ROOT / "docs" / "reference" / "conversions.toml").read_text())

WAYS = ["exact", "fits", "rounded", "copied", "itself"]

PACKAGES = {
    "java.lang.": "Boolean Byte Short Integer Long Float Double Character Object Number CharSequence Comparable String "
    "Iterable Runnable String[] Object[]",
    "java.math.": "BigInteger BigDecimal",
    "java.nio.file.": "Path",
    "java.io.": "File",
    "java.time.": "Duration Instant LocalDateTime",
    "java.util.": "Optional OptionalInt OptionalLong OptionalDouble List Collection Set Iterator Map",
    "java.util.concurrent.": "TimeUnit",
    "java.util.function.": "Function",
    "java.util.stream.": "Stream IntStream",
    "org.bufferbridge.": "PythonObject",
    "": "boolean byte short int long float double char byte[] int[] double[]",
}
JAVA_TYPES = {name: package + name for package, names in PACKAGES.items() for name in names.split()}

BOXES = {
    "boolean": "Boolean",
    "byte": "Byte",
    "short": "Short",
    "int": "Integer",
    "long": "Long",
    "float": "Float",
    "double": "Double",
    "char": "Character",
}

RANGES = {
    name: (-(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1)
    for name, size in {"Byte": 1, "Short": 2, "Integer": 4, "Long": 8}.items()
}


class Fresh:
    """A value that serves once, such as a generator."""

    def __init__(self, make: Callable[[], object], content: list[Any]) -> None:
        self.make = make
        self.content = content

    def __repr__(self) -> str:
        return f"a generator of {self.content}"


class Number(enum.IntEnum):
    ONE = 1
    MANY = 300


def ways(row: dict[str, Any]) -> dict[str, str]:
    """The way by which each Java type takes the values of a row; types that refuse them are absent."""
    named = {way: [t for name in row.get(way, []) for t in TABLE["groups"].get(name, [name])] for way in WAYS}
    return {java_type: way for way in WAYS for java_type in named[way]}


def python_of(java_class: str, value: Any) -> str:
    """The Python type of a Java value, by the table. A type that has a Java class only in a range has two."""
    row = next(row for row in TABLE["java"] if java_class in row["type"])
    first, _, otherwise = row["python"].partition("; ")
    if not otherwise:
        return first
    other, smaller = re.fullmatch(r"(\w+), if no (\w+) has the value", otherwise).groups()  # type: ignore[union-attr]
    low, high = RANGES[smaller]
    return first if low <= value <= high else other


def box_of(value: Any) -> str:
    """The class of the Java value that a Python number or text becomes for Object."""
    if isinstance(
        value, bb.JavaByte | bb.JavaShort | bb.JavaLong | bb.JavaBigInteger | bb.JavaFloat | bb.JavaCharacter
    ):
        return type(value).__name__.removeprefix("Java")
    if isinstance(value, np.integer):
        size = value.dtype.itemsize + (value.dtype.kind == "u")
        return (
            "Byte"
            if size == 1
            else "Short"
            if size == 2
            else "Integer"
            if size <= 4
            else "Long"
            if size <= 8
            else "BigInteger"
        )
    if isinstance(value, np.float32 | np.float16):
        return "Float"
    if isinstance(value, bool | np.bool_):
        return "Boolean"
    if isinstance(value, int):
        return next((name for name in ("Integer", "Long") if RANGES[name][0] <= value <= RANGES[name][1]), "BigInteger")
    return {float: "Double", str: "String"}[next(t for t in (float, str) if isinstance(value, t))]


# ---------------------------------------------------------------------------------- values of the rows

_ints = (
    st.integers()
    | st.integers(-(2**70), 2**70)
    | st.sampled_from([s * 2**n + d for s in (1, -1) for n in (7, 15, 24, 31, 53, 63, 64) for d in (-1, 0, 1)])
)
_small = st.lists(st.integers(-300, 300), min_size=1, max_size=5)
_texts = st.lists(st.text(max_size=5), min_size=1, max_size=5)
_double = st.floats()
_units = ["NANOSECONDS", "DAYS"]


def _range_of(type_: Any) -> st.SearchStrategy[Any]:
    info = np.iinfo(type_)
    return st.integers(int(info.min), int(info.max)).map(type_)


def _boxed(name: str) -> st.SearchStrategy[Any]:
    low, high = RANGES.get({"int": "Integer"}.get(name, name.capitalize()), (-(2**80), 2**80))
    return st.integers(low, high).map(lambda value: bb.box(value, name))


def _generator(content: list[Any]) -> Fresh:
    def items() -> Iterator[Any]:
        yield from content

    return Fresh(items, content)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "None": st.none(),
    "bool": st.booleans(),
    "numpy.bool_": st.booleans().map(np.bool_),
    "int": _ints,
    "IntEnum": st.sampled_from(Number),
    "bb.JavaByte": _boxed("byte"),
    "bb.JavaShort": _boxed("short"),
    "bb.JavaInteger": _boxed("int"),
    "bb.JavaLong": _boxed("long"),
    "bb.JavaBigInteger": st.integers(-(2**63), 2**63 - 1).map(bb.JavaBigInteger),
    "numpy integers": st.one_of(
        *map(_range_of, [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64])
    ),
    "float": _double,
    "numpy.float64": _double.map(np.float64),
    "bb.JavaDouble": _double.map(lambda value: bb.box(value, "double")),
    "bb.JavaFloat": st.floats(width=32).map(lambda value: bb.box(value, "float")),
    "numpy.float32": st.floats(width=32).map(np.float32),
    "numpy.float16": st.floats(width=16).map(np.float16),
    "fractions.Fraction": st.fractions() | st.just(Fraction(1, 2)),
    "numpy.longdouble": _double.map(np.longdouble) | st.just(np.longdouble(1) / 3),
    "decimal.Decimal": st.decimals(allow_nan=False, allow_infinity=False).filter(
        lambda value: not (value.is_zero() and value.is_signed())
    ),
    "str": st.text() | st.characters() | st.sampled_from(_units),
    "bb.JavaCharacter": st.characters(max_codepoint=0xFFFF).map(lambda value: bb.box(value, "char")),
    "datetime without a time zone": st.datetimes(),
    "datetime with a time zone": st.datetimes(
        min_value=datetime.datetime(2, 1, 1),
        max_value=datetime.datetime(9998, 1, 1),
        timezones=st.sampled_from([datetime.UTC, datetime.timezone(datetime.timedelta(hours=-7, minutes=30))]),
    ),
    "timedelta": st.timedeltas(),
    "numpy.timedelta64": st.integers(-(2**60), 2**60).map(lambda count: np.timedelta64(count, "us")),
    "numpy.datetime64": st.integers(-(2**55), 2**57).map(lambda count: np.datetime64(count, "us")),
    "pathlib.Path": st.sampled_from(["/", "a/b", "../c d", "\N{SNOWMAN}"]).map(pathlib.Path),
    "list of int": _small,
    "tuple of int": _small.map(tuple),
    "list of str": _texts,
    "tuple of str": _texts.map(tuple),
    "range": st.builds(range, st.integers(-300, 0), st.integers(1, 300), st.integers(50, 99)),
    "set of int": _small.map(set),
    "frozenset of int": _small.map(frozenset),
    "dict": st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=4),
    "generator of int": _small.map(_generator),
    "function": st.sampled_from([abs, repr, lambda *arguments: arguments]),
    "any other object": st.sampled_from([object(), 1j, datetime.date(2020, 1, 1), NotImplemented]),
}

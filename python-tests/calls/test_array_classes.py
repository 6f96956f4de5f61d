"""The classes of Java arrays: constructors by lengths and by items, length, clone()."""

from __future__ import annotations

from typing import Any

import pytest

import bufferbridge as bb

PRIMITIVES = ["boolean", "byte", "short", "char", "int", "long", "float", "double"]


@pytest.mark.parametrize("name", PRIMITIVES)
def test_an_array_of_a_length_has_zeros(name: str) -> None:
    array = bb.jclass(f"{name}[]")(3)
    assert (array.length, len(array)) == (3, 3)
    assert list(array) == ["\0"] * 3 if name == "char" else [0] * 3
    assert len(bb.jclass(f"{name}[]")(0)) == 0


def test_an_array_of_objects_has_nulls() -> None:
    assert list(bb.jclass("java.lang.String[]")(2)) == [None, None]


def test_each_dimension_has_a_length() -> None:
    array = bb.jclass("int[][]")(2, 3)
    assert (len(array), [list(row) for row in array]) == (2, [[0, 0, 0], [0, 0, 0]])
    assert list(bb.jclass("int[][]")(2)) == [None, None]
    assert [len(row) for row in bb.jclass("double[][][]")(2, 3)] == [3, 3]


@pytest.mark.parametrize(
    ("name", "items"),
    [
        ("double[]", [1.5, 2]),
        ("java.lang.String[]", ["a", None]),
        ("int[][]", [[1, 2], [3]]),
        ("java.lang.Object[]", [1, "a", None]),
    ],
)
def test_an_array_has_the_items_of_a_sequence(name: str, items: list[Any]) -> None:
    array = bb.jclass(name)(items)
    assert [list(item) if isinstance(items[0], list) else item for item in array] == items


@pytest.mark.parametrize(
    ("name", "given", "error", "text"),
    [
        ("int[]", (2, 3), TypeError, r"candidates: int\[\]\(int\), int\[\]\(int\[\]\)"),
        ("int[]", ([1.5],), TypeError, "no constructor of int"),
        ("byte[]", ([300],), OverflowError, "300 does not fit byte"),
        ("int[]", (-1,), bb.JavaError, "NegativeArraySizeException"),
        ("int[]", (None,), bb.JavaError, "NullPointerException"),
        ("int[]", (2**31,), OverflowError, "does not fit int"),
    ],
    ids=["lengths", "items", "range", "negative", "None", "long"],
)
def test_what_makes_no_array_is_refused(name: str, given: tuple[Any, ...], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        bb.jclass(name)(*given)


@pytest.mark.parametrize("name", [*PRIMITIVES, "java.lang.String"])
def test_a_clone_is_another_array_of_the_same_items(name: str) -> None:
    array = bb.jclass(f"{name}[]")(2)
    clone = array.clone()
    assert type(clone) is type(array) and list(clone) == list(array)
    assert clone != array  # Java's equals() of arrays is identity


def test_a_clone_has_the_same_rows() -> None:
    rows = bb.jclass("int[][]")([[1], [2]])
    assert list(rows.clone()) == list(rows)
    with pytest.raises(TypeError, match="no overload of int.*clone takes"):
        rows.clone(1)


def test_the_argument_is_copied() -> None:
    array = bb.jclass("int[]")([1, 2])
    copy = bb.jclass("int[]")(array)
    copy[0] = 7
    assert list(array) == [1, 2]

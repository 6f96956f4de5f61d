"""Java lists and arrays as sequences."""

from __future__ import annotations

import numpy as np
import pytest

import bufferbridge as bb
from bufferbridge import _native
from support.java_objects import java_list, objects


def test_a_list_has_length_items_and_truth() -> None:
    numbers = java_list(3, 1, 2)
    assert (len(numbers), list(numbers), numbers[0], numbers[-1]) == (3, [3, 1, 2], 3, 2)
    assert sorted(numbers) == [1, 2, 3]
    assert list(reversed(numbers)) == [2, 1, 3]
    assert numbers and not java_list()
    assert (numbers.index(1), numbers.count(9)) == (1, 0)


SLICES = [slice(None), slice(1, 3), slice(-2, None), slice(None, None, -1), slice(None, None, 2), slice(4, 0, -3)]


@pytest.mark.parametrize("key", [*SLICES, slice(3, 1), slice(7, 9), slice(0, -9), slice(None, None, -7)], ids=str)
def test_a_slice_is_a_list_with_the_items(key: slice) -> None:
    numbers = list(range(5))
    assert java_list(*numbers)[key] == numbers[key]
    assert objects(*numbers)[key] == numbers[key]


def test_a_slice_copies() -> None:
    numbers = java_list(1, 2)
    part = numbers[:]
    numbers[0] = 9
    assert part == [1, 2]


def test_items_of_a_list_are_set_and_deleted() -> None:
    numbers = java_list(0, 1, 2, 3, 4, 5)
    numbers[-1] = "last"
    del numbers[0]
    assert list(numbers) == [1, 2, 3, 4, "last"]
    del numbers[1:3]
    assert list(numbers) == [1, 4, "last"]
    del numbers[::-2]
    assert list(numbers) == [4]
    del numbers[3:]
    assert list(numbers) == [4]


@pytest.mark.parametrize("index", [3, -4, 2**31, -(2**40), 2**70])
def test_an_index_out_of_range_is_an_index_error(index: int) -> None:
    for sequence in java_list(1, 2, 3), objects(1, 2, 3), bb.array(np.arange(3)):
        with pytest.raises(IndexError):
            sequence[index]
        with pytest.raises(IndexError):
            sequence[index] = 1


@pytest.mark.parametrize("key", ["a", 1.0, None])
def test_an_index_that_is_no_int_is_refused(key: object) -> None:
    for sequence in java_list(1), objects(1), bb.array(np.arange(1)), bb.jclass("java.lang.StringBuilder")("a"):
        with pytest.raises(TypeError, match="is an int or a slice, not"):
            sequence[key]


def test_numpys_integers_are_indices() -> None:
    assert java_list("a", "b")[np.int64(1)] == "b"


def test_a_slice_of_a_list_is_not_assigned() -> None:
    with pytest.raises(TypeError, match="slice of a Java list cannot be assigned"):
        java_list(1)[0:1] = [2]
    with pytest.raises(TypeError, match="slice of a Java array of objects cannot be assigned"):
        objects(1)[0:1] = [2]


def test_an_immutable_list_refuses_with_javas_exception() -> None:
    fixed = bb.jclass("java.util.List").of(1, 2)
    with pytest.raises(bb.JavaError, match="UnsupportedOperationException"):
        fixed[0] = 2
    with pytest.raises(bb.JavaError, match="UnsupportedOperationException"):
        del fixed[0]


def test_membership_is_by_equals_in_any_box() -> None:
    longs = java_list(bb.jclass("java.util.concurrent.atomic.AtomicLong")(1))
    longs.clear()
    longs.addAll(bb.jclass("java.util.stream.LongStream").of(1, 2).boxed().toList())
    assert 1 in longs and 3 not in longs
    floats = bb.jclass("java.util.stream.DoubleStream").of(0.5).boxed().toList()
    assert 0.5 in floats and "0.5" not in floats
    units = bb.jclass("java.util.List").of(bb.jclass("java.lang.StringBuilder")("a").charAt(0))
    assert "a" in units
    date = bb.jclass("java.time.LocalDate")
    assert date.of(2020, 1, 1) in java_list(date.of(2020, 1, 1))


def test_what_a_collection_refuses_to_look_for_is_not_in_it() -> None:
    assert None not in bb.jclass("java.util.List").of(1)
    ordered = bb.jclass("java.util.TreeSet")(java_list(1, 2))
    assert "a" not in ordered and None not in ordered and 2 in ordered


def test_an_array_of_objects_is_a_sequence() -> None:
    words = bb.jclass("java.lang.reflect.Array").newInstance(bb.jclass("java.lang.String"), 2)
    assert (len(words), list(words)) == (2, [None, None])
    words[0] = "a"
    words[-1] = "b"
    assert (list(words), "b" in words, words[0:1], words.index("b")) == (["a", "b"], True, ["a"], 1)
    with pytest.raises(TypeError, match=r"an item of java.lang.String\[\] cannot be int"):
        words[0] = 3


def test_arrays_of_arrays_are_reached_by_two_indices() -> None:
    grid = bb.array(np.arange(6.0).reshape(2, 3))
    grid[1][2] = 50
    assert [list(row) for row in grid] == [[0, 1, 2], [3, 4, 50]]
    assert memoryview(bb.copy(grid)).tolist() == [[0, 1, 2], [3, 4, 50]]


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "f4", "f8", "?"])
def test_items_of_arrays_of_primitives(dtype: str) -> None:
    array = bb.array(np.array([0, 1, 0], dtype))
    assert (len(array), list(array), array[1], 1 in array, 2 in array) == (3, [0, 1, 0], 1, True, False)
    array[-1] = True if dtype == "?" else 1
    assert list(array) == [0, 1, 1] and array[1] == 1
    assert not any(holding.holder is array for holding in bb.holdings())


def test_an_item_that_does_not_fit_is_refused() -> None:
    array = bb.array(np.zeros(2, "i1"))
    with pytest.raises(OverflowError, match="128 does not fit byte"):
        array[0] = 128
    with pytest.raises(TypeError, match=r"an item of byte\[\] cannot be str"):
        array[0] = "a"
    with pytest.raises(TypeError, match=r"an item of byte\[\] cannot be None"):
        array[0] = None


ITEMS = {
    "boolean[]": [True, False, True],
    "byte[]": [-128, 0, 127],
    "char[]": ["a", "é", "\ud800"],
    "short[]": [-(2**15), 0, 2**15 - 1],
    "int[]": [-(2**31), 0, 2**31 - 1],
    "long[]": [-(2**63), 0, 2**63 - 1],
    "float[]": [-0.5, float("inf"), 2.0**-149],
    "double[]": [-0.0, 5e-324, 1.7976931348623157e308],
}


@pytest.mark.parametrize("size", [0, 1, 3, 1023, 1024, 1025, 2048, 3000])
@pytest.mark.parametrize("name", ITEMS)
def test_an_array_of_primitives_has_the_items_that_java_has(name: str, size: int) -> None:
    items = [ITEMS[name][i % 3] for i in range(size)]
    array = bb.jclass(name)(size)
    for i, item in enumerate(items):
        array[i] = item
    read = list(array)
    assert (read, [type(item) for item in read]) == (items, [type(item) for item in items])
    assert [array[i] for i in range(-size, size)] == items + items
    assert list(reversed(array)) == items[::-1]
    assert len(array) == size


@pytest.mark.parametrize("index", [3, -4, 2**40, -(2**40), 2**63 - 1, -(2**63), 2**63])
def test_an_index_outside_of_an_array_is_refused(index: int) -> None:
    array = bb.jclass("double[]")(3)
    with pytest.raises(IndexError, match=str(index)):
        array[index]
    with pytest.raises(IndexError, match=str(index)):
        array[index] = 1.0


def test_a_loop_over_an_array_sees_what_is_written_behind_it() -> None:
    array = bb.jclass("int[]")(2000)
    loop = iter(array)
    assert next(loop) == 0
    array[1999] = 7
    assert list(loop)[-1] == 7


@pytest.mark.parametrize("wrong", [3, "text", java_list, [1]], ids=repr)
def test_only_arrays_of_primitives_are_read_as_such(wrong: object) -> None:
    wrong = wrong(1) if callable(wrong) else wrong
    for read in (lambda: _native.array_length(wrong), lambda: _native.array_bytes(wrong, 0)):
        with pytest.raises(TypeError, match="a Java array of primitives is required"):
            read()

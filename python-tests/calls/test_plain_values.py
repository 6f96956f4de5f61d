"""What Java asks of str, and of lists and tuples of numbers, which C reads without a conversion in Java."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb

LIMITS = {"int": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1), "double": (-(2**63), 2**63 - 1)}
# Each part of an array has 256 items.
LENGTHS = [0, 1, 2, 255, 256, 257, 512, 513, 1000]


@pytest.fixture(scope="module")
def value_of() -> Callable[[object, str], object]:
    """An object as Java's `as` gives it."""
    callbacks = bb.jclass("org.bufferbridge.fixtures.calls.Callbacks")
    return lambda value, kind: callbacks.valueOf(value, bb.jclass(kind))


def items(array: object) -> list[float]:
    assert isinstance(array, bb.JavaBuffer)
    return memoryview(array).tolist()


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("kind", LIMITS)
@pytest.mark.parametrize("sequence", [list, tuple])
def test_numbers_of_any_count(value_of, sequence: type, kind: str, length: int) -> None:
    numbers = sequence(range(-3, length - 3))
    assert items(value_of(numbers, kind + "[]")) == list(numbers)


@pytest.mark.parametrize("kind", LIMITS)
def test_the_limits_of_a_type(value_of, kind: str) -> None:
    low, high = LIMITS[kind]
    assert items(value_of([low, -1, 0, high], kind + "[]")) == [low, -1, 0, high if kind != "double" else float(high)]


@pytest.mark.parametrize("place", [0, 1, 255, 256, 299])
@pytest.mark.parametrize(("kind", "beyond"), [("int", 2**31), ("int", -(2**31) - 1), ("long", 2**63), ("int", 2**64)])
def test_an_int_that_does_not_fit_is_named(value_of, kind: str, beyond: int, place: int) -> None:
    numbers = [1] * 300
    numbers[place] = beyond
    with pytest.raises(bb.JavaError, match=rf"item {place}: {beyond} does not fit {kind}") as raised:
        value_of(numbers, kind + "[]")
    assert isinstance(raised.value, bb.jclass("java.lang.ClassCastException"))


@pytest.mark.parametrize("place", [0, 1, 255, 256, 299])
@pytest.mark.parametrize("kind", LIMITS)
@pytest.mark.parametrize("other", [True, None, "1", 1j, [1], object()], ids=repr)
def test_what_is_no_number_is_refused_wherever_it_stands(value_of, kind: str, place: int, other: object) -> None:
    numbers: list[object] = [1] * 300
    numbers[place] = other
    with pytest.raises(bb.JavaError) as raised:
        value_of(numbers, kind + "[]")
    assert isinstance(raised.value, bb.jclass("java.lang.ClassCastException"))


@pytest.mark.parametrize("kind", ["int", "long"])
def test_an_array_of_ints_takes_no_float(value_of, kind: str) -> None:
    for numbers in ([1.0], [1, 2.0], [1.5, 2]):
        with pytest.raises(bb.JavaError, match="is no " + kind):
            value_of(numbers, kind + "[]")


@pytest.mark.parametrize("place", [0, 255, 256, 299])
def test_numbers_that_only_java_converts_are_converted(value_of, place: int) -> None:
    class Number(int):
        pass

    class Real(float):
        pass

    for number in (Number(7), np.int8(7), np.int64(7)):
        numbers: list[object] = [1] * 300
        numbers[place] = number
        for kind in LIMITS:
            assert items(value_of(numbers, kind + "[]"))[place] == 7
    for number in (Real(0.5), np.float32(0.5), np.float64(0.5)):
        numbers = [1.0] * 300
        numbers[place] = number
        assert items(value_of(numbers, "double[]"))[place] == 0.5


def test_the_bits_of_floats_stay(value_of) -> None:
    patterns = [0x7FF8000000005EED, 0x7FF0000000000001, 0xFFF8DEADBEEF0001, 0x8000000000000000, 1, 0x7FF0000000000000]
    numbers = [struct.unpack("=d", struct.pack("=Q", bits))[0] for bits in patterns]
    there = memoryview(value_of(numbers, "double[]")).cast("B").cast("Q").tolist()
    assert there == [struct.unpack("=Q", struct.pack("=d", number))[0] for number in numbers]


def test_large_ints_become_the_nearest_doubles(value_of) -> None:
    numbers = [2**53 + 1, -(2**53) - 1, 2**62 + 257, 2**63 - 1, 2**63, 2**64 + 1, 10**300]
    assert items(value_of(numbers, "double[]")) == [float(number) for number in numbers]
    with pytest.raises(bb.JavaError, match="item 1: "):
        value_of([1, 10**400], "double[]")


class Watched:
    """It has the conversions of numbers, and notes their calls."""

    def __init__(self, others: list[object]) -> None:
        self.others = others

    def __float__(self) -> float:
        self.others.clear()
        return 1.0

    def __index__(self) -> int:
        self.others.clear()
        return 1


@pytest.mark.parametrize("kind", LIMITS)
def test_no_item_is_asked_for_its_number(value_of, kind: str) -> None:
    for place in (0, 1, 260):
        numbers: list[object] = [1] * 300
        numbers[place] = Watched(numbers)
        with pytest.raises(bb.JavaError):
            value_of(numbers, kind + "[]")
        assert len(numbers) == 300


class Twice(list):
    """It has other items than its memory."""

    def __iter__(self):
        return iter([2 * item for item in super().__iter__()])


def test_a_derived_list_is_asked_for_its_items(value_of) -> None:
    for kind in LIMITS:
        assert items(value_of(Twice([1, 2]), kind + "[]")) == [2, 4]


class Pair(tuple):
    pass


def test_a_derived_tuple_is_one(value_of) -> None:
    assert items(value_of(Pair((1, 2)), "int[]")) == [1, 2]


def test_each_array_is_a_new_one(value_of) -> None:
    numbers = [1.0, 2.0]
    first, second = value_of(numbers, "double[]"), value_of(numbers, "double[]")
    memoryview(first)[0] = 9
    assert items(second) == [1, 2] and numbers == [1, 2]


def test_other_arrays_are_converted_by_java(value_of) -> None:
    assert items(value_of([1, 2], "short[]")) == items(value_of([1, 2], "byte[]")) == [1, 2]
    assert items(value_of([1, 2.5], "float[]")) == [1, 2.5]
    assert math.isinf(items(value_of([math.inf], "float[]"))[0])


class Shouting(str):
    def __str__(self) -> str:
        return self.upper()


TEXTS = ["", "plain", "a\0b", "été", "μέτρον", "\U0001f600", "lone \udc80", "\ud800", "\udc00\ud800", "μ" * 3000]


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_a_str_is_its_string(value_of, text: str) -> None:
    assert value_of(text, "java.lang.String") == text
    assert value_of(Shouting(text), "java.lang.String") == text


def test_other_values_are_no_string(value_of) -> None:
    for value in (1, b"text", ["text"]):
        with pytest.raises(bb.JavaError):
            value_of(value, "java.lang.String")

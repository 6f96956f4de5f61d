"""Java sets and maps as Python's."""

from __future__ import annotations

import pytest

import bufferbridge as bb
from support.java_objects import java_list, java_map


def test_a_set_has_the_operators_of_sets() -> None:
    numbers = bb.jclass("java.util.TreeSet")(java_list(3, 1, 2))
    assert (list(numbers), len(numbers), set(numbers)) == ([1, 2, 3], 3, {1, 2, 3})
    assert (numbers & {1, 9}, numbers | {9}, numbers - {1}, numbers ^ {1, 9}) == ({1}, {1, 2, 3, 9}, {2, 3}, {2, 3, 9})
    assert ({1, 9} & numbers, {9} | numbers, {1, 9} - numbers) == ({1}, {1, 2, 3, 9}, {9})
    assert {1} <= numbers <= {1, 2, 3} and numbers < {1, 2, 3, 4} and not numbers > {1, 2, 3}
    assert numbers.isdisjoint({7})
    with pytest.raises(TypeError):
        numbers & 3


def test_a_map_is_a_mapping() -> None:
    ages = java_map(ann=1, bob=None)
    assert (len(ages), list(ages), ages["ann"], ages["bob"]) == (2, ["ann", "bob"], 1, None)
    assert "ann" in ages and "eve" not in ages and 1 not in ages
    assert dict(ages) == {"ann": 1, "bob": None} == {**ages}
    assert list(ages.items()) == [("ann", 1), ("bob", None)] and ("ann", 1) in ages.items()
    assert ages.keys() & {"ann", "x"} == {"ann"}
    assert list(ages.values()) == [1, None]
    ages["eve"] = 3
    del ages["ann"]
    assert list(ages) == ["bob", "eve"]
    assert ages and not java_map()


def test_a_key_that_is_absent_is_a_key_error() -> None:
    ages = java_map(ann=1)
    with pytest.raises(KeyError, match="'eve'"):
        ages["eve"]
    with pytest.raises(KeyError, match="7"):
        del ages[7]


def test_a_key_keeps_its_box() -> None:
    counts = bb.jclass("org.bufferbridge.fixtures.calls.Iterations").longs()
    assert counts[5] == "five" and 5 in counts
    counts[5] = "V"
    assert (len(counts), counts[5]) == (1, "V")
    del counts[5]
    assert len(counts) == 0


def test_get_has_a_default_as_in_python() -> None:
    ages = java_map(ann=1, bob=None)
    default: list[int] = []
    assert (ages.get("ann"), ages.get("ann", 2), ages.get("eve"), ages.get("eve", 2)) == (1, 1, None, 2)
    assert ages.get("bob", 2) is None and ages.get("eve", None) is None
    assert ages.get("eve", default) is default
    with pytest.raises(TypeError, match=r"candidates: get\(Object\), get\(Object, PythonObject\)"):
        ages.get("eve", 1, 2)


def test_a_key_that_a_map_refuses_to_look_for_has_the_default() -> None:
    assert bb.jclass("java.util.TreeMap")({1: 2}).get("text", 3) == 3
    assert bb.jclass("java.util.Map").of("a", 1).get(None, 3) == 3


def test_javas_get_of_two_parameters_goes_first() -> None:
    answers = bb.jclass("org.bufferbridge.fixtures.calls.Answers")()
    assert (answers.get("a"), answers.get("a", "b")) == (None, "Java's get of a and b")


def test_a_match_statement_takes_maps_and_lists_apart() -> None:
    match java_map(ann=1, bob=2):
        case {"eve": _}:
            raise AssertionError("no key is eve")
        case {"ann": age, **others}:
            assert (age, others) == (1, {"bob": 2})
        case _:
            raise AssertionError("a map is a mapping")
    match java_list(1, 2, 3):
        case [first, *rest]:
            assert (first, rest) == (1, [2, 3])
        case _:
            raise AssertionError("a list is a sequence")


def test_javas_members_go_before_pythons_names() -> None:
    table = bb.jclass("java.util.concurrent.ConcurrentHashMap")(java_map(a=1))
    assert isinstance(table.keys(), bb.jclass("java.util.Enumeration"))
    assert dict(table) == {"a": 1} and list(table.items()) == [("a", 1)]


def test_entries_of_a_large_map_stay_pairs() -> None:
    squares = bb.jclass("java.util.TreeMap")()
    for number in range(1500):
        squares.put(number, number * number)
    assert dict(squares.items()) == {number: number * number for number in range(1500)}

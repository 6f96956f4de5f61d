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


def test_javas_members_go_before_pythons_names() -> None:
    table = bb.jclass("java.util.concurrent.ConcurrentHashMap")(java_map(a=1))
    assert isinstance(table.keys(), bb.jclass("java.util.Enumeration"))
    assert dict(table) == {"a": 1} and list(table.items()) == [("a", 1)]


def test_entries_of_a_large_map_stay_pairs() -> None:
    squares = bb.jclass("java.util.TreeMap")()
    for number in range(1500):
        squares.put(number, number * number)
    assert dict(squares.items()) == {number: number * number for number in range(1500)}

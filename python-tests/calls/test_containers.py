"""Python's dicts, sets, ranges, generators and other iterables, where Java wants a container of its own."""

from __future__ import annotations

import collections
import collections.abc
import gc
import itertools
import types
import weakref
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support.containers import Colour, Once, Registered, Table, numbers


@pytest.fixture(scope="module")
def containers(jvm: None) -> Any:
    return bb.jclass("org.bufferbridge.fixtures.calls.ContainerParameters")


# ------------------------------------------------------------------------------------------- what goes where

MAPPINGS: dict[str, object] = {
    "dict": {"a": 1, "b": 2},
    "ordered": collections.OrderedDict(a=1, b=2),
    "counter": collections.Counter("abb"),
    "default": collections.defaultdict(int, a=1, b=2),
    "chain": collections.ChainMap({"a": 1}, {"b": 2}),
    "proxy": types.MappingProxyType({"a": 1, "b": 2}),
    "abstract": Table(),
}


@pytest.mark.parametrize("mapping", MAPPINGS.values(), ids=MAPPINGS)
def test_a_mapping_is_a_map(containers: Any, mapping: object) -> None:
    taken = containers.map(mapping)
    assert taken.getClass().getName() == "java.util.LinkedHashMap" and dict(taken) == {"a": 1, "b": 2}
    assert containers.chosen(mapping) == "Map"


SETS: dict[str, object] = {
    "set": {1, 2},
    "frozen": frozenset((1, 2)),
    "keys": {1: 0, 2: 0}.keys(),
    "registered": Registered(),
}


@pytest.mark.parametrize("items", SETS.values(), ids=SETS)
def test_a_set_is_a_set(containers: Any, items: object) -> None:
    taken = containers.set(items)
    assert taken.getClass().getName() == "java.util.LinkedHashSet" and set(taken) == {1, 2}
    assert containers.chosen(items) == "Set"
    assert sorted(containers.list(items)) == [1, 2]


ITERABLES: dict[str, Callable[[], Iterable[int]]] = {
    "list": lambda: [1, 2, 3],
    "tuple": lambda: (1, 2, 3),
    "range": lambda: range(1, 4),
    "range with a step": lambda: range(1, 5)[:3],
    "values": lambda: {"a": 1, "b": 2, "c": 3}.values(),
    "deque": lambda: collections.deque((1, 2, 3)),
    "generator": lambda: (number for number in (1, 2, 3)),
    "map": lambda: map(int, "123"),
    "iterator": lambda: iter([1, 2, 3]),
    "count": lambda: itertools.islice(itertools.count(1), 3),
    "once": lambda: Once(1, 2, 3),  # type: ignore[dict-item,return-value]
    "user list": lambda: collections.UserList((1, 2, 3)),
}


@pytest.mark.parametrize("make", ITERABLES.values(), ids=ITERABLES)
def test_an_iterable_is_a_list_an_iterator_and_a_stream(containers: Any, make: Callable[[], Iterable[int]]) -> None:
    taken = containers.list(make())
    assert taken.getClass().getName() == "java.util.ArrayList" and list(taken) == [1, 2, 3]
    assert list(containers.iterable(make())) == [1, 2, 3]
    assert containers.iterator(make()) == 6
    assert (containers.ints(make()), containers.longs(make()), containers.doubles(make())) == (6, 6, 6.0)


def test_a_stream_has_its_items(containers: Any) -> None:
    assert list(containers.stream(str(number) for number in range(3))) == ["0", "1", "2"]
    assert list(containers.stream(["a"])) == ["a"]


def test_an_enum_is_an_iterable_of_its_members(containers: Any) -> None:
    assert list(containers.iterable(Colour)) == list(Colour)


def test_containers_are_copies(containers: Any) -> None:
    counts = {"a": 1}
    taken = containers.map(counts)
    counts["b"] = 2
    taken["c"] = 3
    assert (counts, dict(taken)) == ({"a": 1, "b": 2}, {"a": 1, "c": 3})


def test_no_object_stays_behind(containers: Any) -> None:
    class Value:
        pass

    value = Value()
    seen = weakref.ref(value)
    assert containers.anyMap({"a": value, "b": [value]}).size() == 2
    assert list(containers.iterable(numbers(value))) == [value]
    del value
    bb.jclass("java.lang.System").gc()
    for _ in range(50):
        gc.collect()
        containers.list(())  # does deferred work
        if seen() is None:
            break
        bb.jclass("java.lang.Thread").sleep(20)
        bb.jclass("java.lang.System").gc()
    assert seen() is None


# ------------------------------------------------------------------------------------------------ nested


def test_items_are_converted_by_the_type_arguments(containers: Any) -> None:
    taken = containers.nestedMap({"a": [{1, 2}, frozenset()], "b": numbers()})
    assert [sorted(one) for one in taken["a"]] == [[1, 2], []] and len(taken["b"]) == 0
    assert all(isinstance(number, bb.JavaByte) for number in taken["a"][0])
    assert [list(row) for row in containers.lists(range(count) for count in range(3))] == [[], [0], [0, 1]]
    assert [list(row) for row in containers.lists([(1,), numbers(2)])] == [[1], [2]]


def test_the_items_of_object_are_themselves(containers: Any) -> None:
    inner = {"x": 1}
    assert containers.anyMap({"a": inner})["a"] is inner
    assert containers.objects(range(3)).get(1) == 1
    assert containers.objects(numbers(inner)).get(0) is inner


def test_containers_without_end_are_refused(containers: Any) -> None:
    assert containers.endless({"a": {}}).toString() == "{a={}}"
    circle: dict[str, object] = {}
    circle["a"] = circle
    with pytest.raises(RecursionError, match="more than 200 containers in one another"):
        containers.endless(circle)


def test_fields_items_and_results_take_containers(containers: Any) -> None:
    containers.counts = {"a": 1}
    assert dict(containers.counts) == {"a": 1}
    containers.numbers = {3}
    assert set(containers.numbers) == {3}
    assert dict(containers.supplied(lambda: {"b": 2})) == {"b": 2}
    rows = bb.jclass("java.lang.reflect.Array").newInstance(bb.jclass("java.util.Set"), 1)
    rows[0] = {5}
    assert set(rows[0]) == {5}
    with pytest.raises(TypeError, match=r"counts\(Map\) does not take dict; the value of key 'a': str is no Integer"):
        containers.counts = {"a": "b"}
    assert dict(containers.counts) == {"a": 1}


def test_variable_parameters_take_containers(containers: Any) -> None:
    assert (containers.variable(), containers.variable({1}, {1, 2})) == (0, 2)


def test_a_sequence_is_an_array(containers: Any) -> None:
    assert list(containers.array(range(3))) == [0, 1, 2]
    assert list(containers.array(collections.deque((1, 2)))) == [1, 2]
    with pytest.raises(TypeError, match=r"takes \(generator\)"):
        containers.array(numbers(1))
    with pytest.raises(OverflowError, match="item 0: 4294967296 does not fit int"):
        containers.array(range(2**32, 2**32 + 1))


# ---------------------------------------------------------------------------------------------- the choice

CHOICES: list[tuple[str, Callable[[], object], str, str]] = [
    ("dict", dict, "Map", "-"),
    ("set", set, "Set", "Set"),
    ("range", lambda: range(2), "Iterable", "List"),
    ("list", list, "Iterable", "List"),
    ("deque", collections.deque, "Iterable", "List"),
    ("values", lambda: {}.values(), "Iterable", "List"),
    ("generator", numbers, "Object", "Iterator"),
    ("once", Once, "Object", "List"),
    ("text", lambda: collections.UserString("a"), "Object", "-"),
]


@pytest.mark.parametrize(("make", "chosen", "ordered"), [c[1:] for c in CHOICES], ids=[c[0] for c in CHOICES])
def test_the_kind_alone_decides(containers: Any, make: Callable[[], object], chosen: str, ordered: str) -> None:
    """What has its items goes to its own type before Object; what is run for them goes to Object."""
    assert containers.chosen(make()) == chosen
    assert containers.itself(make()) == ("Iterable" if isinstance(make(), list) else "PythonObject")
    if ordered == "-":
        with pytest.raises(TypeError, match=r"no overload of .*ordered takes"):
            containers.ordered(make())
    else:
        assert containers.ordered(make()) == ordered


def test_items_do_not_decide(containers: Any) -> None:
    assert containers.wide(range(3)) == "int[]"
    with pytest.raises(OverflowError, match=r"does not fit int .* in wide\(int\[\]\)"):
        containers.wide(range(2**40, 2**40 + 1))
    assert containers.wide({1}) == "Object"


def test_an_iterator_is_run_once_and_after_the_choice(containers: Any) -> None:
    items = numbers(1)
    assert containers.chosen(items) == "Object" and next(items) == 1
    items = numbers(1)
    with pytest.raises(TypeError, match="a Set takes a set"):
        containers.set(items)
    assert next(items) == 1
    once = Once(1)
    assert list(containers.list(once)) == [1] and once.loops == 1
    with pytest.raises(TypeError, match="item 1: str is no Integer"):
        containers.list(twice := Once(1, "a"))
    assert twice.loops == 1


# ----------------------------------------------------------------------------------------------- refusals

REFUSALS: list[tuple[str, object, str]] = [
    ("map", {"a": "b"}, "the value of key 'a': str is no Integer"),
    ("map", {1: 2}, "key 1: int is no String"),
    ("map", {"a": None, "b": 1.5}, "the value of key 'b': float is no Integer"),
    ("map", {"k" * 60: "v"}, "the value of key '" + "k" * 40 + r"\.\.\.': str is no Integer"),
    ("map", [("a", 1)], r"takes \(list\)"),
    ("map", {1}, r"a Map takes a mapping; dict\(x\) makes one of pairs"),
    ("set", [1], r"a Set takes a set; set\(x\) makes one"),
    ("set", {"a"}, "item 0: str is no Integer"),
    ("set", {"a": 1}, r"a Set takes a set; set\(x\) makes one"),
    ("list", {"a": 1}, r"a mapping becomes a Map; x.keys\(\), x.values\(\) and x.items\(\) are iterables"),
    ("list", "text", r"takes \(str\)"),
    ("list", b"bytes", r"takes \(a buffer\)"),
    ("list", np.zeros(2), r"takes \(a buffer\)"),
    ("collection", collections.UserString("text"), r"takes \(UserString\)"),
    ("lists", [[1], ["a"]], "item 1: item 0: str is no Integer"),
    ("nestedMap", {"a": [{1}, {"b"}]}, "the value of key 'a': item 1: item 0: str is no Byte"),
    ("doubleKeys", {2**53: 1, 2**53 + 1: 2}, "two keys become equal as Double, and one would be lost"),
    ("doubleSet", {2**53, 2**53 + 1}, "two items become equal as Double, and one would be lost"),
]


@pytest.mark.parametrize(("method", "value", "said"), REFUSALS)
def test_what_does_not_fit_is_refused(containers: Any, method: str, value: object, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        getattr(containers, method)(value)


def test_what_is_out_of_range_is_refused_with_its_place(containers: Any) -> None:
    with pytest.raises(OverflowError, match="the value of key 'a': 1099511627776 does not fit int"):
        containers.map({"a": 2**40})
    with pytest.raises(OverflowError, match="item 2: 1099511627776 does not fit int"):
        containers.list(numbers(1, 2, 2**40))
    with pytest.raises(OverflowError, match="3000000000 items do not fit a Java collection"):
        containers.list(range(3_000_000_000))


def test_a_range_beyond_64_bits_has_its_numbers(containers: Any) -> None:
    items = range(2**64, 2**64 + 2)
    assert list(containers.iterable(items)) == list(items)
    down = range(2**63 - 1, -(2**63) - 1, -(2**63))
    assert list(containers.iterable(down)) == list(down)
    assert list(containers.iterable(range(0))) == []

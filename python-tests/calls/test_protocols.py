"""Java objects in Python's operators and built-in functions, by their interfaces."""

from __future__ import annotations

import collections.abc
import gc
import threading
import weakref
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb


def java_list(*items: object) -> Any:
    made = bb.jclass("java.util.ArrayList")()
    for item in items:
        made.add(item)
    return made


def java_map(**entries: object) -> Any:
    made = bb.jclass("java.util.LinkedHashMap")()
    for key, value in entries.items():
        made.put(key, value)
    return made


def objects(*items: object) -> Any:
    """An Object[]."""
    return java_list(*items).toArray()


# ---------------------------------------------------------------------------------------- lists


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


# ----------------------------------------------------------------------------------- iteration


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 79, 80, 81, 2000, 5000])
def test_all_items_arrive_in_order(length: int) -> None:
    numbers = list(range(length))
    assert list(java_list(*numbers)) == numbers
    assert list(objects(*numbers)) == numbers
    assert list(bb.array(np.arange(length))) == numbers


def test_values_of_all_kinds_arrive() -> None:
    thing = bb.jclass("java.lang.Object")()
    values = [None, True, 1, 2**40, 0.5, "text", "", thing, bb.array(b"ab")]
    assert list(java_list(*values)) == values
    assert list(java_list(*values).toArray()) == values


def test_an_exception_comes_after_the_items_before_it() -> None:
    numbers = java_list(*range(100))
    seen = []
    with pytest.raises(bb.JavaError, match="ConcurrentModificationException"):
        for number in numbers:
            seen.append(number)
            if number == 0:
                numbers.add(100)
    assert seen == list(range(16))


def test_an_iterator_is_read_one_item_at_a_time() -> None:
    numbers = java_list(1, 2, 3)
    iterator = numbers.iterator()
    assert iter(iterator) is iterator
    assert next(iterator) == 1
    for number in iterator:
        assert number == 2
        break
    assert iterator.next() == 3
    with pytest.raises(StopIteration):
        next(iterator)
    assert next(iterator, None) is None


def test_a_queue_that_blocks_gives_each_item_as_it_comes() -> None:
    queue = bb.jclass("java.util.concurrent.LinkedBlockingQueue")()
    feed = bb.jclass("org.bufferbridge.fixtures.classes.Iterations").taking(queue)
    queue.put("a")
    assert next(iter(feed)) == "a"  # a second item would never come
    thread = threading.Timer(0.1, queue.put, ["b"])
    thread.start()
    assert next(iter(feed)) == "b"
    thread.join()


def test_an_iterable_that_is_no_collection() -> None:
    folder = bb.jclass("java.nio.file.Path").of("/usr/lib")
    assert [str(name) for name in folder] == ["usr", "lib"]
    assert isinstance(folder, collections.abc.Iterable) and not isinstance(folder, collections.abc.Sized)


def test_an_enumeration_is_an_iterator() -> None:
    words = bb.jclass("java.util.StringTokenizer")("a b")
    assert list(words) == ["a", "b"]


def test_a_stream_is_consumed() -> None:
    stream = bb.jclass("java.util.stream.IntStream").range(0, 3)
    assert list(stream) == [0, 1, 2]
    with pytest.raises(bb.JavaError, match="IllegalStateException"):
        list(stream)


def test_a_set_of_an_infinite_stream_is_read_as_far_as_needed() -> None:
    stream = bb.jclass("org.bufferbridge.fixtures.classes.Iterations").endless()
    assert [number for number, _ in zip(stream, range(3))] == [1, 1, 1]


def test_an_optional_is_true_if_it_has_a_value() -> None:
    optional = bb.jclass("java.util.Optional")
    assert list(optional.of("x")) == ["x"] and optional.of(0)
    assert list(optional.empty()) == [] and not optional.empty()
    assert list(bb.jclass("java.util.OptionalDouble").of(0.5)) == [0.5]
    assert list(bb.jclass("java.util.OptionalInt").of(3)) == [3]
    assert not bb.jclass("java.util.OptionalLong").empty()


# ---------------------------------------------------------------------------------- sets and maps


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
    counts = bb.jclass("org.bufferbridge.fixtures.classes.Iterations").longs()
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


# -------------------------------------------------------------------------- texts, numbers, order


def test_a_text_has_utf16_units() -> None:
    text = bb.jclass("java.lang.StringBuilder")("h\u00e9llo\U0001f600")
    assert (len(text), text[0], text[-1], text[1:3], text[::-2]) == (7, "h", "\ude00", "\u00e9l", "\ude00ol" + "h")
    assert "ll" in text and "x" not in text and 3 not in text
    assert list(text)[:2] == ["h", "\u00e9"]
    assert not bb.jclass("java.lang.StringBuilder")()


def test_numbers_become_pythons() -> None:
    count = bb.jclass("java.util.concurrent.atomic.AtomicInteger")(7)
    assert (int(count), float(count), round(count), [0] * count, f"{count:03d}", f"{count}") == (
        *(7, 7.0, 7, [0] * 7),
        *("007", "7"),
    )
    assert count and not bb.jclass("java.util.concurrent.atomic.AtomicLong")()
    total = bb.jclass("java.util.concurrent.atomic.DoubleAdder")()
    total.add(2.75)
    assert (int(total), float(total), round(total), round(total, 1), f"{total:.1f}") == (2, 2.75, 3, 2.8, "2.8")
    with pytest.raises(TypeError):
        [0] * total


def test_comparable_objects_are_ordered() -> None:
    date = bb.jclass("java.time.LocalDate")
    early, late = date.of(2020, 1, 1), date.of(2021, 1, 1)
    assert early < late and early <= early and late > early and late >= late and not late < early
    assert sorted([late, early]) == [early, late] and max(early, late) == late


def test_objects_without_an_order_are_refused() -> None:
    thing, date = bb.jclass("java.lang.Object")(), bb.jclass("java.time.LocalDate").of(2020, 1, 1)
    for left, right in [(thing, thing), (date, 3), (date, "2020-01-01"), (date, thing)]:
        with pytest.raises(TypeError):
            sorted([left, right])


# ----------------------------------------------------------------------------------------- arrays


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


def test_what_is_true() -> None:
    assert bb.array(np.arange(1)) and not bb.array(np.arange(0))
    assert objects(1) and not objects()
    assert bb.jclass("java.lang.Object")()


NOT_FOR_NUMPY = {
    "list": (lambda: java_list(1.0), r"java.util.ArrayList has no buffer: numpy.array\(list\(x\)\)"),
    "set": (lambda: bb.jclass("java.util.HashSet")(), "HashSet has no buffer"),
    "String[]": (lambda: objects("a"), r"java.lang.Object\[\] has no buffer: numpy.array\(list\(x\)\)"),
    "double[][]": (lambda: bb.array(np.zeros((2, 2))), r"double\[\]\[\] has no buffer: bufferbridge.copy\(x\)"),
    "iterator": (lambda: java_list(1).iterator(), "has no buffer"),
    "stream": (lambda: java_list(1).stream(), "has no buffer"),
}


@pytest.mark.parametrize("name", NOT_FOR_NUMPY)
def test_numpy_is_refused_what_has_no_buffer(name: str) -> None:
    make, message = NOT_FOR_NUMPY[name]
    for use in np.asarray, np.array, np.sum:
        with pytest.raises(TypeError, match=message):
            use(make())
    with pytest.raises(TypeError, match=message):
        np.asarray(make(), dtype=float)


def test_the_ways_out_lead_to_numpy() -> None:
    assert np.array(list(java_list(1, 2))).tolist() == [1, 2]
    assert np.array(list(objects("a", "b"))).tolist() == ["a", "b"]
    assert np.asarray(bb.copy(bb.array(np.ones((2, 2))))).tolist() == [[1, 1], [1, 1]]
    dates = [bb.jclass("java.time.LocalDate").of(2020, 1, 1)]
    assert np.array(dates, dtype=object).tolist() == dates


# ------------------------------------------------------------------------------------------ types

ABC = collections.abc
REGISTERED = {
    "list": (java_list, [ABC.Sequence], [ABC.MutableSequence]),
    "set": (lambda: bb.jclass("java.util.HashSet")(), [ABC.Set], [ABC.MutableSet, ABC.Sequence]),
    "map": (java_map, [ABC.Mapping], [ABC.MutableMapping]),
    "queue": (lambda: bb.jclass("java.util.ArrayDeque")(), [ABC.Collection], [ABC.Sequence]),
    "iterator": (lambda: java_list().iterator(), [ABC.Iterator], [ABC.Sized]),
    "text": (lambda: bb.jclass("java.lang.StringBuilder")(), [ABC.Collection], [ABC.Sequence]),
    "array": (objects, [ABC.Sequence], [ABC.MutableSequence]),
    "int[]": (lambda: bb.array(np.zeros(1)), [ABC.Sequence], [ABC.MutableSequence]),
    "object": (lambda: bb.jclass("java.lang.Object")(), [ABC.Hashable], [ABC.Iterable, ABC.Sized, ABC.Container]),
}


@pytest.mark.parametrize("name", REGISTERED)
def test_isinstance_tells_the_protocols(name: str) -> None:
    make, has, has_not = REGISTERED[name]
    thing = make()
    assert isinstance(thing, bb.JavaObject)
    assert [protocol for protocol in has if not isinstance(thing, protocol)] == []
    assert [protocol for protocol in has_not if isinstance(thing, protocol)] == []


def test_objects_without_protocols_keep_the_plain_type() -> None:
    assert type(bb.jclass("java.lang.Object")()) is bb.JavaObject
    assert type(bb.jclass("java.time.LocalDate").of(2020, 1, 1)) is bb.JavaObject
    with pytest.raises(TypeError):
        len(bb.jclass("java.lang.Object")())


def test_classes_with_the_same_protocols_share_a_type() -> None:
    assert type(java_list()) is type(bb.jclass("java.util.Vector")())
    assert type(java_list()).__name__ == "JavaList"


def test_the_types_make_no_objects() -> None:
    for kind in type(java_list()), type(bb.array(np.zeros(1))), type("Sub", (bb.JavaBuffer,), {}):
        with pytest.raises(TypeError, match="cannot create"):
            kind()


def test_a_java_member_is_not_hidden() -> None:
    numbers = java_list(1, 2)
    assert numbers.indexOf(2) == 1 and numbers.size() == 2 and numbers.get(0) == 1
    assert java_map(a=1).get("a") == 1 and java_map(a=1).getOrDefault("b", 3) == 3
    with pytest.raises(AttributeError):
        numbers.keys
    assert {"index", "count", "indexOf"} <= set(dir(numbers)) and "keys" in dir(java_map())
    assert "keys" not in dir(numbers)


@pytest.mark.parametrize("make", [java_list, lambda: bb.jclass("java.lang.Object")(), lambda: bb.empty(3)])
def test_every_object_has_weak_references(make: Any) -> None:
    thing = make()
    told: list[object] = []
    reference = weakref.ref(thing, told.append)
    assert reference() is thing
    del thing
    gc.collect()
    assert reference() is None and told == [reference]

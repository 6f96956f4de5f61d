"""The types of Java objects by their interfaces: truth, numpy, isinstance, names, weak references."""

from __future__ import annotations

import collections.abc
import gc
import weakref
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support.java_objects import java_list, java_map, objects


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

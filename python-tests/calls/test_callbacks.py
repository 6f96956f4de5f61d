"""Python objects as arguments of Java methods: a parameter of type PythonObject gets the object itself."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable

import pytest

import bufferbridge as bb


@pytest.fixture(scope="module")
def callbacks(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.calls.Callbacks")


class Plain:
    """A class without a counterpart in Java."""


OPAQUE: dict[str, Callable[[], object]] = {
    "function": lambda: len,
    "lambda": lambda: lambda: None,
    "dict": lambda: {"a": 1},
    "set": lambda: {1, 2},
    "complex": lambda: 1 + 2j,
    "class": lambda: Plain,
    "instance": Plain,
    "generator": lambda: (i for i in range(3)),
}
WITH_COUNTERPART: dict[str, Callable[[], object]] = {
    "int": lambda: 10**30,
    "float": lambda: 1.5,
    "bool": lambda: True,
    "str": lambda: "text",
    "list": lambda: [1, [2]],
    "tuple": lambda: (1, 2),
    "bytes": lambda: b"abc",
    "bytearray": lambda: bytearray(b"abc"),
    "java-object": lambda: bb.jclass("java.util.ArrayList")(),
}


def test_java_calls_a_function_it_was_given(callbacks: bb.JavaClass) -> None:
    assert callbacks.sum(lambda number: number * 0.5, 5) == 5.0


def test_what_the_function_raises_is_java_s_exception(callbacks: bb.JavaClass) -> None:
    def fails() -> None:
        raise KeyError("missing")

    assert callbacks.raisedBy(fails) == "KeyError: 'missing'"


def test_what_java_does_not_catch_is_the_original_exception(callbacks: bb.JavaClass) -> None:
    error = LookupError("the original")

    def fails(_: int) -> float:
        raise error

    with pytest.raises(LookupError) as caught:
        callbacks.sum(fails, 1)
    assert caught.value is error


@pytest.mark.parametrize("make", (OPAQUE | WITH_COUNTERPART).values(), ids=OPAQUE | WITH_COUNTERPART)
def test_every_value_is_passed_as_itself(callbacks: bb.JavaClass, make: Callable[[], object]) -> None:
    value = make()
    assert callbacks.same(value) is value


def test_none_is_null(callbacks: bb.JavaClass) -> None:
    assert callbacks.isNull(None) is True
    assert callbacks.isNull(len) is False


@pytest.mark.parametrize("make", OPAQUE.values(), ids=OPAQUE)
def test_object_takes_what_has_no_counterpart_as_itself(callbacks: bb.JavaClass, make: Callable[[], object]) -> None:
    value = make()
    assert callbacks.sameObject(value) is value
    assert callbacks.kindOf(value) == "PythonObject"


def test_object_takes_what_has_a_counterpart_by_value(callbacks: bb.JavaClass) -> None:
    kinds = [callbacks.kindOf(value) for value in (1, 1.5, "a", True, [1], None, bytearray(b"a"))]
    assert kinds == ["Integer", "Double", "String", "Boolean", "ArrayList", "null", "PythonBuffer"]


def test_a_java_type_is_chosen_before_the_object_itself(callbacks: bb.JavaClass) -> None:
    assert [callbacks.chosen(value) for value in (1, "a", [1.5], {"a": 1}, 1.5, ["a"])] == [
        "int",
        "String",
        "double[]",
        "PythonObject",
        "PythonObject",
        "PythonObject",
    ]
    assert [callbacks.general(value) for value in (1, "a", {"a": 1})] == [
        "Object Integer",
        "Object String",
        "PythonObject",
    ]


def test_items_of_a_list_and_of_variable_arguments_are_passed_as_themselves(callbacks: bb.JavaClass) -> None:
    values = [{"a": 1}, {2}, 3, "four", [5]]
    assert callbacks.texts(values) == "|".join(map(str, values))
    assert callbacks.each(*values) == "|".join(map(str, values))


def test_items_live_through_a_call_that_empties_their_list(callbacks: bb.JavaClass) -> None:
    values: list[object] = []

    class Item:
        def __str__(self) -> str:
            values.clear()
            gc.collect()
            return "item"

    values += [Item(), Item(), Item()]
    assert callbacks.texts(values) == "item|item|item"


def test_another_type_refuses_and_names_the_kind(callbacks: bb.JavaClass) -> None:
    with pytest.raises(TypeError, match=r"takes \(dict\)"):
        bb.jclass("java.lang.Math").abs({"a": 1})


def test_an_object_that_is_closed_is_let_go(callbacks: bb.JavaClass) -> None:
    value = Plain()
    before = sys.getrefcount(value)
    for _ in range(100):
        assert callbacks.kindOf(value) == "PythonObject"
        assert callbacks.general(value) == "PythonObject"
    assert sys.getrefcount(value) == before


def test_an_object_that_is_kept_lives_until_it_is_given_back(callbacks: bb.JavaClass) -> None:
    value = Plain()
    seen = weakref.ref(value)
    callbacks.keep(value)
    del value
    gc.collect()
    assert seen() is not None
    assert callbacks.takeKept() is seen()


def test_a_refused_call_keeps_nothing(callbacks: bb.JavaClass) -> None:
    value = [Plain()]
    before = sys.getrefcount(value[0])
    with pytest.raises(TypeError):
        bb.jclass("java.lang.Math").abs(value)
    after = sys.getrefcount(value[0])  # not in the assertion, which would keep a reference
    assert after == before


def test_a_class_is_passed_as_the_class_of_java(callbacks: bb.JavaClass) -> None:
    given = bb.jclass("java.util.Map")
    assert bb.jclass(callbacks.sameClass(given)) is given
    assert callbacks.kindOf(given) == "Class"
    with pytest.raises(TypeError, match=r"takes \(java\.lang\.Class\)"):
        bb.jclass("java.lang.Math").abs(given)

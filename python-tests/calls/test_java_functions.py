"""Java objects of functional interfaces, which Python calls, and Java's paths, which Python opens."""

from __future__ import annotations

import collections.abc
import functools
import inspect
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

import bufferbridge as bb
from support.java_objects import java_list, java_map


@pytest.fixture(scope="module")
def functions(jvm: None) -> Any:
    return bb.jclass("org.bufferbridge.fixtures.calls.JavaFunctions")


def is_function(thing: object) -> bool:
    assert callable(thing) == isinstance(thing, collections.abc.Callable)
    return callable(thing)


def test_a_call_is_the_method_of_the_interface(functions: Any) -> None:
    assert functions.lambda_()(3) == "3!"
    assert functions.reference()("four") == 4
    assert functions.sum()(3, 4) == 7
    assert functions.marked()() is None
    assert functions.greeting()("you") == "hello you"


def test_pythons_functions_that_take_functions_take_them(functions: Any) -> None:
    length = functions.reference()
    assert sorted(["ccc", "a", "bb"], key=length) == ["a", "bb", "ccc"]
    assert list(map(length, ["a", "bb"])) == [1, 2]
    assert functools.reduce(functions.sum(), [1, 2, 3]) == 6
    order = bb.jclass("java.util.Comparator").reverseOrder()
    assert sorted(["b", "c", "a"], key=functools.cmp_to_key(order)) == ["c", "b", "a"]
    assert max([3, 5, 4], key=functools.partial(functions.sum(), -1)) == 5


CALLED = {
    "lambda": lambda functions: functions.lambda_(),
    "method reference": lambda functions: functions.reference(),
    "two interfaces, one without methods": lambda functions: functions.marked(),
    "lambda of an interface that is not annotated": lambda functions: functions.greeting(),
    "lambda that is an Iterable": lambda functions: functions.iterable(),
    "class": lambda functions: functions.Doubling(),
    "map": lambda functions: functions.FunctionMap(),
    "Python function": lambda functions: bb.jclass("java.lang.Runnable")(lambda: None),
    "Python function of an interface that is not annotated": lambda functions: functions.Greeting(str.upper),
    "adjuster of dates": lambda functions: bb.java.time.temporal.TemporalAdjusters.firstDayOfMonth(),
    "thread": lambda functions: bb.jclass("java.lang.Thread")(),
}
NOT_CALLED = {
    "object": lambda functions: bb.jclass("java.lang.Object")(),
    "class whose interface is not annotated": lambda functions: functions.NotAnnotated(),
    "two functional interfaces": lambda functions: functions.Both(),
    "interface that is not public": lambda functions: functions.hidden(),
    "exporter": lambda functions: functions.exporter(),
    "date": lambda functions: bb.java.time.LocalDate.of(2020, 1, 1),
    "enum": lambda functions: bb.java.time.DayOfWeek.MONDAY,
    "list": lambda functions: java_list(1),
    "map": lambda functions: java_map(a=1),
    "int[]": lambda functions: bb.jclass("int[]")(1),
}


@pytest.mark.parametrize("name", CALLED)
def test_what_is_called(functions: Any, name: str) -> None:
    assert is_function(CALLED[name](functions))


@pytest.mark.parametrize("name", NOT_CALLED)
def test_what_is_not_called(functions: Any, name: str) -> None:
    thing = NOT_CALLED[name](functions)
    assert not is_function(thing)
    with pytest.raises(TypeError, match="not callable"):
        thing(1)


def test_all_overloads_of_the_method_are_called(functions: Any) -> None:
    doubling = functions.Doubling()
    assert (doubling("a"), doubling(4), doubling.other()) == ("aa", 8, "other")
    with pytest.raises(TypeError, match=r"no overload of .*Doubling.apply takes \(float\)"):
        doubling(0.5)
    with pytest.raises(TypeError, match=r"apply takes no keyword arguments|keyword"):
        doubling(text="a")


def test_what_is_a_collection_too_stays_one(functions: Any) -> None:
    ages = functions.FunctionMap()
    ages["ann"] = 7
    assert (ages("ann"), ages("bob"), ages["ann"], len(ages), dict(ages)) == (7, -1, 7, 1, {"ann": 7})
    assert isinstance(ages, collections.abc.Mapping) and type(ages).__name__ == "JavaMap"
    assert list(functions.iterable()) == ["a"] and type(functions.iterable()).__name__ == "JavaIterable"
    assert list(functions.iterable()()) == ["a"] and type(functions.lambda_()).__name__ == "JavaFunction"


def test_the_exception_of_a_java_function_is_raised(functions: Any) -> None:
    thrown = bb.jclass("java.lang.IllegalStateException")("mine")
    with pytest.raises(bb.JavaError, match="mine") as raised:
        functions.failing(thrown)()
    assert raised.value.java_exception == thrown


def test_a_java_function_goes_to_java_as_itself(functions: Any) -> None:
    function = functions.lambda_()
    assert functions.same(function, function) is True
    assert functions.chosen(function) == "Function"
    assert functions.chosen(functions.marked()) == "Runnable"
    assert functions.chosen(functions.reference()) == "Object"
    assert functions.chosen(functions.FunctionMap()) == "Function"
    assert bb.jclass("java.util.function.Function")(function) == function
    with pytest.raises(TypeError, match="no constructor of java.util.function.Supplier takes"):
        bb.jclass("java.util.function.Supplier")(function)
    assert bb.jclass("java.util.function.Supplier")(lambda: function(1)).get() == "1!"
    assert java_list(1, 2).stream().map(function).toList().get(0) == "1!"


def test_a_python_function_that_comes_back_is_itself(functions: Any) -> None:
    kept = java_list(functions.Greeting(str.upper))
    assert kept[0] == str.upper
    assert functions.Greeting(str.upper)("a") == "A"


def test_the_signature_is_the_method_s(functions: Any) -> None:
    assert list(inspect.signature(functions.sum()).parameters) == ["arg0", "arg1"]
    assert len(inspect.signature(functions.Doubling()).overloads) == 2
    assert "()" not in dir(functions.sum()) and "applyAsInt" in dir(functions.sum())


# --------------------------------------------------------------------------------------------------------- paths


def test_python_opens_javas_paths(tmp_path: Path) -> None:
    java_path = bb.jclass("java.nio.file.Path").of(str(tmp_path))
    for made in java_path.resolve("a b.txt"), bb.jclass("java.io.File")(str(tmp_path), "c.txt"):
        assert isinstance(made, os.PathLike)
        with open(made, "w") as file:
            file.write("text")
        assert Path(made).read_text() == "text" and os.fspath(made) == str(made)
        assert os.path.getsize(made) == 4
    assert [str(name) for name in java_path] == list(tmp_path.parts[1:])  # a Path stays an Iterable
    assert not isinstance(bb.jclass("java.lang.Object")(), os.PathLike)


def test_a_path_of_another_file_system_is_refused_by_its_uri(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        archive.writestr("inside.txt", "text")
    zipped = bb.jclass("java.nio.file.FileSystems").newFileSystem(tmp_path / "some.zip")
    with zipped:
        inside = zipped.getPath("inside.txt")
        with pytest.raises(
            TypeError, match=r"jar:file:.*some.zip!/inside.txt is of another file system; .*readAllBytes"
        ):
            open(inside)
        assert list(bb.jclass("java.nio.file.Files").readAllBytes(inside)) == list(b"text")

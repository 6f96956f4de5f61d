"""Python functions as objects of functional interfaces."""

from __future__ import annotations

import functools
import gc
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import bufferbridge as bb
from support.processes import run
from support.threads import at_once


@pytest.fixture(scope="module")
def functions(jvm: None) -> Any:
    return bb.jclass("org.bufferbridge.fixtures.calls.Functions")


def array_list(*items: object) -> Any:
    return bb.jclass("java.util.ArrayList")(list(items))


class Adder:
    def __init__(self, added: int) -> None:
        self.added = added

    def __call__(self, number: int) -> int:
        return number + self.added

    def add(self, number: int) -> int:
        return number + self.added


CALLABLES: dict[str, Callable[[int], int]] = {
    "lambda": lambda number: number + 1,
    "built-in": (1).__add__,
    "method": Adder(1).add,
    "partial": functools.partial(lambda more, number: number + more, 1),
    "object": Adder(1),
    "class": lambda number: type("Number", (int,), {})(number + 1),
}


@pytest.mark.parametrize("function", CALLABLES.values(), ids=CALLABLES)
def test_java_calls_whatever_python_can_call(functions: Any, function: Callable[[int], int]) -> None:
    assert functions.sum(function, 4) == 10
    assert functions.apply(function, 2) == 3


def test_a_java_method_is_a_function_too(functions: Any) -> None:
    assert functions.apply(bb.jclass("java.lang.Integer").toHexString, 255) == "ff"
    found = array_list()
    array_list(1, 2).forEach(found.add)
    assert list(found) == [1, 2]


def test_the_methods_of_the_jdk_that_take_functions() -> None:
    numbers = array_list(3, 1, 2)
    numbers.sort(lambda one, other: one - other)
    assert list(numbers) == [1, 2, 3]
    seen: list[int] = []
    numbers.forEach(seen.append)
    assert seen == [1, 2, 3]
    assert list(numbers.stream().map(lambda x: x * 2).filter(lambda x: x > 2).toList()) == [4, 6]
    assert numbers.removeIf(lambda x: x == 2) is True
    texts = bb.jclass("java.util.HashMap")()
    assert texts.computeIfAbsent("a", lambda key: key + "!") == "a!"
    assert texts.merge("a", "?", lambda old, new: old + new) == "a!?"
    thread = bb.jclass("java.lang.Thread")(lambda: seen.append(4))
    thread.start()
    thread.join()
    assert seen == [1, 2, 3, 4]
    by_key = bb.jclass("java.util.Comparator").comparing(lambda x: -x)
    assert list(array_list(1, 3, 2).stream().sorted(by_key).toList()) == [3, 2, 1]


def test_an_executor_has_the_result_of_a_function() -> None:
    executor = bb.jclass("java.util.concurrent.Executors").newSingleThreadExecutor()
    try:
        assert executor.submit(lambda: 42).get() == 42
        assert executor.submit(lambda: None).get() is None
    finally:
        executor.shutdown()


def test_default_methods_are_the_interface_s(functions: Any) -> None:
    assert functions.shape(lambda side: side * side) == "4.0 8.0 true false"
    function = bb.jclass("java.util.function.Function")
    assert function(lambda x: x + 1).andThen(lambda x: x * 10).apply(4) == 50
    assert functions.hidden(lambda: 21) == 42


def test_a_method_that_is_declared_twice_is_one(functions: Any) -> None:
    assert functions.both(lambda text: text * 2) == "xxyy"


@pytest.mark.parametrize("name", ["two", "overloaded", "closed"])
def test_an_interface_that_is_not_functional_takes_no_function(functions: Any, name: str) -> None:
    with pytest.raises(TypeError, match=r"takes \(function\); .* is no functional interface$"):
        getattr(functions, name)(lambda: None)


def test_what_cannot_be_called_is_no_function(functions: Any) -> None:
    for value in (object(), {"a": 1}, {1}, 1, "text"):
        with pytest.raises(TypeError):
            functions.sum(value, 1)
    assert functions.kept() is None
    functions.keep(None)
    assert functions.kept() is None


# ------------------------------------------------------------------------------------------------------ results


def test_a_result_is_what_the_interface_wants(functions: Any) -> None:
    assert functions.numbers(lambda text: [len(text)], "abc").get(0) == 3
    assert [functions.objectOf(lambda value=value: value) for value in (None, True, 1.5, "a", [1], 2**70)] == [
        "null",
        "Boolean",
        "Double",
        "String",
        "ArrayList",
        "BigInteger",
    ]
    value = {"a": 1}
    assert functions.objectOf(lambda: value) == "PythonObject"
    assert functions.apply(lambda _: value, 1) is value
    for kept in (value, 3, "text", [1], len):
        assert functions.same(lambda argument: argument[0], {0: kept}) is kept
    assert functions.same(lambda _: None, 1) is None
    made = array_list(1)
    assert functions.apply(lambda _: made, 1) == made
    buffer = bytearray(b"abc")
    assert functions.apply(lambda _: buffer, 1) is buffer


@pytest.mark.parametrize(("result", "kind"), [("a", "str"), (None, "None"), (1.5, "float"), (2**40, "1099511627776")])
def test_a_result_that_does_not_fit_is_refused_with_the_interface(functions: Any, result: object, kind: str) -> None:
    with pytest.raises(bb.JavaTypeError, match=rf"function for java.util.function.ToIntFunction.applyAsInt: .*{kind}"):
        functions.number(lambda _: result, 1)


@pytest.mark.parametrize("truth", [True, 1, "yes", [0]])
def test_a_boolean_result_is_the_truth_of_the_value(truth: object) -> None:
    stream = bb.jclass("java.util.stream.Stream")
    assert stream.of(1).anyMatch(lambda _: truth) is True
    assert stream.of(1).noneMatch(lambda _: not truth) is True


def test_a_result_that_nobody_wants_is_dropped() -> None:
    class Result:
        pass

    made = []

    def function(_: int) -> Result:
        result = Result()
        made.append(weakref.ref(result))
        return result

    array_list(1, 2).forEach(function)
    assert [seen() for seen in made] == [None, None]


def test_a_function_may_return_a_function(functions: Any) -> None:
    def function() -> None:
        pass

    assert functions.returned(lambda: function) is function


# --------------------------------------------------------------------------------------------------- exceptions


def test_what_a_function_raises_is_the_same_exception(functions: Any) -> None:
    error = KeyError("mine")

    def fails(_: int) -> int:
        raise error

    with pytest.raises(KeyError) as caught:
        functions.sum(fails, 1)
    assert caught.value is error
    assert "internal" not in caught.value.__notes__[0]


def test_a_java_exception_comes_out_as_itself(functions: Any) -> None:
    thrown = bb.jclass("java.io.FileNotFoundException")("nowhere")
    assert functions.thrownBy(lambda: functions.raise_(thrown)) == thrown
    with pytest.raises(bb.JavaFileNotFoundError) as caught:
        functions.read(lambda: functions.raise_(thrown))
    assert caught.value.java_exception == thrown
    unchecked = bb.jclass("java.lang.IllegalArgumentException")("mine")
    assert functions.thrownBy(lambda: functions.raise_(unchecked)) == unchecked


def test_a_java_exception_that_the_method_may_not_throw_is_a_cause(functions: Any) -> None:
    checked = bb.jclass("java.lang.InterruptedException")("mine")
    thrown = functions.thrownBy(lambda: functions.raise_(checked))
    assert thrown.getClass().getSimpleName() == "PythonException"
    assert thrown.getCause() == checked


def test_an_exception_that_is_only_caused_by_a_java_exception_is_pythons(functions: Any) -> None:
    cause = bb.jclass("java.io.IOException")("mine")

    def fails() -> None:
        try:
            functions.raise_(cause)
        except OSError as error:
            raise ValueError("because") from error

    thrown = functions.thrownBy(fails)
    assert (thrown.type(), thrown.getCause() == cause) == ("ValueError", True)
    with pytest.raises(ValueError, match="because"):
        functions.read(fails)


def test_a_wrong_number_of_arguments_tells_how_java_calls() -> None:
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given") as raised:
        array_list(2, 1).sort(lambda x: x)
    told = raised.value.__notes__[0]
    assert told.startswith(
        "Java has called it as java.util.Comparator.compare, with arguments: 2; Comparator.comparing"
    )

    def fails(one: object, other: object) -> None:
        raise TypeError("mine")

    with pytest.raises(TypeError, match="mine") as raised:
        array_list(2, 1).sort(fails)
    assert "called it as" not in str(raised.value.__notes__)


# ---------------------------------------------------------------------------------------------------- overloads


def test_a_functional_interface_with_a_result_goes_first(functions: Any) -> None:
    assert functions.chosen(lambda: 1) == "Callable"
    assert functions.chosen(1) == "Object"
    assert functions.itself(lambda: 1) == "PythonObject"


def test_the_number_of_arguments_decides_where_nothing_else_does(functions: Any) -> None:
    assert functions.byCount(lambda one: one) == "Function"
    assert functions.byCount(lambda one, other: one) == "BiFunction"
    assert functions.byCount(functools.partial(lambda one, other: one, 1)) == "Function"
    with pytest.raises(TypeError, match="no most specific overload .*; candidates: byCount"):
        functions.byCount(lambda *all: all)


def test_an_unclear_call_says_how_to_make_it_clear(functions: Any) -> None:
    with pytest.raises(TypeError, match=r'no most specific .*jclass\("java.util.concurrent.Callable"\)\(f\)'):
        functions.unclear(lambda: 1)
    assert functions.unclear(bb.jclass("java.util.concurrent.Callable")(lambda: 1)) == "Callable"
    assert functions.unclear(bb.jclass("java.util.function.Supplier")(lambda: 1)) == "Supplier"


def test_the_class_of_an_interface_makes_a_java_object_of_a_function() -> None:
    runnable = bb.jclass("java.lang.Runnable")
    ran: list[int] = []
    made: Any = runnable(lambda: ran.append(1))
    assert isinstance(made, bb.JavaObject) and isinstance(made, runnable)
    made.run()
    assert ran == [1]
    assert runnable(made) == made
    assert runnable(None) is None
    with pytest.raises(TypeError, match=r"no constructor of java.lang.Runnable takes \(int\)"):
        runnable(1)
    with pytest.raises(TypeError, match="no public constructor of java.util.List, which is abstract"):
        bb.jclass("java.util.List")(len)


# ----------------------------------------------------------------------------------------------- the same object


def test_a_function_comes_back_as_itself(functions: Any) -> None:
    def function() -> None:
        pass

    functions.keep(function)
    assert functions.kept() is function
    runnable = bb.jclass("java.lang.Runnable")
    kept = array_list(runnable(function))
    assert kept.get(0) is function
    assert list(kept) == [function]
    assert functions.apply(lambda argument: argument is function, runnable(function)) is True
    functions.keep(None)


def test_equals_hash_and_text_are_the_function_s() -> None:
    adder, function = Adder(1), bb.jclass("java.util.function.Function")
    made, again = function(adder.add), bb.jclass("java.util.function.IntUnaryOperator")(adder.add)
    assert adder.add is not adder.add
    assert made == again and hash(made) == hash(again)
    assert made != function(adder) and made != function(Adder(1).add)
    assert str(made) == str(adder.add)
    listeners = bb.jclass("java.util.concurrent.CopyOnWriteArrayList")([made])
    assert listeners.remove(again) is True


def test_an_unhashable_function_is_a_type_error() -> None:
    class Unhashable:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self) -> None:
            pass

    with pytest.raises(TypeError, match="unhashable"):
        hash(bb.jclass("java.lang.Runnable")(Unhashable()))


def test_java_keeps_a_function_alive_and_its_collector_lets_go_of_it(functions: Any) -> None:
    adder = Adder(1)
    seen = weakref.ref(adder)
    functions.keep(adder.add)
    del adder
    gc.collect()
    assert seen() is not None
    functions.keep(None)
    deadline = time.monotonic() + 30
    while seen() is not None and time.monotonic() < deadline:
        bb.jclass("java.lang.System").gc()
        time.sleep(0.02)
        bb.jclass("java.lang.Math").abs(1)  # does what is left to any call
    assert seen() is None


# ------------------------------------------------------------------------------------------------------ threads


@pytest.mark.parametrize("is_virtual", [False, True], ids=["platform", "virtual"])
def test_many_java_threads_call_one_function(functions: Any, is_virtual: bool) -> None:
    assert functions.sumOnThreads(lambda x: x + 1, 8, 500, is_virtual) == 8 * sum(range(1, 501))


def test_many_threads_make_functions_of_an_interface(functions: Any) -> None:
    added = [Adder(i) for i in range(50)]
    assert set(at_once(lambda: sum(functions.number(adder, 1) for adder in added))) == {sum(range(1, 51))}


def test_a_function_may_wait_for_another_thread_that_calls_java(functions: Any) -> None:
    def waits(number: int) -> int:
        found: list[int] = []
        thread = threading.Thread(target=lambda: found.append(functions.sum(lambda x: x, 3)))
        thread.start()
        thread.join()
        return found[0]

    assert functions.sum(waits, 2) == 6


def test_threads_that_call_a_function_hinder_no_end_of_python() -> None:
    ran = run(
        """
        functions = bb.jclass("org.bufferbridge.fixtures.calls.Functions")
        functions.callUntilTheEnd(lambda x: x, 4)
        """,
        started=True,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")

"""Python functions as objects of functional interfaces, while calls fail."""

from __future__ import annotations

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario


def functions() -> list[Scenario]:
    taking = bb.jclass(FIXTURES + "calls.Functions")
    runnable = bb.jclass("java.lang.Runnable")
    function = bb.jclass("java.util.function.Function")
    thrown = bb.jclass("java.io.FileNotFoundException")("nowhere")
    value = {"a": 1}

    def called(_: int) -> None:
        assert taking.sum(lambda number: number + 1, 3) == 6
        assert taking.shape(lambda side: side * side).startswith("4.0 8.0")

    valued = bb.jclass(FIXTURES + "calls.Callbacks").valueOf
    arrays = {kind: bb.jclass(kind + "[]") for kind in ("int", "long", "double")}
    texts = ["abc", "grün \N{SNOWMAN} \N{GRINNING FACE}", "\N{SNOWMAN}" * 200, "\N{SNOWMAN}\ud800" * 100]

    def values(_: int) -> None:
        for text in texts:
            assert valued(text, bb.jclass("java.lang.String")) == text
        for array in arrays.values():
            assert list(valued([1, 2, 3], array)) == list(valued((1, 2, 3), array)) == [1, 2, 3]
        assert list(valued([1, 2.5], arrays["double"])) == [1, 2.5]

    def results(_: int) -> None:
        for result in (None, True, 1.5, "text", [1, 2], 2**70, value, value.get):
            taking.apply(lambda _, result=result: result, 1)
        assert taking.same(lambda _: value, 1) is value
        assert taking.same(lambda _: None, 1) is None
        assert bb.jclass("java.util.stream.Stream").of(1).anyMatch(lambda _: [1]) is True

    def raised(_: int) -> None:
        error = KeyError("mine")

        def fails(_: object) -> None:
            raise error

        try:
            taking.apply(fails, 1)
        except KeyError as caught:
            assert caught is error
        else:
            raise AssertionError("the exception was lost")
        try:
            taking.read(lambda: taking.raise_(thrown))
        except FileNotFoundError as caught:
            assert caught.java_exception == thrown
        else:
            raise AssertionError("the exception was lost")

    def kept(_: int) -> None:
        taking.keep(called)
        assert taking.kept() is called
        taking.keep(None)
        made, again = runnable(called), function(called)
        assert made == again and hash(made) == hash(again) and len(str(made)) > 0

    def chosen(_: int) -> None:
        assert taking.chosen(lambda: 1) == "Callable"
        assert taking.byCount(lambda one, other: one) == "BiFunction"
        try:
            taking.unclear(lambda: 1)
        except TypeError:
            pass
        else:
            raise AssertionError("the call was not refused")

    def in_python(_: int) -> None:
        double = function(lambda text: 2 * text).andThen(lambda text: text + "!")
        assert double("a") == "aa!" and callable(double)

    return [
        Scenario("functions of Java that Python calls", in_python, slow=True),
        Scenario("functions that Java calls", called, slow=True),
        Scenario("results of functions", results, slow=True),
        Scenario("values that Java asks for", values),
        Scenario("exceptions of functions", raised, slow=True),
        Scenario("functions that Java keeps", kept, slow=True),
        Scenario("functions and overloads", chosen, slow=True),
    ]

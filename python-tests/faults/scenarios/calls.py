"""Calls of Java with every kind of argument and result, while calls fail."""

from __future__ import annotations

import array
import ctypes
import decimal
import fractions
import sys

import numpy as np

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario


def calls() -> list[Scenario]:
    callee = bb.jclass(FIXTURES + "calls.Callee")
    decimals = bb.jclass("java.math.BigDecimal")
    leasing = bb.jclass(FIXTURES + "leases.Leasing")
    instance = callee("somebody")
    values: dict[str, object] = {
        "None": None,
        "bool": True,
        "int": 70_000,
        "float": 0.25,
        "short str": "abc",
        "long str": "abc" * 200,
        "very long str": "abcé" * 500,
        "very long str with other characters": "abc" * 500 + "\N{SNOWMAN}",
        "str with umlauts": "grün \N{SNOWMAN} \N{GRINNING FACE}",
        "unpaired surrogate": "\ud800",
        "Java object": instance,
        "Python object": bytearray(b"abc"),
    }
    scenarios = [
        Scenario(f"a call with {name}", lambda _, value=value: _same(callee, value)) for name, value in values.items()
    ]

    def numbers(_: int) -> None:
        assert callee.kind(np.int64(5)) in ("int", "long")
        assert callee.sameDouble(fractions.Fraction(1, 4)) == 0.25
        assert callee.sameChar("x") == "x"
        assert callee.sameBoolean(np.True_) is True
        assert decimals.valueOf(125, 2) == decimal.Decimal("1.25")

    def sequences(_: int) -> None:
        assert callee.sum([1.0, 2, 3.5]) == 6.5
        assert callee.cells([[1, 2], [3]]) == 3
        assert callee.join(("a", "b")) == "a b"

    def many(_: int) -> None:
        made = callee.list(*[str(i) for i in range(20)])
        assert made.size() == 20 and made.get(19) == "19"

    def refused(_: int) -> None:
        for arguments in ((object(),), (10**30,), (1, 2, 3)):
            try:
                callee.sameInt(*arguments)
            except (TypeError, OverflowError):
                pass
            else:
                raise AssertionError("the call was not refused")
        try:
            callee.sameInt(value=1)
        except TypeError:
            pass

    def buffers(_: int) -> None:
        for source in (
            b"\1\2\3",
            bytearray(b"\1\2\3"),
            memoryview(b"\1\2\3"),
            np.array([1, 2, 3]),
            array.array("h", [1, 2, 3]),
            (ctypes.c_int * 3)(1, 2, 3),
        ):
            references = sys.getrefcount(source)
            assert leasing.sum(source) == 6
            assert sys.getrefcount(source) == references

    def objects(_: int) -> None:
        assert callee("b") == callee("b")
        assert callee("b") != callee("c")
        assert hash(instance) == hash(callee("somebody"))
        assert str(instance) == "Callee somebody"
        assert repr(instance).startswith("<JavaObject")
        assert isinstance(instance, callee)
        with callee("x") as other:
            pass
        assert other.isClosed()

    callbacks = bb.jclass(FIXTURES + "calls.Callbacks")
    mapping = {"a": 1}

    def python_objects(_: int) -> None:
        assert callbacks.chosen(mapping) == "PythonObject"
        assert callbacks.closeAll([mapping, 1]) == 2
        assert callbacks.sum(lambda number: number * 0.5, 3) == 1.5

    def classes(_: int) -> None:
        given = bb.jclass(callbacks.sameClass(callee))
        assert given is callee

    memory = bb.empty((3,), "d")

    def for_numpy(_: int) -> None:
        shared = memory.__array__(dtype=np.dtype("d"))
        assert shared.sum() == 0

    return [
        *scenarios,
        Scenario("calls with Python objects", python_objects, slow=True),
        Scenario("a class as an argument", classes),
        Scenario("what numpy asks for", for_numpy),
        Scenario("calls with foreign numbers", numbers),
        Scenario("calls with sequences", sequences),
        Scenario("a call with many arguments", many),
        Scenario("calls that are refused", refused),
        Scenario("calls with buffers", buffers),
        Scenario("the protocol of objects", objects),
    ]


def _same(callee: bb.JavaClass, value: object) -> None:
    references = sys.getrefcount(value)
    answer = callee.same(value)
    assert answer == value, f"{answer!r} is not {value!r}"
    del answer
    assert value is None or sys.getrefcount(value) == references

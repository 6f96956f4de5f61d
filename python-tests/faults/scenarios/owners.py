"""Java uses Python objects, while calls fail."""

from __future__ import annotations

import gc
import math
import sys
import time

import numpy as np

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario


class Remembering(np.ndarray):
    """An object that takes attributes."""


def owners() -> list[Scenario]:
    java = bb.jclass(FIXTURES + "leases.Owners")
    memories = bb.jclass(FIXTURES + "memory.Memories")

    def used(_: int) -> None:
        source = np.array([1.0, 2.0, 3.0])
        references = sys.getrefcount(source)
        assert java.use(source) == 1 + 3 + 2.5 + 6.5 + 3
        source = np.array([1.0, 2.0, 3.0])
        assert java.iterate(source) == 6
        assert sys.getrefcount(source) == references

    def remembered(_: int) -> None:
        source = np.zeros(2).view(Remembering)
        for number in ("5", "-123456789012345678901234567890"):
            assert java.remember(source, number) == number

    def raised(_: int) -> None:
        source = np.zeros(2)
        references = sys.getrefcount(source)
        try:
            java.raise_(source)
        except AttributeError as error:
            assert "no_such_method" in str(error)
            error.__traceback__ = None
        else:
            raise AssertionError("nothing was raised")
        try:
            type_ = java.raisedType(source)
        except bb.JavaError as error:
            assert "cannot be described" in str(error) or "OutOfMemory" in str(error), str(error)
            raise
        assert type_ in ("AttributeError", "MemoryError")
        for _again in range(20):
            gc.collect()
            memories.collectGarbage()
            if sys.getrefcount(source) <= references + 1:
                return
            time.sleep(0.005)
        raise AssertionError("the exception still refers to what it came from")

    def imported(_: int) -> None:
        assert java.pi() == 2 * math.pi

    def refused(_: int) -> None:
        assert java.refusal(b"abc") == "refused"

    def forgotten(_: int) -> None:
        source = bytearray(3)
        references = sys.getrefcount(source)
        java.forgetOwner(source)
        for _again in range(20):
            memories.collectGarbage()
            if sys.getrefcount(source) == references:
                return
            time.sleep(0.005)
        assert sys.getrefcount(source) == references

    return [
        Scenario("Java uses a Python object", used, slow=True),
        Scenario("Java sets an attribute of a Python object", remembered, slow=True),
        Scenario("Python raises into Java", raised, slow=True, twice=True),
        Scenario("Java imports a module", imported, slow=True),
        Scenario("Java asks for a buffer that is refused", refused, slow=True, twice=True),
        Scenario("a forgotten Python object", forgotten, slow=True),
    ]

"""What every bridge does with the same Java classes in the same words, and what Java asks of Python."""

from __future__ import annotations

import math
from typing import Any

from sides import crowd
from sides.plain import function
from timing import Case, Measured, Timed

GREEK = "μέτρον άριστον"
ASCII_LARGE, GREEK_LARGE = "a" * 1_000_000, GREEK[0] * 1_000_000

FAIL = """
try:
    fail()
except Exception:
    pass
"""

THREADS = (1, 2, 4, 8)
# The steps of a method that takes some 10 us, and of one that does nothing, and the calls of a round.
WORK = {"work": (5_000, 800), "nothing": (0, 16_000)}

# What Java asks of Python.
WITH_JPY = ("asInt", "asLong", "asDouble", "str to Java")
WITH_JEP = ("f(int) to int", "floats to double[]", "dict to Map", "Greek both ways", "1 MB both ways")
WITH_BOTH = ("attribute to int", "eval", "exec", "1 MB to Java")
FROM_JAVA = (*WITH_JPY, *WITH_JEP, *WITH_BOTH, "f(int) of an interface")


class Fixture:
    """The object whose attributes and functions Java uses."""

    def __init__(self) -> None:
        self.number = 7
        self.real = math.pi
        self.text = "a short text"
        self.greek = GREEK
        self.ascii = ASCII_LARGE
        self.floats = [float(number) for number in range(1000)]
        self.numbers = {f"key {number}": number for number in range(100)}
        self.function = function

    def echo(self, text: str) -> str:
        return text


def fields(point: Any, instance: Any) -> dict[str, Timed]:
    """Fields of the class Point and of an instance. jpy has no static fields that change."""
    instance_cases: dict[str, Timed] = {
        "int of an object, get": Case("x.x", x=instance),
        "int of an object, set": Case("x.x = 5", x=instance),
    }
    if not hasattr(point, "count"):
        return instance_cases
    return instance_cases | {
        "static int, get": Case("x.count", x=point),
        "static int, set": Case("x.count = 5", x=point),
        "static String, get": Case("x.name", x=point),
    }


def objects(java: Any, point: Any, instance: Any) -> dict[str, Timed]:
    return {
        "isinstance": Case("isinstance(x, type)", x=instance, type=point),
        "exception": Case(FAIL, fail=java.fail),
    }


def strings(java: Any, echo: str = "echo(x)") -> dict[str, Timed]:
    """The statement `echo` has a str as its value."""
    return {
        "short Greek both ways": Case(echo, echo=java.echo, x=GREEK),
        "1 MB to Java": Case("length(x)", length=java.length, x=ASCII_LARGE),
        "1 MB both ways": Case(echo, echo=java.echo, x=ASCII_LARGE),
        "1M Greek to Java": Case("length(x)", length=java.length, x=GREEK_LARGE),
        "1M Greek both ways": Case(echo, echo=java.echo, x=GREEK_LARGE),
    }


def threads(java: Any) -> dict[str, Timed]:
    """Threads that call Java, by the wall clock; the bridge lets go of the GIL during a call."""
    return {
        f"{name}, {count} threads": Measured(
            lambda steps=steps, calls=calls, count=count: crowd.nanoseconds(
                lambda: java.work(steps), count, calls // count
            )
        )
        for name, (steps, calls) in WORK.items()
        for count in THREADS
    }


def from_java(rounds: Any, names: tuple[str, ...] = FROM_JAVA, on_this_thread: bool = False) -> dict[str, Timed]:
    """The cases of a `Rounds` of Java."""
    take = rounds.nanosecondsHere if on_this_thread else rounds.nanoseconds
    return {f"{name}, from Java": Measured(lambda name=name: take(name), warm_rounds=1) for name in names}

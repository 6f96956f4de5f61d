"""How the entries of call_outs_in_*.py call out: they wait for a third thread, which calls the other language."""

from __future__ import annotations

import threading
from collections.abc import Callable

import bufferbridge as bb

ENTRIES: dict[str, Callable[[], None]] = {}

# The Java methods that java_door.c calls without the GIL, and the library's functions that run Python code.
COVERED: dict[str, tuple[str, ...]] = {}

reached = 0


def entry(*covers: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def add(action: Callable[[], None]) -> Callable[[], None]:
        ENTRIES[action.__name__] = action
        COVERED[action.__name__] = covers
        return action

    return add


def call_out() -> None:
    """The action of Python user code in these tests: it calls Java on a third thread."""

    def work() -> None:
        global reached
        assert bb.jclass("java.lang.Math").abs(-3) == 3
        memoryview(bb.empty(8)).release()
        reached += 1

    third = threading.Thread(target=work)
    third.start()
    third.join()


def from_java() -> None:
    """The listener that the Java fixtures call."""
    global reached
    reached += 1


# The places where FreshProviders call out.
PROVIDER_PLACES = "loader", "initialiser", "constructor", "type", "exporterFor"


def outs() -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.calls.CallOuts")

"""A scenario: a function of a number that raises AssertionError if it sees a wrong value."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import bufferbridge as bb

FIXTURES = "org.bufferbridge.fixtures."


class Scenario(NamedTuple):
    name: str
    run: Callable[[int], None]
    fresh: bool = False
    clean: Callable[[], object] | None = None
    """Cleans up after a run, when no call fails any more."""
    slow: bool = False
    """Leaves Python objects to Java's collector, so their number is not checked."""
    twice: bool = False
    """The library reports a failure by calls that can fail too, so a second failure is tried among them."""


def settled(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)
    return condition()


# Acts as a consumer of a buffer; release() then writes to the memory.
def read_and_let_go(memory: bb.JavaBuffer, first: int = 0) -> None:
    with memoryview(memory) as view:
        assert view.nbytes > 0 and view.tobytes()[0] == first
    assert memory.export_count == 0
    memory.release()

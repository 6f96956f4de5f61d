"""A model of the life of Python in a process that Java started; the tests explore every interleaving.

It models PythonLife.java; one line is one step. Its negative twins have one wrong line, which the exploration has to
find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.interleavings import DONE, Found, Step, explore

NONE, STARTING, RUNNING, ENDING, ENDED = "NONE", "STARTING", "RUNNING", "ENDING", "ENDED"
WAITS = "a start that waits for an end"


class Life(NamedTuple):
    state: str = NONE
    initialised: int = 0
    finalised: int = 0
    gate_closed: bool = False
    inside: int = 0  # how many Java threads are in a call of Python
    memory_out: bool = False
    jvm_ended: bool = False


def start(defect: str) -> Step:
    """PythonLife.start, which may fail."""

    def step(shared: Life, at: str) -> Iterator[tuple[Life, str]]:
        match at:
            case "start":
                if shared.state == NONE:
                    claimed = shared if defect == "a start that claims nothing" else shared._replace(state=STARTING)
                    yield claimed, "starting"
                elif shared.state == STARTING or (shared.state == ENDING and defect == WAITS):
                    yield shared, "waiting"
                else:
                    yield shared, DONE  # gets a handle, or is refused
            case "starting":
                yield shared._replace(state=NONE), DONE
                yield shared._replace(state=RUNNING, initialised=shared.initialised + 1), DONE
            case "waiting" if shared.state != STARTING and not (shared.state == ENDING and defect == WAITS):
                yield shared, "start"

    return step


def callback(defect: str) -> Step:
    """A Java thread's call of Python, which opens memory, asks for Python and returns."""
    asks = start(defect)

    def step(shared: Life, at: str) -> Iterator[tuple[Life, str]]:
        match at:
            case "outside":
                if shared.state == NONE:
                    yield shared, DONE
                elif shared.initialised and not shared.gate_closed and not shared.finalised:
                    yield shared._replace(inside=shared.inside + 1), "start"
                elif shared.gate_closed:
                    yield shared, DONE  # Python has ended
            case "leave":
                yield shared._replace(inside=shared.inside - 1), "outside again"
                yield shared._replace(inside=shared.inside - 1, memory_out=True), "outside again"
            case "outside again":
                yield shared._replace(memory_out=False), DONE
            case _:
                for after, own in asks(shared, at):
                    yield after, "leave" if own == DONE else own

    return step


def shutdown(defect: str) -> Step:
    """PythonLife.shutdown, on a thread that is outside Python."""

    def step(shared: Life, at: str) -> Iterator[tuple[Life, str]]:
        match at:
            case "look":
                yield shared, "check" if shared.state == RUNNING else DONE
            case "check":
                yield shared, DONE if shared.memory_out else "take"
            case "take":
                if shared.state == RUNNING or defect == "an end that takes nothing":
                    yield shared._replace(state=ENDING), "close"
                else:
                    yield shared, DONE
            case "close":
                yield shared._replace(gate_closed=True), "wait"
            case "wait" if shared.inside == 0:
                if shared.memory_out:
                    yield shared._replace(gate_closed=False, state=RUNNING), DONE
                else:
                    yield shared._replace(finalised=shared.finalised + 1, state=ENDED), DONE

    return step


def end_with_jvm(defect: str) -> Step:
    """PythonLife.endWithJvm, which waits for a start or an end that is in progress, but not for long."""

    def step(shared: Life, at: str) -> Iterator[tuple[Life, str]]:
        match at:
            case "hook":
                yield shared, "look"
            case "look":
                yield shared, "take" if shared.state == RUNNING else DONE
            case "take":
                if shared.state == RUNNING:
                    takes = defect != "an end of the JVM that takes nothing"
                    ending = shared._replace(state=ENDING) if takes else shared
                    yield ending._replace(gate_closed=True, jvm_ended=True), DONE
                else:
                    yield shared, DONE

    return step


def always(shared: Life, owns: tuple) -> str | None:
    if shared.initialised > 1:
        return "CPython is initialised twice"
    if shared.finalised > 1:
        return "CPython is finalised twice"
    if shared.finalised and shared.inside:
        return "CPython is finalised under a call"
    if shared.finalised and shared.memory_out:
        return "CPython is finalised under memory that is out"
    if shared.jvm_ended and not shared.gate_closed:
        return "the gate is open again after the end of the JVM"
    return None


def finally_(shared: Life) -> str | None:
    return f"nobody is at it, and the state is {shared.state}" if shared.state == STARTING else None


def life(defect: str = "") -> Found:
    threads = [
        (start(defect), "start"),
        (start(defect), "start"),
        (callback(defect), "outside"),
        (shutdown(defect), "look"),
        (shutdown(defect), "look"),
        (end_with_jvm(defect), "hook"),
    ]
    return explore(Life(), threads, always, finally_)


def test_python_starts_once_ends_once_and_keeps_nobody_waiting() -> None:
    found = life()
    assert found.broken is None
    assert found.states > 1000


@pytest.mark.parametrize(
    ("defect", "consequence"),
    [
        ("a start that claims nothing", "CPython is initialised twice"),
        (WAITS, "no thread can go on"),
        ("an end that takes nothing", "CPython is finalised"),
        ("an end of the JVM that takes nothing", "the gate is open again after the end of the JVM"),
    ],
)
def test_a_wrong_line_of_pythons_life_is_found_out(defect: str, consequence: str) -> None:
    broken = life(defect).broken
    assert broken is not None
    assert broken.startswith(consequence), broken

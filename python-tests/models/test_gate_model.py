"""Models of the gate, the turns for the GIL and deferred work; the tests explore every interleaving.

Each model's docstring names the functions that it models. One line of a function is one step. Each model has negative
twins: the same model with one wrong line, which the exploration has to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.interleavings import DONE, Found, Step, explore

# ---------------------------------------------------------------------------------------------------- the gate's word


class Gate(NamedTuple):
    inside: int = 0
    closed: bool = False
    ended: bool = False


def entering(looks_first: bool, nested_counts_down: bool = False) -> Step:
    """gate.c: enter() and leave() around a use of the interpreter. A nested use, if any, only reads the word."""

    def step(shared: Gate, own: str) -> Iterator[tuple[Gate, str]]:
        match own:
            case "start":
                if looks_first:
                    yield shared, DONE if shared.closed else "add"
                else:
                    yield shared._replace(inside=shared.inside + 1), "back" if shared.closed else "in Python"
            case "add":
                yield shared._replace(inside=shared.inside + 1), "in Python"
            case "in Python":
                yield shared, "leave"
                yield shared, "leave" if shared.closed else "nested in Python"
            case "nested in Python":
                yield shared._replace(inside=shared.inside - nested_counts_down), "in Python after a nested call"
            case "in Python after a nested call":
                yield shared, "leave"
            case "leave" | "back":
                yield shared._replace(inside=shared.inside - 1), DONE

    return step


def ending(shared: Gate, own: str) -> Iterator[tuple[Gate, str]]:
    """bb_gate_close(BB_FOR_EVER), and then the end of the interpreter."""
    match own:
        case "start":
            yield shared._replace(closed=True), "wait"
        case "wait":
            if shared.inside == 0:
                yield shared._replace(ended=True), DONE


def nobody_is_in_an_ended_interpreter(shared: Gate, owns: tuple) -> str | None:
    inside = any("in Python" in own for own in owns if isinstance(own, str))
    return "a thread is in an interpreter that has ended" if shared.ended and inside else None


def gate_threads(looks_first: bool, nested_counts_down: bool = False) -> list[tuple[Step, str]]:
    return [*[(entering(looks_first, nested_counts_down), "start")] * 4, (ending, "start")]


def test_nobody_is_inside_when_the_gate_has_closed() -> None:
    found = explore(
        Gate(),
        gate_threads(looks_first=False),
        nobody_is_in_an_ended_interpreter,
        lambda shared: None if shared.inside == 0 else "the count is not 0",
    )
    assert found.broken is None, found.broken
    assert found.states > 100


def test_an_entry_that_looks_before_it_adds_is_found_out() -> None:
    found = explore(Gate(), gate_threads(looks_first=True), nobody_is_in_an_ended_interpreter, lambda shared: None)
    assert found.broken is not None


def test_a_nested_call_that_counts_is_found_out() -> None:
    found = explore(
        Gate(), gate_threads(False, nested_counts_down=True), nobody_is_in_an_ended_interpreter, lambda shared: None
    )
    assert found.broken is not None


# ------------------------------------------------------------------------------------------------ waiting for the GIL


class Turns(NamedTuple):
    inside: int = 0
    gil: int = 0  # a thread's number, or 0
    turnstile: int = 0


def waiting_in_turn(me: int, nested_waits: bool = False, keeps_turn: bool = False) -> Step:
    """gate.c: bb_python_enter() and bb_python_leave().

    In between Java may call Python again, with the GIL (mayBlock() is false, Python.run) or without. A thread that has
    the GIL already takes nothing, nested or not.
    """

    def waiting(shared: Turns, others: int, nested: str) -> tuple[Turns, str]:
        return shared, ("turn" if others else "GIL") + nested

    def step(shared: Turns, own: str) -> Iterator[tuple[Turns, str]]:
        place, _, nested = own.partition(",")
        nested = "," + nested if nested else ""
        match place:
            case "start":
                yield waiting(shared._replace(inside=shared.inside + 1), shared.inside, nested)
            case "turn":
                if shared.turnstile == 0:
                    yield shared._replace(turnstile=me), "GIL in turn" + nested
            case "GIL" | "GIL in turn":
                if shared.gil == 0:
                    yield (
                        shared._replace(gil=me),
                        ("open" if place == "GIL in turn" and not keeps_turn else "in Python") + nested,
                    )
            case "open":
                yield shared._replace(turnstile=0), "in Python" + nested
            case "in Python" if nested:
                yield shared, "leave"
            case "in Python":
                yield shared, "leave"
                yield shared, "turn,nested" if nested_waits else "in Python,nested"
                yield waiting(shared._replace(gil=0), shared.inside - 1, ",nested")
            case "leave":
                yield shared._replace(gil=0, turnstile=0 if shared.turnstile == me else shared.turnstile), "count"
            case "count":
                yield shared._replace(inside=shared.inside - 1), DONE

    return step


def one_has_the_gil(shared: Turns, owns: tuple) -> str | None:
    in_python = [
        number for number, own in enumerate(owns, 1) if own.partition(",")[0] in ("open", "in Python", "leave")
    ]
    return None if in_python in ([], [shared.gil]) else f"threads {in_python} run Python, {shared.gil} has the GIL"


def all_is_free(shared: Turns) -> str | None:
    return None if shared == Turns() else f"{shared} is left"


def explore_turns(**defects: bool) -> Found:
    threads = [(waiting_in_turn(number, **defects), "start") for number in (1, 2, 3, 4)]
    return explore(Turns(), threads, one_has_the_gil, all_is_free)


def test_all_threads_get_their_turn() -> None:
    found = explore_turns()
    assert found.broken is None, found.broken
    assert found.states > 1000


@pytest.mark.parametrize("defect", ["nested_waits", "keeps_turn"])
def test_a_turn_that_is_waited_for_or_kept_with_the_gil_is_found_out(defect: str) -> None:
    assert "no thread can go on" in (explore_turns(**{defect: True}).broken or "")


# ------------------------------------------------------------------------------------------------------- deferred work


class Deferred(NamedTuple):
    head: int = 0  # an entry, or 0
    next: tuple[int, ...] = (0, 0, 0, 0, 0)
    runs: tuple[int, ...] = (0, 0, 0, 0, 0)


class Worker(NamedTuple):
    at: str
    entry: int = 0
    seen: int = 0


def replaced(values: tuple[int, ...], place: int, value: int) -> tuple[int, ...]:
    return (*values[:place], value, *values[place + 1 :])


def pushing(shared: Deferred, own: Worker) -> Iterator[tuple[Deferred, Worker]]:
    """deferred.c: push(), a load and exchanges until one succeeds."""
    match own.at:
        case "start":
            yield (
                shared._replace(next=replaced(shared.next, own.entry, shared.head)),
                own._replace(at="exchange", seen=shared.head),
            )
        case "exchange":
            if shared.head == own.seen:
                yield shared._replace(head=own.entry), DONE
            else:
                yield (
                    shared._replace(next=replaced(shared.next, own.entry, shared.head)),
                    own._replace(seen=shared.head),
                )


def running(takes_one: bool) -> Step:
    """deferred.c: bb_deferrals_run_all(): takes all entries at once, then runs each."""

    def step(shared: Deferred, own: Worker) -> Iterator[tuple[Deferred, Worker]]:
        match own.at:
            case "start":
                if shared.head == 0:
                    yield shared, DONE
                elif takes_one:
                    yield shared, own._replace(at="unlink", entry=shared.head, seen=shared.next[shared.head])
                else:
                    yield shared._replace(head=0), own._replace(at="run", entry=shared.head)
            case "unlink":  # the library does not do this: the head may be the same again, with another successor
                if shared.head == own.entry:
                    yield shared._replace(head=own.seen), own._replace(at="run one")
                else:
                    yield shared, own._replace(at="start")
            case "run" | "run one":
                following = shared.next[own.entry]
                after = shared._replace(runs=replaced(shared.runs, own.entry, shared.runs[own.entry] + 1))
                if own.at == "run" and following:
                    yield after, own._replace(entry=following)
                else:
                    yield after, own._replace(at="start")

    return step


def ran_at_most_once(shared: Deferred, owns: tuple) -> str | None:
    return "an entry ran twice" if max(shared.runs) > 1 else None


def nothing_is_lost(shared: Deferred) -> str | None:
    listed = set()
    entry = shared.head
    while entry and entry not in listed:
        listed.add(entry)
        entry = shared.next[entry]
    lost = [entry for entry in range(1, 5) if not shared.runs[entry] and entry not in listed]
    return f"the entries {lost} were lost" if lost else None


def test_deferred_work_runs_once_in_every_order() -> None:
    pushers = [(pushing, Worker("start", entry)) for entry in range(1, 5)]
    found = explore(
        Deferred(), [*pushers, *[(running(takes_one=False), Worker("start"))] * 2], ran_at_most_once, nothing_is_lost
    )
    assert found.broken is None, found.broken
    assert found.states > 1000

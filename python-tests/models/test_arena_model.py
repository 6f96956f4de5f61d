"""A model of the end of an ExportArena; the tests explore every interleaving.

Each model's docstring names the functions that it models. One line of a function is one step. Each model has negative
twins: the same model with one wrong line, which the exploration has to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.interleavings import DONE, Step, explore


class Arena(NamedTuple):
    state: str = "open"  # open, closing, ending, closed
    holders: int = 0
    wanted: bool = False  # whether it has to close by itself
    closers: int = 0  # how many threads in close() have set the state to ending
    used: int = 0  # how many calls of the JDK use the memory
    retried: bool = False  # whether the thread of Retries closes it
    alive: bool = True  # whether the memory is
    times: int = 0  # how often it was closed


def arena_holder(defect: str) -> Step:
    """ExportArena.Keeper.hold() and letGo() around a use, each under the lock; then end()."""

    def step(shared: Arena, own: str) -> Iterator[tuple[Arena, str]]:
        match own:
            case "start":
                if shared.state in ("ending", "closed") and defect != "hold() does not look":
                    yield shared, DONE
                else:
                    yield shared._replace(holders=shared.holders + 1), "use"
            case "use":
                yield shared, "let go"
            case "let go":
                after = shared._replace(holders=shared.holders - 1)
                if after.state == "closing" and after.holders == 0:
                    yield after._replace(state="ending"), "end"
                else:
                    yield after, DONE
            case _:
                yield from arena_ending(shared, own, defect)

    return step


def arena_ending(shared: Arena, own: str, defect: str = "") -> Iterator[tuple[Arena, str]]:
    """end(): memory.close(), which the JDK may refuse; then the new state, under the lock; otherwise Retries."""
    match own:
        case "end" | "retry":
            if shared.used and own == "retry":
                return  # the thread waits, and tries again
            if shared.used:
                forgotten = defect == "an end that is refused is forgotten"
                yield shared._replace(retried=shared.retried or not forgotten), DONE
            else:
                yield shared._replace(alive=False, times=shared.times + shared.alive), "settle"
        case "settle":
            yield shared._replace(state="closed"), DONE


def arena_closer(later: bool, defect: str) -> Step:
    """close() and closeWhenReleased()."""

    def step(shared: Arena, own: str) -> Iterator[tuple[Arena, str]]:
        match own:
            case "start" if later:
                if shared.state == "closed":
                    yield shared, DONE  # IllegalStateException
                elif shared.holders:
                    yield shared._replace(state="closing", wanted=True), DONE
                else:
                    yield shared._replace(state="ending", wanted=True), "end"
            case "start":
                if shared.holders and defect != "close() does not look":
                    yield shared, DONE
                else:
                    state = shared.state if shared.state == "closed" else "ending"
                    yield shared._replace(state=state, closers=shared.closers + 1), "close"
            case "close":
                if shared.used:
                    yield shared, "reopen"
                else:
                    yield shared._replace(alive=False, times=shared.times + shared.alive), "closed"
            case "closed":
                yield shared._replace(state="closed"), "reopen"
            case "reopen":
                after = shared._replace(closers=shared.closers - 1)
                is_last = after.closers == 0 or defect == "close() takes another close() back"
                is_wanted = shared.wanted and defect != "close() takes another's end back"
                reopens = shared.state == "ending" and is_last and not is_wanted
                yield after._replace(state="open") if reopens else after, DONE
            case _:
                yield from arena_ending(shared, own, defect)

    return step


def jdk_user(shared: Arena, own: str) -> Iterator[tuple[Arena, str]]:
    """A channel that reads into the memory: the session's acquire0 and release0."""
    if own == "start":
        yield (shared._replace(used=shared.used + 1), "use") if shared.alive else (shared, DONE)
    else:
        yield shared._replace(used=shared.used - 1), DONE


def retrier(shared: Arena, own: str) -> Iterator[tuple[Arena, str]]:
    """The thread of Retries."""
    if own == "start":
        if shared.retried:
            yield shared, "retry"
        elif not shared.alive:
            yield shared, DONE
    else:
        yield from arena_ending(shared, own)


def arena_is_right(shared: Arena, owns: tuple) -> str | None:
    if not shared.alive and shared.holders:
        return "a closed arena's memory is held"
    return "the arena was closed twice" if shared.times > 1 else None


def arena_threads(defect: str = "") -> list[tuple[Step, str]]:
    return [
        *[(arena_holder(defect), "start")] * 2,
        *[(arena_closer(False, defect), "start")] * 2,
        (arena_closer(True, defect), "start"),
        (jdk_user, "start"),
        (retrier, "start"),
    ]


def is_closed_at_the_end(shared: Arena) -> str | None:
    return (
        None
        if shared.state == "closed"
        else f"closeWhenReleased() was called, all let go, and the arena is {shared.state}"
    )


def test_an_export_arena_closes_once_and_under_nobody() -> None:
    found = explore(Arena(), arena_threads(), arena_is_right, is_closed_at_the_end)
    assert found.broken is None, found.broken


@pytest.mark.parametrize(
    "defect",
    [
        "hold() does not look",
        "close() does not look",
        "an end that is refused is forgotten",
        "close() takes another's end back",
        "close() takes another close() back",
    ],
)
def test_a_wrong_line_of_export_arena_is_found_out(defect: str) -> None:
    assert explore(Arena(), arena_threads(defect), arena_is_right, is_closed_at_the_end).broken is not None

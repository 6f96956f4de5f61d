"""A model of the word `exports` of a JavaBuffer; the tests explore every interleaving.

Each model's docstring names the functions that it models. One line of a function is one step. Each model has negative
twins: the same model with one wrong line, which the exploration has to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.holding_word import CHANGING, NOT_HELD, Own, locking
from models.interleavings import DONE, Step, explore


class Memory(NamedTuple):
    word: int = NOT_HELD
    held: int = 0  # how many holdings keep the arena open
    deferred: int = 0  # for how many of them the close is deferred
    closed: bool = False  # whether the arena is
    gil: int | None = None  # the thread that has it


def holding(number: int, is_free_threaded: bool, defect: str = "", attached: bool = True) -> tuple[Step, Step]:
    """holding_word.c: bb_holding_acquire and bb_holding_release around a use, and bb_holding_let_go.

    On a thread that is attached to the JVM, bb_do_in_java does Java's part of letting go at once. On another thread it
    defers this part.

    With a GIL, a thread gives it up in three places only: in wait_for_change(), while it attaches, and while Java's
    part of letting go runs user code. So everything in between is one step for the other Python threads. Without a GIL,
    every load and every exchange is a step.
    """

    def taking_turns(steps: Step) -> Step:
        """With a GIL, a step needs it. The step keeps it unless it ends at one of these places."""
        if is_free_threaded:
            return steps

        def step(shared: Memory, own: Own) -> Iterator[tuple[Memory, Own]]:
            if shared.gil not in (None, number):
                return
            for after, new in steps(shared._replace(gil=number), own):
                gives_up = new == DONE or new.at in (
                    "start",
                    "attached",
                    "waiting",
                    "use",
                    "discarding",
                    "let go",
                    "let go later",
                )
                yield after._replace(gil=None if gives_up else number), new

        return step

    def counted(shared: Memory, own: Own, difference: int, then: str, otherwise: str) -> Iterator[tuple[Memory, Own]]:
        """count(): a load, and an exchange or a store."""
        if own.at.endswith("+"):
            plain = not is_free_threaded or defect == "a store instead of an exchange"
            if plain or shared.word == own.seen:
                yield shared._replace(word=own.seen + difference), Own(then)
            else:
                yield shared, Own(own.at.rstrip("+"))
        elif shared.word >= 0 or defect == "an export of what is not held":
            yield shared, Own(own.at + "+", shared.word)
        else:
            yield shared, Own(otherwise)

    def use(shared: Memory, own: Own) -> Iterator[tuple[Memory, Own]]:
        match own.at.rstrip("+"):
            case "start":
                yield from counted(shared, own, 1, "use", "attached")
            case "attached" | "again":
                yield from counted(shared, own, 1, "use", "take hold")
            case "take hold":
                if shared.word == NOT_HELD:
                    yield shared._replace(word=CHANGING), Own("open")
                elif shared.word == CHANGING:
                    yield shared, Own("waiting")
                else:
                    yield shared, Own("again")
            case "waiting":
                yield shared, Own("again")
            case "open":
                if shared.closed:
                    yield shared._replace(word=NOT_HELD), DONE  # refused
                else:
                    yield shared._replace(held=shared.held + 1), Own("opened")
            case "opened":
                yield shared._replace(word=1), Own("use")
            case "use":
                yield shared, Own("release")
            case "release":
                yield from counted(shared, own, -1, "end", "end")
            case "end":
                yield shared, DONE

    def let_go(shared: Memory, own: Own) -> Iterator[tuple[Memory, Own]]:
        match own.at:
            case "start" | "let go":
                if shared.word == CHANGING:
                    yield shared, Own("let go")
                elif shared.word == 0 or (shared.word > 0 and defect == "letting go under an export"):
                    early = defect == "settled too early"
                    yield shared._replace(word=NOT_HELD if early else CHANGING), Own("discarding")
                else:
                    yield shared, DONE  # nothing is held, or letting go is refused
            case "discarding" if attached:
                yield shared._replace(held=shared.held - 1), Own("discarded")
            case "discarding":
                yield shared._replace(deferred=shared.deferred + 1), Own("deferred")
            case "discarded":
                yield shared._replace(word=NOT_HELD), DONE
            case "deferred":
                yield shared._replace(word=NOT_HELD), Own("let go later")
            case "let go later":  # the next thread that enters the JVM does it
                yield shared._replace(held=shared.held - 1, deferred=shared.deferred - 1), DONE

    return taking_turns(use), taking_turns(let_go)


def closer(shared: Memory, own: Own) -> Iterator[tuple[Memory, Own]]:
    """A Java thread closes the arena, which is refused while the arena is held. Needs no GIL."""
    yield shared._replace(closed=shared.closed or shared.held == 0), DONE


def memory_is_right(shared: Memory, owns: tuple) -> str | None:
    users = sum(1 for own in owns if own != DONE and isinstance(own, Own) and own.at in ("use", "release", "release+"))
    if users and (shared.closed or shared.held == shared.deferred):
        return f"memory is used that is {'closed' if shared.closed else 'not held'}"
    if shared.held - shared.deferred > 1:
        return "memory is held twice"
    if users > max(shared.word, 0):
        return f"{users} exports are out and the word says {shared.word}"
    return None


def nothing_counts(shared: Memory) -> str | None:
    if shared.word not in (NOT_HELD, 0) or (shared.word == 0) != (shared.held == 1):
        return f"at the end the word is {shared.word}, and {shared.held} holdings are open"
    return None


def holding_threads(is_free_threaded: bool, defect: str = "") -> list[tuple[Step, Own]]:
    threads: list[tuple[Step, Own]] = []
    for number in range(3):
        use, _ = holding(number, is_free_threaded, defect)
        threads.append((use, Own("start")))
    for number in range(3, 5):
        _, let_go = holding(number, is_free_threaded, defect, attached=number == 3)
        threads.append((let_go, Own("start")))
    return [*threads, (closer, Own("start"))]


@locking
def test_memory_in_use_is_held_and_open_in_every_order(is_free_threaded: bool) -> None:
    found = explore(Memory(), holding_threads(is_free_threaded), memory_is_right, nothing_counts)
    assert found.broken is None, found.broken
    assert found.states > 1000 and found.ends > 0


@locking
@pytest.mark.parametrize("defect", ["letting go under an export", "settled too early", "an export of what is not held"])
def test_a_wrong_line_of_holding_is_found_out(is_free_threaded: bool, defect: str) -> None:
    found = explore(Memory(), holding_threads(is_free_threaded, defect), memory_is_right, nothing_counts)
    assert found.broken is not None


def test_a_store_needs_the_gil() -> None:
    found = explore(Memory(), holding_threads(True, "a store instead of an exchange"), memory_is_right, nothing_counts)
    assert found.broken is not None

"""A model of pins that are let go of, because another array needs room; the tests explore every interleaving.

Each model's docstring names the functions that it models. One line of a function is one step. Each model has negative
twins: the same model with one wrong line, which the exploration has to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.holding_word import CHANGING, NOT_HELD, Own, locking
from models.interleavings import DONE, Found, Step, explore


class Pin(NamedTuple):
    word: int = 0  # the word of a pinned array without exports
    pinned: int = 1
    listed: bool = True
    lock: int | None = None  # the thread that has the lock of the list
    gil: int | None = None
    dead: bool = False  # whether the JavaBuffer was deallocated


def pin_thread(number: int, kind: str, is_free_threaded: bool, defect: str = "") -> Step:
    """holding_word.c, by the kind of the thread.

    A thread that needs room calls bb_holdings_make_room(). A thread that deallocates the JavaBuffer, to which no
    reference is left, calls bb_holding_let_go() and ends it. A thread that has the JavaBuffer acquires and releases an
    export.
    """

    def turns(steps: Step) -> Step:
        if is_free_threaded:
            return steps

        def step(shared: Pin, own: Own) -> Iterator[tuple[Pin, Own]]:
            if shared.gil not in (None, number):
                return
            for after, new in steps(shared._replace(gil=number), own):
                gives_up = new == DONE or new.at in ("start", "waiting", "use", "unpin")
                yield after._replace(gil=None if gives_up else number), new

        return step

    def touched(shared: Pin, own: Own, after: Pin, new: Own) -> tuple[Pin, Own]:
        return (after, new) if not shared.dead else (shared, Own("touched what is dead"))

    def make_room(shared: Pin, own: Own) -> Iterator[tuple[Pin, Own]]:
        match own.at:
            case "start":
                if defect == "without the list's lock":
                    yield shared, Own("exchange") if shared.listed else DONE
                elif shared.lock is None:
                    yield shared._replace(lock=number), Own("look")
            case "look":
                yield (shared, Own("exchange")) if shared.listed else (shared._replace(lock=None), DONE)
            case "exchange":
                free = shared._replace(lock=None)
                if shared.dead:
                    yield shared, Own("touched what is dead")
                elif shared.word == 0 or (shared.word > 0 and defect == "under an export"):
                    yield free._replace(word=CHANGING, listed=False), Own("unpin")
                else:
                    yield free, DONE
            case "unpin":
                yield touched(shared, own, shared._replace(pinned=shared.pinned - 1), Own("settle"))
            case "settle":
                yield touched(shared, own, shared._replace(word=NOT_HELD), DONE)

    def deallocate(shared: Pin, own: Own) -> Iterator[tuple[Pin, Own]]:
        match own.at:
            case "start" | "waiting":
                if shared.word == 0:
                    yield shared._replace(word=CHANGING), Own("unlist")
                elif shared.word == NOT_HELD:
                    yield shared._replace(dead=True), DONE
                elif defect == "does not wait":
                    yield shared._replace(dead=True), DONE
                else:
                    yield shared, Own("again")
            case "again":
                yield shared, Own("waiting")
            case "unlist":
                if shared.lock is None:
                    yield shared._replace(listed=False), Own("discard")
            case "discard":
                yield shared._replace(pinned=shared.pinned - 1), Own("settle")
            case "settle":
                yield shared._replace(word=NOT_HELD, dead=True), DONE

    def export(shared: Pin, own: Own) -> Iterator[tuple[Pin, Own]]:
        match own.at:
            case "start" | "again":
                if shared.word >= 0:
                    yield shared, Own("start+", shared.word)
                elif shared.word == NOT_HELD:
                    yield shared, DONE  # begins a new holding: test_holding_model.py has that model
                else:
                    yield shared, Own("waiting")
            case "waiting":
                yield shared, Own("again")
            case "start+":
                if not is_free_threaded or shared.word == own.seen:
                    yield shared._replace(word=own.seen + 1), Own("use")
                else:
                    yield shared, Own("again")
            case "use":
                yield shared, Own("release", 0)
            case "release":
                yield shared, Own("release+", shared.word)
            case "release+":
                if not is_free_threaded or shared.word == own.seen:
                    yield shared._replace(word=own.seen - 1), DONE
                else:
                    yield shared, Own("release")

    return turns({"make room": make_room, "deallocate": deallocate, "export": export}[kind])


def pin_is_right(shared: Pin, owns: tuple) -> str | None:
    states = [own.at for own in owns if isinstance(own, Own)]
    if "touched what is dead" in states:
        return "a JavaBuffer was touched that is dead"
    if any(at in ("use", "release", "release+") for at in states) and shared.pinned < 1:
        return "an array is used that is not pinned"
    return "an array was unpinned twice" if shared.pinned < 0 else None


def pin_is_gone(shared: Pin) -> str | None:
    if shared.dead and (shared.pinned or shared.listed):
        return "the array of a JavaBuffer that is dead is pinned or listed still"
    return (
        None
        if (shared.word == 0) == (shared.pinned == 1)
        else f"the word is {shared.word}, {shared.pinned} pins are left"
    )


def explore_pins(kinds: list[str], is_free_threaded: bool, defect: str = "") -> Found:
    threads = [(pin_thread(number, kind, is_free_threaded, defect), Own("start")) for number, kind in enumerate(kinds)]
    return explore(Pin(), threads, pin_is_right, pin_is_gone)


PIN_THREADS = [["make room", "make room", "deallocate"], ["make room", "make room", "export", "export"]]


@locking
@pytest.mark.parametrize("kinds", PIN_THREADS, ids=["beside a deallocation", "beside exports"])
def test_a_pin_that_makes_room_is_let_go_of_once(kinds: list[str], is_free_threaded: bool) -> None:
    found = explore_pins(kinds, is_free_threaded)
    assert found.broken is None, found.broken
    assert found.states > 30 and found.ends > 0


@pytest.mark.parametrize(
    ("kinds", "defect"),
    [
        (PIN_THREADS[0], "without the list's lock"),
        (PIN_THREADS[0], "does not wait"),
        (PIN_THREADS[1], "under an export"),
    ],
)
def test_a_wrong_line_of_making_room_is_found_out(kinds: list[str], defect: str) -> None:
    assert explore_pins(kinds, True, defect).broken is not None

"""A model of a guard's word, in which Java and C count; the tests explore every interleaving.

Each model's docstring names the functions that it models. One line of a function is one step. Each model has negative
twins: the same model with one wrong line, which the exploration has to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.holding_word import CHANGING, NOT_HELD
from models.interleavings import DONE, Found, Step, explore


class Guarded(NamedTuple):
    # The guard's word (GuardWord.java, guard_word.h), and its lock.
    closed: bool = False
    epoch: int = 0
    counted: int = 0
    locked: bool = False
    # The JavaBuffer's word and holding.
    word: int = NOT_HELD
    holding: int | None = None  # the epoch whose memory the descriptor describes
    is_held: bool = False  # Java keeps that memory open for the holding
    # The exporter's memory is that of the epoch, or just changes.
    is_changing: bool = False


class Own(NamedTuple):
    at: str
    epoch: int = -1
    again: int = 0  # how many exports follow


def next_export(own: Own) -> Own:
    return Own("start", again=own.again - 1) if own.again else DONE


def consumer(defect: str = "") -> Step:
    """guarded.h:bb_guarded_acquire(), guarded.c:bb_guarded_take(), a use of the memory, and bb_guarded_release().

    Without a GIL: each count is one step. Java's part of the slow path, ExportGuard.grantToC(), runs with the lock.
    """

    def step(shared: Guarded, own: Own) -> Iterator[tuple[Guarded, Own]]:
        match own.at:
            case "start":
                if shared.word >= 0:
                    yield shared._replace(word=shared.word + 1), own._replace(at="enter", epoch=shared.holding or 0)
                else:
                    yield shared, own._replace(at="ask")
            case "enter":  # by a compare-and-exchange, in the epoch of the descriptor
                is_current = shared.epoch == own.epoch and not shared.closed
                if is_current or defect == "the epoch is not compared":
                    yield shared._replace(counted=shared.counted + 1), own._replace(at="use")
                else:
                    yield shared, own._replace(at="step back")
            case "step back":
                yield shared._replace(word=shared.word - 1), own._replace(at="ask")
            case "ask":
                if not shared.locked:
                    yield shared._replace(locked=True), own._replace(at="grant")
            case "grant":
                counted = shared.counted + (defect != "the grant is not counted")
                yield shared._replace(counted=counted, locked=False), own._replace(at="take", epoch=shared.epoch)
            case "take":
                if shared.word >= 0:
                    yield shared._replace(word=shared.word + 1), own._replace(at="compare")
                elif shared.word == NOT_HELD:
                    yield shared._replace(word=CHANGING), own._replace(at="open")
            case "open":
                yield shared._replace(holding=own.epoch, is_held=True), own._replace(at="settle")
            case "settle":
                yield shared._replace(word=1), own._replace(at="use")
            case "compare":
                if shared.holding == own.epoch or defect == "an outdated holding stays":
                    yield shared, own._replace(at="use")
                else:
                    yield shared._replace(word=shared.word - 1), own._replace(at="drop")
            case "drop":
                if shared.word == 0:
                    yield shared._replace(word=CHANGING), own._replace(at="dropped")
                elif shared.word != CHANGING:
                    yield shared, own._replace(at="take")
            case "dropped":
                yield shared._replace(word=NOT_HELD, holding=None, is_held=False), own._replace(at="take")
            case "use":
                yield shared, own._replace(at="leave")
            case "leave":
                if defect == "the holding is left first":
                    yield shared._replace(word=shared.word - 1), own._replace(at="leave the guard")
                else:
                    yield shared._replace(counted=shared.counted - 1), own._replace(at="leave the holding")
            case "leave the holding":
                yield shared._replace(word=shared.word - 1), next_export(own)
            case "leave the guard":
                yield shared._replace(counted=shared.counted - 1), next_export(own)

    return step


def changer(defect: str = "") -> Step:
    """ExportGuard.change(), with the lock: closes the word, lets go of idle holdings, changes, opens the next epoch."""

    def step(shared: Guarded, own: Own) -> Iterator[tuple[Guarded, Own]]:
        match own.at:
            case "start":
                if not shared.locked:
                    yield shared._replace(locked=True), Own("close")
            case "close":
                if shared.counted == 0:
                    yield shared._replace(closed=defect != "the word stays open"), Own("let go")
                else:
                    yield shared._replace(locked=False), DONE  # refused
            case "let go":
                yield shared._replace(is_held=False), Own("change")
            case "change":
                yield shared._replace(is_changing=True), Own("changed")
            case "changed":
                yield shared._replace(is_changing=False), Own("open")
            case "open":
                epoch = shared.epoch + (defect != "the epoch stays")
                yield shared._replace(closed=False, epoch=epoch), Own("unlock")
            case "unlock":
                yield shared._replace(locked=False), DONE

    return step


def releaser() -> Step:
    """JavaBuffer.release(): holding_word.c:bb_holding_let_go()."""

    def step(shared: Guarded, own: Own) -> Iterator[tuple[Guarded, Own]]:
        match own.at:
            case "start":
                if shared.word == 0:
                    yield shared._replace(word=CHANGING), Own("let go")
                elif shared.word != CHANGING:
                    yield shared, DONE
            case "let go":
                yield shared._replace(word=NOT_HELD, holding=None, is_held=False), DONE

    return step


def is_right(shared: Guarded, owns: tuple) -> str | None:
    places = [own.at for own in owns if isinstance(own, Own)]
    if "leave the guard" in places and shared.holding is None:
        return "the guard's word is read from a holding that is gone"
    using = [place for place in places if place in ("use", "leave")]
    if not using:
        return None
    if shared.is_changing:
        return "memory changes that is exported"
    if shared.holding != shared.epoch or not shared.is_held:
        return f"the descriptor of epoch {shared.holding} is used in epoch {shared.epoch}, held: {shared.is_held}"
    return None


def is_at_rest(shared: Guarded) -> str | None:
    if shared.counted or shared.closed or shared.locked or shared.word not in (0, NOT_HELD):
        return f"at the end: {shared}"
    return None


def explore_guard(consumers: int, changers: int, consumer_defect: str = "", changer_defect: str = "") -> Found:
    threads = [(consumer(consumer_defect), Own("start", again=int(consumers < 3)))] * consumers
    threads += [(changer(changer_defect), Own("start"))] * changers
    return explore(Guarded(), [*threads, (releaser(), Own("start"))], is_right, is_at_rest)


@pytest.mark.parametrize(("consumers", "changers"), [(1, 2), (2, 1), (2, 2), (3, 1)])
def test_memory_that_is_exported_never_changes_in_any_order(consumers: int, changers: int) -> None:
    found = explore_guard(consumers, changers)
    assert found.broken is None, found.broken
    assert found.states > 50 and found.ends > 0


@pytest.mark.parametrize(
    ("consumer_defect", "changer_defect"),
    [
        ("the epoch is not compared", ""),
        ("the grant is not counted", ""),
        ("an outdated holding stays", ""),
        ("the holding is left first", ""),
        ("", "the word stays open"),
        ("", "the epoch stays"),
    ],
)
def test_a_wrong_line_of_the_guard_is_found_out(consumer_defect: str, changer_defect: str) -> None:
    assert explore_guard(2, 1, consumer_defect, changer_defect).broken is not None

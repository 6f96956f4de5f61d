"""A model of the turn that a thread takes to make or to close views of a lease. The tests explore every interleaving.

It models Turn.take() and takeToClose(), and BufferLease.view(), close() and endCall() around them. Each write and each
exchange is one step. Each defect is the same model with one wrong line, which the exploration has to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.interleavings import DONE, Step, explore


class Turn(NamedTuple):
    taken: bool = False
    closer: str | None = None
    ended: bool = False  # the bit in the word of LeasedMemory
    views: int = 0
    released: int = 0


Steps = Iterator[tuple[Turn, str]]


def viewer(defect: str = "") -> Step:
    """BufferLease.view()."""

    def step(shared: Turn, at: str) -> Steps:
        if at == "start" and defect == "a view needs no turn":
            yield shared, "looks"
        elif at == "start" and not shared.taken:
            yield shared._replace(taken=True), "looks"
        elif at == "looks":
            yield shared, "gives back" if shared.ended and defect != "a view does not look" else "makes"
        elif at == "makes":
            yield shared._replace(views=shared.views + 1), "gives back"
        elif at == "gives back":
            yield shared if defect == "a view needs no turn" else shared._replace(taken=False), DONE

    return step


def closer(name: str, defect: str = "") -> Step:
    """BufferLease.close() and endCall(): the views close, unless one is in use, and then the buffer is released."""

    def step(shared: Turn, at: str) -> Steps:
        if at == "start" and not shared.taken:
            yield shared._replace(taken=True), "names itself"
        elif at == "names itself":
            yield shared._replace(closer=name), "looks"
        elif at == "looks":
            yield shared, "is no closer" if shared.ended and defect != "a closer does not look" else "closes"
        elif at == "closes":
            yield shared, "is no closer"  # a view is in use
            yield (
                shared._replace(views=0),
                "gives back too early" if defect == "the end comes after the turn" else "ends",
            )
        elif at == "ends":
            yield shared._replace(ended=True), "is no closer, and releases"
        elif at == "gives back too early":
            yield shared._replace(closer=None, taken=False), "ends too late"
        elif at == "ends too late":
            yield shared._replace(ended=True), "releases"
        elif at.startswith("is no closer"):
            yield shared._replace(closer=None), "gives back" + at.removeprefix("is no closer")
        elif at.startswith("gives back"):
            yield shared._replace(taken=False), "releases" if at.endswith("releases") else DONE
        elif at == "releases":
            yield shared._replace(released=shared.released + 1), DONE

    return step


def is_right(shared: Turn, owns: tuple) -> str | None:
    if shared.released and shared.views:
        return "a view of memory that was released"
    if shared.closer is not None and not shared.taken:
        return "a thread closes, and it is not its turn"
    return "released twice" if shared.released > 1 else None


def is_free(shared: Turn) -> str | None:
    return None if not shared.taken and shared.released == shared.ended else f"at the end: {shared}"


def threads(defect: str = "") -> list[tuple[Step, str]]:
    return [
        *[(viewer(defect), "start")] * 2,
        (closer("close()", defect), "start"),
        (closer("endCall()", defect), "start"),
    ]


def test_no_view_is_made_of_a_released_buffer_which_is_released_once() -> None:
    found = explore(Turn(), threads(), is_right, is_free)
    assert found.broken is None, found.broken


@pytest.mark.parametrize(
    "defect",
    ["a view needs no turn", "a view does not look", "a closer does not look", "the end comes after the turn"],
)
def test_a_wrong_line_of_the_turn_is_found_out(defect: str) -> None:
    assert explore(Turn(), threads(defect), is_right, is_free).broken is not None

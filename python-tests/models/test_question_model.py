"""A model of a question, which holds memory for a moment; the tests explore every interleaving.

Each model's docstring names the functions that it models. One line of a function is one step. Each model has negative
twins: the same model with one wrong line, which the exploration has to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.holding_word import CHANGING, NOT_HELD, Own
from models.interleavings import DONE, Found, Step, explore


class Held(NamedTuple):
    word: int = NOT_HELD
    holdings: int = 0  # how many keep the memory in place: 0 or 1
    for_question: bool = False  # the holding's is_for_question and notes_requests
    keeps_address: bool = False  # the holding's


def asker(kind: str, defect: str = "") -> Step:
    """holding_word.c, without a GIL, by the kind of the thread.

    A question acquires by bb_holding_acquire_for_question(), releases, and ends by bb_holding_end_question(). A keeper
    acquires by export.c:get_known(), which notes the request, releases, and uses the address afterwards, as
    np.ndarray(buffer=x) does. A reader does the same, but uses the memory only while it has the export.
    """
    is_question = kind == "question"

    def step(shared: Held, own: Own) -> Iterator[tuple[Held, Own]]:
        match own.at:
            case "start":
                if shared.word >= 0:
                    yield shared._replace(word=shared.word + 1), Own("acquired")
                elif shared.word == NOT_HELD:
                    yield shared._replace(word=CHANGING), Own("open")
            case "open":
                yield (
                    shared._replace(holdings=shared.holdings + 1, for_question=is_question, keeps_address=False),
                    Own("settle"),
                )
            case "settle":
                yield shared._replace(word=1), Own("acquired")
            case "acquired":
                notes = kind == "keeper" and shared.for_question
                yield shared._replace(keeps_address=shared.keeps_address or notes), Own("release")
            case "release":
                after = {"question": Own("end"), "keeper": Own("has the address"), "reader": DONE}[kind]
                if defect == "looks before it lets go" and is_question:
                    goes = shared.for_question and not shared.keeps_address
                    after = Own("end", int(goes))
                yield shared._replace(word=shared.word - 1), after
            case "has the address":
                yield shared, DONE if shared.holdings else Own("has an address that dangles")
            case "end":
                if shared.word == 0:
                    yield shared._replace(word=CHANGING), Own("look", own.seen)
                elif shared.word != CHANGING:
                    yield shared, DONE
            case "look":
                goes = shared.for_question and not shared.keeps_address
                if defect == "looks before it lets go":
                    goes = bool(own.seen)
                if goes or defect == "lets go of an address":
                    yield shared._replace(holdings=shared.holdings - 1), Own("let go")
                else:
                    yield shared._replace(word=0), DONE
            case "let go":
                yield shared._replace(word=NOT_HELD), DONE

    return step


def is_right(shared: Held, owns: tuple) -> str | None:
    places = [own.at for own in owns if isinstance(own, Own)]
    if "has an address that dangles" in places:
        return "memory went whose address was kept"
    if any(place in ("acquired", "release") for place in places) and shared.holdings != 1:
        return f"memory is used that {shared.holdings} holdings keep"
    return None


def is_as_before(shared: Held) -> str | None:
    if (shared.word == 0) != (shared.holdings == 1) or shared.word not in (0, NOT_HELD):
        return f"at the end the word is {shared.word}, and {shared.holdings} holdings are open"
    return None


def is_let_go_of(shared: Held) -> str | None:
    return f"questions left {shared.holdings} holdings" if shared.holdings else is_as_before(shared)


def explore_questions(kinds: list[str], defect: str = "") -> Found:
    at_the_end = is_let_go_of if set(kinds) == {"question"} else is_as_before
    return explore(Held(), [(asker(kind, defect), Own("start")) for kind in kinds], is_right, at_the_end)


@pytest.mark.parametrize(
    "kinds",
    [["question"] * 3, ["question", "question", "keeper", "reader"], ["question", "keeper", "keeper", "reader"]],
    ids="-".join,
)
def test_a_question_leaves_memory_as_it_was_in_every_order(kinds: list[str]) -> None:
    found = explore_questions(kinds)
    assert found.broken is None, found.broken
    assert found.states > 50 and found.ends > 0


@pytest.mark.parametrize("defect", ["lets go of an address", "looks before it lets go"])
def test_a_wrong_line_of_a_question_is_found_out(defect: str) -> None:
    assert explore_questions(["question", "question", "keeper"], defect).broken is not None

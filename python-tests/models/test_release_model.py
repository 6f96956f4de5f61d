"""A model of release() of a block, beside exports and Java; the tests explore every interleaving.

It models holding_word.c:bb_holding_take and bb_holding_end, java_buffer.c:let_go and vacate_block, and
java_object.c:bb_java_object_escape. Each of their atomic operations is one step, as without a GIL. Each defect is the
same model with one wrong line, which the exploration has to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.interleavings import Found, Step, explore

NOT_HELD, CHANGING = -1, -2
DONE = "done"


class Memory(NamedTuple):
    exports: int = NOT_HELD
    escaped: bool = False
    freed: bool = False
    vacated: bool = False
    given: bool = False  # whether Java code has the object, and may use the memory


Steps = Iterator[tuple[Memory, str]]


def exporting(shared: Memory, at: str) -> Steps:
    if at == "start":
        if shared.exports >= 0:
            yield shared._replace(exports=shared.exports + 1), "use"
        elif shared.exports == NOT_HELD:
            yield shared._replace(exports=CHANGING), "looks at freed"
    elif at == "looks at freed":
        yield shared, "refused" if shared.freed else "opened"
    elif at == "refused":
        yield shared._replace(exports=NOT_HELD), DONE
    elif at == "opened":
        yield shared._replace(exports=1), "use"
    elif at == "use":
        yield shared._replace(exports=shared.exports - 1), DONE


def releasing(defect: str) -> Step:
    def step(shared: Memory, at: str) -> Steps:
        if at == "start":
            yield shared, "lets go" if shared.escaped else "ends"
        elif at == "lets go":
            if shared.exports == 0:
                yield shared._replace(exports=CHANGING), "settles"
            elif shared.exports != CHANGING:
                yield shared, DONE
        elif at == "ends":
            if shared.exports in (0, NOT_HELD):
                yield (
                    shared._replace(exports=CHANGING),
                    "settles too early" if defect == "settled too early" else "frees",
                )
            elif shared.exports > 0:
                yield shared, DONE
        elif at == "settles too early":
            yield shared._replace(exports=NOT_HELD), "frees"
        elif at == "frees":
            yield (
                shared._replace(freed=True),
                "looks at escaped" if defect == "settled too early" else "settles and vacates",
            )
        elif at == "settles":
            yield shared._replace(exports=NOT_HELD), DONE
        elif at == "settles and vacates":
            yield shared._replace(exports=NOT_HELD), "looks at escaped"
        elif at == "looks at escaped":
            yield shared, DONE if shared.escaped and defect != "escaped is looked at once" else "vacates"
        elif at == "vacates":
            yield shared._replace(vacated=True), DONE

    return step


def giving(defect: str) -> Step:
    def step(shared: Memory, at: str) -> Steps:
        if at == "start":
            yield shared, "looks again" if shared.escaped else "looks"
        elif at == "looks":
            yield shared, "looks again" if shared.freed else "escapes"
        elif at == "escapes":
            yield shared._replace(escaped=True), "gives" if defect == "freed is looked at once" else "looks again"
        elif at == "looks again":
            yield shared, DONE if shared.freed else "gives"
        elif at == "gives":
            yield shared._replace(given=True), DONE

    return step


def is_right(shared: Memory, owns: tuple) -> str | None:
    if shared.vacated and (shared.exports > 0 or "use" in owns):
        return "memory that is exported was vacated"
    if shared.vacated and shared.given:
        return "memory that Java has was vacated"
    if shared.exports < CHANGING:
        return f"the word is {shared.exports}"
    return None


def is_settled(shared: Memory) -> str | None:
    return None if shared.exports in (NOT_HELD, 0) else f"at the end the word is {shared.exports}"


def explored(defect: str = "") -> Found:
    threads: list[tuple[Step, str]] = [(exporting, "start")] * 2 + [(releasing(defect), "start")] * 2
    threads += [(giving(defect), "start")] * 2
    return explore(Memory(), threads, is_right, is_settled)


def test_memory_is_vacated_only_when_neither_language_uses_it() -> None:
    found = explored()
    assert found.broken is None, found.broken
    assert found.states > 1000 and found.ends > 0


@pytest.mark.parametrize("defect", ["settled too early", "escaped is looked at once", "freed is looked at once"])
def test_a_wrong_line_of_release_is_found_out(defect: str) -> None:
    assert explored(defect).broken is not None

"""Explores every order of the steps of a few threads: an explicit-state model checker in fifty lines.

A thread is a function of the shared state and its own state. `step(shared, own)` yields each (shared, own) that one
atomic step can lead to. It yields nothing while the thread has to wait; own is DONE at the thread's end. All states are
values, so the checker explores each state only once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

DONE = "done"

Step = Callable[[Hashable, Hashable], Iterable[tuple[Hashable, Hashable]]]


class Found(NamedTuple):
    """The result of exploring all orders."""

    states: int
    ends: int
    """How many of the states have all threads at their end."""
    broken: str | None
    """The first error, with the steps that lead to it."""


def explore(
    shared: Hashable,
    threads: Sequence[tuple[Step, Hashable]],
    always: Callable[[Hashable, tuple[Hashable, ...]], str | None],
    finally_: Callable[[Hashable], str | None],
) -> Found:
    """Explores all orders of the threads' steps.

    Args:
        shared: the shared state at the beginning.
        threads: each thread's function, and its own state at the beginning.
        always: returns the error in a state, or None; it is called for every state.
        finally_: the same, for states in which all threads are done.
    """
    start = (shared, tuple(own for _, own in threads))
    before: dict[tuple, tuple | None] = {start: None}
    waiting = [start]
    ends = 0

    def broken(state: tuple, what: str) -> Found:
        path = [state]
        while (earlier := before[path[-1]]) is not None:
            path.append(earlier)
        return Found(len(before), ends, what + "".join(f"\n  {step}" for step in reversed(path)))

    while waiting:
        state = waiting.pop()
        shared, owns = state
        if (wrong := always(shared, owns)) is not None:
            return broken(state, wrong)
        moved = False
        for place, (step, _) in enumerate(threads):
            if owns[place] == DONE:
                continue
            for new_shared, own in step(shared, owns[place]):
                moved = True
                new = (new_shared, (*owns[:place], own, *owns[place + 1 :]))
                if new not in before:
                    before[new] = state
                    waiting.append(new)
        if all(own == DONE for own in owns):
            ends += 1
            if (wrong := finally_(shared)) is not None:
                return broken(state, wrong)
        elif not moved:
            return broken(state, "no thread can go on")
    return Found(len(before), ends, None)

"""How long one turn of a statement takes, measured so that two statements can be compared on a busy machine.

A round is short, and the rounds of everything that is compared take turns: what else the machine does meets
all of them. Only ratios within one round are looked at, and of those the median. The clock is the processor
time of the thread, which stands still while the system lets others run; only what waits for other threads is
measured by the wall's.
"""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable

ROUND_SECONDS = 0.005
WARM_SECONDS = 1.0


class Case:
    """A statement to be timed. Its names are those of the statement's globals."""

    def __init__(self, statement: str, *, setup: str = "pass", busy: Callable[[], object] | None = None,
                 round_seconds: float = ROUND_SECONDS, turns: int = 0, **names: object) -> None:
        clock = time.thread_time if busy is None else time.perf_counter
        self._timer = timeit.Timer(statement, setup, clock, names)
        self._busy = busy
        self._round_seconds = round_seconds
        self._turns = turns

    def round(self) -> float:
        """Nanoseconds of one turn, the mean of as many as fill a round."""
        if self._busy is None:
            return self._round()
        with self._busy():
            return self._round()

    def _round(self) -> float:
        if not self._turns:
            self._turns = self._calibrate()
        return self._timer.timeit(self._turns) / self._turns * 1e9

    def _calibrate(self) -> int:
        """Warms up, since Java's compiler takes its time, and finds how many turns fill a round."""
        end = time.perf_counter() + WARM_SECONDS
        turns, taken = 1, self._timer.timeit(1)
        while time.perf_counter() < end:
            taken = self._timer.timeit(turns)
            if taken < self._round_seconds:
                turns = max(turns + 1, min(10 * turns, int(turns * self._round_seconds / max(taken, 1e-9))))
        return max(1, int(turns * self._round_seconds / taken))


class Measured:
    """A case that measures itself, in Java or in C, and answers nanoseconds of one turn."""

    def __init__(self, measure: Callable[[], float], warm_rounds: int = 20) -> None:
        self._measure = measure
        self._warm_rounds = warm_rounds

    def round(self) -> float:
        while self._warm_rounds:
            self._warm_rounds -= 1
            self._measure()
        return self._measure()

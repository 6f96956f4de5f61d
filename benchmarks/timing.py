"""Measures one turn of a statement, so that two statements can be compared on a busy machine.

A round is short, and the rounds of all compared statements take turns, so other load meets all of them. The figure is
the median of ratios, each within one round. The clock is the processor time of the thread, which stops while the
system runs other threads. Only cases that wait for other processes use the wall clock.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time
import timeit
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

ROUND_SECONDS = 0.005
WARM_SECONDS = 1.0

BESIDE_SECONDS = 1.0
BLOCK_SECONDS = 0.002
SWITCH_SECONDS = 0.005
MIN_PAIRS = 20


class Case:
    """A statement to be timed. The keyword arguments are its globals."""

    def __init__(self, statement: str, *, setup: str = "pass", turns: int = 0, **names: object) -> None:
        self._timer = timeit.Timer(statement, setup, time.thread_time, names)
        self._turns = turns

    def round(self) -> float:
        """The nanoseconds of one turn: the mean of the turns that fill a round."""
        if not self._turns:
            self._turns = self._calibrate()
        return self._timer.timeit(self._turns) / self._turns * 1e9

    def _calibrate(self) -> int:
        """Warms up, because Java's compiler needs time, and finds how many turns fill a round."""
        end = time.perf_counter() + WARM_SECONDS
        turns, taken = 1, self._timer.timeit(1)
        while time.perf_counter() < end:
            taken = self._timer.timeit(turns)
            if taken < ROUND_SECONDS:
                turns = max(turns + 1, min(10 * turns, int(turns * ROUND_SECONDS / max(taken, 1e-9))))
        return max(1, int(turns * ROUND_SECONDS / taken))


class Beside:
    """Times a statement and its control while another thread wants the GIL all the time.

    The time of a turn is its processor time, plus 5 ms for each wait for the GIL. The other thread may keep the GIL for
    that long. The wall clock is not used, because it also counts the time that the system gives to other programs.
    A round has so few waits that chance would decide.

    The waits are counted as voluntary context switches, which the system counts. The interpreter forces a wait after
    each 5 ms on every thread that has the GIL. A turn is not the cause of such a wait. So a block of turns is shorter
    than 5 ms, and begins when this thread has just got the GIL. The median of the blocks' waits counts.

    The processor's speed changes. So the processor times are compared as ratios of two neighbouring blocks: one of the
    statement, one of the control. The median of the ratios counts.
    """

    def __init__(
        self, statement: str, busy: Callable[[], AbstractContextManager[None]], x: object, control: object
    ) -> None:
        self._timers = [timeit.Timer(statement, timer=time.thread_time, globals={"x": each}) for each in (x, control)]
        self._turns = [0, 0]
        self._busy = busy
        self._found: list[float | None] = [None, None]

    @staticmethod
    def is_possible() -> bool:
        """Whether the system can count the waits of one thread."""
        return hasattr(resource, "RUSAGE_THREAD")

    def cases(self) -> tuple[_BesideCase, _BesideCase]:
        """The cases of the statement and of the control. Timed in turn, in either order, they share one measurement."""
        return _BesideCase(self, 0), _BesideCase(self, 1)

    def take(self, which: int) -> float:
        if self._found[which] is None:
            self._measure()
        found, self._found[which] = self._found[which], None
        assert found is not None
        return found

    def _measure(self) -> None:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        pairs = []
        try:
            with self._busy():
                self._turns = [turns or self._calibrate(which) for which, turns in enumerate(self._turns)]
                end = time.perf_counter() + BESIDE_SECONDS
                while len(pairs) < MIN_PAIRS or time.perf_counter() < end:
                    pair = {which: self._block(which) for which in random.sample((0, 1), 2)}
                    pairs.append((pair[0], pair[1]))
        finally:
            sys.setswitchinterval(interval)
        control = statistics.median(taken for _, (taken, _) in pairs)
        ratio = statistics.median(x / control for (x, _), (control, _) in pairs)
        waits = [statistics.median(pair[which][1] for pair in pairs) * SWITCH_SECONDS * 1e9 for which in (0, 1)]
        self._found = [control * ratio + waits[0], control + waits[1]]

    def _block(self, which: int, turns: int = 0) -> tuple[float, float]:
        """The nanoseconds of processor time of one turn, and how often it had to wait for the GIL."""
        turns = turns or self._turns[which]
        time.sleep(0)  # releases the GIL, and takes it again
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
        taken = self._timers[which].timeit(turns)
        return taken / turns * 1e9, (resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw - before) / turns

    def _calibrate(self, which: int) -> int:
        end, turns = time.perf_counter() + WARM_SECONDS, 1
        while time.perf_counter() < end:
            taken, waits = self._block(which, turns)
            turns = max(1, min(2 * turns, int(BLOCK_SECONDS / max(taken / 1e9 + waits * SWITCH_SECONDS, 1e-9))))
        return turns


class _BesideCase:
    def __init__(self, beside: Beside, which: int) -> None:
        self._beside = beside
        self._which = which

    def round(self) -> float:
        return self._beside.take(self._which)


class Measured:
    """A case that measures itself, in Java or in C, and returns the nanoseconds of one turn."""

    def __init__(self, measure: Callable[[], float], warm_rounds: int = 20) -> None:
        self._measure = measure
        self._warm_rounds = warm_rounds

    def round(self) -> float:
        while self._warm_rounds:
            self._warm_rounds -= 1
            self._measure()
        return self._measure()


class Timed(Protocol):
    """A case of a side."""

    def round(self) -> float:
        """Nanoseconds of one turn."""

"""How long one turn of a statement takes, measured so that two statements can be compared on a busy machine.

A round is short, and the rounds of everything that is compared take turns: what else the machine does meets
all of them. Only ratios within one round are looked at, and of those the median. The clock is the processor
time of the thread, which stands still while the system lets others run; only what waits for other processes is
measured by the wall's.
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
LEAST_PAIRS = 20


class Case:
    """A statement to be timed. Its names are those of the statement's globals."""

    def __init__(self, statement: str, *, setup: str = "pass", turns: int = 0, **names: object) -> None:
        self._timer = timeit.Timer(statement, setup, time.thread_time, names)
        self._turns = turns

    def round(self) -> float:
        """Nanoseconds of one turn, the mean of as many as fill a round."""
        if not self._turns:
            self._turns = self._calibrate()
        return self._timer.timeit(self._turns) / self._turns * 1e9

    def _calibrate(self) -> int:
        """Warms up, since Java's compiler takes its time, and finds how many turns fill a round."""
        end = time.perf_counter() + WARM_SECONDS
        turns, taken = 1, self._timer.timeit(1)
        while time.perf_counter() < end:
            taken = self._timer.timeit(turns)
            if taken < ROUND_SECONDS:
                turns = max(turns + 1, min(10 * turns, int(turns * ROUND_SECONDS / max(taken, 1e-9))))
        return max(1, int(turns * ROUND_SECONDS / taken))


class Beside:
    """A statement and its control while another thread wants the GIL all the time: a turn's processor time, and for
    each time that it had to wait for the GIL the 5 ms for which the other thread may keep it.

    The wall's clock would have to tell these 5 ms from what the system gives to other programs, and there are so
    few of them in a round that chance decides. So the waits are counted, as the system counts them (voluntary
    context switches). A turn is not to blame for those that the interpreter forces after each 5 ms, whoever has the
    GIL: a block of turns is shorter than that, begins when this thread has just got the GIL, and the median of the
    blocks' waits counts. Of the processor times it is the median of the ratios of two neighbouring blocks, one of
    the statement and one of the control, for the processor is not equally fast at all times.
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
        """Whether the system counts the waits of one thread."""
        return hasattr(resource, "RUSAGE_THREAD")

    def cases(self) -> tuple[_BesideCase, _BesideCase]:
        """Of the statement and of the control; asked one after the other, in either order, they tell of one moment."""
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
                while len(pairs) < LEAST_PAIRS or time.perf_counter() < end:
                    pair = {which: self._block(which) for which in random.sample((0, 1), 2)}
                    pairs.append((pair[0], pair[1]))
        finally:
            sys.setswitchinterval(interval)
        control = statistics.median(taken for _, (taken, _) in pairs)
        ratio = statistics.median(x / control for (x, _), (control, _) in pairs)
        waits = [statistics.median(pair[which][1] for pair in pairs) * SWITCH_SECONDS * 1e9 for which in (0, 1)]
        self._found = [control * ratio + waits[0], control + waits[1]]

    def _block(self, which: int, turns: int = 0) -> tuple[float, float]:
        """Nanoseconds of processor time of one turn, and how often it had to wait for the GIL."""
        turns = turns or self._turns[which]
        time.sleep(0)  # gives the GIL up, and comes back with it
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
    """A case that measures itself, in Java or in C, and answers nanoseconds of one turn."""

    def __init__(self, measure: Callable[[], float], warm_rounds: int = 20) -> None:
        self._measure = measure
        self._warm_rounds = warm_rounds

    def round(self) -> float:
        while self._warm_rounds:
            self._warm_rounds -= 1
            self._measure()
        return self._measure()


class Timed(Protocol):
    """What a side offers: a case by its name."""

    def round(self) -> float:
        """Nanoseconds of one turn."""

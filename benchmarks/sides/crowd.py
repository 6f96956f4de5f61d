"""Threads that do the same at once, by the wall clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def nanoseconds(turn: Callable[[], object], count: int, turns: int) -> float:
    """The time of one turn of `count` threads that each take `turns`: that of all, divided by the turns of all."""
    begin = threading.Barrier(count + 1)

    def run() -> None:
        begin.wait()
        for _ in range(turns):
            turn()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    begin.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - start) / (count * turns) * 1e9

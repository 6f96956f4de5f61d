"""The bytes of what a bridge makes: those of malloc, of Python's small objects, and of the Java heap."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from timing import Measured

COUNT = 100_000


class _MallInfo(ctypes.Structure):
    """struct mallinfo2 of the GNU C library."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


def allocated() -> int:
    """The bytes that malloc has given out, which do not include Python's small objects."""
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _MallInfo
    return mallinfo().uordblks


def _small_objects() -> int:
    """The bytes of Python's small objects. Only a report to the standard error stream has them."""
    with tempfile.TemporaryFile() as report:
        stream = os.dup(2)
        os.dup2(report.fileno(), 2)
        try:
            sys._debugmallocstats()
        finally:
            os.dup2(stream, 2)
            os.close(stream)
        report.seek(0)
        found = re.search(rb"# bytes in allocated blocks += +([\d,]+)", report.read())
    assert found is not None
    return int(found[1].replace(b",", b""))


def heap_of(runtime: Any) -> Callable[[], int]:
    """The used bytes of the Java heap, by a java.lang.Runtime of any bridge."""

    def used() -> int:
        for _ in range(3):
            runtime.gc()
        return runtime.totalMemory() - runtime.freeMemory()

    return used


def bytes_of(
    make: Callable[[], Any], measure: Callable[[], int], end: Callable[[Any], object] = id, count: int = COUNT
) -> float:
    """The mean bytes of one of `count` things that are made, and ended by `end`."""
    made: list[Any] = [None] * count
    before = measure()
    for i in range(count):
        made[i] = make()
    taken = measure() - before
    for each in made:
        end(each)
    return taken / count


def all_bytes(make: Callable[[], Any], runtime: Any, end: Callable[[Any], object] = id, count: int = COUNT) -> Measured:
    """A case whose value is the bytes of one: Python's, malloc's and the Java heap's together."""
    heap = heap_of(runtime)
    return Measured(lambda: bytes_of(make, lambda: _small_objects() + allocated() + heap(), end, count), warm_rounds=1)

"""bufferbridge with many exports out and with many threads, and the memory that an export needs."""

from __future__ import annotations

import ctypes
import threading
import time
import timeit

from sides import bufferbridge as ours
from sides import plain
from timing import Case, Measured

bb = ours.bb
LIVE = (1, 100, 10_000, 100_000)
THREADS = (1, 4, 16)
JAVA_THREADS = (1, 4, 64)
TURNS = 20_000
JAVA_TURNS = 256_000


class _MallInfo(ctypes.Structure):
    """struct mallinfo2 of the GNU C library."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


def _allocated() -> int:
    """The bytes that malloc has given out, which do not include Python's small objects."""
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _MallInfo
    return mallinfo().uordblks


def _java_heap() -> int:
    runtime = bb.jclass("java.lang.Runtime").getRuntime()
    for _ in range(3):
        runtime.gc()
    return runtime.totalMemory() - runtime.freeMemory()


def _weight(x: object, measure) -> float:
    """The mean bytes of one export, measured with many exports of x."""
    views: list[memoryview] = [None] * LIVE[-1]
    before = measure()
    for i in range(len(views)):
        views[i] = memoryview(x)
    return (measure() - before) / len(views)


class _Crowd:
    """Keeps a given number of exports of x out."""

    def __init__(self, x: object) -> None:
        self._x = x
        self._views: list[memoryview] = []

    def time(self, live: int) -> float:
        """The nanoseconds of an acquire and release while that many exports are out."""
        while len(self._views) < live:
            self._views.append(memoryview(self._x))
        while len(self._views) > live:
            self._views.pop().release()
        turns = timeit.timeit(plain.ACQUIRE, timer=time.thread_time, globals={"x": self._x}, number=TURNS)
        return turns / TURNS * 1e9


def _by_threads(x: object, count: int) -> float:
    """The nanoseconds of an acquire and release, with all threads together."""
    begin = threading.Barrier(count + 1)

    def run() -> None:
        begin.wait()
        for _ in range(TURNS):
            memoryview(x).release()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    begin.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - start) / (count * TURNS) * 1e9


def cases() -> dict[str, Case | Measured]:
    ours.cases()
    exporters = bb.jclass("org.bufferbridge.bench.Exporters")
    objects = {
        "bytearray": bytearray(1000),
        "bb.empty": bb.empty((1000,), "B"),
        "exporter, never blocks": exporters.sameView(False),
    }
    found: dict[str, Case | Measured] = {}
    for name, x in objects.items():
        crowd = _Crowd(x)
        for live in LIVE:
            found[f"{name}, {live} live"] = Measured(lambda crowd=crowd, live=live: crowd.time(live), warm_rounds=1)
        for count in THREADS:
            found[f"{name}, {count} threads"] = Measured(lambda x=x, count=count: _by_threads(x, count), warm_rounds=1)
        found[f"{name}, malloc"] = Measured(lambda x=x: _weight(x, _allocated), warm_rounds=1)
        found[f"{name}, Java heap"] = Measured(lambda x=x: _weight(x, _java_heap), warm_rounds=1)
    leases, leased = bb.jclass("org.bufferbridge.bench.Leases"), bytearray(1000)
    for count in JAVA_THREADS:
        found[f"lease, {count} Java threads"] = Measured(
            lambda count=count: leases.acquireAndCloseByThreads(leased, count, JAVA_TURNS // count), warm_rounds=1
        )
    return found


versions = ours.versions

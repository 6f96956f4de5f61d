"""bufferbridge with many exports out and with many threads, and the memory that an export needs."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable

from sides import bufferbridge as ours
from sides import crowd, plain, weights
from timing import Measured

bb = ours.bb
LIVE = (1, 100, 10_000, 100_000, 1_000_000)
LIVE_OBJECTS = (1, 1_000_000)
THREADS = (1, 4, 16)
JAVA_THREADS = (1, 4, 64)
TURNS = 20_000
JAVA_TURNS = 256_000


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


class _Objects:
    """Keeps a given number of Java objects alive."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._live: list[object] = []

    def time(self, live: int) -> float:
        """The nanoseconds in which one more is made and let go."""
        while len(self._live) < live:
            self._live.append(self._make())
        del self._live[live:]
        return timeit.timeit(self._make, timer=time.thread_time, number=TURNS) / TURNS * 1e9


def _weights() -> dict[str, Measured]:
    """The bytes of one thing of each kind."""
    runtime, make = bb.jclass("java.lang.Runtime").getRuntime(), bb.jclass("org.bufferbridge.bench.Plain").object
    leased = bytearray(1000)
    return {
        "bytes of an object": weights.all_bytes(make, runtime),
        "bytes of a lease": weights.all_bytes(lambda: bb.retain(leased), runtime, lambda lease: lease.close()),
        "bytes of a block": weights.all_bytes(lambda: bb.empty((1,)), runtime, lambda block: block.release()),
    }


def cases() -> dict[str, Measured]:
    ours.cases()
    exporters = bb.jclass("org.bufferbridge.bench.Exporters")
    objects = {
        "bytearray": bytearray(1000),
        "bb.empty": bb.empty((1000,), "B"),
        "exporter, never blocks": exporters.sameView(False),
    }
    heap = weights.heap_of(bb.jclass("java.lang.Runtime").getRuntime())
    found: dict[str, Measured] = _weights()
    for name, x in objects.items():
        many = _Crowd(x)
        for live in LIVE:
            found[f"{name}, {live} live"] = Measured(lambda many=many, live=live: many.time(live), warm_rounds=1)
        for count in THREADS:
            found[f"{name}, {count} threads"] = Measured(
                lambda x=x, count=count: crowd.nanoseconds(lambda: memoryview(x).release(), count, TURNS),
                warm_rounds=1,
            )
        for place, measure in (("malloc", weights.allocated), ("Java heap", heap)):
            found[f"{name}, {place}"] = Measured(
                lambda x=x, measure=measure: weights.bytes_of(lambda: memoryview(x), measure), warm_rounds=1
            )
    objects_of_java = _Objects(bb.jclass("org.bufferbridge.bench.Plain").object)
    for live in LIVE_OBJECTS:
        found[f"object, {live} live"] = Measured(lambda live=live: objects_of_java.time(live), warm_rounds=1)
    leases, leased = bb.jclass("org.bufferbridge.bench.Leases"), bytearray(1000)
    for count in JAVA_THREADS:
        found[f"lease, {count} Java threads"] = Measured(
            lambda count=count: leases.acquireAndCloseByThreads(leased, count, JAVA_TURNS // count), warm_rounds=1
        )
    return found


versions = ours.versions

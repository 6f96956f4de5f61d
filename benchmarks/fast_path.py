"""One fast path, so many times: what instructions.py counts. `python fast_path.py <path> <turns>`"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src" / "main" / "python"))

import bufferbridge as bb  # noqa: E402


def _acquire(x: object) -> Callable[[], object]:
    def path() -> None:
        memoryview(x).release()

    return path


def _exporter(may_block: bool) -> Callable[[], object]:
    exporters = bb.jclass("org.bufferbridge.bench.Exporters")
    path = _acquire(exporters.sameView(may_block))
    path()
    while exporters.stubsAreBeingMade():
        time.sleep(0.2)
    return path


def _call() -> Callable[[], object]:
    same = bb.jclass("org.bufferbridge.bench.Plain").same
    return lambda: same(7)


def _lease() -> Callable[[], object]:
    take, leased = bb.jclass("org.bufferbridge.bench.Takes").buffer, bytearray(1000)
    return lambda: take(leased)


PATHS: dict[str, Callable[[], Callable[[], object]]] = {
    "known memory": lambda: _acquire(bb.empty((1000,), "B")),
    "exporter, never blocks": lambda: _exporter(False),
    "exporter, may block": lambda: _exporter(True),
    "call": _call,
    "lease for a call": _lease,
}


def main(name: str, turns: int) -> None:
    # Interpreted, and collected by one thread: only the C half is counted, and the JVM's own work varies less.
    bb.start(classpath=[ROOT / "target" / "benchmarks" / "classes"], options=["-Xint", "-XX:+UseSerialGC"])
    path = PATHS[name]()
    for _ in range(turns):
        path()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

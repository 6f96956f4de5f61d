"""Runs each fast path the given number of times, for instructions.py: `python fast_path.py <classes> <turns>`

Before and after the turns it calls a function of the library that no path calls. There the profiler writes its counts
to a file, so every second file has the counts of a path.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src" / "main" / "python"))

import bufferbridge as bb  # noqa: E402
from bufferbridge import _native  # noqa: E402

Turns = Callable[[int], None]
WARM_TURNS = 20


def _again(turn: Callable[[], object]) -> Turns:
    def path(turns: int) -> None:
        for _ in range(turns):
            turn()

    return path


def _acquire(x: object) -> Turns:
    return _again(lambda: memoryview(x).release())


def _exporter(may_block: bool) -> Turns:
    exporters = bb.jclass("org.bufferbridge.bench.Exporters")
    path = _acquire(exporters.sameView(may_block))
    path(1)
    while exporters.stubsAreBeingMade():
        time.sleep(0.2)
    return path


def _call() -> Turns:
    same = bb.jclass("org.bufferbridge.bench.Plain").same
    return _again(lambda: same(7))


def _lease() -> Turns:
    take, leased = bb.jclass("org.bufferbridge.bench.Takes").buffer, bytearray(1000)
    return _again(lambda: take(leased))


def _lease_of_java() -> Turns:
    cycles, leased = bb.jclass("org.bufferbridge.bench.Leases").acquireAndClose, bytearray(1000)
    return lambda turns: cycles(leased, turns)


def _field_get() -> Turns:
    point = bb.jclass("org.bufferbridge.bench.Point")()
    return _again(lambda: point.x)


def _field_set() -> Turns:
    point = bb.jclass("org.bufferbridge.bench.Point")()

    def turn() -> None:
        point.x = 7

    return _again(turn)


def _isinstance() -> Turns:
    kind = bb.jclass("org.bufferbridge.bench.Point")
    point = kind()
    return _again(lambda: isinstance(point, kind))


def _dlpack() -> Turns:
    capsule, version = bb.empty((1000,), "d").__dlpack__, (1, 0)
    return _again(lambda: capsule(max_version=version))


def _integer() -> Turns:
    read = bb.jclass("org.bufferbridge.bench.Leases").readInteger
    return lambda turns: read(7, turns)


def _text() -> Turns:
    read = bb.jclass("org.bufferbridge.bench.Leases").readText
    return lambda turns: read("\u03bc\u03ad\u03c4\u03c1\u03bf\u03bd", turns)


def _doubles() -> Turns:
    read, numbers = bb.jclass("org.bufferbridge.bench.Leases").readDoubles, [float(i) for i in range(1000)]
    return lambda turns: read(numbers, turns)


def _text_of_java() -> Turns:
    text = bb.jclass("org.bufferbridge.bench.Plain").echo
    return _again(lambda: text("\u03bc\u03ad\u03c4\u03c1\u03bf\u03bd"))


def _list() -> Turns:
    count, numbers = bb.jclass("org.bufferbridge.bench.Plain").count, [float(i) for i in range(1000)]
    return _again(lambda: count(numbers))


PATHS: dict[str, Callable[[], Turns]] = {
    "known memory": lambda: _acquire(bb.empty((1000,), "B")),
    "guarded exporter": lambda: _acquire(bb.jclass("org.bufferbridge.bench.Exporters").counted()),
    "exporter, never blocks": lambda: _exporter(False),
    "exporter, may block": lambda: _exporter(True),
    "call": _call,
    "lease for a call": _lease,
    "lease from Java's thread": _lease_of_java,
    "field, get": _field_get,
    "field, set": _field_set,
    "isinstance": _isinstance,
    "DLPack capsule": _dlpack,
    "an int read by Java": _integer,
    "a str read by Java": _text,
    "1,000 floats read by Java": _doubles,
    "a str to Java and back": _text_of_java,
    "1,000 floats for a call": _list,
}


def main(classes: str, turns: int) -> None:
    # The JVM interprets, and one thread collects: only the C half is counted, and the JVM's own work varies less.
    bb.start(classpath=[classes], options=["-Xint", "-XX:+UseSerialGC"])
    for make in PATHS.values():
        path = make()
        path(WARM_TURNS)
        _native.refuse_gone()
        path(turns)
        _native.refuse_gone()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

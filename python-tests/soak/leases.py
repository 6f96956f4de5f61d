"""Many leases: `make soak-leases`. Ends with an error if something grows.

Nine of ten leases last for a call; the others are retained and closed. The first tenth of the leases is a warm-up.
After it the resident memory, the reference counts and the leases that are out must not change.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable

import numpy as np

import bufferbridge as bb
from support.memory import resident_bytes
from support.places import ROOT

BLOCK = 1000
MAX_GROWTH = 16 * 2**20  # bytes: collector and allocator may need this much; a leak of 2 bytes per lease is more


def lease_in_turns(
    count: int, nothing: Callable[..., None], retain: Callable[..., None], close: Callable[[], None]
) -> None:
    sources = [bytearray(100), np.zeros((4, 5))[::2], memoryview(b"12345678").cast("i")]
    before = [sys.getrefcount(source) for source in sources]
    for block in range(count // BLOCK):
        source = sources[block % len(sources)]
        for _ in range(BLOCK * 9 // 10):
            nothing(source)
        for _ in range(BLOCK // 10):
            retain(source)
            close()
    del source
    after = [sys.getrefcount(source) for source in sources]
    assert after == before, f"reference counts {after}; {before} are required"
    assert bb.leases() == []


def main(count: int) -> None:
    bb.start(classpath=[ROOT / "target" / "test-classes"], options=["-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch"])
    leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
    calls = (leasing.nothing, leasing.retain, leasing.closeKept)
    started = time.monotonic()
    warm_up = max(count // 10, BLOCK)
    lease_in_turns(warm_up, *calls)
    figures = [resident_bytes()]
    objects = len(gc.get_objects())
    for _ in range(9):
        lease_in_turns(warm_up, *calls)
        figures.append(resident_bytes())
    growth = figures[-1] - figures[0]
    assert growth < MAX_GROWTH, f"resident bytes grew by {growth}, from {figures}; less than {MAX_GROWTH} are required"
    more = len(gc.get_objects()) - objects
    assert more < 100, f"{more} more Python objects; less than 100 are required"
    assert bb.jclass("org.bufferbridge.Leaks").liveLeases() == 0
    seconds = time.monotonic() - started
    print(
        f"leases: {10 * warm_up} in {seconds:.1f} s; resident {figures[0] / 2**20:.1f} MiB after the warm-up,"
        f" {figures[-1] / 2**20:.1f} MiB at the end"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))

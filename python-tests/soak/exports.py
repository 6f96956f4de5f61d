"""Many exports, calls and blocks: `make soak-exports`. Ends with an error if something grows.

Each cycle exports an array, a segment and a user's exporter. It calls a method with a string and an object, and makes
and drops a block. The first tenth of the cycles is a warm-up. After it the resident memory, Python's objects and
reference counts, and the lists of exports and leases must not change.
"""

from __future__ import annotations

import gc
import sys
import time

import numpy as np

import bufferbridge as bb
from soak.leases import MAX_GROWTH
from support.memory import resident_bytes
from support.places import ROOT

BLOCK = 1000


def main(count: int) -> None:
    bb.start(classpath=[ROOT / "target" / "test-classes"], options=["-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch"])
    memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
    callee = bb.jclass("org.bufferbridge.fixtures.calls.Callee")
    exporters = [memories.array("int", 10), memories.automatic(64), memories.exporterOfHeap(memories.array("byte", 16))]
    instance = callee("somebody")
    watched = [*exporters, instance]

    def cycles(number: int) -> None:
        for _ in range(number):
            for exporter in exporters:
                memoryview(exporter).release()
            callee.same("text")
            callee.same(instance)
            bb.empty(16)
        exporters[0].release()
        np.asarray(exporters[1])

    started = time.monotonic()
    warm_up = max(count // 10, BLOCK)
    cycles(warm_up)
    gc.collect()
    references = [sys.getrefcount(one) for one in watched]
    figures = [resident_bytes()]
    blocks = sys.getallocatedblocks()
    for _ in range(9):
        cycles(warm_up)
        figures.append(resident_bytes())
    gc.collect()
    growth = figures[-1] - figures[0]
    assert growth < MAX_GROWTH, f"resident bytes grew by {growth}, from {figures}; less than {MAX_GROWTH} are required"
    more = sys.getallocatedblocks() - blocks
    assert more < 1000, f"{more} more Python blocks; less than 1000 are required"
    after = [sys.getrefcount(one) for one in watched]
    assert after == references, f"reference counts {after}; {references} are required"
    assert bb.exports() == [] and bb.jclass("org.bufferbridge.Leaks").liveExports() == 0
    print(
        f"exports: {10 * warm_up} cycles in {time.monotonic() - started:.1f} s;"
        f" resident {figures[0] / 2**20:.1f} MiB after"
        f" the warm-up, {figures[-1] / 2**20:.1f} MiB at the end; {more} more Python blocks"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))

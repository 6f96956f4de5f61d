"""Arrow Java's batches as a table of pyarrow, beside pyarrow's own. There are no cases without Arrow Java's jars."""

from __future__ import annotations

import time
from collections.abc import Callable

import pyarrow

from sides import bufferbridge as ours
from timing import Measured

bb = ours.bb
ARROW = ours.ROOT / "target" / "arrow-java"
BATCHES, ROWS, FEW_ROWS = 100, 100_000, 100
TURNS = 3


def _tables(make: Callable[[], object]) -> Measured:
    """The nanoseconds that a table of what is made takes. The making is not counted."""

    def measure() -> float:
        readers = [make() for _ in range(TURNS)]
        start = time.thread_time()
        for reader in readers:
            pyarrow.table(reader)
        return (time.thread_time() - start) / TURNS * 1e9

    return Measured(measure)


def cases() -> dict[str, Measured]:
    jars = sorted((ARROW / "jars").glob("*.jar"))
    if not jars:
        return {}
    bb.start(classpath=[ARROW / "classes", *jars], options=["--add-opens=java.base/java.nio=ALL-UNNAMED"])
    allocator = bb.jclass("org.apache.arrow.memory.RootAllocator")()
    reader = bb.jclass("org.bufferbridge.arrow.SameBatches")
    batch = pyarrow.record_batch({"n": pyarrow.array(range(ROWS), pyarrow.int64())})
    stream = pyarrow.RecordBatchReader.from_batches
    return {
        "table of Arrow Java": _tables(lambda: reader(allocator, BATCHES, ROWS)),
        "table of Arrow Java, few rows": _tables(lambda: reader(allocator, BATCHES, FEW_ROWS)),
        "table of pyarrow": _tables(lambda: stream(batch.schema, [batch] * BATCHES)),
    }


def versions() -> dict[str, str]:
    return ours.versions() | {"pyarrow": pyarrow.__version__} if bb.is_running() else {}

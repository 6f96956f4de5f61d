"""The table of docs/reference/memory.md, row by row.

A call that would free or move the memory is refused while Python has it, and succeeds afterwards. An array of
`np.ndarray(buffer=x)`, which keeps only `x`, stays valid.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

import bufferbridge as bb

SIZE = 64
ON_THE_HEAP = ["byte-array", "double-array", "heap-nio", "heap-segment"]


@dataclass
class Row:
    """Memory of SIZE bytes.

    Attributes:
        buffer: the exporter.
        free: frees the memory, or changes where it is; None if nothing can.
        refusal: the exception that `free` raises while an export is out.
        holds: whether the memory is held while Python has `buffer`, exported or not.

    The rows that are freed by `release()` raise BufferError.
    """

    buffer: bb.JavaBuffer
    free: Callable[[], object] | None = None
    refusal: type[Exception] = bb.JavaError
    holds: bool = True


def of_arena(memories: bb.JavaClass, arena: bb.JavaObject, what: Callable[[bb.JavaObject], bb.JavaBuffer]) -> Row:
    return Row(what(memories.in_(arena, SIZE)), arena.close)


def guarded(kind: str) -> Row:
    exporter = bb.jclass("org.bufferbridge.fixtures.exporters." + kind)("SHARED")
    exporter.grow(SIZE)
    return Row(exporter, lambda: exporter.grow(2 * SIZE), bb.JavaBufferError, holds=False)


def released(buffer: bb.JavaBuffer) -> Row:
    return Row(buffer, buffer.release, BufferError)


TABLE: dict[str, Callable[[bb.JavaClass], Row]] = {
    "global-segment": lambda m: Row(m.global_(SIZE)),
    "automatic-segment": lambda m: Row(m.automatic(SIZE)),
    "direct-nio": lambda m: Row(m.direct(SIZE)),
    "export-arena": lambda m: of_arena(m, m.exporting(), lambda memory: memory),
    "export-arena-view": lambda m: of_arena(m, m.exporting(), lambda memory: m.view(memory, "d", 2, 4)),
    "shared-arena": lambda m: of_arena(m, m.shared(), lambda memory: memory),
    "confined-arena": lambda m: of_arena(m, m.confined(), lambda memory: memory),
    "shared-arena-nio": lambda m: of_arena(m, m.shared(), lambda memory: memory.asByteBuffer()),
    "shared-arena-view": lambda m: of_arena(m, m.shared(), lambda memory: m.view(memory, "h", 32)),
    "byte-array": lambda m: Row(m.array("byte", SIZE)),
    "double-array": lambda m: Row(m.array("double", SIZE // 8)),
    "heap-nio": lambda m: Row(m.heap(SIZE)),
    "heap-segment": lambda m: Row(m.heapSegment(SIZE)),
    "empty": lambda m: released(bb.empty(SIZE)),
    "copy": lambda m: released(bb.copy(m.direct(SIZE))),
    "jna-memory": lambda m: Row(m.jna(SIZE)),
    "jna-structure": lambda m: Row(m.point(1.0, 2.0, 3)),
    "exporter-of-memory": lambda m: Row(bb.jclass("org.bufferbridge.Buffers").exporter(m.automatic(SIZE))),
    "users-exporter": lambda m: guarded("RoutedBytes"),
    "guarded-exporter": lambda m: guarded("GuardedBytes"),
    "providers-type": lambda m: Row(bb.jclass("org.bufferbridge.fixtures.exporters.ForeignImage")(8, 8), holds=False),
}


@pytest.fixture(params=TABLE)
def row(request: pytest.FixtureRequest, memories: bb.JavaClass, pinning: bool) -> Row:
    if request.param in ON_THE_HEAP and not pinning:
        pytest.skip("this JVM cannot pin heap arrays")
    return TABLE[request.param](memories)


def move_everything(memories: bb.JavaClass) -> None:
    """Runs the collector, and fills freed memory with other bytes."""
    gc.collect()
    memories.collectGarbage()
    others = [memories.array("byte", 100_000) for _ in range(20)]
    blocks = [np.full(SIZE, 0xEE, np.uint8) for _ in range(1000)]
    assert len(others) + len(blocks) == 1020


def test_freeing_is_refused_while_exported_and_succeeds_afterwards(row: Row, memories: bb.JavaClass) -> None:
    first, second = memoryview(row.buffer), np.asarray(row.buffer)
    before = second.tobytes()

    def require_in_place() -> None:
        if row.free is not None:
            with pytest.raises(row.refusal):
                row.free()
        move_everything(memories)
        assert second.tobytes() == before  # noqa: F821 (deleted later)

    require_in_place()
    first.release()
    require_in_place()
    del second
    row.buffer.release()
    if row.free is not None:
        row.free()


def test_numpys_array_that_keeps_only_the_object_stays_valid(row: Row, memories: bb.JavaClass) -> None:
    if not row.holds:
        pytest.skip("a user's exporter may free its memory at releaseBuffer")
    array = np.ndarray(row.buffer.nbytes, np.uint8, buffer=row.buffer)
    assert row.buffer.export_count == 0
    array[:] = np.arange(array.size) + 7
    free = None if row.refusal is BufferError else row.free  # this `free` is the object's own release()
    row.free = row.buffer = None  # type: ignore[assignment]
    for _ in range(2):
        move_everything(memories)
        np.testing.assert_array_equal(array, np.arange(array.size) + 7)
        if free is not None:
            with pytest.raises(bb.JavaError):
                free()
    del array
    gc.collect()
    if free is not None:
        free()

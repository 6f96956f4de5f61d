"""np.ndarray(buffer=x) keeps an address but no export: what stays mapped after x.release(), and what holds it."""

from __future__ import annotations

import gc

import numpy as np
import pytest

import bufferbridge as bb
from bufferbridge import _native


def bare(buffer: bb.JavaBuffer, size: int) -> np.ndarray:
    array = np.ndarray((size,), np.uint8, buffer=buffer)
    assert buffer.export_count == 0
    return array


@pytest.mark.parametrize("kind", ["direct", "automatic", "global"])
def test_memory_that_nobody_frees_stays_as_long_as_the_object(kind: str, memories: bb.JavaClass) -> None:
    arena = bb.jclass("java.lang.foreign.Arena")
    buffer = {
        "direct": lambda: bb.jclass("java.nio.ByteBuffer").allocateDirect(64),
        "automatic": lambda: arena.ofAuto().allocate(64),
        "global": lambda: arena.global_().allocate(64),
    }[kind]()
    array = bare(buffer, 64)
    array[:] = 7
    buffer.release()
    del buffer
    gc.collect()
    memories.collectGarbage()
    assert array.tolist() == [7] * 64


def test_an_arena_may_be_closed_over_an_address_and_not_over_an_export() -> None:
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    buffer = arena.allocate(64)
    bare(buffer, 64)
    with pytest.raises(bb.JavaError):  # held until release(), also without an export
        arena.close()
    array = np.asarray(buffer)
    with pytest.raises(BufferError, match="used by 1 array"):
        buffer.release()
    with pytest.raises(bb.JavaError):
        arena.close()
    del array
    buffer.release()
    arena.close()


def test_a_heap_array_is_let_go_of_under_an_address_and_not_under_an_export() -> None:
    if _native.internal_class("Diagnosis").pinObstacle() is not None:
        pytest.skip("this collector pins no arrays, and none is exported")
    buffer = bb.array(bytes(64))
    bare(buffer, 64)
    array = np.asarray(buffer)
    with pytest.raises(BufferError, match="used by 1 array"):
        buffer.release()
    del array
    buffer.release()


def test_jna_memory_may_be_closed_at_any_time(memories: bb.JavaClass) -> None:
    memory = memories.jna(64)
    with memoryview(memory):
        memory.close()


EXPORTERS = pytest.mark.parametrize("kind", ["GuardedBytes", "RoutedBytes"], ids=["counted", "routed"])


@EXPORTERS
def test_an_exporter_that_grows_keeps_the_memory_under_an_address_that_was_kept(
    memories: bb.JavaClass, kind: str
) -> None:
    """The array shows the earlier memory, which stays as long as the array and its JavaBuffer live."""
    grid = bb.jclass("org.bufferbridge.fixtures.exporters." + kind)("SHARED")
    before = grid.memory()
    array = bare(grid, 8)
    array[:] = 7
    grid.grow(1 << 20)
    memories.collectGarbage()
    assert before.get() is not None
    assert array.tolist() == [7] * 8
    assert np.asarray(grid).nbytes == 1 << 20
    memories.collectGarbage()
    assert before.get() is not None, "an export of the new memory keeps the old one"
    assert array.tolist() == [7] * 8
    del array
    current = grid.memory()
    bare(grid, 1 << 20)
    memories.collectGarbage()
    assert before.get() is None, "the next such view takes its place"
    del grid
    gc.collect()
    memories.collectGarbage()
    assert current.get() is None


@EXPORTERS
def test_an_exporter_that_grows_keeps_nothing_for_those_who_hold_an_export(memories: bb.JavaClass, kind: str) -> None:
    grid = bb.jclass("org.bufferbridge.fixtures.exporters." + kind)("SHARED")
    before = grid.memory()
    with memoryview(grid) as view:
        assert view.nbytes == 8
    grid.grow(16)
    memories.collectGarbage()
    assert before.get() is None

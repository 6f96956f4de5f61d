"""Exporters whose guard and the bridge count in one word: the view is asked for once, and again after a change."""

from __future__ import annotations

import contextlib
import gc
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

import bufferbridge as bb
from support import raw_requests
from support.interpreter import IS_FREE_THREADED


@pytest.fixture
def grid(jvm: None) -> bb.JavaBuffer:
    return bb.jclass("org.bufferbridge.fixtures.exporters.GuardedBytes")("SHARED")


@pytest.fixture
def exclusive(jvm: None) -> bb.JavaBuffer:
    return bb.jclass("org.bufferbridge.fixtures.exporters.GuardedBytes")("READERS_OR_WRITER")


def test_the_view_is_asked_for_before_the_first_export_and_after_each_change(grid: bb.JavaBuffer) -> None:
    assert grid.asked() == 0
    for _ in range(3):
        memoryview(grid).release()
    assert grid.asked() == 1
    grid.grow(16)
    for _ in range(3):
        assert memoryview(grid).nbytes == 16
    assert grid.asked() == 2
    assert grid.export_count == 0 and grid.guarded() == 0


def test_a_change_that_is_refused_leaves_the_view_known(grid: bb.JavaBuffer) -> None:
    with memoryview(grid):
        with pytest.raises(BufferError, match="1 is out"):
            grid.grow(16)
        memoryview(grid).release()
    assert grid.asked() == 1


def test_a_change_that_throws_leaves_the_memory(grid: bb.JavaBuffer) -> None:
    with memoryview(grid) as view:
        view[0] = 7
    with pytest.raises(bb.JavaError):
        grid.grow(-1)
    assert memoryview(grid)[0] == 7


def test_python_sees_what_java_counts_and_java_what_python_counts(grid: bb.JavaBuffer) -> None:
    with memoryview(grid), memoryview(grid):
        assert grid.export_count == 2 == grid.guarded()
        assert sum(export.exporter is grid for export in bb.exports()) == 2
    assert grid.export_count == 0 == grid.guarded()


def test_two_exporters_of_one_guard_keep_each_other_from_changing(grid: bb.JavaBuffer) -> None:
    sibling = grid.sibling()
    with memoryview(sibling), pytest.raises(BufferError, match="1 is out"):
        grid.grow(16)
    memoryview(grid).release()
    grid.grow(16)
    assert (memoryview(grid).nbytes, memoryview(sibling).nbytes) == (16, 8)


def test_several_python_objects_of_one_exporter_count_in_one_guard(grid: bb.JavaBuffer) -> None:
    holder = bb.jclass("java.util.ArrayList")()
    holder.add(grid)
    other = holder.get(0)
    assert other is not grid
    with memoryview(grid), memoryview(other):
        assert grid.guarded() == 2
        with pytest.raises(BufferError, match="2 are out"):
            other.grow(16)
    other.grow(16)
    assert memoryview(grid).nbytes == memoryview(other).nbytes == 16


def test_a_change_lets_go_of_the_memory_that_is_held_for_the_next_export(grid: bb.JavaBuffer) -> None:
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    grid.moveTo(arena.allocate(64))
    with memoryview(grid), pytest.raises(bb.JavaError):
        arena.close()
    with pytest.raises(bb.JavaError):
        arena.close()  # held between exports
    grid.change(arena.close)
    with pytest.raises(BufferError, match="closed"):
        memoryview(grid)
    assert grid.guarded() == 0
    grid.moveTo(bb.jclass("java.lang.foreign.Arena").ofAuto().allocate(24))
    assert memoryview(grid).nbytes == 24


def test_an_arena_that_waits_closes_with_the_change(grid: bb.JavaBuffer) -> None:
    arena = bb.jclass("org.bufferbridge.ExportArena").open()
    grid.moveTo(arena.allocate(64))
    memoryview(grid).release()
    arena.closeWhenReleased()
    assert arena.scope().isAlive()
    grid.change(lambda: None)
    assert not arena.scope().isAlive()


@pytest.mark.parametrize("end", ["release", "death"])
def test_release_and_death_let_go_of_the_memory(jvm: None, end: str) -> None:
    grid = bb.jclass("org.bufferbridge.fixtures.exporters.GuardedBytes")("SHARED")
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    grid.moveTo(arena.allocate(64))
    memoryview(grid).release()
    if end == "release":
        grid.release()
    else:
        del grid
        gc.collect()
    arena.close()


def test_release_is_refused_while_exported(grid: bb.JavaBuffer) -> None:
    with memoryview(grid), pytest.raises(BufferError):
        grid.release()


def test_heap_memory_is_exported_and_replaced(grid: bb.JavaBuffer) -> None:
    segment = bb.jclass("java.lang.foreign.MemorySegment")
    arrays = [bb.jclass("byte[]")(size) for size in (3, 5)]
    if not arrays[0].supports(0):
        pytest.skip("this collector pins no arrays, and none is exported")
    for array in arrays:
        grid.moveTo(segment.ofArray(array))
        np.asarray(grid)[:] = 9
        assert list(array) == [9] * len(array)


def test_what_view_throws_is_raised_and_nothing_is_counted(grid: bb.JavaBuffer) -> None:
    def refuse(view: object) -> object:
        raise bb.JavaError  # not of Java; any exception of Python

    grid.seeViews(refuse)
    with pytest.raises(bb.JavaError):
        memoryview(grid)
    grid.seeViews(lambda view: None)
    with pytest.raises(BufferError, match="no view"):
        memoryview(grid)
    assert grid.guarded() == 0
    grid.seeViews(lambda view: view)
    memoryview(grid).release()
    grid.grow(16)


def test_a_guard_that_is_missing_is_named(jvm: None) -> None:
    odd = bb.jclass("org.bufferbridge.fixtures.exporters.OddGuards")
    with pytest.raises(BufferError, match=r"guard\(\) returned null; an ExportGuard is required"):
        memoryview(odd.none())


def test_another_guard_is_refused_while_the_first_counts_exports(jvm: None) -> None:
    odd = bb.jclass("org.bufferbridge.fixtures.exporters.OddGuards").fresh()
    with memoryview(odd):
        odd.next()
        with pytest.raises(BufferError, match="returned another guard while exports are out"):
            raw_requests.acquire(odd, raw_requests.WRITABLE)
        assert odd.exports() == 0
    raw_requests.release(raw_requests.acquire(odd, raw_requests.WRITABLE))
    assert odd.exports() == 0


def test_a_class_that_overrides_get_buffer_sees_each_request(jvm: None) -> None:
    routed = bb.jclass("org.bufferbridge.fixtures.exporters.OddGuards").routed()
    for _ in range(3):
        memoryview(routed).release()
    assert routed.requests() == 3


def test_an_export_inside_a_change_is_refused(grid: bb.JavaBuffer) -> None:
    memoryview(grid).release()
    seen: list[BaseException] = []

    def look() -> None:
        try:
            memoryview(grid)
        except BufferError as refusal:
            seen.append(refusal)

    grid.change(look)
    assert "being changed on this thread" in str(seen[0])
    memoryview(grid).release()


def test_questions_see_the_memory_after_the_change(grid: bb.JavaBuffer) -> None:
    assert grid.nbytes == 8
    memoryview(grid).release()
    grid.grow(16)
    assert (grid.nbytes, len(grid), grid[15], list(grid[14:])) == (16, 16, 0, [0, 0])
    assert grid.supports(raw_requests.WRITABLE)
    assert "16" in repr(grid)
    assert grid.export_count == 0 == grid.guarded()


def test_the_memory_does_not_change_while_an_item_is_read(grid: bb.JavaBuffer) -> None:
    outcomes = set()

    def change(phase: str, info: dict[str, int]) -> None:
        try:
            grid.grow(16)
            outcomes.add("changed")
        except BufferError:
            outcomes.add("refused")

    thresholds = gc.get_threshold()
    gc.set_threshold(1)  # where the garbage collector runs inside allocations, it runs inside the reading
    gc.callbacks.append(change)
    try:
        assert [grid[0] for _ in range(20)] == [0] * 20
    finally:
        gc.callbacks.remove(change)
        gc.set_threshold(*thresholds)
    assert outcomes or IS_FREE_THREADED  # where few new objects never let the collector run
    assert grid.export_count == 0 == grid.guarded()


@pytest.mark.parametrize("policy", ["SHARED", "READERS_OR_WRITER"])
def test_items_are_read_beside_changes(jvm: None, policy: str) -> None:
    grid = bb.jclass("org.bufferbridge.fixtures.exporters.GuardedBytes")(policy)
    with growing(grid) as done:
        for number in range(3000):
            assert grid[number % 8] == 0
            if number % 10 == 0:
                time.sleep(0.0001)  # now and then nothing is exported
    assert done, "the memory has grown meanwhile"
    assert grid.export_count == 0 == grid.guarded()


def test_questions_alone_hold_no_memory(grid: bb.JavaBuffer) -> None:
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    grid.moveTo(arena.allocate(64))
    assert grid.nbytes == 64 and grid.supports(raw_requests.SIMPLE) and grid[63] == 0
    arena.close()


def test_a_reader_of_an_exclusive_guard_may_not_write_and_a_writer_is_described(exclusive: bb.JavaBuffer) -> None:
    with raw_requests.requested(exclusive, raw_requests.WRITABLE) as writer:
        assert not writer.readonly
        assert exclusive.nbytes == 8
        assert not exclusive.supports(raw_requests.SIMPLE)
        with pytest.raises(BufferError, match="for writing"):
            memoryview(exclusive)
    with memoryview(exclusive) as reader:
        assert reader.readonly
        assert not exclusive.supports(raw_requests.WRITABLE)
    assert exclusive.supports(raw_requests.WRITABLE) and exclusive.guarded() == 0


def test_read_only_memory_has_no_writer(exclusive: bb.JavaBuffer) -> None:
    exclusive.seeViews(lambda view: view.asReadOnly())
    for _ in range(2):
        with pytest.raises(BufferError, match="read-only|readonly"):
            raw_requests.acquire(exclusive, raw_requests.WRITABLE)
    memoryview(exclusive).release()
    assert exclusive.guarded() == 0


@contextlib.contextmanager
def growing(grid: bb.JavaBuffer) -> Iterator[list[int]]:
    """A thread that grows the memory as often as it may, and writes its size to all bytes."""
    done: list[int] = []
    stop = threading.Event()

    def grow() -> None:
        size = 8
        while not stop.is_set():
            try:
                grid.grow(size + 1)
            except BufferError:
                continue
            size += 1
            done.append(size)

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("policy", ["SHARED", "READERS_OR_WRITER"])
def test_exports_of_many_threads_never_see_memory_that_changes(jvm: None, policy: str) -> None:
    grid = bb.jclass("org.bufferbridge.fixtures.exporters.GuardedBytes")(policy)
    wrong: list[object] = []

    def export(request: int) -> None:
        for number in range(1500):
            if number % 10 == 0:
                time.sleep(0.0001)  # now and then nothing is exported
            try:
                taken = raw_requests.acquire(grid, request)
            except BufferError as refusal:
                if "writ" not in str(refusal):
                    wrong.append(refusal)
                continue
            if taken.len < 8 or grid.guarded() < 1:
                wrong.append(taken.len)
            raw_requests.release(taken)

    with growing(grid) as done:
        flags = (raw_requests.SIMPLE, raw_requests.WRITABLE, raw_requests.SIMPLE)
        threads = [threading.Thread(target=export, args=(request,)) for request in flags]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong
    assert done, "the memory has grown meanwhile"
    assert grid.export_count == 0 == grid.guarded()

"""Memory segments as Python buffers, and when their arenas may close."""

from __future__ import annotations

import gc
import threading

import numpy as np
import pytest

import bufferbridge as bb
from support import raw_requests

# ----------------------------------------------------------------------------------------------------------- segments


SEGMENTS = ["global_", "automatic"]


@pytest.mark.parametrize("kind", SEGMENTS)
def test_a_segment_is_live_unsigned_bytes(memories: bb.JavaClass, kind: str) -> None:
    segment = getattr(memories, kind)(32)
    assert isinstance(segment, bb.JavaBuffer)
    with memoryview(segment) as view:
        assert (view.format, view.shape, view.readonly) == ("B", (32,), False)
        assert view.tobytes() == bytes(range(32))
        view[3] = 77
        assert memories.byteOf(segment, 3) == 77
        memories.setByteOf(segment, 4, -1)
        assert view[4] == 255


def test_a_read_only_segment_stays_read_only(memories: bb.JavaClass) -> None:
    segment = memories.readOnly(memories.automatic(8))
    assert segment.readonly
    with pytest.raises(BufferError, match="read-only"):
        raw_requests.acquire(segment, raw_requests.WRITABLE)


@pytest.mark.parametrize("arena_kind", ["shared", "confined"])
def test_closing_an_arena_is_refused_until_the_memory_is_let_go(memories: bb.JavaClass, arena_kind: str) -> None:
    arena = getattr(memories, arena_kind)()
    segment = memories.in_(arena, 16)
    arrays = [np.ndarray(16, np.uint8, buffer=segment), np.asarray(segment)]
    with pytest.raises(bb.JavaError, match="acquired"):
        arena.close()
    arrays.pop()
    # np.ndarray(buffer=) has released its export and keeps the pointer; the segment object holds the memory.
    assert segment.export_count == 0
    with pytest.raises(bb.JavaError, match="acquired"):
        arena.close()
    assert arrays[0].tobytes() == bytes(range(16))
    arrays.clear()
    segment.release()
    arena.close()


def test_an_arena_closes_when_the_python_object_is_gone(memories: bb.JavaClass) -> None:
    arena = memories.shared()
    memoryview(memories.in_(arena, 16)).release()
    gc.collect()
    arena.close()


def test_memory_of_a_closed_arena_is_refused(memories: bb.JavaClass) -> None:
    arena = memories.shared()
    segment = memories.in_(arena, 16)
    arena.close()
    with pytest.raises(BufferError, match="closed"):
        memoryview(segment)


def test_confined_memory_is_refused_on_another_thread(memories: bb.JavaClass) -> None:
    arena = memories.confined()
    segment = memories.in_(arena, 16)
    caught: list[BaseException] = []

    def export() -> None:
        try:
            memoryview(segment)
        except BufferError as error:
            caught.append(error)

    thread = threading.Thread(target=export)
    thread.start()
    thread.join()
    assert "owner's thread only" in str(caught[0])
    memoryview(segment).release()
    segment.release()
    arena.close()


def test_confined_memory_may_be_released_on_another_thread(memories: bb.JavaClass) -> None:
    arena = memories.confined()
    segment = memories.in_(arena, 16)
    view = memoryview(segment)

    def release() -> None:
        view.release()
        segment.release()

    thread = threading.Thread(target=release)
    thread.start()
    thread.join()
    arena.close()


def test_the_refusal_of_an_arena_has_a_note_that_says_who_can_tell(memories: bb.JavaClass) -> None:
    arena = memories.shared()
    segment = memories.in_(arena, 16)
    memoryview(segment).release()
    with pytest.raises(bb.JavaError, match="Session is acquired by 1 clients") as caught:
        arena.close()
    assert caught.value.__notes__ == ["bb.holdings() and bb.exports() say who has the memory."]
    segment.release()
    arena.close()


@pytest.mark.parametrize("kind", ["shared", "confined", "exporting"])
def test_an_arena_that_is_closed_twice_has_no_note_about_python_buffers(memories: bb.JavaClass, kind: str) -> None:
    arena = getattr(memories, kind)()
    arena.close()
    with pytest.raises(bb.JavaError, match="Already closed") as caught:
        arena.close()
    assert not hasattr(caught.value, "__notes__")


# -------------------------------------------------------------------------------------------------------- ExportArena


def test_an_export_arena_says_who_holds_its_memory(memories: bb.JavaClass) -> None:
    arena = memories.exporting()
    segment = memories.in_(arena, 16)
    with memoryview(segment):
        assert arena.liveExports() == 1
        with pytest.raises(bb.JavaError) as caught:
            arena.close()
        assert "16 bytes, 1 export out); delete the arrays and memoryviews, then the" in str(caught.value)
    assert arena.liveExports() == 0
    with pytest.raises(bb.JavaError, match=r"0 exports out\); delete the JavaBuffer, or call its release\(\)"):
        arena.close()
    segment.release()
    arena.close()
    with pytest.raises(BufferError, match="closed"):
        memoryview(segment)


def test_an_export_arena_closes_when_released(memories: bb.JavaClass) -> None:
    arena = memories.exporting()
    segment = memories.in_(arena, 16)
    view = memoryview(segment)
    arena.closeWhenReleased()
    assert view[5] == 5
    assert arena.scope().isAlive()
    view.release()
    assert arena.scope().isAlive()
    segment.release()
    assert not arena.scope().isAlive()


def test_an_export_arena_closes_at_once_when_nothing_is_held(memories: bb.JavaClass) -> None:
    arena = memories.exporting()
    memories.in_(arena, 16)
    arena.closeWhenReleased()
    assert not arena.scope().isAlive()
    with pytest.raises(bb.JavaError):
        arena.close()


def test_an_export_arena_that_is_forgotten_still_closes_when_released(memories: bb.JavaClass) -> None:
    arena = memories.exporting()
    segment = memories.in_(arena, 16)
    scope = arena.scope()
    view = memoryview(segment)
    arena.closeWhenReleased()
    del arena
    for _ in range(3):
        memories.collectGarbage()
    view.release()
    segment.release()
    assert not scope.isAlive()


def test_a_users_exporter_of_export_arena_memory_keeps_it_open(memories: bb.JavaClass) -> None:
    arena = memories.exporting()
    segment = memories.in_(arena, 16)
    exporter = bb.jclass("org.bufferbridge.fixtures.exporters.OddExporters").of(segment)
    with memoryview(exporter) as view:
        assert arena.liveExports() == 1
        with pytest.raises(bb.JavaError, match="Python holds"):
            arena.close()
        assert view[9] == 9
    arena.close()

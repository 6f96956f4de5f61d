"""Both languages count exports of known memory, and the memory is let go of when no export is out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

import bufferbridge as bb
from support import raw_requests

KNOWN: dict[str, Callable[[bb.JavaClass], bb.JavaBuffer]] = {
    "segment": lambda m: m.automatic(16),
    "direct-buffer": lambda m: m.direct(16),
    "jna-memory": lambda m: m.jna(16),
    "view": lambda m: m.view(m.automatic(16), "h", 2, 4),
    "empty": lambda m: bb.empty(16),
}


@pytest.fixture(params=KNOWN)
def known(request: pytest.FixtureRequest, memories: bb.JavaClass) -> Iterator[bb.JavaBuffer]:
    yield KNOWN[request.param](memories)


def test_exports_of_known_memory_are_counted_in_both_languages(known: bb.JavaBuffer) -> None:
    live = bb.jclass("org.bufferbridge.Leaks").liveExports
    assert (known.export_count, live()) == (0, 0)
    views = [memoryview(known) for _ in range(5)]
    assert (known.export_count, live()) == (5, 5)
    assert [info.exporter is known for info in bb.exports()] == [True] * 5
    for view in views:
        view.release()
    assert (known.export_count, live(), bb.exports()) == (0, 0, [])


def test_known_memory_is_released_only_when_nothing_is_out(known: bb.JavaBuffer) -> None:
    with memoryview(known), pytest.raises(BufferError, match="used by 1 array or memoryview"):
        known.release()
    known.release()
    known.release()


def test_threads_that_are_refused_at_once_are_all_refused(memories: bb.JavaClass) -> None:
    for _ in range(20):
        arena = memories.shared()
        segment = memories.in_(arena, 16)
        arena.close()
        barrier = threading.Barrier(4)
        refused: list[str] = []

        def export() -> None:
            barrier.wait()
            try:
                memoryview(segment)
            except BufferError as error:
                refused.append(str(error))

        threads = [threading.Thread(target=export) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 4


def test_asking_leaves_no_trace(memories: bb.JavaClass) -> None:
    arena = memories.shared()
    segment = memories.in_(arena, 16)
    assert (segment.shape, segment.readonly) == ((16,), False)
    assert segment.supports(raw_requests.SIMPLE)
    assert not memories.readOnly(segment).supports(raw_requests.WRITABLE)
    arena.close()
    assert not segment.supports(raw_requests.SIMPLE)


def test_threads_share_known_memory_without_loss(known: bb.JavaBuffer) -> None:
    def churn() -> None:
        for _ in range(2000):
            memoryview(known).release()

    threads = [threading.Thread(target=churn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert known.export_count == 0

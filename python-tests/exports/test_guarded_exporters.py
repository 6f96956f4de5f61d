"""Exporters that change: changes are refused while exports are out, and exports are shared as the policy says."""

from __future__ import annotations

import pytest

import bufferbridge as bb
from support import raw_requests


@pytest.fixture(scope="module", params=["GuardedBytes", "RoutedBytes"], ids=["counted", "routed"])
def guarded(jvm: None, request: pytest.FixtureRequest) -> bb.JavaClass:
    """Classes of equal exporters: one leaves the counting to the bridge, one passes each request through its guard."""
    return bb.jclass("org.bufferbridge.fixtures.exporters." + request.param)


@pytest.mark.parametrize("policy", ["SHARED", "READERS_OR_WRITER"])
def test_growing_is_refused_until_the_last_export_is_released(guarded: bb.JavaClass, policy: str) -> None:
    exporter = guarded(policy)
    first, second = memoryview(exporter), memoryview(exporter)
    for view, out in ((first, "2 are out"), (second, "1 is out")):
        with pytest.raises(
            BufferError, match=rf"{out}; 0 are required to change the memory. bb.exports\(\) lists them"
        ):
            exporter.grow(16)
        view.release()
    exporter.grow(16)
    assert exporter.guarded() == 0
    with memoryview(exporter) as view:
        assert len(view) == 16


@pytest.mark.parametrize("policy", ["SHARED", "READERS_OR_WRITER"])
def test_memory_that_changes_when_it_is_asked_for_is_that_of_now(jvm: None, policy: str) -> None:
    exporter = bb.jclass("org.bufferbridge.fixtures.exporters.GuardedBytes")(policy)

    def grow_first(view: object) -> object:
        if exporter.asked() == 1:
            exporter.grow(64)
        return view

    exporter.seeViews(grow_first)
    for _ in range(2):
        with memoryview(exporter) as view:
            assert len(view) == 64
            with pytest.raises(BufferError, match="1 is out"):
                exporter.grow(128)
    exporter.seeViews(lambda view: (exporter.grow(128), view)[1])
    exporter.grow(96)
    with pytest.raises(BufferError, match="memory that stays"):
        memoryview(exporter)
    assert exporter.guarded() == 0


def test_a_shared_exporter_has_many_writers(guarded: bb.JavaClass) -> None:
    exporter = guarded("SHARED")
    requests = [raw_requests.acquire(exporter, raw_requests.WRITABLE) for _ in range(3)]
    assert exporter.guarded() == 3
    for request in requests:
        raw_requests.release(request)


def test_a_writer_is_alone(guarded: bb.JavaClass) -> None:
    exporter = guarded("READERS_OR_WRITER")
    writer = raw_requests.acquire(exporter, raw_requests.WRITABLE)
    for flags in (raw_requests.SIMPLE, raw_requests.WRITABLE):
        with pytest.raises(BufferError, match="for writing"):
            raw_requests.acquire(exporter, flags)
    raw_requests.release(writer)
    memoryview(exporter).release()


def test_readers_keep_a_writer_out_and_cannot_write(guarded: bb.JavaClass) -> None:
    exporter = guarded("READERS_OR_WRITER")
    with memoryview(exporter) as first, memoryview(exporter) as second:
        assert first.readonly and second.readonly
        with pytest.raises(BufferError, match="2 readers hold the memory; 0 are required"):
            raw_requests.acquire(exporter, raw_requests.WRITABLE)
    with raw_requests.requested(exporter, raw_requests.WRITABLE) as answer:
        assert not answer.readonly

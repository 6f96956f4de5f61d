"""Each acquisition is released once, to the exporter that granted it, with the same view."""

from __future__ import annotations

import gc
import hashlib
import sys
import threading

import numpy as np
import pytest

import bufferbridge as bb
from support import raw_requests


def test_making_the_python_object_is_not_an_export(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    assert exporter.acquired() == 0
    assert exporter.export_count == 0


def test_release_gives_the_view_back(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    view = memoryview(exporter)
    assert (exporter.outstanding(), exporter.export_count) == (1, 1)
    view.release()
    assert (exporter.outstanding(), exporter.export_count) == (0, 0)
    assert exporter.strangers() == 0


def test_a_second_release_does_not_reach_java(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    view = memoryview(exporter)
    view.release()
    view.release()
    assert exporter.released() == 1


def test_with_gives_the_view_back(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    with memoryview(exporter):
        assert exporter.outstanding() == 1
    assert exporter.outstanding() == 0


def test_del_gives_the_view_back(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    view = memoryview(exporter)
    assert exporter.outstanding() == 1
    del view
    assert exporter.outstanding() == 0


def test_garbage_collection_of_a_cycle_gives_the_view_back(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    cycle: list[object] = [memoryview(exporter)]
    cycle.append(cycle)
    del cycle
    assert exporter.outstanding() == 1
    gc.collect()
    assert exporter.outstanding() == 0


def test_slices_and_casts_hold_one_export_until_the_last_dies(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(64)
    whole = memoryview(exporter)
    derived = [whole[8:], whole[::2], whole.cast("d"), memoryview(whole), whole.toreadonly()]
    assert (exporter.acquired(), exporter.outstanding()) == (1, 1)
    del whole
    while derived:
        assert exporter.outstanding() == 1
        derived.pop()
    assert exporter.outstanding() == 0


@pytest.mark.parametrize("shared", [False, True], ids=["a-fresh-view-each", "one-shared-view"])
def test_every_acquisition_is_released_with_its_own_view(recording: bb.JavaClass, shared: bool) -> None:
    exporter = recording.ofBytes(16)
    if shared:
        exporter.sharingOneView()
    views = [memoryview(exporter) for _ in range(20)]
    assert exporter.outstanding() == 20
    for view in views[::3] + views[1::3] + views[2::3]:  # not in the order of acquisition
        view.release()
    assert exporter.released() == 20
    assert exporter.strangers() == 0


def test_a_copy_of_the_py_buffer_releases_the_same_export(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    first = raw_requests.acquire(exporter, raw_requests.FULL_RO)
    second = raw_requests.acquire(exporter, raw_requests.FULL_RO)
    copy = raw_requests.PyBuffer.from_buffer_copy(first)
    raw_requests.release(copy)
    assert exporter.outstanding() == 1
    raw_requests.release(second)
    assert (exporter.outstanding(), exporter.strangers()) == (0, 0)


def test_the_exporter_outlives_its_last_python_name(recording: bb.JavaClass) -> None:
    view = memoryview(recording.ofBytes(8))
    gc.collect()
    assert view.obj.outstanding() == 1
    assert view.tobytes() == bytes(range(8))
    view.release()


def test_release_is_refused_while_an_export_is_out(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    with memoryview(exporter), pytest.raises(BufferError, match="used by 1 array or memoryview"):
        exporter.release()
    exporter.release()


def test_the_arena_cannot_be_closed_while_exported(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    with memoryview(exporter) as view:
        with pytest.raises(bb.JavaError, match="acquired"):
            exporter.closeArena()
        assert view[3] == 3
    exporter.closeArena()
    with pytest.raises(BufferError, match="closed"):
        memoryview(exporter)


def test_an_exporter_may_free_its_memory_in_release(odd: bb.JavaClass) -> None:
    exporter = odd.FreeingOnRelease()
    for round_ in range(3):
        memoryview(exporter).release()
        assert exporter.freed() == round_ + 1


def test_exports_lists_what_is_out(recording: bb.JavaClass) -> None:
    small, large = recording.ofBytes(8), recording.ofDoubles(10, 10)
    assert bb.exports() == []
    with memoryview(small):
        array = np.asarray(large)
        listed = bb.exports()
        assert [(info.exporter, info.nbytes) for info in listed] == [(small, 8), (large, 800)]
        assert listed[0].exporter is small
        assert listed[0].request == raw_requests.FULL_RO
        del array
        del listed
    assert bb.exports() == []


@pytest.mark.parametrize("blocking", [True, False], ids=["gil-released", "gil-held"])
def test_threads_acquire_and_release_without_loss(recording: bb.JavaClass, blocking: bool) -> None:
    exporter = recording.ofBytes(4096)
    if not blocking:
        exporter.neverBlocking()
    expected = hashlib.sha256(bytes(i % 256 for i in range(4096))).digest()
    failures: list[object] = []

    def consume() -> None:
        for _ in range(300):
            view = memoryview(exporter)
            if hashlib.sha256(view).digest() != expected:
                failures.append("wrong bytes")
            view.release()

    threads = [threading.Thread(target=consume) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    # memoryview acquires once; hashlib reads through the memoryview.
    assert exporter.acquired() == exporter.released() == 8 * 300
    assert exporter.strangers() == 0


def test_a_view_is_released_on_another_thread_than_it_was_acquired(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    view = memoryview(exporter)
    thread = threading.Thread(target=view.release)
    thread.start()
    thread.join()
    assert (exporter.outstanding(), exporter.strangers()) == (0, 0)


def test_other_python_threads_run_while_the_exporter_waits(odd: bb.JavaClass) -> None:
    exporter = odd.Waiting()
    views: list[memoryview] = []
    thread = threading.Thread(target=lambda: views.append(memoryview(exporter)))
    thread.start()
    exporter.awaitEntered()  # returns when another thread is inside getBuffer: this thread is not blocked
    assert views == []
    exporter.open()
    thread.join()
    assert len(views) == 1
    views[0].release()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="__buffer__ is called directly from CPython 3.12 on")
class TestPep688Methods:
    def test_the_view_of_dunder_buffer_releases_on_with(self, recording: bb.JavaClass) -> None:
        exporter = recording.ofBytes(8)
        with exporter.__buffer__(raw_requests.FULL_RO) as view:
            assert view.tobytes() == bytes(range(8))
            assert exporter.outstanding() == 1
        assert exporter.outstanding() == 0

    def test_a_second_dunder_release_raises_and_leaves_java_alone(self, recording: bb.JavaClass) -> None:
        exporter = recording.ofBytes(8)
        view = exporter.__buffer__(raw_requests.FULL_RO)
        exporter.__release_buffer__(view)
        assert exporter.released() == 1
        with pytest.raises(ValueError):
            exporter.__release_buffer__(view)
        assert (exporter.released(), exporter.strangers()) == (1, 0)

    def test_another_objects_view_is_refused(self, recording: bb.JavaClass) -> None:
        exporter, other = recording.ofBytes(8), recording.ofBytes(8)
        with exporter.__buffer__(raw_requests.FULL_RO) as view:
            with pytest.raises(ValueError):
                other.__release_buffer__(view)
            assert (exporter.outstanding(), other.released()) == (1, 0)

    def test_only_objects_that_can_export_are_buffers(self, recording: bb.JavaClass) -> None:
        from collections.abc import Buffer

        assert isinstance(recording.ofBytes(8), Buffer)
        assert not isinstance(bb.jclass("java.util.ArrayList")(), Buffer)

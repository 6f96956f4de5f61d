"""Java memory by DLPack: each capsule holds one export, and its deleter releases that on any thread."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support import dlpack

FORMATS = "?bBhHiIlLqQnNefd"


@pytest.fixture(scope="module")
def recording(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter")


@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 4), (2, 0, 5), (2, 3, 4)], ids=str)
@pytest.mark.parametrize("format", [*FORMATS, "Zf", "Zd", "=i", "<d"])
def test_the_consumer_has_the_very_memory(jvm: None, format: str, shape: tuple[int, ...]) -> None:
    buffer = bb.empty(shape, format)
    shared, expected = np.from_dlpack(buffer), np.asarray(buffer)
    assert (shared.dtype, shared.shape) == (expected.dtype, shape)
    if expected.size:
        assert (shared.ctypes.data, shared.strides) == (expected.ctypes.data, expected.strides)
        shared[...] = 1
        assert (expected == 1).all()
    del shared, expected
    assert buffer.export_count == 0


@pytest.mark.parametrize("part", [np.s_[::2], np.s_[::-1], np.s_[1:, ::3], np.s_[5:5]], ids=str)
def test_strides_are_kept(jvm: None, part: Any) -> None:
    view = bb.jclass("org.bufferbridge.BufferView")
    rows, columns = np.arange(24.0).reshape(4, 6)[part].shape
    strides = np.zeros((4, 6))[part].strides
    memory = bb.empty((4, 6), "d")
    np.asarray(memory)[...] = np.arange(24.0).reshape(4, 6)
    offset = np.asarray(memory)[part].__array_interface__["data"][0] - np.asarray(memory).ctypes.data
    strided = view.strided(memory.memory(), memory.format_(), [rows, columns], list(strides), offset)
    assert np.array_equal(np.from_dlpack(strided), np.asarray(memory)[part])


@pytest.mark.parametrize(
    ("format", "reason"),
    [
        ("g", "no type for items of the format 'g'"),
        ("c", "no type for items of the format 'c'"),
        ("3s", "no type for items of the format '3s'"),
        (">i", "no type for items of the format '>i'"),
        ("T{i:a:d:b:}", "no type for items of the format 'T{"),
        ("(2)i", "no type for items of the format"),
        ("Zg", "no type for items of the format 'Zg'"),
        ("w", "no type for items of the format 'w'"),
    ],
)
def test_what_dlpack_cannot_say_is_refused(jvm: None, format: str, reason: str) -> None:
    buffer = bb.empty((2,), format)
    for named in {}, {"max_version": (1, 0)}, {"copy": True}:
        with pytest.raises(BufferError, match=reason.replace("(", r"\(").replace("{", r"\{")):
            buffer.__dlpack__(**named)
    assert buffer.export_count == 0


def test_strides_between_items_are_refused_and_copied(jvm: None) -> None:
    memory = bb.empty((20,), "B")
    np.asarray(memory)[:] = range(20)
    view = bb.jclass("org.bufferbridge.BufferView").strided(
        memory.memory(), bb.jclass("org.bufferbridge.BufferFormat").parse("<h"), [4], [3], 0
    )
    with pytest.raises(BufferError, match="stride 3 of dimension 0 is no multiple of 2 bytes; copy=True copies"):
        np.from_dlpack(view)
    copied = np.from_dlpack(view, copy=True)
    assert copied.tolist() == [int.from_bytes(bytes((i, i + 1)), "little") for i in (0, 3, 6, 9)]
    assert (view.export_count, memory.export_count) == (0, 0)


def test_a_copy_is_no_export(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    copied = np.from_dlpack(exporter, copy=True)
    assert exporter.outstanding() == 0
    assert copied.flags.writeable
    copied[0] = 9
    assert bytes(memoryview(exporter))[0] != 9


def test_read_only_memory_needs_a_version(jvm: None) -> None:
    buffer = bb.empty((3,), "i")
    view = bb.jclass("org.bufferbridge.BufferView").of(buffer.memory(), buffer.format_(), 3).asReadOnly()
    for version in None, (0, 8):
        with pytest.raises(BufferError, match=r"memory is read-only before its version 1.0: pass max_version=\(1, 0\)"):
            view.__dlpack__(max_version=version)
    assert not np.from_dlpack(view).flags.writeable
    managed = dlpack.consume(view.__dlpack__(max_version=(1, 3)))
    assert managed.flags == dlpack.READ_ONLY
    dlpack.delete(managed)


def test_arguments_that_a_cpu_does_not_have_are_refused(jvm: None) -> None:
    buffer = bb.empty((3,), "i")
    assert buffer.__dlpack_device__() == (1, 0)
    assert buffer.__dlpack__(stream=None, dl_device=(1, 0), copy=False, max_version=None)
    assert buffer.__dlpack__(stream=-1)
    with pytest.raises(BufferError, match=r"on the CPU, the device \(1, 0\); dl_device is \(2, 0\)"):
        buffer.__dlpack__(dl_device=(2, 0))
    with pytest.raises(ValueError, match="no streams; stream is 7"):
        buffer.__dlpack__(stream=7)
    with pytest.raises(TypeError, match="takes stream, max_version, dl_device and copy, not 'steam'"):
        buffer.__dlpack__(steam=None)
    with pytest.raises(TypeError, match="by name; 1 came by position"):
        buffer.__dlpack__(None)
    for pair in "(1, 0)", (1,), [1, 0], 1:
        with pytest.raises(TypeError, match="max_version is a tuple of two ints or None, not"):
            buffer.__dlpack__(max_version=pair)
    assert buffer.export_count == 0


@pytest.mark.parametrize("version", [None, (1, 0)], ids=str)
def test_a_capsule_that_nobody_consumes_releases_its_export(recording: bb.JavaClass, version: object) -> None:
    exporter = recording.ofBytes(8)
    capsule = exporter.__dlpack__(max_version=version)
    assert (exporter.outstanding(), exporter.export_count) == (1, 1)
    with pytest.raises(BufferError, match="still used by 1"):
        exporter.release()
    del capsule
    assert (exporter.outstanding(), exporter.released(), exporter.strangers()) == (0, 1, 0)


DELETERS: dict[str, Callable[[dlpack.Managed], None]] = {
    "without the GIL": dlpack.delete,
    "on a thread unknown to Python": dlpack.delete_on_a_thread_unknown_to_python,
}


@pytest.mark.parametrize("by", DELETERS)
def test_the_deleter_releases_the_export_on_any_thread(recording: bb.JavaClass, by: str) -> None:
    exporter = recording.ofBytes(8)
    capsule = exporter.__dlpack__(max_version=(1, 0))
    managed = dlpack.consume(capsule)
    del capsule
    assert exporter.outstanding() == 1
    DELETERS[by](managed)
    assert (exporter.outstanding(), exporter.released(), exporter.export_count) == (0, 1, 0)


def test_an_exception_that_is_pending_survives_a_deleter(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)

    def fail() -> None:
        array = np.from_dlpack(exporter)
        assert array.size == 8
        raise ValueError("the first")  # the array dies while this is pending

    with pytest.raises(ValueError, match="the first"):
        fail()
    gc.collect()
    assert exporter.outstanding() == 0


def test_the_memory_stays_when_java_would_close_it(jvm: None) -> None:
    arena = bb.jclass("org.bufferbridge.ExportArena").open()
    memory = arena.allocate(64)
    array = np.from_dlpack(memory)
    with pytest.raises(bb.JavaError, match="held|export"):
        arena.close()
    array[:] = 7
    assert set(bytes(memoryview(memory))) == {7}
    del array
    memory.release()
    arena.close()


def test_many_threads_share_and_delete(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(64)

    def work() -> None:
        for _ in range(200):
            managed = dlpack.consume(exporter.__dlpack__(max_version=(1, 0)))
            dlpack.delete(managed)
            np.from_dlpack(exporter)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (exporter.outstanding(), exporter.acquired()) == (0, exporter.released())

"""The C API: memory that native code holds is an export as any other, and a lease of native code a lease."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support import c_api, dlpack
from support.c_api import READ, READ_CONTIGUOUS, TABLE, WRITE, WRITE_CONTIGUOUS, View
from support.memory import is_locked
from support.threads import ROUNDS, at_once


def test_the_table_says_its_version_and_size() -> None:
    assert (TABLE.version, TABLE.size) == (1, ctypes.sizeof(c_api.Table))
    assert TABLE.library.decode() == bb.__version__


def test_a_java_buffer_is_told_from_other_objects(jvm: None) -> None:
    assert TABLE.is_buffer(bb.empty(3)) == 1
    for other in bb.java.util.ArrayList(), bytearray(3), memoryview(bb.empty(3)), None, bb.JavaBuffer:
        assert TABLE.is_buffer(other) == 0


# ------------------------------------------------------------------------------------------------ exports


@pytest.mark.parametrize("format", ["b", "i", "d", "Zd", "T{i:a:d:b:}"])
@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3, 4)], ids=str)
def test_the_view_is_that_of_memoryview(jvm: None, format: str, shape: tuple[int, ...]) -> None:
    buffer = bb.empty(shape, format)
    view = c_api.acquire(buffer)
    with memoryview(buffer) as expected:
        assert view.geometry() == (
            expected.format.encode(),
            expected.nbytes,
            expected.itemsize,
            list(expected.shape),
            list(expected.strides),
            False,
        )
    assert view.address == np.asarray(buffer).__array_interface__["data"][0] or view.length == 0
    c_api.release(view)


def test_a_strided_view_keeps_its_strides_unless_that_was_refused(jvm: None) -> None:
    memory = bb.empty((4, 6), "d")
    view = bb.jclass("org.bufferbridge.BufferView")
    strided = view.strided(memory.memory(), memory.format_(), [2, 3], [96, -16], 40)
    native = c_api.acquire(strided)
    assert native.geometry() == (b"d", 48, 8, [2, 3], [96, -16], False)
    assert native.address == np.asarray(memory).ctypes.data + 40
    c_api.release(native)
    with pytest.raises(BufferError, match="not C-contiguous"):
        c_api.acquire(strided, READ_CONTIGUOUS)
    assert strided.export_count == 0


def test_read_only_memory_is_read_and_not_written(jvm: None) -> None:
    memory = bb.empty((3,), "i")
    read_only = bb.jclass("org.bufferbridge.BufferView").of(memory.memory(), memory.format_(), 3).asReadOnly()
    view = c_api.acquire(read_only, READ_CONTIGUOUS)
    assert view.readonly == 1
    c_api.release(view)
    for request in WRITE, WRITE_CONTIGUOUS:
        with pytest.raises(BufferError, match="read-only"):
            c_api.acquire(read_only, request)


def test_what_was_not_requested_is_null(jvm: None) -> None:
    view = c_api.acquire(bb.empty((2, 3), "i"), 0)
    assert (view.length, view.format, bool(view.shape), bool(view.strides)) == (24, None, False, False)
    c_api.release(view)


def test_the_export_counts_until_its_release(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    view = c_api.acquire(exporter)
    assert (exporter.outstanding(), exporter.export_count, len(bb.exports())) == (1, 1, 1)
    with pytest.raises(BufferError, match="still used by 1"):
        exporter.release()
    c_api.release(view)
    assert (exporter.outstanding(), exporter.released(), exporter.strangers()) == (0, 1, 0)
    exporter.release()


def test_an_arena_is_not_closed_meanwhile(jvm: None) -> None:
    arena = bb.jclass("org.bufferbridge.ExportArena").open()
    memory = arena.allocate(16)
    view = c_api.acquire(memory)
    with pytest.raises(bb.JavaError, match="cannot be closed while Python holds its memory"):
        arena.close()
    c_api.release(view)
    del memory
    arena.close()


def test_a_second_release_does_nothing(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    view = c_api.acquire(exporter)
    c_api.release(view)
    c_api.release(view)
    c_api.release(View())
    assert (exporter.outstanding(), exporter.released()) == (0, 1)


def test_a_copy_of_the_structure_releases_for_it(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    copied = View.from_buffer_copy(c_api.acquire(exporter))
    gc.collect()
    assert ctypes.string_at(copied.address, 8) == bytes(memoryview(exporter))
    c_api.release(copied)
    assert exporter.released() == 2


@pytest.mark.parametrize("other", [bytearray(3), None, 7], ids=repr)
def test_other_objects_are_not_acquired(jvm: None, other: object) -> None:
    view = View(address=1, internal=1)
    with pytest.raises(TypeError, match=f"expected a JavaBuffer, got {type(other).__name__}; PyObject_GetBuffer"):
        TABLE.acquire(other, READ, view)
    assert view.is_empty()


def test_a_refusal_is_the_exporters(jvm: None) -> None:
    view = View(address=1, internal=1)
    with pytest.raises(bb.JavaBufferError):
        TABLE.acquire(bb.jclass("org.bufferbridge.fixtures.exporters.OddExporters").returningNull(), READ, view)
    assert view.is_empty()


RELEASES: dict[str, Callable[[View], object]] = {
    "with the GIL": c_api.RELEASE_WITH_THE_GIL,
    "without the GIL": TABLE.release,
    "on a thread unknown to Python": lambda view: c_api.on_a_thread_unknown_to_python(TABLE.release, view),
}


@pytest.mark.parametrize("by", RELEASES)
def test_any_thread_releases(recording: bb.JavaClass, by: str) -> None:
    exporter = recording.ofBytes(8)
    view = c_api.acquire(exporter)
    RELEASES[by](view)
    assert view.is_empty()
    assert (exporter.outstanding(), exporter.released(), exporter.export_count) == (0, 1, 0)


@pytest.mark.parametrize("by", RELEASES)
def test_the_last_reference_may_be_the_exports(jvm: None, by: str) -> None:
    view = c_api.acquire(bb.empty(16))
    gc.collect()
    ctypes.memset(view.address, 7, 16)
    RELEASES[by](view)


def test_threads_hold_one_buffer_at_once(recording: bb.JavaClass) -> None:
    exporters = [recording.ofBytes(8), bb.empty(8)]
    wrong: list[object] = []

    def use() -> None:
        for _ in range(200):
            for exporter in exporters:
                view = c_api.acquire(exporter)
                if view.length != 8:
                    wrong.append(view.geometry())
                TABLE.release(view)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [exporter.export_count for exporter in exporters] == [0, 0]


# ------------------------------------------------------------------------------------ leases, and JNI code


def test_a_lease_is_a_python_buffer_until_it_is_closed(jvm: None) -> None:
    source = bytearray(b"\1\2\3")
    references = sys.getrefcount(source)
    with c_api.lease(source) as lease:
        assert [(info.owner, info.retained) for info in bb.leases()] == [(source, True)]
        view = c_api.acquire_java(lease, WRITE)
        assert view.geometry() == (b"B", 3, 1, [3], [1], False)
        ctypes.memset(view.address + 1, 9, 1)
        assert source == b"\1\t\3"
        assert len(bb.exports()) == 1
        with pytest.raises(bb.JavaError, match="while Python holds memory of its view"):
            TABLE.close_lease(lease)
        c_api.release(view)
        assert is_locked(source)
    assert not is_locked(source)
    assert (bb.leases(), sys.getrefcount(source)) == ([], references)


def test_a_closed_lease_is_closed_again_and_not_acquired(jvm: None) -> None:
    source = bytearray(3)
    with c_api.lease(source) as lease:
        assert TABLE.close_lease(lease) == 0
        with pytest.raises(c_api.JavaThrewError, match="IllegalStateException: the Python buffer was closed"):
            c_api.acquire_java(lease)


def test_memory_of_other_protocols_is_leased(jvm: None) -> None:
    with c_api.lease(dlpack.Lender(np.arange(4.0)), 0x11C) as lease:
        view = c_api.acquire_java(lease)
        assert view.geometry()[0] == b"d"
        c_api.release(view)


@pytest.mark.parametrize(
    ("thing", "request_", "error", "text"),
    [
        (7, READ, TypeError, "int"),
        (b"abc", WRITE, BufferError, "not writable"),
        (np.array(["2026"], "M8[s]"), 0x11C, ValueError, "dtype"),
    ],
    ids=["no memory", "read-only", "unknown format"],
)
def test_what_is_refused_is_no_lease(jvm: None, thing: Any, request_: int, error: type, text: str) -> None:
    with pytest.raises(error, match=text):
        TABLE.lease(thing, request_)
    assert bb.leases() == []


def test_a_java_view_is_acquired_by_its_reference(jvm: None) -> None:
    memory = bb.empty((2, 3), "i")
    view = bb.jclass("org.bufferbridge.BufferView").of(memory.memory(), memory.format_(), 2, 3)
    for with_gil in False, True:
        native = c_api.acquire_java(view, with_gil=with_gil)
        assert native.geometry() == (b"i", 24, 4, [2, 3], [12, 4], False)
        assert native.address == np.asarray(memory).ctypes.data
        assert (len(bb.exports()), view.export_count) == (1, 0)
        c_api.release(native)


def test_what_jni_code_requests_is_refused_by_a_buffer_exception(jvm: None) -> None:
    memory = bb.empty(8)
    read_only = bb.jclass("org.bufferbridge.BufferView").of(memory.memory()).asReadOnly()
    with pytest.raises(c_api.JavaThrewError, match=r"org\.bufferbridge\.BufferException: .*read-only"):
        c_api.acquire_java(read_only, WRITE)
    assert bb.exports() == []


@pytest.mark.parametrize("by", RELEASES)
def test_the_memory_of_a_java_object_is_released_on_any_thread(recording: bb.JavaClass, by: str) -> None:
    exporter = recording.ofBytes(8)
    view = c_api.acquire_java(exporter)
    assert exporter.outstanding() == 1
    RELEASES[by](view)
    assert (exporter.outstanding(), exporter.released(), exporter.strangers()) == (0, 1, 0)


def test_the_arena_of_a_java_view_is_not_closed_meanwhile(jvm: None) -> None:
    arena = bb.jclass("org.bufferbridge.ExportArena").open()
    memory = arena.allocate(16)
    view = c_api.acquire_java(memory)
    with pytest.raises(bb.JavaError, match="cannot be closed while Python holds its memory"):
        arena.close()
    c_api.release(view)
    del memory
    arena.close()


def test_an_object_without_memory_and_null_are_refused_in_java(jvm: None) -> None:
    plain = bb.java.util.ArrayList()
    with pytest.raises(c_api.JavaThrewError, match="PythonException: TypeError: expected a PythonBuffer, a BufferView"):
        c_api.acquire_java(plain)
    with pytest.raises(c_api.JavaThrewError, match="NullPointerException: a PythonBuffer, a BufferView or other"):
        c_api.acquire_java(0)


def test_a_view_confined_to_a_thread_is_refused_on_another(jvm: None) -> None:
    told: list[str] = []
    with c_api.lease(bytearray(3)) as lease:
        c_api.release(c_api.acquire_java(lease))  # views are this thread's from now on

        def use() -> None:
            try:
                c_api.acquire_java(c_api.jni(c_api.NEW_LOCAL_REF, everywhere))
            except c_api.JavaThrewError as error:
                told.append(str(error))

        everywhere = c_api.jni(c_api.NEW_GLOBAL_REF, lease)
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
        c_api.jni(c_api.DELETE_GLOBAL_REF, everywhere)
    assert "WrongThreadException" in told[0]


def test_threads_acquire_and_lease_for_the_first_time_at_once(jvm: None) -> None:
    view_class = bb.jclass("org.bufferbridge.BufferView")

    def use() -> object:
        memory, source = bb.empty(8), bytearray(8)
        views = [c_api.acquire(memory), c_api.acquire_java(view_class.of(memory.memory()))]
        with c_api.lease(source) as lease:
            views.append(c_api.acquire_java(lease))
            lengths = [view.length for view in views]
            for view in views:
                c_api.release(view)
        source.append(1)
        return lengths

    for _ in range(ROUNDS):
        assert at_once(use) == [[8, 8, 8]] * 8


# --------------------------------------------------------------------------------------- pending exceptions


def pending_in_java() -> int:
    """Throws an exception on this thread, and returns its jobject."""
    error = bb.jclass("java.lang.IllegalStateException")("pending")
    c_api.jni(c_api.THROW, c_api.reference(error))
    return 1


def test_a_java_exception_that_is_pending_survives(recording: bb.JavaClass) -> None:
    exporter, source = recording.ofBytes(8), bytearray(3)
    pending_in_java()
    view = c_api.acquire(exporter)
    assert c_api.text_of(c_api.take_thrown()).endswith("pending")
    pending_in_java()
    c_api.RELEASE_WITH_THE_GIL(view)
    assert c_api.text_of(c_api.take_thrown()).endswith("pending")
    assert exporter.released() == 1
    pending_in_java()
    lease = TABLE.lease(source, READ)
    assert c_api.text_of(c_api.take_thrown()).endswith("pending")
    pending_in_java()
    TABLE.close_lease(lease)
    assert c_api.text_of(c_api.take_thrown()).endswith("pending")
    c_api.jni(c_api.DELETE_LOCAL_REF, lease)
    assert not is_locked(source)


def test_nothing_is_acquired_for_java_while_an_exception_is_pending(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    env, reference = TABLE.jni_env(), c_api.reference(exporter)
    pending_in_java()
    view = View(address=1)
    assert TABLE.acquire_java(env, reference, READ, view) == -1
    assert view.is_empty()
    assert c_api.text_of(c_api.take_thrown()).endswith("pending")
    assert exporter.outstanding() == 0


def test_a_python_exception_that_is_pending_survives_a_release(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    view = c_api.acquire(exporter)
    set_error = ctypes.pythonapi.PyErr_SetString
    set_error.argtypes = [ctypes.py_object, ctypes.c_char_p]

    class Pending:
        """Its destructor runs while the exception is pending."""

        def __del__(self) -> None:
            c_api.RELEASE_WITH_THE_GIL(view)

    def fail() -> None:
        held = Pending()
        raise ValueError(str(held is None))

    with pytest.raises(ValueError, match="False"):
        fail()
    gc.collect()
    assert exporter.outstanding() == 0

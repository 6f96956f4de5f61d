"""Consumers of buffers use a Java exporter; each language sees the writes of the other."""

from __future__ import annotations

import hashlib
import io
import socket
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb

BYTES = bytes(range(64))

READERS: dict[str, Callable[[bb.JavaBuffer], object]] = {
    "bytes": lambda x: bytes(x) == BYTES,
    "bytearray": lambda x: bytearray(x) == BYTES,
    "memoryview-tobytes": lambda x: memoryview(x).tobytes() == BYTES,
    "comparison": lambda x: memoryview(x) == BYTES,
    "sha256": lambda x: hashlib.sha256(x).digest() == hashlib.sha256(BYTES).digest(),
    "crc32": lambda x: zlib.crc32(x) == zlib.crc32(BYTES),
    "struct-unpack-from": lambda x: struct.unpack_from("<4B", x, 8) == (8, 9, 10, 11),
    "bytes-io": lambda x: io.BytesIO(x).read() == BYTES,
    "join": lambda x: b"".join([x, b"!"]) == BYTES + b"!",
    "int-from-bytes": lambda x: int.from_bytes(x, "little") == int.from_bytes(BYTES, "little"),
    "numpy-asarray": lambda x: np.asarray(x).tobytes() == BYTES,
    "numpy-frombuffer": lambda x: np.frombuffer(x, dtype="<u2")[1] == 0x0302,
    "slice-assignment-source": lambda x: bytearray_assigned_from(x) == BYTES,
}


def bytearray_assigned_from(source: bb.JavaBuffer) -> bytearray:
    target = bytearray(64)
    target[:] = source
    return target


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_sees_javas_bytes(recording: bb.JavaClass, reader: str) -> None:
    exporter = recording.ofBytes(64)
    assert READERS[reader](exporter)
    assert exporter.acquired() >= 1
    assert exporter.outstanding() == 0


def test_numpy_shares_javas_memory(recording: bb.JavaClass) -> None:
    exporter = recording.ofDoubles(3, 4)
    array = np.asarray(exporter)
    assert array.ctypes.data == exporter.address()
    assert (array.dtype, array.shape, array.strides) == (np.float64, (3, 4), (32, 8))
    np.testing.assert_array_equal(array, np.arange(12.0).reshape(3, 4))


@pytest.mark.parametrize(
    "make",
    [np.asarray, np.array, np.sum, np.ascontiguousarray, lambda x: x + np.ones(3), lambda x: np.asarray(x, "f")],
    ids=["asarray", "array", "sum", "ascontiguousarray", "addition", "dtype"],
)
def test_numpy_raises_the_refusal(throwing: bb.JavaClass, make: Callable[[object], object]) -> None:
    """Without `__array__` numpy would drop the refusal, and make an array of one object."""
    with pytest.raises(BufferError, match="no buffer today"):
        make(getattr(throwing, "in")("GET", "BufferException"))
    released = bb.empty((3,), "d")
    released.release()
    with pytest.raises(BufferError, match="freed"):
        make(released)


def test_numpy_takes_the_buffer_and_not_the_array_method(recording: bb.JavaClass) -> None:
    exporter = recording.ofDoubles(3)
    array = np.asarray(exporter)
    assert isinstance(array.base, memoryview) and array.base.obj is exporter
    assert exporter.acquired() == 1


def test_the_array_method_shares_the_memory_too() -> None:
    memory = bb.empty((3,), "d")
    shared = memory.__array__()
    shared[1] = 2.5
    assert memoryview(memory)[1] == 2.5
    assert memory.__array__(np.float32).dtype == np.float32
    copied = memory.__array__(copy=True)
    copied[1] = 7
    assert memoryview(memory)[1] == 2.5
    with pytest.raises(ValueError, match="copy"):
        memory.__array__(np.float32, copy=False)


def test_a_write_in_python_is_seen_in_java_at_once(recording: bb.JavaClass) -> None:
    exporter = recording.ofDoubles(3, 4)
    array = np.asarray(exporter)
    array[1, 2] = -7.5
    assert exporter.doubleAt(6) == -7.5
    array[...] *= 2
    assert [exporter.doubleAt(i) for i in (0, 6, 11)] == [0.0, -15.0, 22.0]


def test_a_write_in_java_is_seen_in_python_at_once(recording: bb.JavaClass) -> None:
    exporter = recording.ofDoubles(3, 4)
    first, second = np.asarray(exporter), memoryview(exporter)
    exporter.setDoubleAt(5, 99.0)
    assert first[1, 1] == 99.0
    assert second[1, 1] == 99.0
    second.release()


def test_two_views_show_one_memory(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    with memoryview(exporter) as first, memoryview(exporter) as second:
        first[0] = 200
        assert second[0] == 200
        assert exporter.byteAt(0) == 200 - 256


def test_strided_memory_keeps_its_strides(recording: bb.JavaClass) -> None:
    reversed_columns = recording(96, "d", [3, 4], [8, -24], 72, False)
    array = np.asarray(reversed_columns)
    assert array.strides == (8, -24)
    array[0, 0] = 1.25
    assert reversed_columns.doubleAt(9) == 1.25


def test_read_only_memory_cannot_be_written(recording: bb.JavaClass) -> None:
    exporter = recording(64, "B", [64], [1], 0, True)
    assert not np.asarray(exporter).flags.writeable
    with memoryview(exporter) as view, pytest.raises(TypeError, match="read-only"):
        view[0] = 1
    # Argument parsing ("w*") replaces the BufferError by its own TypeError.
    with pytest.raises(TypeError, match="read-write"):
        struct.pack_into("B", exporter, 0, 1)
    left, right = socket.socketpair()
    with left, right:
        left.send(b"data")
        with pytest.raises(TypeError, match="read-write"):
            right.recv_into(exporter)


def test_writers_write_into_javas_memory(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(64)
    struct.pack_into("<I", exporter, 4, 0x01020304)
    assert exporter.byteAt(4) == 4
    assert io.BytesIO(b"\x2a" * 64).readinto(exporter) == 64
    assert exporter.byteAt(63) == 42


def test_attributes_describe_the_memory(recording: bb.JavaClass) -> None:
    exporter = recording(96, "d", [3, 4], [8, 24], 0, True)
    assert (exporter.nbytes, exporter.itemsize, exporter.ndim) == (96, 8, 2)
    assert (exporter.format, exporter.shape, exporter.strides) == ("d", (3, 4), (8, 24))
    assert exporter.readonly is True
    assert exporter.export_count == 0
    assert exporter.outstanding() == 0


def test_attributes_are_answered_from_an_export_that_is_out(recording: bb.JavaClass) -> None:
    exporter = recording.ofDoubles(3, 4)
    with memoryview(exporter):
        assert (exporter.shape, exporter.format, exporter.nbytes) == ((3, 4), "d", 96)
    assert exporter.acquired() == 1


def test_an_object_that_cannot_export_is_no_buffer() -> None:
    items = bb.jclass("java.util.ArrayList")()
    assert not isinstance(items, bb.JavaBuffer)
    with pytest.raises(TypeError, match="bytes-like object"):
        memoryview(items)


def test_repr_shows_class_format_shape_and_what_is_out(recording: bb.JavaClass) -> None:
    exporter = recording.ofDoubles(3, 4)
    name = "org.bufferbridge.fixtures.exporters.RecordingExporter"
    assert repr(exporter) == f"<JavaBuffer {name}, not exported>"
    with memoryview(exporter):
        assert repr(exporter) == f"<JavaBuffer {name}, format 'd', shape (3, 4), 1 export out>"
    # A repr does not call a user's exporter.
    assert exporter.acquired() == 1


def test_repr_of_known_memory_leaves_no_trace() -> None:
    buffer = bb.empty((2, 3), "h")
    assert repr(buffer) == "<JavaBuffer org.bufferbridge.BufferView, format 'h', shape (2, 3), not exported>"
    buffer.release()
    assert repr(buffer) == "<JavaBuffer org.bufferbridge.BufferView, not exported>"

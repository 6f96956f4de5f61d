"""Java memory pickles with its format and shape; other Java objects say why they do not pickle."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import bufferbridge as bb
from support import raw_requests


def grid() -> bb.JavaBuffer:
    buffer = bb.empty((3, 4), "d")
    np.asarray(buffer)[:] = np.arange(12.0).reshape(3, 4)
    return buffer


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_items_format_and_shape_survive(protocol: int) -> None:
    unpickled = pickle.loads(pickle.dumps(grid(), protocol))
    assert isinstance(unpickled, bb.UnpickledBuffer)
    assert (unpickled.format, unpickled.shape, unpickled.itemsize, unpickled.nbytes) == ("d", (3, 4), 8, 96)
    assert (unpickled.ndim, unpickled.strides, unpickled.readonly) == (2, (32, 8), False)
    np.testing.assert_array_equal(np.asarray(unpickled), np.arange(12.0).reshape(3, 4))


def test_in_band_is_a_snapshot() -> None:
    buffer = grid()
    unpickled = pickle.loads(pickle.dumps(buffer, 5))
    np.asarray(buffer)[0, 0] = 99.0
    assert np.asarray(unpickled)[0, 0] == 0.0
    np.asarray(unpickled)[0, 1] = 77.0
    assert np.asarray(buffer)[0, 1] == 1.0


def test_out_of_band_nothing_is_copied() -> None:
    buffer = grid()
    out_of_band: list[pickle.PickleBuffer] = []
    stream = pickle.dumps(buffer, 5, buffer_callback=out_of_band.append)
    assert len(out_of_band) == 1 and buffer.export_count == 1
    unpickled = pickle.loads(stream, buffers=out_of_band)
    np.asarray(buffer)[2, 3] = -1.0
    assert np.asarray(unpickled)[2, 3] == -1.0  # Java's own memory, through the out-of-band buffer
    out_of_band.clear()
    del unpickled
    assert buffer.export_count == 0


def test_out_of_band_into_read_only_bytes_is_read_only() -> None:
    out_of_band: list[pickle.PickleBuffer] = []
    stream = pickle.dumps(grid(), 5, buffer_callback=out_of_band.append)
    received = [bytes(part.raw()) for part in out_of_band]
    unpickled = pickle.loads(stream, buffers=received)
    assert unpickled.readonly
    with pytest.raises(BufferError, match="read-only"):
        raw_requests.acquire(unpickled, raw_requests.WRITABLE)


@pytest.mark.parametrize("protocol", [2, 5])
def test_read_only_memory_stays_read_only(memories: bb.JavaClass, protocol: int) -> None:
    buffer = memories.readOnly(memories.automatic(8))
    assert pickle.loads(pickle.dumps(buffer, protocol)).readonly


@pytest.mark.parametrize("protocol", [2, 5])
def test_strided_memory_becomes_contiguous(memories: bb.JavaClass, protocol: int) -> None:
    memory = memories.automatic(64)
    whole = np.asarray(memory)
    whole[:] = np.arange(64)
    buffer = memories.strided(memory, "B", [4, 8], [16, -2], 14)
    unpickled = pickle.loads(pickle.dumps(buffer, protocol))
    np.testing.assert_array_equal(np.asarray(unpickled), np.asarray(buffer))
    assert unpickled.strides == (8, 1)


@pytest.mark.parametrize("protocol", [4, 5])
def test_fortran_order_survives_where_it_need_not_be_copied(memories: bb.JavaClass, protocol: int) -> None:
    memory = memories.automatic(12)
    np.asarray(memory)[:] = np.arange(12)
    buffer = memories.strided(memory, "B", [3, 4], [1, 3], 0)
    unpickled = pickle.loads(pickle.dumps(buffer, protocol))
    np.testing.assert_array_equal(np.asarray(unpickled), np.asarray(buffer))
    assert unpickled.strides == ((1, 3) if protocol == 5 else (4, 1))


@pytest.mark.parametrize("format", ["T{i:a:d:b:}", ">i", "Zd", "3s", "?"])
def test_formats_that_memoryview_cannot_index_survive(memories: bb.JavaClass, format: str) -> None:
    buffer = bb.empty(3, format)
    unpickled = pickle.loads(pickle.dumps(buffer, 5))
    assert (unpickled.format, unpickled.itemsize) == (buffer.format, buffer.itemsize)
    assert np.asarray(unpickled).dtype == np.asarray(buffer).dtype


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3)], ids=["no-dimension", "empty", "empty-of-three"])
def test_odd_shapes_survive(shape: tuple[int, ...]) -> None:
    unpickled = pickle.loads(pickle.dumps(bb.empty(shape, "h"), 5))
    assert unpickled.shape == shape
    assert memoryview(unpickled).shape == shape


def test_an_exporter_by_upcall_pickles_and_is_released(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    unpickled = pickle.loads(pickle.dumps(exporter, 5))
    assert bytes(unpickled) == bytes(range(8))
    assert (exporter.outstanding(), exporter.strangers()) == (0, 0)


def test_what_was_unpickled_pickles_again_and_goes_to_java() -> None:
    unpickled = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(grid()))))
    assert bb.jclass("org.bufferbridge.fixtures.leases.Leasing").sum(unpickled) == 66.0


def test_a_copy_of_the_python_object_is_a_copy_of_the_memory() -> None:
    buffer = grid()
    copied = copy.deepcopy(buffer)
    np.asarray(copied)[0, 0] = 5.0
    assert np.asarray(buffer)[0, 0] == 0.0


def test_a_refused_export_refuses_the_pickle(throwing: bb.JavaClass) -> None:
    buffer = bb.empty(8)
    buffer.release()
    with pytest.raises(BufferError, match="freed"):
        pickle.dumps(buffer)


@pytest.mark.parametrize("protocol", [2, 5])
def test_java_objects_and_classes_refuse_with_the_reason(protocol: int) -> None:
    lists = bb.jclass("java.util.ArrayList")
    for refusing in (lists, lists()):
        with pytest.raises(TypeError, match=r"cannot pickle java.util.ArrayList: .* lives in this process's JVM"):
            pickle.dumps(refusing, protocol)
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(lists().size, protocol)


def test_a_java_error_pickles_without_the_java_exception() -> None:
    with pytest.raises(bb.JavaValueError) as caught:
        bb.jclass("java.lang.Integer").parseInt("three")
    unpickled = pickle.loads(pickle.dumps(caught.value))
    assert type(unpickled) is bb.JavaValueError and str(unpickled) == str(caught.value)
    assert unpickled.java_class == "java.lang.NumberFormatException"
    assert "parseInt" in unpickled.java_stack
    assert not hasattr(unpickled, "java_exception")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((b"1234", "i", 4, (2,), False, False), "4 bytes were unpickled; 8 are required"),
        ((b"1234", "i", 4, (-1,), False, False), "negative"),
        ((b"1234", "i", 0, (1,), False, False), "at least 1"),
        ((b"1234", "i", 4, (1 << 40, 1 << 40), False, False), "larger than the address space"),
        ((b"1234", "i", 4, (1,) * 65, False, False), "at most 64"),
        ((b"1234", "d", 1, (4,), False, False), "'d' has 8 bytes; itemsize 1 was given"),
    ],
    ids=["too-short", "negative", "no-itemsize", "too-large", "too-many-dimensions", "itemsize"],
)
def test_a_pickle_that_contradicts_itself_is_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bb.UnpickledBuffer(*arguments)

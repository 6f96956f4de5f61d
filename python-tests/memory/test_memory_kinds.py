"""NIO buffers, JNA's memory, views and foreign types as Python buffers, live in both directions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import bufferbridge as bb
from support import raw_requests
from support.java_types import ARRAY_TYPES

# -------------------------------------------------------------------------------------------------------- NIO buffers


@pytest.mark.parametrize("type_", [t for t in ARRAY_TYPES if t != "boolean"])
@pytest.mark.parametrize("big_endian", [False, True], ids=["little-endian", "big-endian"])
def test_a_direct_buffer_keeps_type_and_order(memories: bb.JavaClass, type_: str, big_endian: bool) -> None:
    buffer = memories.typed(memories.direct(64), type_, big_endian)
    array = np.asarray(buffer)
    expected = np.dtype(ARRAY_TYPES[type_][1]).newbyteorder(">" if big_endian else "<")
    assert array.dtype == expected
    np.testing.assert_array_equal(array, np.frombuffer(bytes(range(64)), expected))
    if not big_endian:
        assert buffer.format == ARRAY_TYPES[type_][0]


def test_a_buffer_is_exported_from_position_to_limit(memories: bb.JavaClass) -> None:
    bytes_ = memories.direct(64)
    with memoryview(memories.window(bytes_, 8, 24)) as view:
        assert view.tobytes() == bytes(range(8, 24))
        view[0] = 100
        assert memories.byteOf(bytes_, 8) == 100


def test_an_unaligned_typed_buffer_says_so(memories: bb.JavaClass) -> None:
    odd = memories.typed(memories.window(memories.direct(64), 1, 33).slice(), "double", False)
    assert odd.format == "=d"
    array = np.asarray(odd)
    assert not array.flags.aligned
    assert array.tobytes() == bytes(range(1, 33))


@pytest.mark.parametrize("where", ["direct", "heap"])
def test_a_read_only_buffer_stays_read_only(memories: bb.JavaClass, where: str, pinning: bool) -> None:
    if where == "heap" and not pinning:
        pytest.skip("this JVM cannot pin heap arrays")
    buffer = memories.readOnly(getattr(memories, where)(16))
    assert buffer.readonly
    with memoryview(buffer) as view:
        assert bytes(view) == bytes(range(16))


def test_a_heap_buffer_is_exported_from_position_to_limit(memories: bb.JavaClass, needs_pinning: None) -> None:
    bytes_ = memories.heap(64)
    with memoryview(memories.window(bytes_, 8, 24)) as view:
        assert view.tobytes() == bytes(range(8, 24))
        view[0] = 100
    assert memories.byteOf(bytes_, 8) == 100


# ---------------------------------------------------------------------------------------------------------------- JNA


def test_jna_memory_is_live(memories: bb.JavaClass) -> None:
    memory = memories.jna(16)
    with memoryview(memory) as view:
        assert view.tobytes() == bytes(range(16))
        view[1] = 44
    assert memories.jnaByte(memory, 1) == 44


def test_a_jna_structure_is_its_bytes(memories: bb.JavaClass) -> None:
    point = memories.point(1.5, -2.5, 7)
    array = np.frombuffer(point, dtype=[("x", "f8"), ("y", "f8"), ("id", "i4"), ("", "i4")])
    assert (array["x"][0], array["y"][0], array["id"][0]) == (1.5, -2.5, 7)
    array["x"] = 9.0
    point.read()
    assert point.x == 9.0


def test_jna_memory_that_was_closed_between_exports_is_refused(memories: bb.JavaClass) -> None:
    memory = memories.jna(16)
    memoryview(memory).release()
    assert memory.export_count == 0
    memory.close()
    with pytest.raises(BufferError, match="the JNA memory of 16 bytes is closed; open memory is required"):
        memoryview(memory)
    with pytest.raises(BufferError, match="is closed"):
        memory.nbytes


def test_a_jna_structure_whose_memory_was_closed_is_refused(memories: bb.JavaClass) -> None:
    point = memories.point(1.5, -2.5, 7)
    memoryview(point).release()
    point.getPointer().close()
    with pytest.raises(BufferError, match="is closed"):
        memoryview(point)


def test_an_exporter_of_jna_memory_asks_for_it_at_each_export(memories: bb.JavaClass) -> None:
    memory = memories.jna(16)
    exporter = bb.jclass("org.bufferbridge.Buffers").exporter(memory)
    assert memoryview(exporter).nbytes == 16
    memory.close()
    with pytest.raises(BufferError, match="is closed"):
        memoryview(exporter)


def test_a_structure_that_calls_python_on_a_third_thread_is_exported(memories: bb.JavaClass) -> None:
    """A Structure is a user's class, so JNA's methods are called without the GIL."""
    called: list[int] = []
    with memoryview(memories.structureThatCalls(lambda: called.append(1))) as view:
        assert view.nbytes > 0
    assert called


def test_a_pointer_with_a_size_is_memory(memories: bb.JavaClass) -> None:
    memory = memories.jna(16)
    view = bb.jclass("org.bufferbridge.Buffers").viewOf(memory.share(4), 8)
    assert bytes(view) == bytes(range(4, 12))
    with pytest.raises(ValueError, match="size of at least 0"):
        bb.jclass("org.bufferbridge.Buffers").viewOf(memory, -1)


def test_a_buffer_over_a_character_sequence_is_refused_in_words(memories: bb.JavaClass) -> None:
    """CharBuffer.wrap(CharSequence) has no memory."""
    buffer = bb.jclass("java.nio.CharBuffer").wrap("abc")
    with pytest.raises(BufferError, match="of 3 items has neither an array nor memory outside the heap"):
        memoryview(buffer)
    with pytest.raises(BufferError, match="nothing to share"):
        bb.copy(buffer)


# --------------------------------------------------------------------------------------------------------- BufferView


def test_a_view_is_exported_with_its_geometry(memories: bb.JavaClass) -> None:
    view = memories.strided(memories.automatic(64), "h", [3, 4], [16, -4], 14)
    array = np.asarray(view)
    assert (array.shape, array.strides, array.dtype) == ((3, 4), (16, -4), np.int16)
    assert array[1, 1] == int.from_bytes(bytes([26, 27]), "little")


def test_rows_behind_pointers_are_exported_with_suboffsets(memories: bb.JavaClass) -> None:
    arena = memories.shared()
    rows = memories.rows(arena, "B", 3, 5)
    with memoryview(rows) as view:
        assert view.suboffsets == (0, -1)
        assert view.tolist() == [[1] * 5, [2] * 5, [3] * 5]
        with pytest.raises(bb.JavaError, match="acquired"):
            arena.close()
    for name, flags in raw_requests.ALL_REQUESTS.items():
        assert rows.supports(flags) == name.startswith("INDIRECT")
    rows.release()
    arena.close()


def test_a_struct_is_seen_by_field_name(memories: bb.JavaClass) -> None:
    view = memories.view(memories.automatic(64), "T{d:x:i:id:f:mass:}", 4)
    array = np.asarray(view)
    assert array.dtype.names == ("x", "id", "mass")
    array["id"] = [1, 2, 3, 4]
    assert np.asarray(view)["id"].tolist() == [1, 2, 3, 4]


def test_more_than_four_gibibytes_are_reached_from_both_sides(memories: bb.JavaClass, tmp_path: Path) -> None:
    size = (1 << 32) + 4096
    arena = memories.shared()
    segment = memories.mapped(str(tmp_path / "sparse"), size, arena)
    array = np.asarray(segment)
    assert array.shape == (size,)
    array[size - 1] = 17
    assert memories.byteOf(segment, size - 1) == 17
    memories.setByteOf(segment, (1 << 32) + 1, 23)
    assert array[(1 << 32) + 1] == 23
    del array
    segment.release()
    arena.close()


# ---------------------------------------------------------------------------------------------------------- providers


def test_a_provider_teaches_the_bridge_a_foreign_type(memories: bb.JavaClass) -> None:
    foreign = bb.jclass("org.bufferbridge.fixtures.exporters.ForeignImage")(3, 2)
    assert isinstance(foreign, bb.JavaBuffer)
    array = np.asarray(foreign)
    assert array.shape == (2, 3)
    array[1, 2] = 200
    assert foreign.pixel(1, 2) == 200

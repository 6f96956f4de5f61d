"""Java memory by Arrow's C data interface: each array holds one export until its last part is released."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import bufferbridge as bb
from support import arrow

TYPES = {"b": "c", "B": "C", "h": "s", "H": "S", "i": "i", "I": "I", "l": "l", "L": "L", "q": "l", "Q": "L"}
TYPES |= {"e": "e", "f": "f", "d": "g", "=i": "i", "<d": "g"}


@pytest.fixture(scope="module")
def recording(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter")


@pytest.mark.parametrize("format", TYPES)
def test_the_items_are_the_memory(jvm: None, format: str) -> None:
    buffer = bb.empty((5,), format)
    schema, array = buffer.__arrow_c_array__()
    assert arrow.schema_in(schema).format.decode() == TYPES[format]
    alone = buffer.__arrow_c_schema__()
    assert arrow.schema_in(alone).format.decode() == TYPES[format]
    told = arrow.array_in(array)
    assert (told.length, told.null_count, told.offset, told.n_buffers) == (5, 0, 0, 2)
    assert (told.buffers[0], told.buffers[1]) == (None, np.asarray(buffer).ctypes.data)
    assert buffer.export_count == 1
    del array
    assert buffer.export_count == 0


@pytest.mark.parametrize("shape", [(0,), (2, 3), (0, 3), (2, 0), (2, 3, 4)], ids=str)
def test_further_dimensions_are_lists_of_one_size(jvm: None, shape: tuple[int, ...]) -> None:
    schema, array = bb.empty(shape, "d").__arrow_c_array__(requested_schema=None)
    level, items = arrow.schema_in(schema), arrow.array_in(array)
    count = 1
    for length, inner in itertools.zip_longest(shape, shape[1:]):
        count *= length
        assert items.length == count
        if inner is not None:
            assert (level.format, items.n_buffers) == (f"+w:{inner}".encode(), 1)
            level, items = level.children[0].contents, items.children[0].contents
    assert (level.format, items.n_buffers) == (b"g", 2)


@pytest.mark.parametrize(
    ("shape", "format", "reason"),
    [
        ((2,), "?", "its booleans are bits"),
        ((2,), "Zd", "no type for items of the format 'Zd'"),
        ((2,), ">i", "no type for items of the format '>i'"),
        ((2,), "3s", "no type for items of the format '3s'"),
        ((2,), "T{i:a:}", "no type for items of the format 'T{"),
        ((2,), "g", "no type for items of the format 'g'"),
        ((), "d", "no arrays without a dimension"),
        ((2**62, 4, 0), "d", "Arrow counts rows in 64 bits; the memory without items has more of them"),
    ],
)
def test_what_arrow_has_no_type_for_is_refused(jvm: None, shape: tuple[int, ...], format: str, reason: str) -> None:
    buffer = bb.empty(shape, format)
    for ask in buffer.__arrow_c_schema__, buffer.__arrow_c_array__:
        with pytest.raises(BufferError, match=reason):
            ask()
    assert buffer.export_count == 0


def test_memory_with_gaps_and_without_alignment_is_refused(jvm: None) -> None:
    memory = bb.empty((9,), "B")
    view = bb.jclass("org.bufferbridge.BufferView")
    with pytest.raises(BufferError, match="not C-contiguous"):
        view.strided(memory.memory(), memory.format_(), [3], [2], 0).__arrow_c_array__()
    shorts = bb.jclass("org.bufferbridge.BufferFormat").parse("<h")
    with pytest.raises(BufferError, match="aligned, and these are not"):
        view.strided(memory.memory(), shorts, [3], [2], 1).__arrow_c_array__()
    assert memory.export_count == 0


def parts_of(array: arrow.Array) -> list[arrow.Array]:
    """The array and its children, each moved to a place of its own."""
    children = [array.children[0].contents] if array.n_children else []
    return [part for child in children for part in parts_of(arrow.moved(child))] + [array]


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))], ids=str)
def test_the_export_lasts_until_the_last_part_is_released(recording: bb.JavaClass, order: tuple[int, ...]) -> None:
    exporter = recording.ofDoubles(2, 3, 4)
    _, capsule = exporter.__arrow_c_array__()
    parts = parts_of(arrow.moved(arrow.array_in(capsule)))
    del capsule
    for turn, part in enumerate(order):
        assert exporter.outstanding() == 1, turn
        arrow.release(parts[part])
    assert (exporter.outstanding(), exporter.released(), exporter.strangers()) == (0, 1, 0)


def test_an_array_that_nobody_takes_releases_its_export(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    pair = exporter.__arrow_c_array__()
    assert exporter.outstanding() == 1
    with pytest.raises(BufferError, match="still used by 1"):
        exporter.release()
    del pair
    assert (exporter.outstanding(), exporter.export_count) == (0, 0)


def test_arguments_are_those_of_the_interface(jvm: None) -> None:
    buffer = bb.empty(8)
    with pytest.raises(TypeError):
        buffer.__arrow_c_array__(None, None)
    with pytest.raises(TypeError):
        buffer.__arrow_c_array__(schema=None)

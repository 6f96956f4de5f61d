"""Memory that goes from one language to the other and back: one address, one geometry, the same values.

numpy is the oracle for the items that Java reads one by one, and for the memory after Java's writes.
"""

from __future__ import annotations

import gc
import mmap
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st

import bufferbridge as bb
from support.arrays import arrays, dtypes, fill, geometries, shapes, spell

random_examples = settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # examples are small without shrinking
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def items(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.memory.Items")


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def geometry(array: np.ndarray) -> str:
    """The geometry that numpy exports, as the fixture writes it. numpy normalises the strides of contiguous arrays."""
    exported = memoryview(array)
    return f"{list(exported.shape)} {list(exported.strides)}"


def reversed_items(array: np.ndarray) -> np.ndarray:
    return array.copy().reshape(-1)[::-1].reshape(array.shape)


def require_same_view(items: bb.JavaClass, array: np.ndarray) -> None:
    """Requires that Java's lease of an array has the memory and the geometry of that array."""
    assert items.geometry(array) == geometry(array)
    if array.size:
        assert items.address(array) == address(array)
    assert items.spell(array) == spell(array)
    items.requireEqualReads(array)


# ------------------------------------------------------------------------------ numpy, Java, numpy


@random_examples
@given(array=arrays())
def test_java_reads_what_numpy_reads(items: bb.JavaClass, array: np.ndarray) -> None:
    note(f"{array.dtype} {array.shape} {array.strides}")
    require_same_view(items, array)


@random_examples
@given(array=arrays())
def test_numpy_reads_what_java_wrote(items: bb.JavaClass, array: np.ndarray) -> None:
    note(f"{array.dtype} {array.shape} {array.strides}")
    expected = spell(reversed_items(array))
    items.reverse(array)
    assert spell(array) == expected


@random_examples
@given(array=arrays())
def test_java_writes_nothing_beside_the_items(items: bb.JavaClass, array: np.ndarray) -> None:
    assume("g" not in memoryview(array).format)  # a long double has bytes that are not part of its value
    whole = array
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    untouched = whole.copy()
    items.reverse(array)
    items.reverse(array)
    np.testing.assert_array_equal(whole, untouched)


@random_examples
@given(array=arrays(), read_only=st.booleans())
def test_an_array_comes_back_from_java_as_it_went(items: bb.JavaClass, array: np.ndarray, read_only: bool) -> None:
    array.flags.writeable = not read_only
    note(f"{array.dtype} {array.shape} {array.strides}")
    references = sys.getrefcount(array)
    again = items.retain(array)
    try:
        back = np.asarray(again)
        assert spell(back) == spell(array)
        assert geometry(back) == geometry(array)
        assert back.flags.writeable == array.flags.writeable
        if array.size:
            assert address(back) == address(array)
        if not read_only:
            expected = spell(reversed_items(array))
            items.reverse(back)
            assert spell(array) == expected
        del back
    finally:
        again.release()
        items.close()
    assert bb.leases() == []
    assert sys.getrefcount(array) == references


@random_examples
@given(dtype=dtypes())
def test_the_dtype_survives_the_round_trip(items: bb.JavaClass, dtype: np.dtype) -> None:
    again = items.retain(np.zeros(3, dtype))
    try:
        assert np.asarray(again).dtype == dtype
    finally:
        again.release()
        items.close()


# ------------------------------------------------------------------------------- Java, numpy, Java


@random_examples
@given(dtype=dtypes(), shape=shapes(), seed=st.integers(0, 2**32), data=st.data())
def test_java_reads_its_own_memory_through_numpy(
    items: bb.JavaClass, dtype: np.dtype, shape: tuple[int, ...], seed: int, data: st.DataObject
) -> None:
    note(f"{dtype} {shape}")
    block = bb.empty(shape, memoryview(np.empty(0, dtype)).format)
    whole = np.asarray(block)
    assert (whole.shape, whole.itemsize) == (shape, dtype.itemsize)
    assert address(whole) == items.address(block)
    fill(whole, np.random.default_rng(seed))
    assert items.spell(block) == spell(whole)
    part = data.draw(geometries(whole))
    require_same_view(items, part)
    expected = spell(reversed_items(part))
    items.reverse(part)
    assert spell(part) == expected
    assert items.spell(block) == spell(whole)


@random_examples
@given(dtype=dtypes(), data=st.data())
def test_javas_own_geometry_comes_back_through_numpy(items: bb.JavaClass, dtype: np.dtype, data: st.DataObject) -> None:
    pattern = np.ndarray((5, 4), dtype, buffer=bytes(20 * dtype.itemsize))
    part = data.draw(geometries(pattern))
    offset = address(part) - address(pattern) if part.size else 0
    format_ = memoryview(np.empty(0, dtype)).format
    view = items.strided(pattern.nbytes, format_, list(part.shape), list(part.strides), offset)
    array = np.asarray(view)
    assert geometry(array) == geometry(part)
    fill(array, np.random.default_rng(1))
    require_same_view(items, array)
    assert items.spell(view) == spell(array)


# ------------------------------------------------------------------------------------ no numbers


def test_opaque_bytes_are_read_and_written(items: bb.JavaClass) -> None:
    array = np.frombuffer(bytearray(range(12)), "V4")
    require_same_view(items, array[::-1])
    items.reverse(array)
    assert array.tobytes() == bytes([8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3])


# Two readings of the text have the right size, and numpy itself reads it in the wrong way.
AMBIGUOUS = pytest.mark.xfail(reason="PEP 3118 aligns the inner struct, numpy's text does not mean that")
PADDED = {
    "packed": np.dtype([("x", "<i2"), ("y", "u1")]),
    "packed-nested": np.dtype([("s", [("x", "<i2"), ("y", "u1")]), ("z", "u1")]),
    "aligned-nested": np.dtype([("s", np.dtype([("x", "<i2"), ("y", "u1")], align=True)), ("z", "u1")], align=True),
    "aligned-in-another-order": np.dtype([("x", ">i2"), ("y", "u1")], align=True),
    "aligned-in-both-orders": np.dtype([("x", "<i4"), ("y", ">i2")], align=True),
    "room-at-the-end": np.dtype({"names": ["x"], "formats": ["<f8"], "offsets": [0], "itemsize": 24}),
}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=AMBIGUOUS if kind == "aligned-nested" else ()) for kind in PADDED]
)
def test_padding_that_numpys_format_leaves_out_is_known(items: bb.JavaClass, kind: str) -> None:
    array = np.zeros(3, PADDED[kind])
    fill(array, np.random.default_rng(2))
    require_same_view(items, array)


# --------------------------------------------------------------------------- refused, and left alone

REFUSED: dict[str, tuple[Callable[[], np.ndarray], type[Exception], str]] = {
    "objects": (lambda: np.array([object()]), BufferError, "Python object"),
    "dates": (lambda: np.zeros(3, "M8[s]"), ValueError, "buffer"),
    "objects-in-a-struct": (lambda: np.zeros(2, [("x", "f8"), ("o", "O")]), BufferError, "Python object"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_items_without_a_format_in_java_are_refused(items: bb.JavaClass, kind: str) -> None:
    make, error, text = REFUSED[kind]
    array = make()
    references = sys.getrefcount(array)
    with pytest.raises(error, match=text):
        items.spell(array)
    assert sys.getrefcount(array) == references


# ---------------------------------------------------------------------------------- beyond 2 GiB

OVER = 2**31 + 4096


@pytest.fixture
def sparse_map(tmp_path: Path) -> np.memmap:
    """A file that is one hole: over 2 GiB of memory, of which only touched pages exist."""
    with open(tmp_path / "hole", "wb") as file:
        file.truncate(OVER)
    return np.memmap(tmp_path / "hole", np.uint8, "r+")


def test_more_than_two_gibibytes_are_read_and_written_in_java(items: bb.JavaClass, sparse_map: np.memmap) -> None:
    sparse_map[-1] = 200
    sparse_map[2**31] = 100
    assert items.address(sparse_map) == address(sparse_map)
    assert items.geometry(sparse_map) == f"[{OVER}] [1]"
    assert items.byteAt(sparse_map, OVER - 1) == 200
    assert items.byteAt(sparse_map[::-1], OVER - 1 - 2**31) == 100
    items.setByteAt(sparse_map, OVER - 2, 50)
    assert sparse_map[-2] == 50
    with pytest.raises(IndexError, match=str(OVER)):
        items.byteAt(sparse_map, OVER)


def test_strides_of_more_than_two_gibibytes_are_followed(items: bb.JavaClass, sparse_map: np.memmap) -> None:
    ends = sparse_map[:: 2**31 + 1000]
    assert ends.shape == (2,)
    ends[:] = [7, 8]
    assert items.spell(ends) == "7 8"
    items.reverse(ends)
    assert (sparse_map[0], sparse_map[2**31 + 1000]) == (8, 7)


def test_more_than_two_gibibytes_come_back_from_java(items: bb.JavaClass) -> None:
    with mmap.mmap(-1, OVER) as memory:
        array = np.frombuffer(memory, np.uint8)
        again = items.retain(array)
        back = np.asarray(again)
        back[-1] = 9
        assert (back.nbytes, address(back), array[-1]) == (OVER, address(array), 9)
        del back
        again.release()
        items.close()
        del again, array
        gc.collect()

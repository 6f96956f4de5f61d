"""Each kind of Java memory with each library and protocol: the same memory, live, and released in every order.

Each row of docs/guides/sharing.md is one of SHARED or TAKEN. `make test-ecosystem` has the libraries.
"""

from __future__ import annotations

import gc
import importlib.util
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb

ITEMS = 12


def library(name: str) -> Any:
    return importlib.import_module(name)


def is_there(row: str) -> bool:
    """Whether the library of a row is installed."""
    return importlib.util.find_spec(row.split(":")[0].lower()) is not None


@pytest.fixture(scope="module")
def leasing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Leasing")


# ---------------------------------------------------------------------------------------- Java's memory in a library

# What shares the memory of a buffer of doubles.
SHARED: dict[str, Callable[[Any], Any]] = {
    "numpy: asarray": np.asarray,
    "numpy: from_dlpack": np.from_dlpack,
    "torch: from_dlpack": lambda buffer: library("torch").from_dlpack(buffer),
    "torch: from_numpy": lambda buffer: library("torch").from_numpy(np.asarray(buffer)),
    "pyarrow: array": lambda buffer: library("pyarrow").array(buffer),
    "polars: Series of numpy": lambda buffer: library("polars").Series(np.asarray(buffer)),
    "pandas: Series of numpy": lambda buffer: library("pandas").Series(np.asarray(buffer), copy=False),
}
IMMUTABLE = "pyarrow: array", "polars: Series of numpy", "pandas: Series of numpy"


def doubles_of(memory: Any) -> Any:
    return bb.jclass("org.bufferbridge.BufferView").of(
        memory, bb.jclass("org.bufferbridge.BufferFormat").FLOAT64, ITEMS
    )


def in_an_arena(arena: Any) -> tuple[Any, Callable[[], None]]:
    return doubles_of(arena.allocate(8 * ITEMS, 64)), arena.close


def nothing_to_close() -> None:
    pass


# A buffer of doubles, and what closes its memory.
KINDS: dict[str, Callable[[], tuple[Any, Callable[[], None]]]] = {
    "bb.empty": lambda: (bb.empty(ITEMS, "d"), nothing_to_close),
    "double[]": lambda: (bb.jclass("double[]")(ITEMS), nothing_to_close),
    "global arena": lambda: (doubles_of(bb.jclass("java.lang.foreign.Arena").ofAuto().allocate(96)), nothing_to_close),
    "shared arena": lambda: in_an_arena(bb.jclass("java.lang.foreign.Arena").ofShared()),
    "ExportArena": lambda: in_an_arena(bb.jclass("org.bufferbridge.ExportArena").open()),
    "direct DoubleBuffer": lambda: (
        bb.jclass("java.nio.ByteBuffer").allocateDirect(96).order(order()).asDoubleBuffer(),
        nothing_to_close,
    ),
    "exporter": lambda: (
        bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter").ofDoubles(ITEMS),
        nothing_to_close,
    ),
    "guarded exporter": lambda: (
        bb.jclass("org.bufferbridge.fixtures.exporters.GuardedBytes").ofDoubles(ITEMS),
        nothing_to_close,
    ),
}


def order() -> Any:
    return bb.jclass("java.nio.ByteOrder").nativeOrder()


@pytest.fixture(autouse=True)
def nothing_stays(jvm: None) -> Iterator[None]:
    yield
    gc.collect()
    assert (bb.exports(), bb.leases()) == ([], [])


def made(kind: str) -> tuple[Any, Callable[[], None]]:
    buffer, close = KINDS[kind]()
    if not buffer.supports(0):
        pytest.skip("this collector does not pin")
    return buffer, close


@pytest.mark.parametrize("way", [way for way in SHARED if is_there(way)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_library_has_the_very_memory_and_sees_what_is_written(leasing: bb.JavaClass, kind: str, way: str) -> None:
    buffer, close = made(kind)
    seen = np.asarray(buffer)
    seen[...] = range(ITEMS)
    shared = SHARED[way](buffer)
    assert leasing.address(shared) == seen.ctypes.data
    assert [float(item) for item in shared] == list(range(ITEMS))
    seen[3] = 33
    assert float(shared[3]) == 33
    if way not in IMMUTABLE:
        shared[5] = 55
        assert seen[5] == 55
    del seen, shared
    gc.collect()
    assert buffer.export_count == 0
    buffer.release()
    close()


CLOSED = [kind for kind in KINDS if "arena" in kind.lower() and kind != "global arena"]


@pytest.mark.parametrize("order", [*itertools.permutations(("consumer", "buffer", "arena"))], ids="-".join)
@pytest.mark.parametrize("way", [way for way in SHARED if is_there(way)])
@pytest.mark.parametrize("kind", CLOSED)
def test_nothing_dangles_in_any_order_of_release(leasing: bb.JavaClass, kind: str, way: str, order: Any) -> None:
    buffer, close = made(kind)
    np.asarray(buffer)[...] = 7
    left = {"shared": SHARED[way](buffer), "buffer": buffer}
    del buffer
    closed = False
    for what in order:
        if what == "arena":
            if "shared" in left:
                with pytest.raises(bb.JavaError):
                    close()
            elif "buffer" not in left:
                close()
                closed = True
        else:
            del left["shared" if what == "consumer" else "buffer"]
            gc.collect()
        if "shared" in left:
            assert leasing.sum(left["shared"]) == 7 * ITEMS
    if not closed:
        close()


# ------------------------------------------------------------------------------------ a library's memory in Java

# A value that is leased without a copy, and the address of its memory.
TAKEN: dict[str, Callable[[], tuple[Any, int]]] = {
    "numpy: ndarray": lambda: address_of_numpy(np.arange(6.0)),
    "torch: Tensor": lambda: (tensor := library("torch").arange(6.0), tensor.data_ptr()),
    "pyarrow: Array": lambda: (array := library("pyarrow").array(np.arange(6.0)), array.buffers()[1].address),
    "pyarrow: ChunkedArray of one chunk": lambda: (
        array := library("pyarrow").chunked_array([np.arange(6.0)]),
        array.chunk(0).buffers()[1].address,
    ),
    "polars: Series": lambda: (
        series := library("polars").Series(np.arange(6.0)),
        library("pyarrow") and series.to_arrow().buffers()[1].address,
    ),
    "pandas: Series of numpy": lambda: (
        series := library("pandas").Series(np.arange(6.0)),
        series.array._ndarray.ctypes.data,
    ),
    "JAX: Array": lambda: (array := library("jax").numpy.arange(6.0), array.unsafe_buffer_pointer()),
}


def address_of_numpy(array: Any) -> tuple[Any, int]:
    return array, array.ctypes.data


@pytest.mark.parametrize("source", [source for source in TAKEN if is_there(source)])
def test_java_has_the_very_memory_of_a_library(leasing: bb.JavaClass, source: str) -> None:
    value, address = TAKEN[source]()
    assert leasing.address(value) == address
    assert leasing.sum(value) == 15
    with bb.retain(value) as lease:
        before = lease.view()
        del value
        gc.collect()
        assert before.getDouble(5) == 5
        del before
        gc.collect()


def test_pillow_shows_what_java_writes(leasing: bb.JavaClass) -> None:
    image_of = pytest.importorskip("PIL.Image", reason="Pillow is not installed; make test-ecosystem installs it")
    buffer = bb.empty((4, 6), "B")
    np.asarray(buffer)[...] = np.arange(24).reshape(4, 6)
    image = image_of.fromarray(buffer)
    assert (image.size, image.getpixel((5, 3)), buffer.export_count) == ((6, 4), 23, 1)
    np.asarray(buffer)[3, 5] = 99
    assert image.getpixel((5, 3)) == 99
    assert leasing.describe(image_of.new("RGBA", (3, 2))) == "B [6, 4] [4, 1] read-only"
    del image


@pytest.mark.parametrize("name", sorted({row.split(":")[0] for row in (*SHARED, *TAKEN)}))
def test_the_rows_of_a_library_ran(name: str) -> None:
    if not is_there(name):
        pytest.skip(f"{name} is not installed; make test-ecosystem installs it")


def test_every_row_of_the_document_is_tested() -> None:
    from support.places import ROOT

    text = (ROOT / "docs" / "guides" / "sharing.md").read_text()
    rows = {row for row in re.findall(r"^\| ([^|]*?) \|", text, re.MULTILINE) if ": " in row}
    assert rows == {*SHARED, *TAKEN}

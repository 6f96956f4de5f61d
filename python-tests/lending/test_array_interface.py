"""Memory by `__array_interface__`, both ways."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb


class Interface:
    """An object that has nothing else."""

    def __init__(self, told: dict[str, Any], kept: object = None) -> None:
        self.told = told
        self.kept = kept

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return self.told


@pytest.fixture(scope="module")
def leasing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Leasing")


FORMATS = [*"?bBhHiIlLqQefd", "Zf", "Zd", ">i", "<h", "3s", "2w"]


@pytest.mark.parametrize("shape", [(), (0,), (4,), (2, 3)], ids=str)
@pytest.mark.parametrize("format", FORMATS)
def test_java_memory_tells_its_address_and_type(jvm: None, format: str, shape: tuple[int, ...]) -> None:
    buffer = bb.empty(shape, format)
    expected = np.asarray(buffer)
    array = np.asarray(Interface(buffer.__array_interface__, buffer))
    assert (array.dtype, array.shape) == (expected.dtype, expected.shape)
    if array.size:
        assert array.ctypes.data == expected.ctypes.data
    assert buffer.__array_interface__["version"] == 3


def test_strides_and_what_is_read_only_are_told(jvm: None) -> None:
    memory = bb.empty((4, 6), "d")
    view = bb.jclass("org.bufferbridge.BufferView").strided(memory.memory(), memory.format_(), [2, 3], [96, 16], 8)
    told = view.asReadOnly().__array_interface__
    assert (told["shape"], told["strides"], told["typestr"]) == ((2, 3), (96, 16), "<f8")
    assert told["data"] == (np.asarray(memory).ctypes.data + 8, True)
    assert memory.__array_interface__["strides"] is None


def test_structures_have_the_fields_of_numpy(jvm: None) -> None:
    buffer = bb.empty((2,), "T{i:a:f:b:}")
    array = np.asarray(Interface(buffer.__array_interface__, buffer))
    assert array.dtype == np.asarray(buffer).dtype
    array["b"] = 2
    assert np.asarray(buffer)["b"].tolist() == [2, 2]


def test_the_memory_stays_while_the_object_lives(jvm: None) -> None:
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    memory = arena.allocate(64)
    address = memory.__array_interface__["data"][0]
    assert (memory.export_count, len([held for held in bb.holdings() if held.holder is memory])) == (0, 1)
    with pytest.raises(bb.JavaError):
        arena.close()
    assert address == np.asarray(memory).ctypes.data
    memory.release()
    arena.close()


def test_a_heap_array_stays_pinned_for_who_keeps_its_address(jvm: None) -> None:
    array = bb.jclass("int[]")(5)
    if not array.supports(0):
        pytest.skip("this collector does not pin")
    seen = np.asarray(Interface(array.__array_interface__, array))
    bb.jclass("java.lang.System").gc()
    seen[2] = 7
    assert array[2] == 7


def test_an_exporter_that_grows_keeps_the_memory_whose_address_was_told(memories: bb.JavaClass) -> None:
    grid = bb.jclass("org.bufferbridge.fixtures.exporters.RoutedBytes")("SHARED")
    before = grid.memory()
    array = np.asarray(Interface(grid.__array_interface__, grid))
    assert grid.export_count == 0
    array[:] = 7
    grid.grow(1 << 20)
    memories.collectGarbage()
    assert before.get() is not None
    assert array.tolist() == [7] * 8
    del array, grid
    gc.collect()
    memories.collectGarbage()
    assert before.get() is None


def test_a_refusal_is_the_exporters(jvm: None) -> None:
    buffer = bb.empty(8)
    buffer.release()
    with pytest.raises(BufferError, match="freed by release"):
        assert buffer.__array_interface__


TYPES = ["?", "i1", "u1", "i2", ">i2", "u4", "<i8", ">u8", "f2", ">f4", "f8", "c8", ">c16", "S3", "U2", ">U2"]


@pytest.mark.parametrize("dtype", TYPES)
def test_java_leases_the_memory_at_an_address(leasing: bb.JavaClass, dtype: str) -> None:
    array = np.zeros((3, 4), dtype)
    for source in array, array[::2], array.T, array[0], array[:, ::-1]:
        lender = Interface(source.__array_interface__, source)
        assert leasing.describe(lender) == leasing.describe(source)
        assert leasing.address(lender) == leasing.address(source)


def test_what_java_writes_is_there_and_what_is_read_only_stays(leasing: bb.JavaClass) -> None:
    array = np.zeros(3)
    leasing.fill(Interface(array.__array_interface__, array), 2.0)
    assert array.tolist() == [2, 2, 2]
    array.flags.writeable = False
    with pytest.raises(BufferError, match="read-only"):
        leasing.fill(Interface(array.__array_interface__, array), 3.0)


def test_the_object_lives_as_long_as_the_lease_and_no_longer(leasing: bb.JavaClass) -> None:
    array = np.full(1 << 16, 3.0)
    lender = Interface(array.__array_interface__, array)
    kept = weakref.ref(lender)
    lease = bb.retain(lender)
    del array, lender
    gc.collect()
    assert kept() is not None
    view = lease.view()
    assert view.getDouble(9) == 3
    del view
    lease.close()
    gc.collect()
    assert kept() is None


WRONG: list[tuple[dict[str, Any], type, str]] = [
    ({"data": b"abcd"}, BufferError, "is no address but bytes, which may be a copy; numpy.asarray"),
    ({"data": None}, BufferError, "is no address but NoneType"),
    ({"mask": 1}, BufferError, "has a mask"),
    ({"typestr": "<M8[s]"}, BufferError, r"items of the type '<M8\[s\]' have no buffer format here"),
    ({"typestr": "|O"}, BufferError, r"items of the type '\|O'"),
    ({"typestr": "|V8"}, BufferError, r"items of the type '\|V8'"),
    ({"typestr": "<f3"}, BufferError, "items of the type '<f3'"),
    ({"typestr": "<U0"}, BufferError, "items of the type '<U0'"),
    ({"shape": (-1,)}, BufferError, "dimension 0 has -1 items"),
    ({"shape": (2,) * 65}, BufferError, "at most 64 dimensions"),
    ({"strides": (8, 8)}, BufferError, "as many strides as dimensions"),
    ({"data": (0, False)}, BufferError, "the address of 24 bytes is NULL"),
    ({"shape": ("a",)}, TypeError, "int"),
    ({"typestr": "xf8"}, BufferError, "items of the type 'xf8'"),
    ({"typestr": "Zf8"}, BufferError, "items of the type 'Zf8'"),
    ({"typestr": "|S٣"}, BufferError, "items of the type"),
    ({"typestr": "|S" + "9" * 5000}, BufferError, "items of the type"),
    ({"typestr": "<"}, BufferError, "items of the type '<'"),
    ({"typestr": 8}, BufferError, "items of the type 8"),
    ({"data": (-1, False)}, BufferError, r"the address -1 is none; an int from 0 to 2\*\*63 - 1 is required"),
    ({"data": (2**64 + 8, False)}, BufferError, f"the address {2**64 + 8} is none"),
    ({"data": ("a", False)}, BufferError, "the address 'a' is none"),
]


@pytest.mark.parametrize(("told", "error", "reason"), WRONG, ids=lambda value: str(value)[:30])
def test_what_cannot_be_shared_is_refused(
    leasing: bb.JavaClass, told: dict[str, Any], error: type[Exception], reason: str
) -> None:
    array = np.zeros(3)
    lender = Interface({**array.__array_interface__, **told}, array)
    with pytest.raises(error, match=reason):
        leasing.sum(lender)
    assert bb.jclass("java.util.Objects").requireNonNull(lender) is lender


def test_an_answer_that_is_no_dict_is_refused(leasing: bb.JavaClass) -> None:
    with pytest.raises(BufferError, match="Interface.__array_interface__ is a int; a dict is required"):
        leasing.sum(Interface(5))  # type: ignore[arg-type]

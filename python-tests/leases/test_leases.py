"""Python buffers in Java: what arrives, and as which type."""

from __future__ import annotations

import array
import ctypes
import mmap
import sys
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb

# ------------------------------------------------------------------------------------------------------- what arrives


def ctypes_array() -> ctypes.Array[ctypes.c_int]:
    return (ctypes.c_int * 4)(1, 2, 3, 4)


def anonymous_map() -> mmap.mmap:
    memory = mmap.mmap(-1, 4096)
    memory[:4] = b"\1\2\3\4"
    return memory


SOURCES: dict[str, tuple[Callable[[], object], str, float]] = {
    "bytes": (lambda: b"\1\2\3\4", "B [4] [1] read-only", 10),
    "bytearray": (lambda: bytearray(b"\1\2\3\4"), "B [4] [1]", 10),
    "memoryview": (lambda: memoryview(bytearray(b"\1\2\3\4"))[::2], "B [2] [2]", 4),
    "array": (lambda: array.array("d", [1, 2, 3, 4]), "d [4] [8]", 10),
    "ctypes": (ctypes_array, "i [4] [4]", 10),
    "mmap": (anonymous_map, "B [4096] [1]", 10),
    "numpy": (lambda: np.arange(1, 5, dtype=np.int16), "h [4] [2]", 10),
    "numpy-2d": (lambda: np.arange(6.0).reshape(2, 3), "d [2, 3] [24, 8]", 15),
    "numpy-fortran": (lambda: np.asfortranarray(np.arange(6.0).reshape(2, 3)), "d [2, 3] [8, 16]", 15),
    "numpy-reversed": (lambda: np.arange(4.0)[::-1], "d [4] [-8]", 6),
    "numpy-readonly": (lambda: np.frombuffer(b"\1\2\3\4", np.uint8), "B [4] [1] read-only", 10),
    "numpy-empty": (lambda: np.zeros((0, 3)), "d [0, 3] [24, 8]", 0),
    "numpy-scalar-array": (lambda: np.array(7.0), "d [] []", 7),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_java_sees_geometry_and_values(leasing: bb.JavaClass, kind: str) -> None:
    make, description, total = SOURCES[kind]
    source = make()
    assert leasing.describe(source) == description
    assert leasing.sum(source) == total


@pytest.mark.parametrize(
    "source",
    [np.arange(10.0), np.arange(10.0)[::-1], np.arange(12.0).reshape(3, 4).T, np.zeros(3, "T{d:x:}" and [("x", "d")])],
    ids=["contiguous", "reversed", "transposed", "struct"],
)
def test_the_address_is_pythons(leasing: bb.JavaClass, source: np.ndarray) -> None:
    assert leasing.address(source) == source.__array_interface__["data"][0]


def test_a_write_in_java_is_seen_in_python(leasing: bb.JavaClass) -> None:
    source = np.zeros((4, 6))
    leasing.fill(source[::2, ::-3], 5.0)
    expected = np.zeros((4, 6))
    expected[::2, ::-3] = 5.0
    np.testing.assert_array_equal(source, expected)


def test_unaligned_memory_is_read(leasing: bb.JavaClass) -> None:
    source = np.frombuffer(bytearray(33), np.uint8)[1:].view(np.float64)
    source[:] = [1, 2, 3, 4]
    assert leasing.sum(source) == 10
    assert leasing.describe(source).startswith("=d")


def test_other_byte_orders_are_read(leasing: bb.JavaClass) -> None:
    assert leasing.sum(np.arange(5, dtype=">i4")) == 10


# --------------------------------------------------------------------------------------------- as which type it arrives


def test_object_receives_a_python_buffer(leasing: bb.JavaClass) -> None:
    assert leasing.kindOf(bytearray(4)) == "PythonBuffer"


def test_numpy_makes_no_array_of_one_lease() -> None:
    with bb.retain(np.arange(3.0)) as lease:
        with pytest.raises(TypeError, match=r"numpy.asarray\(x.view\(\)\) has its memory"):
            np.asarray(lease)
        assert np.asarray(lease.view()).tolist() == [0, 1, 2]


def test_a_segment_is_given_for_contiguous_memory_only(leasing: bb.JavaClass) -> None:
    assert leasing.ofSegment(np.zeros(4)) == "MemorySegment of 32"
    with pytest.raises(TypeError, match="MemorySegment requires C-contiguous memory"):
        leasing.ofSegment(np.zeros(4)[::2])


TYPED = {
    "first": np.int8,
    "firstShort": np.int16,
    "firstChar": np.uint16,
    "firstInt": np.int32,
    "firstLong": np.int64,
    "firstFloat": np.float32,
    "firstDouble": np.float64,
}


@pytest.mark.parametrize("method", TYPED)
def test_nio_buffers_take_their_own_type(leasing: bb.JavaClass, method: str) -> None:
    assert getattr(leasing, method)(np.array([42, 1], TYPED[method])) == 42


@pytest.mark.parametrize("method", [m for m in TYPED if m != "first"])
def test_nio_buffers_refuse_other_types_with_both_formats(leasing: bb.JavaClass, method: str) -> None:
    with pytest.raises(TypeError, match="requires items of format .; the buffer has format B"):
        getattr(leasing, method)(bytearray(16))
    with pytest.raises(TypeError, match="requires items of format"):
        getattr(leasing, method)(np.zeros(4, np.dtype(TYPED[method]).newbyteorder(">")))


@pytest.mark.parametrize(("code", "order"), [("<i4", "LITTLE"), (">i4", "BIG"), (">f8", "BIG"), ("B", "LITTLE")])
def test_a_byte_buffer_has_the_order_of_its_items(leasing: bb.JavaClass, code: str, order: str) -> None:
    array = np.ones(2, code)
    assert leasing.orderOf(array) == f"{order}_ENDIAN"


def test_a_byte_buffer_of_more_than_two_gibibytes_is_refused_with_the_numbers(leasing: bb.JavaClass) -> None:
    source = np.zeros(2**31 + 8, np.uint8)  # no code touches its pages
    with pytest.raises(TypeError, match=f"ByteBuffer holds at most {2**31 - 9} bytes; the buffer has {2**31 + 8}"):
        leasing.first(source)
    assert leasing.ofSegment(source) == f"MemorySegment of {2**31 + 8}"
    assert leasing.first(source[: 2**31 - 9]) == 0


def test_an_array_parameter_refuses_and_names_the_copy(leasing: bb.JavaClass) -> None:
    with pytest.raises(TypeError, match=r"silent copy; bufferbridge.array\(x\)"):
        leasing.mean(np.zeros(4))
    assert leasing.mean(bb.array(np.zeros(4))) == 4


def test_the_overload_that_tells_most_is_chosen(leasing: bb.JavaClass) -> None:
    assert leasing.chosen(np.zeros(4)) == "BufferView"
    assert leasing.chosen(bb.array(np.zeros(4))) == "double[]"
    assert leasing.chosen("text") == "Object"


def test_java_memory_arrives_as_itself(leasing: bb.JavaClass) -> None:
    block = bb.empty((2, 2), "d")
    assert leasing.kindOf(block) == "BufferView"
    assert leasing.sum(block) == 0
    assert leasing.address(block) == np.asarray(block).ctypes.data
    direct = bb.jclass("java.nio.ByteBuffer").allocateDirect(8)
    assert leasing.sum(direct) == 0


def test_java_objects_arrive_as_the_same_objects(leasing: bb.JavaClass) -> None:
    identity = bb.jclass("java.lang.System").identityHashCode
    for memory in (bb.array(b"12"), bb.jclass("java.nio.ByteBuffer").allocateDirect(8)):
        assert leasing.kindOf(memory) == memory.getClass().getSimpleName()
        assert identity(leasing.same(memory)) == identity(memory)
        assert bb.leases() == []


def test_an_array_over_java_memory_is_leased_as_an_array(leasing: bb.JavaClass) -> None:
    block = bb.empty(8, "d")
    outer = np.asarray(block)[::2]
    assert leasing.describe(outer) == "d [4] [16]"
    assert leasing.address(outer) == np.asarray(block).ctypes.data


# ---------------------------------------------------------------------------------------------------- PEP 688 classes


@pytest.mark.skipif(sys.version_info < (3, 12), reason="__buffer__ in Python classes is from CPython 3.12 on")
class TestPythonExporters:
    def test_a_python_class_gets_back_the_view_it_gave(self, leasing: bb.JavaClass) -> None:
        class Exporter:
            def __init__(self) -> None:
                self.data = bytearray(b"\1\2\3\4")
                self.given: list[memoryview] = []
                self.returned: list[memoryview] = []

            def __buffer__(self, flags: int) -> memoryview:
                self.given.append(memoryview(self.data))
                return self.given[-1]

            def __release_buffer__(self, view: memoryview) -> None:
                self.returned.append(view)

        exporter = Exporter()
        assert leasing.sum(exporter) == 10
        assert len(exporter.returned) == 1
        assert exporter.returned[0] is exporter.given[0]
        leasing.retain(exporter)
        assert len(exporter.returned) == 1
        leasing.closeKept()
        leasing.closeKept()
        assert len(exporter.returned) == 2
        assert exporter.returned[1] is exporter.given[1]

    def test_only_a_writable_parameter_requests_writing(self, leasing: bb.JavaClass) -> None:
        flags_seen: list[int] = []

        class Exporter:
            def __buffer__(self, flags: int) -> memoryview:
                flags_seen.append(flags)
                return memoryview(bytearray(4))

        leasing.sum(Exporter())
        assert [flags & 1 for flags in flags_seen] == [0]
        flags_seen.clear()
        leasing.fill(Exporter(), 1.0)
        assert flags_seen[-1] & 1 == 1

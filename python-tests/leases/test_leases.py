"""Python buffers in Java: live, for the call or until close, and never used after."""

from __future__ import annotations

import array
import ctypes
import mmap
import sys
import textwrap
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import bufferbridge as bb
from support.memory import is_locked
from support.places import TEST_CLASSES
from support.processes import output_of


@pytest.fixture(scope="module")
def leasing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.Leasing")


# -------------------------------------------------------------------------------- what arrives


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


# ------------------------------------------------------------------------------ as what it arrives


def test_object_receives_a_python_buffer(leasing: bb.JavaClass) -> None:
    assert leasing.kindOf(bytearray(4)) == "PythonBuffer"


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


def test_a_byte_buffer_of_more_than_two_gibibytes_is_refused_with_the_numbers(leasing: bb.JavaClass) -> None:
    source = np.zeros(2**31 + 8, np.uint8)  # whose pages nobody touches
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


# ------------------------------------------------------------------------------ reading and writing


def test_read_only_memory_is_refused_before_the_method_runs(leasing: bb.JavaClass) -> None:
    for source in (b"1234", np.frombuffer(b"1234", np.uint8)):
        with pytest.raises(BufferError, match="writable buffer is required"):
            leasing.fill(source, 1.0)


def test_a_writable_parameter_is_written_through(leasing: bb.JavaClass) -> None:
    source = bytearray(4)
    leasing.fill(source, 7.0)
    assert source == bytearray(b"\7\7\7\7")
    assert not is_locked(source)


@pytest.mark.parametrize(
    "fill",
    [
        lambda leasing, *sources: leasing.fillAll(7.0, *sources),
        lambda leasing, *sources: leasing.fillAll(7.0, list(sources)),
        lambda leasing, *sources: leasing.fillEach(list(sources), 7.0),
    ],
    ids=["one-by-one", "array", "list"],
)
def test_all_buffers_of_a_writable_parameter_are_requested_writable(
    leasing: bb.JavaClass, fill: Callable[..., int]
) -> None:
    sources = [bytearray(4), array.array("d", [0.0])]
    assert fill(leasing, *sources) == 2
    assert sources == [bytearray(b"\7\7\7\7"), array.array("d", [7.0])]
    untouched = bytearray(4)
    with pytest.raises(BufferError, match="writable buffer is required"):
        fill(leasing, untouched, b"1234")
    assert untouched == bytes(4)
    assert not is_locked(untouched)


def test_a_writable_object_is_requested_writable(leasing: bb.JavaClass) -> None:
    source = bytearray(4)
    leasing.fillObject(source, 7.0)
    assert source == bytearray(b"\7\7\7\7")
    with pytest.raises(BufferError, match="writable buffer is required"):
        leasing.fillObject(b"1234", 7.0)


def test_an_overload_that_is_not_chosen_requests_nothing(leasing: bb.JavaClass) -> None:
    # put(PythonBuffer) tells more than put(@Writable BufferView), which would be refused.
    assert leasing.put(b"1234") == "PythonBuffer asked with FULL_RO"


def test_a_read_only_parameter_arrives_read_only(leasing: bb.JavaClass) -> None:
    assert leasing.arrivesReadOnly(bytearray(4))
    assert leasing.objectArrivesReadOnly(bytearray(4))
    assert leasing.sharedArrivesReadOnly(bytearray(4))
    assert leasing.allArriveReadOnly(bytearray(4), np.zeros(3))
    assert leasing.allArriveReadOnly([bytearray(4), np.zeros(3)])


# What each parameter takes of Java's own memory.
JAVA_MEMORY: dict[str, Callable[[], bb.JavaObject]] = {
    "view": lambda: bb.empty(8),
    "segment": lambda: bb.jclass("org.bufferbridge.fixtures.Memories").automatic(8),
    "bytes": lambda: bb.jclass("java.nio.ByteBuffer").allocateDirect(8),
    "heap-bytes": lambda: bb.jclass("java.nio.ByteBuffer").allocate(8),
    "array": lambda: bb.array(np.zeros(2, "i4")),
}


def read_only(memory: bb.JavaObject) -> bb.JavaObject:
    return memory.asReadOnlyBuffer() if hasattr(memory, "asReadOnlyBuffer") else memory.asReadOnly()


TAKES = {
    "view": ["view", "segment", "bytes", "heap-bytes", "array"],
    "segment": ["view", "segment", "bytes", "heap-bytes", "array"],
    "bytes": ["bytes", "heap-bytes"],
    "object": ["view", "segment", "bytes", "heap-bytes"],
}
CASES = [(parameter, kind) for parameter, kinds in TAKES.items() for kind in kinds]


@pytest.mark.parametrize(("parameter", "kind"), CASES)
def test_javas_own_memory_arrives_read_only_too(leasing: bb.JavaClass, parameter: str, kind: str) -> None:
    method = {
        "view": leasing.arrivesReadOnly,
        "segment": leasing.segmentArrivesReadOnly,
        "bytes": leasing.bytesArriveReadOnly,
        "object": leasing.javaObjectArrivesReadOnly,
    }[parameter]
    memory = JAVA_MEMORY[kind]()
    assert method(memory)
    if kind != "array":
        assert method(read_only(memory))


@pytest.mark.parametrize(("parameter", "kind"), CASES)
def test_javas_own_read_only_memory_is_refused_where_it_is_written(
    leasing: bb.JavaClass, parameter: str, kind: str
) -> None:
    method = {
        "view": leasing.writesView,
        "segment": leasing.writesSegment,
        "bytes": leasing.writesBytes,
        "object": leasing.writesObject,
    }[parameter]
    memory = JAVA_MEMORY[kind]()
    assert method(memory) == "the method ran"
    if kind == "array":
        return
    with pytest.raises(BufferError, match="writable buffer is required"):
        method(read_only(memory))
    if parameter == "view" and kind == "view":
        with pytest.raises(BufferError, match="writable buffer is required"):
            leasing.writesAll(memory, read_only(memory))


def test_memory_that_arrives_read_only_keeps_its_byte_order(leasing: bb.JavaClass) -> None:
    memory = bb.jclass("java.nio.ByteBuffer").allocate(8)
    for order in ("BIG_ENDIAN", "LITTLE_ENDIAN"):
        memory.order(getattr(bb.jclass("java.nio.ByteOrder"), order))
        assert leasing.orderOf(memory) == order


# -------------------------------------------------------------------------------------- lifetime


def test_the_lease_ends_with_the_call(leasing: bb.JavaClass) -> None:
    source = bytearray(4)
    leasing.sum(source)
    assert not is_locked(source)
    assert bb.leases() == []


def test_the_lease_ends_when_the_call_fails(leasing: bb.JavaClass) -> None:
    source = bytearray(4)
    with pytest.raises(TypeError):
        leasing.mean(source)
    with pytest.raises(bb.JavaError):
        leasing.unsharedSum(source)
    assert not is_locked(source)


WAYS = [
    "BufferView.asByteBuffer",
    "BufferView.asSegment",
    "BufferView.copyFrom",
    "BufferView.copyTo",
    "BufferView.forEachRow",
    "BufferView.get",
    "BufferView.getComplex",
    "BufferView.getDouble(long...)",
    "BufferView.getInt",
    "BufferView.memory.get",
    "BufferView.reshape.transpose.getInt",
    "BufferView.set",
    "BufferView.setByte",
    "BufferView.slice.asReadOnly.getInt",
    "BufferView.slice.get",
    "BufferView.toArray",
    "BufferView.toBytes",
    "BufferView.toDoubleArray",
    "ByteBuffer.asIntBuffer.get",
    "ByteBuffer.get",
    "ByteBuffer.get(byte[])",
    "ByteBuffer.put",
    "ByteBuffer.slice.get",
    "MemorySegment.asSlice.get",
    "MemorySegment.copyFrom",
    "MemorySegment.get",
    "MemorySegment.toArray",
    "PythonBuffer.owner",
    "PythonBuffer.request",
    "PythonBuffer.retain",
    "PythonBuffer.share",
    "PythonBuffer.view",
]


def test_every_way_to_touch_a_buffer_is_in_the_table(leasing: bb.JavaClass) -> None:
    ways = bb.jclass("java.util.Arrays").asList(leasing.ways())
    assert [ways.get(i) for i in range(ways.size())] == WAYS


@pytest.mark.parametrize("way", WAYS)
def test_use_after_the_call_throws_and_says_retain(leasing: bb.JavaClass, way: str) -> None:
    source = bytearray(b"\1\2\3\4")
    leasing.keepAll(source)
    with pytest.raises(bb.JavaError) as caught:
        leasing.touch(way)
    assert source == b"\1\2\3\4"
    assert caught.value.java_class == "java.lang.IllegalStateException"
    # The message of segments and NIO buffers is the JDK's own: there it is a note.
    is_ours = not way.startswith(("MemorySegment", "ByteBuffer", "BufferView.memory"))
    said = [str(caught.value)] if is_ours else caught.value.__notes__
    assert "retain()" in said[0]


@pytest.fixture
def kept(leasing: bb.JavaClass) -> Iterator[bytearray]:
    source = bytearray(b"\1\2\3\4")
    leasing.retain(source)
    yield source
    leasing.closeKept()


def test_a_retained_lease_locks_until_close(leasing: bb.JavaClass, kept: bytearray) -> None:
    assert is_locked(kept)
    assert leasing.keptByte(2) == 3
    kept[2] = 30
    assert leasing.keptByte(2) == 30
    assert [(info.owner, info.nbytes) for info in bb.leases()] == [(kept, 4)]
    assert bb.jclass("org.bufferbridge.Buffers").liveLeases() == 1
    leasing.closeKept()
    assert not is_locked(kept)
    assert bb.leases() == []


def test_closing_on_another_thread_unlocks_at_once(leasing: bb.JavaClass, kept: bytearray) -> None:
    leasing.keptByte(0)
    leasing.closeKeptElsewhere()
    assert not is_locked(kept)


def test_a_view_from_before_retain_ends_with_the_call(leasing: bb.JavaClass) -> None:
    source = bytearray(b"\1\2\3\4")
    leasing.retainBetweenViews(source)
    assert leasing.lateByte(1) == 2
    with pytest.raises(bb.JavaError, match="closed"):
        leasing.earlyByte(1)
    leasing.closeKept()
    with pytest.raises(bb.JavaError, match="closed"):
        leasing.lateByte(1)
    assert not is_locked(source)


def test_closing_inside_the_call_gives_back_at_once(leasing: bb.JavaClass) -> None:
    source = bytearray(4)
    assert leasing.closeInside(source) == 0
    assert not leasing.isKeptOpen()
    assert not is_locked(source)
    leasing.closeKept()


def test_reading_while_another_thread_closes_throws(leasing: bb.JavaClass) -> None:
    for _ in range(5):
        leasing.retain(bytearray(1000))
        assert leasing.readWhileClosing() == "IllegalStateException"


def test_a_forgotten_lease_is_released_by_the_collector(leasing: bb.JavaClass) -> None:
    source = bytearray(4)
    leasing.forget(source)
    assert is_locked(source)
    deadline = time.monotonic() + 20
    while is_locked(source):
        assert time.monotonic() < deadline, "the forgotten lease stays"
        bb.jclass("java.lang.System").gc()
        time.sleep(0.01)
    assert bb.leases() == []


def test_closing_is_refused_while_python_holds_a_view_of_it(leasing: bb.JavaClass, kept: bytearray) -> None:
    again = leasing.keptView()
    with memoryview(again) as view:
        assert bytes(view) == bytes(kept)
        with pytest.raises(bb.JavaError, match=r"\(4 bytes, 1 exports out\).*call release\(\)"):
            leasing.closeKept()
        assert is_locked(kept)
    again.release()
    leasing.closeKept()
    assert not is_locked(kept)


def test_many_leases_leave_nothing(leasing: bb.JavaClass) -> None:
    source = bytearray(100)
    references = sys.getrefcount(source)
    for _ in range(100_000):
        leasing.nothing(source)
    assert sys.getrefcount(source) == references
    assert not is_locked(source)


# -------------------------------------------------------------------------------------- identity


def test_a_buffer_comes_back_as_the_object_it_was(leasing: bb.JavaClass) -> None:
    for source in (bytearray(4), np.zeros((2, 2))[::-1], memoryview(b"1234")):
        references = sys.getrefcount(source)
        assert leasing.same(source) is source
        assert sys.getrefcount(source) == references


def test_a_retained_buffer_comes_back_as_the_object_it_was(leasing: bb.JavaClass, kept: bytearray) -> None:
    assert leasing.kept() is kept
    assert leasing.ownerOfKept() is kept
    assert leasing.ownerText() == str(kept)


def test_a_text_that_does_not_fit_in_javas_memory_says_so() -> None:
    code = """
        import bufferbridge as bb
        bb.start(classpath=[CLASSES], options=["-Xmx32m"])
        leasing = bb.jclass("org.bufferbridge.fixtures.Leasing")
        class Long(bytearray):
            def __str__(self):
                return "x" * length
        leasing.retain(Long(4))
        for length in 40 << 20, 3:
            print(leasing.ownerText())
        leasing.closeKept()
    """
    printed = output_of(f"CLASSES = {str(TEST_CLASSES)!r}\n" + textwrap.dedent(code))
    assert printed.splitlines() == ["<a Python object whose str() does not fit in Java's memory>", "xxx"]


def test_a_closed_buffer_does_not_come_back(leasing: bb.JavaClass, kept: bytearray) -> None:
    leasing.closeKept()
    with pytest.raises(bb.JavaError, match="closed"):
        leasing.kept()


# --------------------------------------------------------------------------------------- threads


def test_a_shared_buffer_is_read_by_many_threads(leasing: bb.JavaClass) -> None:
    source = np.arange(100_000.0)
    assert leasing.sharedSum(source, 4) == source.sum()


def test_an_unshared_buffer_is_refused_on_other_threads(leasing: bb.JavaClass) -> None:
    with pytest.raises(bb.JavaError) as caught:
        leasing.unsharedSum(np.arange(10.0))
    assert caught.value.java_class == "java.lang.WrongThreadException"


# ----------------------------------------------------------------------------------------- array


@pytest.mark.parametrize(
    ("dtype", "java_type"),
    [("?", "boolean"), ("i1", "byte"), ("i2", "short"), ("u2", "char"), ("i4", "int"), ("i8", "long"), ("f4", "float"), ("f8", "double")],
)
def test_array_makes_a_java_array_of_the_element_type(leasing: bb.JavaClass, dtype: str, java_type: str) -> None:
    source = np.array([1, 0, 1], dtype)
    copied = bb.array(source)
    assert isinstance(copied, bb.JavaBuffer)
    assert copied.getClass().getTypeName() == java_type + "[]"
    with bb.borrow(copied) as view:
        np.testing.assert_array_equal(np.asarray(view), source)


def test_array_nests_dimensions(leasing: bb.JavaClass) -> None:
    table = bb.array(np.arange(6, dtype="i4").reshape(2, 3))
    assert table.getClass().getTypeName() == "int[][]"
    np.testing.assert_array_equal(np.asarray(bb.copy(table)), [[0, 1, 2], [3, 4, 5]])
    assert bb.array(np.zeros((2, 3, 4), ">f8")).getClass().getTypeName() == "double[][][]"
    assert bb.array(np.zeros((0, 3), "i4")).getClass().getTypeName() == "int[][]"


def test_array_is_a_copy(leasing: bb.JavaClass) -> None:
    source = np.array([1.0, 2.0])
    copied = bb.array(source)
    source[0] = 9.0
    with bb.borrow(copied) as view:
        assert view[0] == 1.0


def test_array_refuses_what_has_no_buffer_or_no_java_type() -> None:
    with pytest.raises(TypeError):
        bb.array({1, 2})
    with pytest.raises(bb.JavaError):
        bb.array(np.zeros(2, [("x", "d"), ("y", "i")]))


# -------------------------------------------------------------------------------- PEP 688 classes


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

"""A lease lasts for its call or until close, on every thread, and is never used afterwards."""

from __future__ import annotations

import sys
import textwrap
import time

import numpy as np
import pytest

import bufferbridge as bb
from support.memory import is_locked
from support.places import TEST_CLASSES
from support.processes import output_of

# ----------------------------------------------------------------------------------------------------------- lifetime


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
    # Segments and NIO buffers have the JDK's own message, so the hint is in a note.
    is_ours = not way.startswith(("MemorySegment", "ByteBuffer", "BufferView.memory"))
    said = [str(caught.value)] if is_ours else caught.value.__notes__
    assert "retain()" in said[0]


def test_a_retained_lease_locks_until_close(leasing: bb.JavaClass, kept: bytearray) -> None:
    assert is_locked(kept)
    assert leasing.keptByte(2) == 3
    kept[2] = 30
    assert leasing.keptByte(2) == 30
    assert [(info.owner, info.nbytes) for info in bb.leases()] == [(kept, 4)]
    assert bb.jclass("org.bufferbridge.Leaks").liveLeases() == 1
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
        with pytest.raises(bb.JavaError, match=r"\(4 bytes, 1 export out\); delete the arrays and memoryviews, then"):
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


# ----------------------------------------------------------------------------------------------------------- identity


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
        leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
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


# ------------------------------------------------------------------------------------------------------------ threads


def test_a_shared_buffer_is_read_by_many_threads(leasing: bb.JavaClass) -> None:
    source = np.arange(100_000.0)
    assert leasing.sharedSum(source, 4) == source.sum()


def test_an_unshared_buffer_is_refused_on_other_threads(leasing: bb.JavaClass) -> None:
    with pytest.raises(bb.JavaError) as caught:
        leasing.unsharedSum(np.arange(10.0))
    assert caught.value.java_class == "java.lang.WrongThreadException"

"""`borrow` and `copy` of Java arrays: borrow lends in place if the collector can pin, otherwise it lends a copy."""

from __future__ import annotations

import gc
import textwrap

import numpy as np
import pytest

import bufferbridge as bb
from bufferbridge import _native
from support.java_types import ARRAY_TYPES
from support.jvm import collector_options
from support.places import TEST_CLASSES
from support.processes import output_of


def with_classes(code: str) -> str:
    """The code of a process of its own, with the class path of the tests."""
    head = f"CLASSES = {str(TEST_CLASSES)!r}\nCOLLECTOR = {collector_options()!r}\n"
    return head + textwrap.dedent(code)


SEEN_BY_NOBODY = ["-XX:+UseSerialGC", "-XX:+UseZGC"]
"""Collectors under which borrow lends a copy."""


@pytest.mark.parametrize("collector", SEEN_BY_NOBODY)
def test_a_borrowed_copy_writes_back_only_what_python_has_changed(collector: str) -> None:
    code = f"""
        import bufferbridge as bb
        import numpy as np
        bb.start(classpath=[CLASSES], options=["{collector}", "-Xmx64m"])
        memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
        for type_ in "boolean", "byte", "short", "char", "int", "long", "float", "double":
            array = memories.array(type_, 100)
            before = [memories.get(array, i) for i in range(100)]
            with bb.borrow(array) as view:
                seen = np.asarray(view)
                seen[3] = 1 - before[3] if type_ == "boolean" else 120
                seen[90:] = 1
                for i in 5, 95:
                    memories.set(array, i, 0)
                del seen
            after = [memories.get(array, i) for i in range(100)]
            changed = [i for i in range(100) if after[i] != before[i]]
            print(after[5] == 0, set(changed) <= {{3, 5, *range(90, 100)}}, after[3] != before[3], after[91] == 1)
    """
    assert set(output_of(with_classes(code)).splitlines()) == {"True True True True"}


@pytest.mark.parametrize("collector", SEEN_BY_NOBODY)
def test_a_second_borrow_for_writing_of_a_copied_array_is_refused(collector: str) -> None:
    code = f"""
        import bufferbridge as bb
        bb.start(classpath=[CLASSES], options=["{collector}", "-Xmx64m"])
        memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
        array = memories.array("int", 4)
        with bb.borrow(array) as first:
            try:
                with bb.borrow(array):
                    pass
            except BufferError as error:
                print(error)
            with bb.borrow(array, write=False) as one, bb.borrow(array, write=False) as two:
                print(one.tolist(), two.tolist())
            with bb.borrow(memories.array("int", 4)) as other:
                first[0] = other[1] = 50
        with bb.borrow(array) as again:
            print(again.tolist())
    """
    assert output_of(with_classes(code)).splitlines() == [
        "org.bufferbridge.BufferException: a copy of this int[] with 4 items is borrowed for writing; "
        "one such block at a time "
        "is allowed. Leave that block first, or use bufferbridge.borrow(array, write=False)",
        "[0, 1, 2, 3] [0, 1, 2, 3]",
        "[50, 1, 2, 3]",
    ]


def test_an_array_that_is_pinned_is_borrowed_twice_for_writing(memories: bb.JavaClass, needs_pinning: None) -> None:
    array = memories.array("int", 4)
    with bb.borrow(array) as first, bb.borrow(array) as second:
        first[0] = 100
        second[1] = 200
    assert [memories.get(array, i) for i in range(2)] == [100, 200]


def test_borrow_does_not_count_what_others_have_exported(memories: bb.JavaClass, needs_pinning: None) -> None:
    array = memories.array("int", 4)
    with memoryview(array) as outer:
        with bb.borrow(array) as view:
            view[0] = 9
        assert outer[0] == 9


@pytest.mark.parametrize("type_", ARRAY_TYPES)
def test_borrow_sees_and_changes_the_array(memories: bb.JavaClass, type_: str) -> None:
    array = memories.array(type_, 10)
    with bb.borrow(array) as view:
        seen = np.asarray(view)
        assert seen.dtype == ARRAY_TYPES[type_][1]
        assert seen[1] == memories.get(array, 1)
        seen[2] = 1
        seen[3] = 0
        del seen
    assert memories.get(array, 2) == 1
    assert memories.get(array, 3) == 0


def test_borrow_writes_back_when_the_block_raises(memories: bb.JavaClass) -> None:
    array = memories.array("int", 4)
    with pytest.raises(KeyError), bb.borrow(array) as view:
        view[1] = 50
        raise KeyError("inside")
    assert memories.get(array, 1) == 50


def test_borrow_for_reading_gives_a_read_only_view(memories: bb.JavaClass) -> None:
    array = memories.array("int", 4)
    with bb.borrow(array, write=False) as view:
        assert view.readonly
        assert view.tolist() == [0, 1, 2, 3]


def test_borrow_raises_when_something_still_uses_the_view(memories: bb.JavaClass) -> None:
    array = memories.array("int", 4)
    kept: list[np.ndarray] = []
    way_out = "used by 1 array or memoryview: delete it before the end of the block"
    if _native.internal_class("Diagnosis").pinObstacle() is not None:
        way_out += "; what it writes now no longer reaches Java"
    with pytest.raises(BufferError, match=f"{way_out}$"), bb.borrow(array) as view:
        view[0] = 70
        kept.append(np.asarray(view))
    assert memories.get(array, 0) == 70
    kept.clear()
    gc.collect()


def test_borrow_takes_arrays_of_primitives_only(memories: bb.JavaClass) -> None:
    with pytest.raises(ValueError, match="no array of primitives"), bb.borrow(memories.direct(8)):
        pass


@pytest.mark.parametrize("type_", ARRAY_TYPES)
def test_copy_is_a_snapshot(memories: bb.JavaClass, type_: str) -> None:
    array = memories.array(type_, 10)
    snapshot = np.asarray(bb.copy(array))
    assert snapshot.dtype == ARRAY_TYPES[type_][1]
    before = snapshot[4]
    memories.set(array, 4, 0 if before else 1)
    assert snapshot[4] == before


def test_copy_takes_rectangular_arrays_of_arrays(memories: bb.JavaClass) -> None:
    np.testing.assert_array_equal(
        np.asarray(bb.copy(memories.table(3, 4))), [[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]]
    )
    assert bb.copy(memories.table(0, 4)).shape == (0, 0)


def test_copy_refuses_ragged_arrays_with_the_numbers(memories: bb.JavaClass) -> None:
    with pytest.raises(ValueError, match="dimension 1 has 1 items where 2 are required"):
        bb.copy(memories.ragged())


def test_copy_makes_strided_memory_contiguous(memories: bb.JavaClass) -> None:
    view = memories.strided(memories.automatic(64), "i", [4, 2], [-16, 8], 48)
    snapshot = bb.copy(view)
    assert snapshot.strides == (8, 4)
    np.testing.assert_array_equal(np.asarray(snapshot), np.asarray(view))


def test_copy_refuses_what_is_no_memory() -> None:
    with pytest.raises(ValueError, match="no memory"):
        bb.copy(bb.jclass("java.util.ArrayList")())
    with pytest.raises(TypeError, match="Java object"):
        bb.copy(b"bytes")  # type: ignore[arg-type]

"""Java arrays on the heap: live where the collector can pin, else lent or copied by name."""

from __future__ import annotations

import gc

import bufferbridge as bb
import numpy as np
import pytest
from conftest import ARRAY_TYPES
from processes import output_of

# --------------------------------------------------------------------------------- heap arrays


@pytest.mark.parametrize("type_", ARRAY_TYPES)
def test_a_heap_array_is_live_while_java_collects(memories: bb.JavaClass, needs_pinning: None, type_: str) -> None:
    format_, dtype = ARRAY_TYPES[type_]
    array = memories.array(type_, 100)
    seen = np.asarray(array)
    assert (seen.dtype, seen.shape, array.format) == (dtype, (100,), format_)
    for round_ in range(3):
        memories.collectGarbage()
        memories.set(array, 7, round_ % 2)
        assert seen[7] == round_ % 2
        seen[8] = 1 - round_ % 2
        assert memories.get(array, 8) == 1 - round_ % 2


def test_a_heap_segment_slice_is_exported_at_its_offset(memories: bb.JavaClass, needs_pinning: None) -> None:
    assert bytes(memories.heapSlice(32)) == bytes(range(8, 40))
    assert bytes(memories.heapSegment(32)) == bytes(range(32))


def test_an_empty_array_is_exported(memories: bb.JavaClass, needs_pinning: None) -> None:
    with memoryview(memories.array("int", 0)) as view:
        assert (view.shape, view.nbytes) == ((0,), 0)


def test_the_pin_outlives_the_export_with_the_python_object(memories: bb.JavaClass, needs_pinning: None) -> None:
    array = np.ndarray(1000, np.int32, buffer=memories.array("int", 1000))
    for _ in range(3):
        memories.collectGarbage()
    np.testing.assert_array_equal(array, np.arange(1000))


def test_pins_are_capped_and_the_error_names_the_ways_out(memories: bb.JavaClass, needs_pinning: None) -> None:
    held = []
    with pytest.raises(BufferError, match=r"256 are allowed \(bufferbridge.maxPinnedArrays\)") as caught:
        for _ in range(300):
            array = memories.array("byte", 8)
            memoryview(array).release()
            held.append(array)
    assert "bufferbridge.borrow()" in str(caught.value) and "bufferbridge.copy()" in str(caught.value)
    assert len(held) == 256
    held.pop().release()
    memoryview(memories.array("byte", 8)).release()


def test_too_many_pinned_bytes_are_refused_with_the_numbers(memories: bb.JavaClass, needs_pinning: None) -> None:
    half = bb.jclass("java.lang.Runtime").getRuntime().maxMemory() // 2
    large = memories.array("byte", half // 2 + 1024)
    memoryview(large).release()
    with pytest.raises(BufferError, match=f"at most {half} are allowed"):
        memoryview(memories.array("byte", half // 2 + 1024))
    large.release()


def test_a_users_exporter_may_export_a_heap_array(memories: bb.JavaClass, needs_pinning: None) -> None:
    array = memories.array("byte", 16)
    exporter = memories.exporterOfHeap(array)
    with memoryview(exporter) as view:
        memories.collectGarbage()
        view[2] = 9
        assert memories.get(array, 2) == 9


def test_the_caps_are_options(needs_pinning: None) -> None:
    code = """
        import bufferbridge as bb, re
        bb.start(options=["-Dbufferbridge.maxPinnedArrays=2", "-Dbufferbridge.maxPinnedBytes=100"])
        arrays = [bb.array(bytes(size)) for size in (90, 20, 5, 5)]
        for array in arrays:
            try:
                memoryview(array).release()
                print("pinned")
            except BufferError as error:
                print(*re.findall("at most .*?[)]", str(error)))
    """
    assert output_of(code).splitlines() == [
        "pinned",
        "at most 100 are allowed (bufferbridge.maxPinnedBytes)",
        "pinned",
        "at most 2 are allowed (bufferbridge.maxPinnedArrays)",
    ]


# ------------------------------------------------------------------------------ borrow and copy


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
    with pytest.raises(BufferError), bb.borrow(array) as view:
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
    np.testing.assert_array_equal(np.asarray(bb.copy(memories.table(3, 4))), [[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]])
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

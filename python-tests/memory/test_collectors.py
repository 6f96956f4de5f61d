"""Behaviour that depends on the JVM's garbage collector: `make test-collectors` runs all tests with each collector.

This file repeats which collectors can pin, and on which JDKs, because it tests the library's own answer.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

import bufferbridge as bb
from support.jvm import g1_moves_pinned_arrays, jvm_options

ARRAYS = ["boolean", "byte", "short", "char", "int", "long", "float", "double"]


def can_pin() -> bool:
    options = " ".join(jvm_options())
    collectors = re.findall(r"-XX:\+Use(\w+)GC", options) or ["G1"]
    if collectors[-1] == "G1" and g1_moves_pinned_arrays(bb.jclass("java.lang.System").getProperty("java.version")):
        return False
    return collectors[-1] in ("G1", "Shenandoah") and "-Xcheck:jni" not in options


@pytest.mark.parametrize("type_", ARRAYS)
def test_an_array_is_exported_in_place_or_refused_with_the_ways_out(memories: bb.JavaClass, type_: str) -> None:
    array = memories.array(type_, 10)
    if can_pin():
        with memoryview(array) as view:
            view[3] = 1
            assert memories.get(array, 3) == 1
        return
    with pytest.raises(BufferError) as caught:
        memoryview(array)
    for words in ("cannot be exported in place", "bufferbridge.borrow()", "bufferbridge.copy()"):
        assert words in str(caught.value)
    assert array.export_count == 0


@pytest.mark.parametrize("make", ["heap", "heapSegment", "heapSlice"])
def test_so_is_other_memory_on_the_heap(memories: bb.JavaClass, make: str) -> None:
    memory = getattr(memories, make)(16)
    assert memory.supports(0) == can_pin()
    exporter = memories.exporterOfHeap(memories.array("byte", 16))
    assert exporter.supports(0) == can_pin()


@pytest.mark.parametrize("type_", ARRAYS)
def test_borrow_and_copy_need_no_pinning(memories: bb.JavaClass, type_: str) -> None:
    array = memories.array(type_, 10)
    before = np.array(bb.copy(array))
    with bb.borrow(array) as view:
        assert np.array_equal(np.asarray(view), before)
        view[5] = 1
        memories.collectGarbage()
        view[6] = 0
    assert (memories.get(array, 5), memories.get(array, 6)) == (1, 0)


def test_memory_outside_the_heap_is_live_while_java_collects(memories: bb.JavaClass) -> None:
    for memory in (memories.automatic(64), memories.direct(64), memories.jna(64), bb.empty(64)):
        with memoryview(memory) as view:
            view[7] = 70
            memories.collectGarbage()
            assert view[7] == 70

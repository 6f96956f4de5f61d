"""Items of Java memory: what memoryview has, without an export that stays."""

from __future__ import annotations

import collections.abc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb

KINDS: dict[str, Any] = {
    "block": lambda: bb.empty(3000, "i"),
    "segment": lambda: bb.copy(bb.array(np.zeros(3000, "i4"))),
    "direct buffer": lambda: bb.jclass("java.nio.ByteBuffer").allocateDirect(3000),
}


def is_held(memory: bb.JavaBuffer) -> bool:
    return any(holding.holder is memory for holding in bb.holdings())


@pytest.mark.parametrize("kind", KINDS)
def test_items_are_those_of_a_memoryview(kind: str) -> None:
    memory = KINDS[kind]()
    memory[0] = 7
    memory[-1] = 9
    with memoryview(memory) as view:
        assert len(memory) == len(view)
        assert (memory[0], memory[-1], memory[1]) == (view[0], view[-1], 0) == (7, 9, 0)
        assert list(memory) == view.tolist()
        assert 9 in memory and 5 not in memory
        assert list(reversed(memory)) == view.tolist()[::-1]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_stays_out_or_held(kind: str) -> None:
    memory = KINDS[kind]()
    memory[0] = 7
    assert memory[0] == 7 and len(memory) == 3000 and sum(memory) == 7
    assert memory.export_count == 0 and not is_held(memory)
    with pytest.raises(IndexError):
        memory[3000]
    assert memory.export_count == 0 and not is_held(memory)


class During:
    """An index of 0 whose __index__ does something to the memory while the item is asked for."""

    def __init__(self, action: Callable[[], object]) -> None:
        self._action = action

    def __index__(self) -> int:
        self._action()
        return 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_that_is_kept_during_a_question_stays_held(kind: str) -> None:
    memory = KINDS[kind]()
    kept = []
    assert memory[During(lambda: kept.append(np.ndarray(8, "u1", memory)))] == 0
    assert memory.export_count == 0 and is_held(memory)
    assert memory[0] == memory.shape.index(3000) == 0 and memory.supports(0)
    assert is_held(memory)
    memory.release()
    assert not is_held(memory)


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_that_is_made_during_a_question_stays(kind: str) -> None:
    memory = KINDS[kind]()
    kept = []
    assert memory[During(lambda: kept.append((memoryview(memory), memory.export_count)))] == 0
    assert kept[0][1] == 2 and memory.export_count == 1 and is_held(memory)
    kept[0][0].release()
    assert memory[0] == 0 and not is_held(memory)


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_and_its_end_during_a_question_leave_nothing(kind: str) -> None:
    memory = KINDS[kind]()
    assert memory[During(lambda: memoryview(memory).release())] == 0
    assert memory.export_count == 0 and not is_held(memory)
    with pytest.raises(BufferError):
        memory[During(memory.release)]
    assert memory.export_count == 0 and not is_held(memory)


@pytest.mark.parametrize("kind", KINDS)
def test_questions_that_ask_for_an_address_keep_none(kind: str) -> None:
    memory = KINDS[kind]()
    for flags in (0, 1, 0xD8, 0x98):  # SIMPLE, WRITABLE, ANY_CONTIGUOUS, STRIDES | C_CONTIGUOUS
        assert memory.supports(flags)
    assert not is_held(memory)


def test_an_arena_can_be_closed_after_items_were_read() -> None:
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    memory = arena.allocate(64)
    assert list(memory) == [0] * 64 and memory[3] == 0
    arena.close()
    with pytest.raises(BufferError):
        memory[3]
    with pytest.raises(BufferError):
        len(memory)


def test_memory_that_is_held_stays_held() -> None:
    memory = bb.empty(4)
    memoryview(memory).release()
    assert memory[0] == 0
    assert is_held(memory)
    memory.release()


def test_a_slice_shares_the_memory_and_is_an_export() -> None:
    memory = bb.empty(4, "i")
    part = memory[1:3]
    assert isinstance(part, memoryview) and memory.export_count == 1
    part[0] = 5
    assert memory[1] == 5
    with pytest.raises(BufferError):
        memory.release()
    part.release()
    memory.release()
    assert memory.export_count == 0


def test_a_slice_is_assigned_what_has_its_format() -> None:
    memory = bb.empty(4, "i")
    memory[1:3] = np.array([7, 8], "i4")
    assert list(memory) == [0, 7, 8, 0]
    with pytest.raises(ValueError, match="different structures"):
        memory[1:3] = np.array([7, 8], "f4")
    assert memory.export_count == 0


def test_several_dimensions_have_tuples() -> None:
    grid = bb.empty((2, 3), "d")
    grid[1, 2] = 0.5
    assert (grid[1, 2], grid[-1, -1], len(grid)) == (0.5, 0.5, 2)
    assert grid[0:1].tolist() == [[0, 0, 0]]
    for use in (lambda: grid[0], lambda: list(grid)):
        with pytest.raises(NotImplementedError):
            use()


def test_a_single_item_has_no_length() -> None:
    item = bb.empty((), "d")
    item[()] = 2.5
    assert item[()] == 2.5
    with pytest.raises(TypeError, match="0-dim memory has no length"):
        len(item)


def test_read_only_memory_and_deletion_are_refused() -> None:
    memory = bb.jclass("java.nio.ByteBuffer").allocateDirect(8).asReadOnlyBuffer()
    with pytest.raises(TypeError, match="read-only"):
        memory[0] = 1
    with pytest.raises(TypeError, match="cannot be deleted"):
        del bb.empty(3)[0]


def test_released_memory_is_refused() -> None:
    memory = bb.empty(3)
    memory.release()
    for use in (lambda: memory[0], lambda: len(memory), lambda: list(memory)):
        with pytest.raises(BufferError):
            use()
    assert memory  # its truth asks nothing


def test_buffers_are_true_and_only_arrays_are_asked() -> None:
    assert bb.empty(0) and bb.jclass("java.nio.ByteBuffer").allocateDirect(0)
    assert not bb.array(np.zeros(0)) and bb.array(np.zeros(1))


def test_an_exporter_is_asked_for_each_item_and_once_for_a_loop() -> None:
    exporter = bb.jclass("org.bufferbridge.fixtures.classes.FirstUses").object()
    items = list(exporter)
    with memoryview(exporter) as view:
        assert items == view.tolist() and exporter[0] == view[0] and len(exporter) == len(view)
    assert exporter.export_count == 0


def test_a_char_buffer_is_memory() -> None:
    text = bb.jclass("java.nio.ByteBuffer").allocateDirect(8).asCharBuffer()
    assert len(text) == 4 and not isinstance(text, collections.abc.Sequence)


def test_a_slice_of_an_array_pins_it_and_an_item_does_not() -> None:
    array = bb.array(np.arange(4, dtype="i4"))
    assert array[1] == 1 and list(array) == [0, 1, 2, 3] and not is_held(array)
    if not array.supports(0):  # the collector cannot pin
        with pytest.raises(BufferError):
            array[1:3]
        return
    part = array[1:3]
    assert part.tolist() == [1, 2] and array.export_count == 1
    array[1:3] = np.array([8, 9], "i4")
    part.release()
    assert list(array) == [0, 8, 9, 3]

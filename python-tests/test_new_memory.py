"""`bb.empty`: zeroed memory outside the heap, for Python and Java alike."""

from __future__ import annotations

import gc
import os
import re
from pathlib import Path

import bufferbridge as bb
import numpy as np
import pytest
from processes import output_of


def test_empty_is_zeroed_writable_memory() -> None:
    buffer = bb.empty((480, 640), "d")
    array = np.asarray(buffer)
    assert (array.shape, array.dtype, array.flags.c_contiguous, array.flags.writeable) == ((480, 640), np.float64, True, True)
    assert not array.any()
    array += 1.5
    assert buffer.nbytes == 480 * 640 * 8
    assert np.asarray(buffer).sum() == 1.5 * 480 * 640


@pytest.mark.parametrize(
    ("shape", "expected"), [(7, (7,)), ((), ()), ((0, 3), (0, 3)), ([2, 2], (2, 2))], ids=["int", "scalar", "empty", "list"]
)
def test_empty_takes_any_shape(shape: object, expected: tuple[int, ...]) -> None:
    assert bb.empty(shape, "i").shape == expected  # type: ignore[arg-type]


def test_empty_refuses_bad_shapes_and_formats() -> None:
    with pytest.raises(ValueError, match="-1 items"):
        bb.empty((2, -1))
    with pytest.raises(ValueError, match="largest allowed size"):
        bb.empty((2**40, 2**40))
    with pytest.raises(ValueError, match="O"):
        bb.empty(3, "O")


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def is_advised_for_huge_pages(address: int) -> bool:
    """As Linux says of the mapping that an address lies in."""
    within = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if bounds := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            within = int(bounds[1], 16) <= address < int(bounds[2], 16)
        elif within and line.startswith("VmFlags:"):
            return "hg" in line.split()
    raise LookupError(hex(address))


@pytest.mark.skipif(
    not Path("/sys/kernel/mm/transparent_hugepage").exists(), reason="this system has no transparent huge pages"
)
def test_large_blocks_are_advised_for_huge_pages_and_small_ones_not() -> None:
    # In a new process: numpy may have advised the heap that a small block comes from.
    code = """
        import ctypes
        from test_new_memory import is_advised_for_huge_pages
        for byte_size in (8 << 20, 4096):
            block = (ctypes.c_char * byte_size).from_buffer(bb.empty(byte_size))
            address = ctypes.addressof(block)
            print(is_advised_for_huge_pages(address), is_advised_for_huge_pages(address + byte_size - 1))
    """
    assert output_of(code, started=True, PYTHONPATH=str(Path(__file__).parent)).splitlines() == ["True True", "False False"]


def test_empty_is_freed_with_its_python_object() -> None:
    before = resident_bytes()
    for _ in range(50):
        np.asarray(bb.empty(64 << 20))[:] = 1
    assert resident_bytes() - before < 200 << 20


def test_empty_stays_valid_for_java_when_python_lets_go(memories: bb.JavaClass) -> None:
    kept = bb.jclass("java.util.ArrayList")()
    kept.add(bb.empty(8 << 20))
    gc.collect()
    memories.collectGarbage()
    again = kept.get(0)
    np.asarray(again)[:] = 3
    assert np.asarray(again).sum() == 3 * (8 << 20)


def test_empty_is_freed_by_release_and_refuses_afterwards() -> None:
    buffer = bb.empty(16)
    array = np.asarray(buffer)
    with pytest.raises(BufferError, match="1 exports are out"):
        buffer.release()
    del array
    buffer.release()
    with pytest.raises(BufferError, match="freed by release"):
        memoryview(buffer)


def test_with_frees_empty() -> None:
    with bb.empty(16) as buffer:
        assert bytes(buffer) == bytes(16)
    with pytest.raises(BufferError, match="freed"):
        bytes(buffer)

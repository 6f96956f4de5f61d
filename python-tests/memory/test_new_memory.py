"""`bb.empty`: zeroed memory outside the heap, for Python and Java alike."""

from __future__ import annotations

import contextlib
import gc
import random
import re
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import bufferbridge as bb
from support.memory import resident_bytes
from support.processes import TESTS_ON_PATH, output_of


def test_empty_is_zeroed_writable_memory() -> None:
    buffer = bb.empty((480, 640), "d")
    array = np.asarray(buffer)
    assert (array.shape, array.dtype, array.flags.c_contiguous, array.flags.writeable) == (
        (480, 640),
        np.float64,
        True,
        True,
    )
    assert not array.any()
    array += 1.5
    assert buffer.nbytes == 480 * 640 * 8
    assert np.asarray(buffer).sum() == 1.5 * 480 * 640


@pytest.mark.parametrize(
    ("shape", "expected"),
    [(7, (7,)), ((), ()), ((0, 3), (0, 3)), ([2, 2], (2, 2))],
    ids=["int", "scalar", "empty", "list"],
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


def is_advised_for_huge_pages(address: int) -> bool:
    """Whether Linux reports this for the mapping of the address."""
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
    # In a new process, because numpy may have advised the heap that a small block comes from.
    code = """
        import ctypes
        from memory.test_new_memory import is_advised_for_huge_pages
        for byte_size in (8 << 20, 4096):
            block = (ctypes.c_char * byte_size).from_buffer(bb.empty(byte_size))
            address = ctypes.addressof(block)
            print(is_advised_for_huge_pages(address), is_advised_for_huge_pages(address + byte_size - 1))
    """
    assert output_of(code, started=True, **TESTS_ON_PATH).splitlines() == ["True True", "False False"]


def test_empty_is_freed_with_its_python_object() -> None:
    before = resident_bytes()
    for _ in range(50):
        np.asarray(bb.empty(64 << 20))[:] = 1
    assert resident_bytes() - before < 200 << 20


@pytest.mark.parametrize("size", [100_000, (4 << 20) - 1, 4 << 20, 9 << 20, 33 << 20])
def test_empty_reads_zeros_where_a_freed_block_was(size: int) -> None:
    source = bb.array(np.full(size, 7, np.uint8))
    for _ in range(6):
        copied = bb.copy(source)
        assert np.asarray(copied).min() == 7
        del copied
        assert not np.asarray(bb.empty(size)).any()


def test_freed_blocks_are_kept_up_to_a_limit() -> None:
    sizes = [4 << 20, 6 << 20, 16 << 20, 32 << 20, 8 << 20, 30 << 20, 5 << 20]
    sources = [bb.array(np.full(size, 7, np.uint8)) for size in sizes]
    before = resident_bytes()
    for source in sources * 3:
        assert np.asarray(bb.copy(source))[-1] == 7
        assert resident_bytes() - before < 50 << 20


def test_freed_blocks_have_one_next_owner_each() -> None:
    """Several threads free large blocks, and get those that the others freed."""

    def copies(number: int) -> bool:
        rng = random.Random(number)
        sources = [bb.array(np.full(size, number, np.uint8)) for size in (4 << 20, 6 << 20, 8 << 20)]
        live: list[np.ndarray] = []
        for _ in range(100):
            live.append(np.asarray(bb.copy(rng.choice(sources))))
            if len(live) > 2:
                found = live.pop(0)
                if found[0] != number or found[-1] != number or not (found[:: 1 << 12] == number).all():
                    return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(copies, range(4)))


def test_copies_that_fail_leave_no_memory() -> None:
    new_array = bb.jclass("java.lang.reflect.Array").newInstance
    double = bb.jclass("java.lang.Double").TYPE
    ragged = new_array(double, 4, 1 << 20)
    bb.jclass("java.util.Arrays").fill(ragged, 3, 4, new_array(double, 5))
    before = resident_bytes()
    for _ in range(25):
        with pytest.raises(ValueError, match="not rectangular"):
            bb.copy(ragged)
    assert resident_bytes() - before < 200 << 20


@pytest.mark.skipif(sys.platform != "linux", reason="another system may not enforce limits of the address space")
def test_kept_blocks_make_no_allocation_fail() -> None:
    code = """
        import resource
        from pathlib import Path
        bb.empty(32 << 20)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (40 << 20), resource.RLIM_INFINITY))
        print(bb.empty(60 << 20).nbytes)
    """
    assert output_of(code, started=True) == str(60 << 20)


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
    with pytest.raises(BufferError, match="used by 1 array or memoryview: delete it first$"):
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


# ------------------------------------------------------- addresses that were kept without an export


def leave_by_release(buffer: bb.JavaBuffer) -> None:
    buffer.release()


def leave_by_with(buffer: bb.JavaBuffer) -> None:
    with buffer:
        pass


WAYS_OUT = pytest.mark.parametrize("leave", [leave_by_release, leave_by_with])
SIZES = pytest.mark.parametrize("size", [1, 4096, (4 << 20) - 1, 4 << 20, 64 << 20])


@SIZES
@WAYS_OUT
def test_an_address_that_was_kept_without_an_export_reads_zeros_after_release(
    size: int, leave: Callable[[bb.JavaBuffer], None]
) -> None:
    """np.ndarray(buffer=) releases its export, and keeps the pointer and the JavaBuffer."""
    buffer = bb.empty(size)
    array = np.ndarray((size,), np.uint8, buffer=buffer)
    array[:] = 7
    leave(buffer)
    assert not array.any()
    array[-1] = 9  # this memory belongs to no other object
    del buffer
    gc.collect()
    assert array[-1] == 9 and array.sum() == 9
    with pytest.raises(BufferError, match="freed by release"):
        memoryview(array.base)


@WAYS_OUT
def test_release_gives_the_pages_of_a_large_block_back_at_once(leave: Callable[[bb.JavaBuffer], None]) -> None:
    before = resident_bytes()
    buffer = bb.empty(64 << 20)
    array = np.ndarray((64 << 20,), np.uint8, buffer=buffer)
    array[:] = 1
    filled = resident_bytes()
    leave(buffer)
    left = resident_bytes()
    assert filled - before > 60 << 20 and left - before < 16 << 20
    assert not array.any()  # reads the system's one zero page


def test_releasing_many_blocks_whose_objects_live_takes_no_memory() -> None:
    before = resident_bytes()
    kept = []
    for _ in range(50):
        buffer = bb.empty(64 << 20)
        np.asarray(buffer)[:] = 1
        buffer.release()
        kept.append(buffer)
    assert resident_bytes() - before < 200 << 20


def test_a_copy_reads_zeros_after_release_too() -> None:
    buffer = bb.copy(bb.array(np.arange(5.0)))
    array = np.ndarray((5,), np.float64, buffer=buffer)
    assert array.tolist() == [0, 1, 2, 3, 4]
    buffer.release()
    assert array.tolist() == [0] * 5


@pytest.mark.parametrize("size", [16, 8 << 20])
def test_memory_that_java_was_given_stays_as_it_is(size: int, memories: bb.JavaClass) -> None:
    buffer = bb.empty(size)
    kept = bb.jclass("java.util.ArrayList")()
    kept.add(buffer)
    array = np.ndarray((size,), np.uint8, buffer=buffer)
    array[:] = 7
    buffer.release()
    memories.collectGarbage()
    assert array[0] == array[-1] == 7
    assert np.asarray(kept.get(0))[-1] == 7
    assert np.asarray(buffer)[0] == 7  # Java uses it, so Python may too


def test_two_threads_release_and_two_export_and_the_memory_is_freed_once() -> None:
    for _ in range(200):
        buffer = bb.empty(64)
        array = np.ndarray((64,), np.uint8, buffer=buffer)
        array[:] = 7
        barrier = threading.Barrier(4)
        wrong: list[object] = []

        def release() -> None:
            barrier.wait()
            try:
                buffer.release()
            except BufferError as error:
                if "used by 1 array" not in str(error) and "used by 2 array" not in str(error):
                    wrong.append(error)

        def export() -> None:
            barrier.wait()
            try:
                with memoryview(buffer) as view:
                    if view.tolist() != [7] * 64:
                        wrong.append(view.tolist())
            except BufferError as error:
                if "freed by release" not in str(error):
                    wrong.append(error)

        threads = [threading.Thread(target=target) for target in (release, export, release, export)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        buffer.release()
        buffer.release()
        assert not array.any()


def test_a_copy_is_whole_or_refused_while_another_thread_releases() -> None:
    for size in (1 << 12, 1 << 25):
        for _ in range(5):
            buffer = bb.empty(size)
            np.asarray(buffer)[:] = 7
            barrier = threading.Barrier(2)

            def release() -> None:
                barrier.wait()
                with contextlib.suppress(BufferError):
                    buffer.release()

            thread = threading.Thread(target=release)
            thread.start()
            barrier.wait()
            try:
                copied = np.asarray(bb.copy(buffer))
            except BufferError as error:
                assert "freed by release" in str(error)
            else:
                assert copied.min() == copied.max() == 7
            thread.join()

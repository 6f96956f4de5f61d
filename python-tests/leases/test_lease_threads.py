"""Leases on many threads: virtual threads, pools, and sixteen threads that close the leases of Python threads."""

from __future__ import annotations

import ctypes
import gc
import random
import sys
import threading
import time

import numpy as np
import pytest

import bufferbridge as bb
from support.memory import is_locked
from support.processes import output_of


@pytest.fixture(scope="module")
def threads(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.LeaseThreads")


kinds = pytest.mark.parametrize("is_virtual", [False, True], ids=["platform", "virtual"])


@kinds
def test_a_shared_buffer_is_viewed_on_another_thread(threads: bb.JavaClass, is_virtual: bool) -> None:
    source = bytearray(b"\1\2\3")
    assert threads.sumOfShared(source, is_virtual) == 6
    assert not is_locked(source)


@kinds
def test_another_thread_shares(threads: bb.JavaClass, is_virtual: bool) -> None:
    source = bytearray(b"\1\2\3")
    assert threads.sumSharedThere(source, is_virtual) == 6
    assert not is_locked(source)


@kinds
def test_an_unshared_buffer_is_not_viewed_on_another_thread(threads: bb.JavaClass, is_virtual: bool) -> None:
    source = bytearray(b"\1\2\3")
    for method in (threads.sumUnshared, threads.retainAfterViewElsewhere):
        with pytest.raises(bb.JavaError, match=r"share\(\) or retain\(\)"):
            method(source, is_virtual)
        assert not is_locked(source)


@kinds
def test_closing_another_threads_view_during_its_call_is_refused(threads: bb.JavaClass, is_virtual: bool) -> None:
    source = bytearray(3)
    with pytest.raises(bb.JavaError, match=r"share\(\) or retain\(\)"):
        threads.closeElsewhereDuringTheCall(source, is_virtual)
    assert not is_locked(source)


@kinds
def test_a_lease_is_retained_read_and_closed_on_other_threads(threads: bb.JavaClass, is_virtual: bool) -> None:
    source = bytearray(b"\1\2\3")
    references = sys.getrefcount(source)
    threads.retainOn(source, is_virtual)
    assert is_locked(source)
    assert threads.sumKeptOn(is_virtual) == 6
    threads.closeOn(is_virtual)
    assert not threads.isOpen()
    assert not is_locked(source)
    assert sys.getrefcount(source) == references


def test_many_virtual_threads_read_one_buffer(threads: bb.JavaClass) -> None:
    source = np.arange(1000.0)
    assert threads.sumByVirtualThreads(source, 200) == 200 * source.sum()


def test_a_pool_reads_until_the_calls_thread_closes(threads: bb.JavaClass) -> None:
    for _ in range(10):
        source = np.arange(50_000.0)
        references = sys.getrefcount(source)
        assert threads.readersThatSawNoClose(source, 4, source.sum()) == 0
        assert sys.getrefcount(source) == references


def test_sixteen_threads_close_what_python_threads_offer(threads: bb.JavaClass) -> None:
    """Each array counts up from its own number, so the test would notice a byte of another array."""
    seed = random.randrange(2**32)
    print("seed", seed)
    over = time.monotonic() + 3
    offered = [0] * 4
    failures: list[BaseException] = []

    def offer(number: int) -> None:
        rng = random.Random(seed + number)
        try:
            while time.monotonic() < over:
                array = np.arange(rng.randint(1, 200), dtype=rng.choice(["f8", "i4", ">f4"])) + rng.randint(0, 1000)
                threads.offer(array)
                del array  # from here on only the lease holds it
                offered[number] += 1
                if offered[number] % 64 == 0:
                    gc.collect()
                while sum(offered) - threads.closed() > 200:
                    time.sleep(0.001)
        except BaseException as failure:
            failures.append(failure)

    threads.startCrowd(16, seed)
    offering = [threading.Thread(target=offer, args=(number,)) for number in range(len(offered))]
    for thread in offering:
        thread.start()
    for thread in offering:
        thread.join()
    assert threads.endCrowd() == 0
    assert failures == []
    assert threads.closed() == sum(offered) > 100
    deadline = time.monotonic() + 5
    while bb.leases() and time.monotonic() < deadline:
        time.sleep(0.01)  # a virtual thread may still be closing


def test_virtual_threads_that_wait_for_the_gil_leave_a_carrier() -> None:
    printed = output_of(
        """
        bb.jclass("java.lang.System").setProperty("jdk.virtualThreadScheduler.parallelism", "1")
        exporter = bb.jclass("org.bufferbridge.fixtures.exporters.WaitingExporter")(bytearray(3))
        with memoryview(exporter) as view:
            print(view.tolist())
        """,
        started=True,
    )
    assert printed == "[0, 1, 2]"


# --------------------------------------------------------------------------------- thread states


def thread_states() -> int:
    """The number of thread states that the interpreter has."""
    api = ctypes.pythonapi
    for function in (api.PyInterpreterState_Get, api.PyInterpreterState_ThreadHead, api.PyThreadState_Next):
        function.restype = ctypes.c_void_p
    state = api.PyInterpreterState_ThreadHead(ctypes.c_void_p(api.PyInterpreterState_Get()))
    count = 0
    while state is not None:
        count += 1
        state = api.PyThreadState_Next(ctypes.c_void_p(state))
    return count


def test_a_threads_state_is_dropped_with_the_thread(threads: bb.JavaClass) -> None:
    gc.collect()  # threads of earlier tests may be ending
    before = thread_states()
    for _ in range(50):
        source = bytearray(3)
        threads.retainOn(source, False)
        threads.closeOn(False)
        assert not is_locked(source)
    deadline = time.monotonic() + 10
    while thread_states() > before:  # Java's join() returns a little before the system's thread has ended
        assert time.monotonic() < deadline, f"{thread_states()} thread states; {before} are required"
        time.sleep(0.01)

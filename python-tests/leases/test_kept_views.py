"""A callback keeps memory of a call's own arguments: the result stays, leases end, letting go unlocks the object."""

from __future__ import annotations

import array
import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import bufferbridge as bb
from support.interpreter import IS_FREE_THREADED, one_thread_counts
from support.memory import is_locked


@pytest.fixture(scope="module")
def kept_views(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.KeptViews")


@pytest.fixture(autouse=True)
def forgets(kept_views: bb.JavaClass) -> Iterator[None]:
    yield
    kept_views.forget()


WAYS = ["segment", "bytes", "view", "viewOfBuffer", "sharedView"]
ways = pytest.mark.parametrize("way", WAYS)


def eventually(is_true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < deadline, what
        time.sleep(0.002)


@ways
def test_the_result_stays_when_python_keeps_the_memory(kept_views: bb.JavaClass, way: str) -> None:
    source = bytearray(b"abcdefgh")
    held: list[memoryview] = []
    assert getattr(kept_views, way)(source, lambda memory: held.append(memoryview(memory))) == "done"
    assert bytes(held[0]) == b"abcdefgh"
    source[0] = ord("x")
    assert held[0].tobytes() == b"xbcdefgh"
    assert is_locked(source)
    [lease] = bb.leases()
    assert (lease.owner, lease.retained) == (source, True)
    held.pop().release()
    gc.collect()
    assert not is_locked(source)


@ways
def test_the_object_is_unlocked_when_python_lets_go_and_not_by_javas_collector(
    kept_views: bb.JavaClass, way: str
) -> None:
    source = bytearray(8)
    held: list[memoryview] = []
    getattr(kept_views, way)(source, lambda memory: held.append(memoryview(memory)))
    del held[0]
    assert not is_locked(source)
    assert bb.leases() == []


def test_release_of_the_object_unlocks_too(kept_views: bb.JavaClass) -> None:
    source = bytearray(8)
    held: list[bb.JavaBuffer] = []

    def keep(memory: bb.JavaBuffer) -> None:
        memoryview(memory).release()  # from now on it holds the memory, with no export out
        held.append(memory)

    kept_views.segment(source, keep)
    assert is_locked(source)
    held[0].release()
    assert not is_locked(source)
    with pytest.raises(BufferError, match="closed"):
        memoryview(held[0])


def test_letting_go_on_another_thread_unlocks_too(kept_views: bb.JavaClass) -> None:
    source = bytearray(8)
    held: list[memoryview] = []
    kept_views.view(source, lambda memory: held.append(memoryview(memory)))
    thread = threading.Thread(target=held.clear)
    thread.start()
    thread.join()
    assert not is_locked(source)


@one_thread_counts
def test_the_object_is_unlocked_before_letting_go_returns(kept_views: bb.JavaClass) -> None:
    """No pending call of the main thread comes in between, because the main thread waits for this thread's end."""
    source = bytearray(8)
    held: list[memoryview] = []
    locked: list[bool] = []
    kept_views.view(source, lambda memory: held.append(memoryview(memory)))

    def let_go() -> None:
        bb.jclass("java.lang.System").nanoTime()  # attaches this thread
        held.clear()
        locked.append(is_locked(source))

    thread = threading.Thread(target=let_go)
    thread.start()
    thread.join()
    assert locked == [False]


def test_two_holders_unlock_when_both_have_let_go(kept_views: bb.JavaClass) -> None:
    source = bytearray(8)
    held: list[memoryview] = []

    def keep_twice(memory: bb.JavaBuffer) -> None:
        held.append(memoryview(memory))
        held.append(memoryview(memory))

    kept_views.segment(source, keep_twice)
    held.pop()
    assert is_locked(source)
    held.pop()
    assert not is_locked(source)


def test_the_methods_own_exception_stays(kept_views: bb.JavaClass) -> None:
    source = bytearray(8)
    held: list[memoryview] = []
    with pytest.raises(bb.JavaError, match="the method's own"):
        kept_views.failing(source, lambda memory: held.append(memoryview(memory)))
    held.clear()
    assert not is_locked(source)


def test_a_pending_exception_survives_the_unlocking(kept_views: bb.JavaClass) -> None:
    source = bytearray(8)
    held: list[memoryview] = []
    kept_views.view(source, lambda memory: held.append(memoryview(memory)))
    with pytest.raises(KeyError, match="on its way"):
        try:
            raise KeyError("on its way")
        finally:
            held.clear()
    assert not is_locked(source)


# ---------------------------------------------------------------------------------------- retained


def test_a_retained_lease_whose_early_view_python_holds_keeps_the_result(kept_views: bb.JavaClass) -> None:
    source = np.arange(3.0)
    held: list[memoryview] = []
    assert kept_views.retained(source, lambda view: held.append(memoryview(view))) == "done"
    assert held[0].tolist() == [0.0, 1.0, 2.0]
    with pytest.raises(bb.JavaError, match=r"JavaBuffer of org.bufferbridge.BufferView \(24 bytes, 1 export out\)"):
        kept_views.close()
    assert held[0].tolist() == [0.0, 1.0, 2.0]
    held.clear()
    kept_views.close()
    assert bb.leases() == []


def test_the_leases_of_the_other_arguments_end(kept_views: bb.JavaClass) -> None:
    numbers, text = array.array("d", [1.5, 2.5, 3.5]), bytearray(b"abc")
    held: list[memoryview] = []
    result = kept_views.retainedBesideOthers(np.zeros(3), lambda view: held.append(memoryview(view)), numbers, text)
    assert result == "done"
    with pytest.raises(bb.JavaError, match="closed"):
        kept_views.readSecond(1)
    assert not kept_views.isThirdOpen()
    numbers.append(1.0)
    text.append(1)
    held.clear()
    kept_views.close()
    assert bb.leases() == []


def test_an_early_view_is_not_exported_after_the_call(kept_views: bb.JavaClass) -> None:
    source = bytearray(8)
    kept_views.keepEarlyView(source)
    with pytest.raises(BufferError, match="closed"):
        memoryview(kept_views.second())
    kept_views.close()
    assert not is_locked(source)


# --------------------------------------------------------------- the JDK uses the memory at the end


def test_a_call_whose_memory_a_channel_uses_ends_when_the_channel_has_read(kept_views: bb.JavaClass) -> None:
    source = bytearray(8)
    reading = kept_views.readingBeyondTheCall(source)
    assert is_locked(source)  # a channel is writing to its memory
    reading.end()
    eventually(lambda: not is_locked(source), "the lease stays though the channel has read")
    assert source[0] == 1
    with pytest.raises(bb.JavaError, match="closed"):
        kept_views.readSecond(0)


def test_closing_is_refused_while_a_channel_reads_and_succeeds_after_it(kept_views: bb.JavaClass) -> None:
    source = bytearray(8)
    kept_views.keep(source)
    reading = kept_views.readingKept()
    with pytest.raises(bb.JavaError, match="a channel that reads into it; close it when that has returned"):
        kept_views.close()
    assert is_locked(source)
    reading.end()
    kept_views.close()
    assert not is_locked(source)


# ------------------------------------------------------------------------------------ many at once


def test_exports_that_race_with_the_calls_end_lose_nothing(kept_views: bb.JavaClass) -> None:
    """Eight threads export the call's memory while the call ends. Each export is granted and counted, or refused."""
    outcomes = {"granted": 0, "refused": 0}
    for round_ in range(60):
        source = bytearray(b"abcdefgh")
        references = sys.getrefcount(source)
        begin = threading.Barrier(9)
        views: list[bb.JavaBuffer] = []

        def export(number: int) -> None:
            begin.wait()
            held: list[memoryview] = []
            for _ in range(20):
                try:
                    held.append(memoryview(views[0]))
                    assert held[-1][number] == b"abcdefgh"[number]
                    outcomes["granted"] += 1
                except BufferError as refused:
                    assert "closed" in str(refused)
                    outcomes["refused"] += 1
            held.clear()

        threads = [threading.Thread(target=export, args=(number,)) for number in range(8)]

        def start(view: bb.JavaBuffer) -> None:
            views.append(view)
            for thread in threads:  # noqa: F821 (deleted later)
                thread.start()
            begin.wait()

        assert kept_views.sharedView(source, start) == "done"
        for thread in threads:
            thread.join()
        views.clear()
        del export, start, threads
        eventually(lambda: not is_locked(source), f"the source stays locked in round {round_}")
        assert sys.getrefcount(source) == references
    assert bb.leases() == []
    assert outcomes["granted"] > 0 or IS_FREE_THREADED


def test_eight_threads_let_go_at_once(kept_views: bb.JavaClass) -> None:
    for _ in range(30):
        source = bytearray(8)
        held: list[list[memoryview]] = [[] for _ in range(8)]

        def keep(view: bb.JavaBuffer) -> None:
            for own in held:
                own.append(memoryview(kept_views.copyOf(view)))

        kept_views.view(source, keep)
        assert is_locked(source)
        begin = threading.Barrier(8)

        def let_go(own: list[memoryview]) -> None:
            begin.wait()
            own.clear()

        threads = [threading.Thread(target=let_go, args=(own,)) for own in held]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        eventually(lambda: not is_locked(source), "the source stays locked")
    assert bb.leases() == []


def test_close_retain_and_share_at_once_inside_the_call(kept_views: bb.JavaClass) -> None:
    for _ in range(100):
        source = bytearray(8)
        references = sys.getrefcount(source)
        kept_views.attack(source)
        eventually(lambda: not is_locked(source), "the source stays locked")
        assert sys.getrefcount(source) == references
    assert bb.leases() == []

"""holdings() lists holders of memory, exported or not; lists never print contents; a refused end says what to do."""

from __future__ import annotations

import array
import gc
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb

pytestmark = pytest.mark.usefixtures("simple_leak_level")


def holdings_of(memory: bb.JavaBuffer) -> list[bb.HoldingInfo]:
    return [held for held in bb.holdings() if held.holder is memory]


KNOWN: dict[str, Callable[[], bb.JavaBuffer]] = {
    "empty": lambda: bb.empty(8, "i"),
    "segment": lambda: bb.jclass("org.bufferbridge.fixtures.memory.Memories").automatic(32),
    "nio": lambda: bb.jclass("java.nio.ByteBuffer").allocateDirect(32),
}


@pytest.mark.parametrize("kind", KNOWN)
def test_memory_is_listed_from_its_first_export_until_release(kind: str) -> None:
    memory = KNOWN[kind]()
    assert holdings_of(memory) == []
    before = time.time()
    with memoryview(memory):
        [held] = holdings_of(memory)
        assert (held.exports, held.nbytes, held.thread) == (1, 32, threading.current_thread().name)
        assert before - 0.1 < held.since <= time.time()
        assert 0 <= held.age < 10
        assert (held.python_stack, held.java_stack) == (None, None)
    [held] = holdings_of(memory)
    assert held.exports == 0
    assert held.address == np.ndarray(32, "u1", memory).ctypes.data
    memory.release()
    assert holdings_of(memory) == []


def test_memory_is_listed_until_its_object_dies() -> None:
    memory = bb.empty(8)
    address = np.asarray(memory).ctypes.data
    gc.collect()
    assert [held.nbytes for held in bb.holdings() if held.address == address] == [8]
    del memory
    gc.collect()
    assert [held for held in bb.holdings() if held.address == address] == []


def test_asking_lists_nothing() -> None:
    memory = bb.empty(8)
    assert (memory.nbytes, memory.shape) == (8, (8,))
    repr(memory)
    assert holdings_of(memory) == []


def test_paranoid_says_from_where() -> None:
    bb.set_leak_level("paranoid")
    memory = bb.empty(8)
    memoryview(memory).release()
    [held] = holdings_of(memory)
    assert "memoryview(memory).release()" in held.python_stack.splitlines()[-1]


def test_java_lists_the_same() -> None:
    memory = bb.empty(8)
    memoryview(memory).release()
    [held] = holdings_of(memory)
    listed = bb.jclass("org.bufferbridge.Leaks").holdings()
    found = [listed.get(i) for i in range(listed.size()) if listed.get(i).address() == held.address]
    assert [(f.holder(), f.exports(), f.byteSize(), f.thread()) for f in found] == [
        ("org.bufferbridge.BufferView", 0, 8, held.thread)
    ]
    assert 0 <= found[0].age().toMillis() < 10_000


def test_a_refused_close_of_any_arena_is_explained() -> None:
    for kind in ("ofShared", "ofConfined"):
        arena = getattr(bb.jclass("java.lang.foreign.Arena"), kind)()
        segment = arena.allocate(16)
        with pytest.raises(bb.JavaError, match="Session is acquired"):
            memoryview(segment).release()
            arena.close()
        [held] = [held for held in bb.holdings() if held.address == segment.address()]
        assert held.holder is segment
        held.holder.release()
        arena.close()


def test_listing_while_others_take_hold_and_let_go() -> None:
    over = time.monotonic() + 1
    failures: list[BaseException] = []

    def churn() -> None:
        try:
            while time.monotonic() < over:
                memory = bb.empty(8)
                memoryview(memory).release()
                if id(memory) % 64 < 32:
                    memory.release()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=churn) for _ in range(4)]
    for thread in threads:
        thread.start()
    while time.monotonic() < over:
        for held in bb.holdings():
            assert held.nbytes > 0
            repr(held)
    for thread in threads:
        thread.join()
    assert failures == []


# ------------------------------------------------------------------------------------ no contents


class Loud(bytearray):
    """The library must not call its repr."""

    def __repr__(self) -> str:
        raise AssertionError("a list asked an object for its repr")


@pytest.mark.parametrize(
    "make",
    [
        lambda: bytearray(50_000_000),
        lambda: array.array("d", [0.0]) * 1_000_000,
        lambda: Loud(100),
        lambda: np.zeros(10**6),
    ],
    ids=["bytearray", "array", "loud", "ndarray"],
)
def test_the_text_of_a_lease_has_no_contents(make: Callable[[], object]) -> None:
    leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
    owner = make()
    leasing.retain(owner)
    try:
        text = repr(bb.leases())
        assert len(text) < 500
        assert type(owner).__qualname__ in text
        assert f"nbytes={memoryview(owner).nbytes}" in text
        assert "\n" not in text
        java_text = str(bb.jclass("org.bufferbridge.Leaks").leases())
        assert len(java_text) < 500
    finally:
        leasing.closeKept()


def test_the_texts_of_exports_and_holdings_have_no_contents() -> None:
    bb.set_leak_level("paranoid")
    memory = bb.empty(1_000_000, "T{" + "".join(f"i:field{i}:" for i in range(500)) + "}")
    with memoryview(memory):
        for text in (repr(bb.exports()), repr(holdings_of(memory))):
            assert len(text) < 600
            assert "org.bufferbridge.BufferView" in text
            assert "\n" not in text
    assert len(repr(memory)) < 400


def test_a_summary_names_some_and_counts_the_others() -> None:
    from bufferbridge._reports import exports

    memory = bb.empty(8)
    views = [memoryview(memory) for _ in range(1000)]
    text = exports.summary()
    assert len(text) < 2000
    assert "8 bytes" in text
    assert text.endswith("and 992 more")
    for view in views:
        view.release()
    assert exports.summary() == ""


# ------------------------------------------------------------------------------- advice in refusals


def test_a_refused_release_says_the_number_and_the_way_out() -> None:
    memory = bb.empty(8)
    with memoryview(memory), memoryview(memory):
        with pytest.raises(BufferError, match="used by 2 arrays or memoryviews: delete them first$"):
            memory.release()
    memory.release()


def test_a_refused_release_names_who_has_it_where_that_is_traced() -> None:
    bb.set_leak_level("paranoid")
    memory = bb.empty(8)
    consumer = np.asarray(memory)
    with pytest.raises(BufferError, match=r"one was acquired at .*test_holdings\.py\", line \d+, in test_a_refused"):
        memory.release()
    del consumer
    memory.release()

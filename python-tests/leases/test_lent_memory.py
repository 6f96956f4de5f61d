"""Memory that Python lends to calls of another bridge: leased until Java's collector finds that no code can reach it.

python-tests/life has the same with the other bridge.
"""

from __future__ import annotations

import functools
import time
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from bufferbridge import _native
from support.memory import is_locked


def lent(source: object, kind: str = "java.nio.ByteBuffer") -> Any:
    lending: Any = _native.internal_class("Lending")
    return lending.lend(source, bb.jclass(kind))


def collected(leases: int = 0) -> bool:
    """Whether only so many leases are out, after collections."""
    deadline = time.monotonic() + 30
    while len(bb.leases()) > leases:
        if time.monotonic() > deadline:
            return False
        bb.jclass("java.lang.System").gc()
        time.sleep(0.002)
    return True


def test_it_is_leased_while_java_code_can_reach_it_and_not_longer(simple_leak_level: None) -> None:
    before = bb.leaks()
    source = bytearray(b"abc")
    kept = bb.jclass("java.util.concurrent.atomic.AtomicReference")(lent(source))
    for _ in range(5):
        bb.jclass("java.lang.System").gc()
        time.sleep(0.01)
    assert is_locked(source) and kept.get().get(1) == ord("b")
    kept.set(None)
    assert collected() and not is_locked(source)
    assert bb.leaks() == before


def test_a_lease_that_somebody_had_to_close_is_still_a_leak(leasing: bb.JavaClass, simple_leak_level: None) -> None:
    class Forgotten(bytearray):
        pass

    leasing.forget(Forgotten(3))
    assert collected()
    assert [leak.count for leak in bb.leaks() if leak.owner.endswith("Forgotten")] == [1]


def test_a_part_of_it_keeps_it_leased() -> None:
    source = bytearray(b"abcd")
    part = lent(source).slice(1, 2).duplicate()
    assert collected(1) and is_locked(source)
    part.put(0, ord("B"))
    assert source == b"aBcd"
    del part
    assert collected() and not is_locked(source)


def test_java_is_collected_each_time_as_much_was_lent_as_the_heap_may_have() -> None:
    """Java's heap has some hundred bytes of each, and would not be full."""
    source = np.empty(bb.jclass("java.lang.Runtime").getRuntime().maxMemory() // 8, "b")
    most = 0
    for _ in range(100):
        lent(source, "java.lang.foreign.MemorySegment")
        time.sleep(0.01)  # the release after a collection is another thread's
        most = max(most, len(bb.leases()))
    assert most < 50
    assert collected()


def test_it_is_listed_as_retained() -> None:
    memory = lent(bytearray(3))
    assert [(lease.nbytes, lease.retained) for lease in bb.leases()] == [(3, True)]
    del memory
    assert collected()


def test_read_only_memory_stays_read_only() -> None:
    assert lent(b"abc").isReadOnly() and not lent(bytearray(3)).isReadOnly()
    assert lent(b"abc", "java.lang.foreign.MemorySegment").isReadOnly()
    assert collected()


def test_what_the_type_cannot_have_is_refused_and_not_leased() -> None:
    with pytest.raises(BufferError, match="ByteBuffer requires C-contiguous memory"):
        lent(np.zeros(4)[::2])
    with pytest.raises(BufferError, match="IntBuffer requires items of format i; the buffer has format d"):
        lent(np.zeros(4), "java.nio.IntBuffer")
    assert bb.leases() == []


def test_all_threads_may_use_it() -> None:
    executor = bb.jclass("java.util.concurrent.Executors").newSingleThreadExecutor()
    memory = lent(bytearray(b"abc"))
    read = bb.jclass("java.util.concurrent.Callable")(functools.partial(memory.get, 2))
    assert executor.submit(read).get() == ord("c")
    executor.shutdown()
    del memory, read
    assert collected()


def test_java_memory_is_shared_as_itself_or_left_to_its_export() -> None:
    share = _native.internal_class("Lending").share
    buffer = bb.jclass("java.nio.ByteBuffer").allocateDirect(3)
    segment = bb.jclass("java.lang.foreign.MemorySegment")
    assert share(buffer, bb.jclass("java.nio.ByteBuffer")) == buffer
    assert share(buffer, segment).byteSize() == 3
    assert share(bb.empty(3), bb.jclass("java.nio.ByteBuffer")) is None
    assert share(bb.jclass("java.util.ArrayList")(), segment) is None

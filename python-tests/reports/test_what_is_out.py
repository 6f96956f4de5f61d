"""exports() and leases() list memory that is out, with request, time, thread and stacks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

import bufferbridge as bb
from bufferbridge._reports import exports

FULL_RO = 0x11C


pytestmark = pytest.mark.usefixtures("simple_leak_level")


@pytest.fixture
def leasing() -> Iterator[bb.JavaClass]:
    """Retains one lease in Java, and closes it after the test."""
    leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
    yield leasing
    leasing.closeKept()


def memory_of(kind: str) -> bb.JavaBuffer:
    if kind == "known memory":
        return bb.empty(10, "d")
    return bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter").ofDoubles(10)


KINDS = pytest.mark.parametrize("kind", ["known memory", "by upcall"])


@pytest.mark.parametrize("flags", [*range(0x200), 0x11C, 0x400, 0x7FFFFFFF])
def test_a_request_has_the_repr_of_java(flags: int) -> None:
    request = exports.Request(flags)
    assert repr(request) == bb.jclass("org.bufferbridge.BufferRequest")(flags).toString()
    assert request == flags and str(request) == str(flags)


def test_a_lease_is_listed_with_the_names_of_its_request(leasing: bb.JavaClass) -> None:
    leasing.retain(bytearray(3))
    assert "request=BufferRequest[FULL_RO]" in repr(bb.leases())


def test_exports_of_known_memory_are_only_counted_as_long_as_nothing_is_traced() -> None:
    buffer = bb.empty(10, "d")
    with memoryview(buffer):
        assert bb.exports() == [bb.ExportInfo(buffer, None, 80)]
        assert bb.exports()[0].age is None


def test_an_export_by_upcall_says_request_age_and_thread_at_every_level() -> None:
    bb.set_leak_level("off")
    before = time.time()
    with memoryview(memory_of("by upcall")):
        [export] = bb.exports()
        assert export.request == FULL_RO
        assert export.thread == threading.current_thread().name
        assert before - 0.1 < export.since <= time.time()  # the clock is coarse
        assert 0 <= export.age < 10
        assert export.python_stack is None
        assert export.java_stack is None


@KINDS
def test_paranoid_traces_every_export_with_its_stack(kind: str) -> None:
    bb.set_leak_level("paranoid")
    with memoryview(memory_of(kind)), memoryview(memory_of(kind)):
        assert len(bb.exports()) == 2
        for export in bb.exports():
            assert export.request == FULL_RO
            assert export.thread == threading.current_thread().name
            assert 0 <= export.age < 10
            assert "test_paranoid_traces_every_export_with_its_stack" in export.python_stack
            assert "with memoryview(memory_of(kind))" in export.python_stack.splitlines()[-1]


@KINDS
def test_advanced_takes_the_stacks_of_every_64th_export(kind: str) -> None:
    bb.set_leak_level("advanced")
    buffer = memory_of(kind)
    views = [memoryview(buffer) for _ in range(128)]
    assert sum(export.python_stack is not None for export in bb.exports()) == 2
    assert len(bb.exports()) == buffer.export_count == 128
    for view in views:
        view.release()


@KINDS
def test_simple_takes_no_stacks(kind: str) -> None:
    bb.set_leak_level("simple")
    buffer = memory_of(kind)
    views = [memoryview(buffer) for _ in range(128)]
    assert all(export.python_stack is None for export in bb.exports())
    for view in views:
        view.release()


@KINDS
def test_an_export_from_before_tracing_is_released_after_it_began(kind: str) -> None:
    buffer = memory_of(kind)
    early = memoryview(buffer)
    bb.set_leak_level("paranoid")
    late = memoryview(buffer)
    assert sorted(export.python_stack is None for export in bb.exports()) == [False, True]
    bb.set_leak_level("off")
    early.release()
    [left] = bb.exports()
    assert left.python_stack is not None
    late.release()
    assert buffer.export_count == 0


def test_the_thread_that_acquired_is_named() -> None:
    bb.set_leak_level("paranoid")
    views: list[memoryview] = []
    buffer = bb.empty(3, "i")
    thread = threading.Thread(target=lambda: views.append(memoryview(buffer)), name="the exporting one")
    thread.start()
    thread.join()
    assert [export.thread for export in bb.exports()] == ["the exporting one"]
    views.pop().release()


def test_a_lease_is_out_during_its_call_only(leasing: bb.JavaClass) -> None:
    leasing.nothing(bytearray(10))
    assert bb.leases() == []
    leasing.retain(bytearray(10))
    assert [lease.retained for lease in bb.leases()] == [True]


def test_a_lease_says_owner_request_bytes_age_and_thread_at_every_level(leasing: bb.JavaClass) -> None:
    bb.set_leak_level("off")
    owner = bytearray(100)
    before = time.time()
    leasing.retain(owner)
    [lease] = bb.leases()
    assert lease.owner is owner
    assert (lease.request, lease.nbytes, lease.retained) == (FULL_RO, 100, True)
    assert lease.thread == threading.current_thread().name
    assert before - 0.1 < lease.since <= time.time()
    assert 0 <= lease.age < 10
    assert lease.python_stack is None
    assert lease.java_stack is None


def test_simple_takes_no_stacks_of_leases(leasing: bb.JavaClass) -> None:
    bb.set_leak_level("simple")
    leasing.retain(bytearray(100))
    [lease] = bb.leases()
    assert (lease.python_stack, lease.java_stack) == (None, None)


@pytest.mark.parametrize("level", ["advanced", "paranoid"])
def test_a_retained_lease_has_the_stacks_of_both_languages(leasing: bb.JavaClass, level: bb.LeakLevel) -> None:
    bb.set_leak_level(level)
    leasing.retain(bytearray(100))
    [lease] = bb.leases()
    assert "leasing.retain(bytearray(100))" in lease.python_stack.splitlines()[-1]
    assert lease.java_stack.splitlines()[0].startswith(
        "\tat org.bufferbridge.fixtures.leases.Leasing.retain(Leasing.java:"
    )


def test_java_lists_the_same_exports() -> None:
    bb.set_leak_level("paranoid")
    leaks = bb.jclass("org.bufferbridge.Leaks")
    with memoryview(memory_of("by upcall")):
        [export] = list_of(leaks.exports())
        assert export.exporter() == "org.bufferbridge.fixtures.exporters.RecordingExporter"
        assert export.request().flags() == FULL_RO
        assert export.byteSize() == 80 == leaks.exportedByteSize()
        assert export.thread() == threading.current_thread().name
        assert 0 <= export.age().toMillis() < 10_000
        assert "with memoryview(memory_of(" in export.pythonStack()
        assert leaks.liveExports() == 1
    assert leaks.exports().isEmpty()
    assert leaks.exportedByteSize() == 0


def test_java_lists_exports_that_are_only_counted() -> None:
    leaks = bb.jclass("org.bufferbridge.Leaks")
    with memoryview(bb.empty(10, "d")):
        [export] = list_of(leaks.exports())
        assert (export.request(), export.since(), export.age(), export.thread()) == (None, None, None, None)
        assert export.byteSize() == 80


def test_java_lists_the_same_leases(leasing: bb.JavaClass) -> None:
    bb.set_leak_level("advanced")
    leaks = bb.jclass("org.bufferbridge.Leaks")
    leasing.retain(bytearray(100))
    [lease] = list_of(leaks.leases())
    assert (lease.owner(), lease.request().flags(), lease.byteSize(), lease.isRetained()) == (
        "bytearray",
        FULL_RO,
        100,
        True,
    )
    assert lease.thread() == threading.current_thread().name
    assert 0 <= lease.age().toMillis() < 10_000
    assert "leasing.retain(bytearray(100))" in lease.pythonStack()
    assert "Leasing.retain" in lease.javaStack()
    assert leaks.leasedByteSize() == 100


def test_bytes_are_summed_over_all_that_is_out() -> None:
    leaks = bb.jclass("org.bufferbridge.Leaks")
    known, by_upcall = bb.empty(10, "d"), memory_of("by upcall")
    with memoryview(known), memoryview(known), memoryview(by_upcall) as view:
        assert leaks.exportedByteSize() == 160 + view.nbytes == sum(export.nbytes for export in bb.exports())


def list_of(java_list: bb.JavaObject) -> list[bb.JavaObject]:
    return [java_list.get(i) for i in range(java_list.size())]

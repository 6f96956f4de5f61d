"""Write access to leased memory: read-only sources, writable parameters, overloads."""

from __future__ import annotations

import array
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb
from support.memory import is_locked


def test_read_only_memory_is_refused_before_the_method_runs(leasing: bb.JavaClass) -> None:
    for source in (b"1234", np.frombuffer(b"1234", np.uint8)):
        with pytest.raises(BufferError, match="writable buffer is required"):
            leasing.fill(source, 1.0)


def test_a_writable_parameter_is_written_through(leasing: bb.JavaClass) -> None:
    source = bytearray(4)
    leasing.fill(source, 7.0)
    assert source == bytearray(b"\7\7\7\7")
    assert not is_locked(source)


@pytest.mark.parametrize(
    "fill",
    [
        lambda leasing, *sources: leasing.fillAll(7.0, *sources),
        lambda leasing, *sources: leasing.fillAll(7.0, list(sources)),
        lambda leasing, *sources: leasing.fillEach(list(sources), 7.0),
    ],
    ids=["one-by-one", "array", "list"],
)
def test_all_buffers_of_a_writable_parameter_are_requested_writable(
    leasing: bb.JavaClass, fill: Callable[..., int]
) -> None:
    sources = [bytearray(4), array.array("d", [0.0])]
    assert fill(leasing, *sources) == 2
    assert sources == [bytearray(b"\7\7\7\7"), array.array("d", [7.0])]
    untouched = bytearray(4)
    with pytest.raises(BufferError, match="writable buffer is required"):
        fill(leasing, untouched, b"1234")
    assert untouched == bytes(4)
    assert not is_locked(untouched)


def test_a_writable_object_is_requested_writable(leasing: bb.JavaClass) -> None:
    source = bytearray(4)
    leasing.fillObject(source, 7.0)
    assert source == bytearray(b"\7\7\7\7")
    with pytest.raises(BufferError, match="writable buffer is required"):
        leasing.fillObject(b"1234", 7.0)


def test_an_overload_that_is_not_chosen_requests_nothing(leasing: bb.JavaClass) -> None:
    # put(PythonBuffer) is more specific than put(@Writable BufferView), which would be refused.
    assert leasing.put(b"1234") == "PythonBuffer asked with FULL_RO"


def test_a_read_only_parameter_arrives_read_only(leasing: bb.JavaClass) -> None:
    assert leasing.arrivesReadOnly(bytearray(4))
    assert leasing.objectArrivesReadOnly(bytearray(4))
    assert leasing.sharedArrivesReadOnly(bytearray(4))
    assert leasing.allArriveReadOnly(bytearray(4), np.zeros(3))
    assert leasing.allArriveReadOnly([bytearray(4), np.zeros(3)])


# Java memory that each kind of parameter accepts.
JAVA_MEMORY: dict[str, Callable[[], bb.JavaObject]] = {
    "view": lambda: bb.empty(8),
    "segment": lambda: bb.jclass("org.bufferbridge.fixtures.memory.Memories").automatic(8),
    "bytes": lambda: bb.jclass("java.nio.ByteBuffer").allocateDirect(8),
    "heap-bytes": lambda: bb.jclass("java.nio.ByteBuffer").allocate(8),
    "array": lambda: bb.array(np.zeros(2, "i4")),
}


def read_only(memory: bb.JavaObject) -> bb.JavaObject:
    return memory.asReadOnlyBuffer() if hasattr(memory, "asReadOnlyBuffer") else memory.asReadOnly()


TAKES = {
    "view": ["view", "segment", "bytes", "heap-bytes", "array"],
    "segment": ["view", "segment", "bytes", "heap-bytes", "array"],
    "bytes": ["bytes", "heap-bytes"],
    "object": ["view", "segment", "bytes", "heap-bytes"],
}
CASES = [(parameter, kind) for parameter, kinds in TAKES.items() for kind in kinds]


@pytest.mark.parametrize(("parameter", "kind"), CASES)
def test_javas_own_memory_arrives_read_only_too(leasing: bb.JavaClass, parameter: str, kind: str) -> None:
    method = {
        "view": leasing.arrivesReadOnly,
        "segment": leasing.segmentArrivesReadOnly,
        "bytes": leasing.bytesArriveReadOnly,
        "object": leasing.javaObjectArrivesReadOnly,
    }[parameter]
    memory = JAVA_MEMORY[kind]()
    assert method(memory)
    if kind != "array":
        assert method(read_only(memory))


@pytest.mark.parametrize(("parameter", "kind"), CASES)
def test_javas_own_read_only_memory_is_refused_where_it_is_written(
    leasing: bb.JavaClass, parameter: str, kind: str
) -> None:
    method = {
        "view": leasing.writesView,
        "segment": leasing.writesSegment,
        "bytes": leasing.writesBytes,
        "object": leasing.writesObject,
    }[parameter]
    memory = JAVA_MEMORY[kind]()
    assert method(memory) == "the method ran"
    if kind == "array":
        return
    with pytest.raises(BufferError, match="writable buffer is required"):
        method(read_only(memory))
    if parameter == "view" and kind == "view":
        with pytest.raises(BufferError, match="writable buffer is required"):
            leasing.writesAll(memory, read_only(memory))


def test_memory_that_arrives_read_only_keeps_its_byte_order(leasing: bb.JavaClass) -> None:
    memory = bb.jclass("java.nio.ByteBuffer").allocate(8)
    for order in ("BIG_ENDIAN", "LITTLE_ENDIAN"):
        memory.order(getattr(bb.jclass("java.nio.ByteOrder"), order))
        assert leasing.orderOf(memory) == order

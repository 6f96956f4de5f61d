"""First uses of memory: exports, holdings, leases, copies and pickles."""

from __future__ import annotations

import ctypes
import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from adversaries.entries import FIXTURES, Prepare, entry, fresh_class, fresh_object
from bufferbridge import _native
from support import c_api, dlpack


@entry("retain")
def retained() -> Callable[[], object]:
    keeper = bb.jclass("java.util.concurrent.atomic.AtomicReference")()
    array = np.arange(3)

    def use() -> object:
        with bb.retain(array) as lease:
            keeper.set(lease)
            return lease.isOpen()

    return use


@entry()
def lent() -> Callable[[], object]:
    """What bb.interop.jpype.register() does for an argument. No lease outlives the attack."""
    lending: Any = _native.internal_class("Lending")
    kind = bb.jclass("java.nio.ByteBuffer")
    source = bytearray(3)

    def use() -> object:
        first = lending.lend(source, kind).get(0)
        deadline = time.monotonic() + 30
        while bb.leases() and time.monotonic() < deadline:
            bb.jclass("java.lang.System").gc()
        return first, bb.leases()

    return use


@entry("JavaBuffer.__arrow_c_schema__", "JavaBuffer.__arrow_c_array__", "JavaBuffer.__array_interface__")
def arrow_arrays() -> Callable[[], object]:
    thing = fresh_object()
    fresh = fresh_class()
    return lambda: (
        thing.__arrow_c_schema__() is None,
        thing.__arrow_c_array__() is None,
        thing.__array_interface__["shape"],
        fresh.sum(Interface(np.arange(4.0))),
    )


@entry()
def native_code() -> Callable[[], object]:
    thing, view_class = fresh_object(), bb.jclass("org.bufferbridge.BufferView")
    memory = bb.empty(4)
    known = view_class.of(memory.memory())
    left: list[c_api.View] = []  # at the bottom of a stack, a release by ctypes may not begin

    def use() -> object:
        nonlocal left  # a method may not begin either
        while left:
            c_api.TABLE.release(left.pop())
        view, other = c_api.View(), c_api.View()
        try:
            c_api.TABLE.acquire(thing, c_api.READ, view)
            if c_api.TABLE.acquire_java(c_api.TABLE.jni_env(), c_api.reference(known), c_api.READ, other) < 0:
                raise c_api.JavaThrewError(c_api.text_of(c_api.take_thrown()))
            return view.length, other.length
        except ctypes.ArgumentError as unfinished:
            raise RecursionError("ctypes could not convert an argument") from unfinished
        finally:
            try:
                c_api.TABLE.release(view)
                c_api.TABLE.release(other)
            except RecursionError:
                left += [view, other]

    return use


class Interface:
    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    @property
    def __array_interface__(self) -> dict[str, object]:
        return self.array.__array_interface__


@entry("JavaBuffer.__dlpack__", "JavaBuffer.__dlpack_device__")
def tensors() -> Callable[[], object]:
    thing = fresh_object()
    fresh = fresh_class()
    lender = dlpack.Lender(np.arange(4.0))
    return lambda: (
        thing.__dlpack_device__(),
        np.from_dlpack(thing)[0],
        thing.__dlpack__() is None,
        np.from_dlpack(thing, copy=True)[0],
        fresh.sum(lender),
    )


@entry("leases")
def lease() -> Callable[[], object]:
    fresh = fresh_class()
    array = np.arange(4.0)
    return lambda: (fresh.sum(array[::2]), fresh.type(array), isinstance(bb.leases(), list))


@entry("JavaBuffer.__buffer__", "JavaBuffer.__release_buffer__", "exports", "JavaBuffer.export_count")
def export_by_upcall() -> Callable[[], object]:
    thing = fresh_object()

    def use() -> object:
        with memoryview(thing) as view:
            assert thing.export_count > 0
            assert len(bb.exports()) > 0
            return view.format, view.shape, view[0]

    return use


@entry("JavaBuffer.__buffer__", "JavaBuffer.__release_buffer__", "JavaBuffer.release")
def guarded_export() -> Callable[[], object]:
    guarded = bb.jclass(FIXTURES + "exporters.GuardedBytes")("SHARED")

    def use() -> object:
        with memoryview(guarded) as view:
            seen = view.nbytes, guarded.nbytes, guarded.guarded() > 0
        return seen

    return use


@entry(
    "JavaBuffer.nbytes",
    "JavaBuffer.format",
    "JavaBuffer.dtype",
    "JavaBuffer.itemsize",
    "JavaBuffer.ndim",
    "JavaBuffer.shape",
    "JavaBuffer.strides",
    "JavaBuffer.readonly",
    "JavaBuffer.supports",
    "JavaBuffer.__repr__",
)
def description_by_upcall() -> Callable[[], object]:
    thing = fresh_object()
    return lambda: (
        thing.nbytes,
        thing.format,
        str(thing.dtype),
        thing.itemsize,
        thing.ndim,
        thing.shape,
        thing.strides,
        thing.readonly,
        thing.supports(0),
        repr(thing)[:20],
    )


@entry()
def refused_argument() -> Callable[[], object]:
    fresh = fresh_class()
    times = np.array(["2026-01-01"], "M8[s]")

    def use() -> object:
        with pytest.raises(ValueError, match="dtype .M. in a buffer"):
            fresh.sum(times)
        return "refused"

    return use


class _Printer:
    def __init__(self) -> None:
        self.shown = ""

    def text(self, text: str) -> None:
        self.shown += text


@entry("JavaBuffer._repr_pretty_", "JavaBuffer._repr_html_")
def display() -> Callable[[], object]:
    thing = fresh_object()

    def use() -> object:
        printer = _Printer()
        thing._repr_pretty_(printer, False)
        return len(printer.shown) > 0, thing._repr_html_()[:1]

    return use


@entry()
def export_by_a_provider() -> Callable[[], object]:
    thing = bb.jclass(FIXTURES + "exporters.FreshProviders").thing()

    def use() -> object:
        with memoryview(thing) as view:
            return view.nbytes

    return use


@entry(
    "JavaBuffer.__len__",
    "JavaBuffer.__getitem__",
    "JavaBuffer.__setitem__",
    "JavaBuffer.__delitem__",
    "JavaBuffer.__iter__",
    "JavaBuffer.__bool__",
)
def items_by_upcall() -> Callable[[], object]:
    thing = fresh_object()

    def use() -> object:
        thing[1] = 5
        with pytest.raises(TypeError):
            del thing[0]
        return len(thing), thing[0], list(thing), bool(thing)

    return use


def items_of(kind: str) -> Prepare:
    def prepare() -> Callable[[], object]:
        memory = MEMORY[kind]()

        def use() -> object:
            try:
                return len(memory), memory[0], next(iter(memory))
            except NotImplementedError as refusal:  # two dimensions
                return str(refusal)

        return use

    prepare.__name__ = f"items_of_{kind}"
    return prepare


MEMORY: dict[str, Callable[[], bb.JavaBuffer]] = {
    "array": lambda: bb.array(np.arange(5, dtype="i4")),
    "empty": lambda: bb.empty((2, 3), "d"),
    "copy": lambda: bb.copy(bb.array(np.arange(5, dtype="i4"))),
    "segment": lambda: bb.jclass("java.lang.foreign.Arena").ofShared().allocate(64),
    "direct_buffer": lambda: bb.jclass("java.nio.ByteBuffer").allocateDirect(64),
    "export_arena": lambda: bb.jclass("org.bufferbridge.ExportArena").open().allocate(64, 8),
    "jna": lambda: bb.jclass("com.sun.jna.Memory")(64),
}


def holding_of(kind: str) -> Prepare:
    def prepare() -> Callable[[], object]:
        memory = MEMORY[kind]()

        def use() -> object:
            try:
                with memoryview(memory) as view:
                    return view.nbytes, view.readonly
            except BufferError as refusal:  # the collector cannot pin
                return str(refusal)

        return use

    prepare.__name__ = f"holding_of_{kind}"
    return prepare


for kind in MEMORY:
    entry("array", "empty", "copy")(holding_of(kind))
    entry()(items_of(kind))


@entry("holdings")
def holdings() -> Callable[[], object]:
    memory = bb.empty(64)
    memoryview(memory).release()
    return lambda: len(bb.holdings()) > 0


@entry("copy")
def copies_of_one_memory() -> Callable[[], object]:
    memory = bb.empty(1000, "q")
    return lambda: memoryview(bb.copy(memory)).tobytes() == bytes(8000)


@entry("JavaBuffer.release", "JavaBuffer.__exit__")
def release_beside_uses() -> Callable[[], object]:
    """A thread that comes too late gets a BufferError; no thread gets freed memory."""
    memory = bb.empty(1 << 16, "q")
    turns = itertools.count()

    def use() -> object:
        turn = next(turns) % 4
        try:
            if turn == 0:
                memory.release()
            elif turn == 1:
                assert memoryview(bb.copy(memory)).nbytes == 1 << 19
            elif turn == 2:
                assert np.asarray(memory).sum() == 0
            else:
                with memory:
                    pass
        except BufferError:
            pass
        return None

    return use


@entry("borrow")
def borrowed_arrays() -> Callable[[], object]:
    def use() -> object:
        array = bb.array(np.arange(3, dtype="i4"))
        with bb.borrow(array) as lent, memoryview(lent) as view:
            return view.tolist()

    return use


@entry("JavaBuffer.__array__")
def refused_by_numpy() -> Callable[[], object]:
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    memory = arena.allocate(64)
    arena.close()

    def use() -> object:
        with pytest.raises(BufferError) as refused:
            np.asarray(memory)
        return str(refused.value)

    return use


@entry("leaks", "leak_level", "set_leak_level")
def leaks() -> Callable[[], object]:
    def use() -> object:
        bb.set_leak_level(bb.leak_level())
        return isinstance(bb.leaks(), list), bb.leak_level()

    return use


@entry("JavaBuffer.__reduce_ex__", "UnpickledBuffer")
def pickled() -> Callable[[], object]:
    import pickle

    memory = bb.empty(4, "d")
    return lambda: bytes(pickle.loads(pickle.dumps(memory)))

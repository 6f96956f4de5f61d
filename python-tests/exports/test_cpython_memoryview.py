"""CPython's own tests of memoryview, with Java memory as their source.

`test.test_memoryview` is written for any source: a read-only and a writable one, each made from bytes. Here both are
JavaBuffers. Tests that need more than a buffer (comparison and slices of the source, subclasses) are replaced.
"""

from __future__ import annotations

import gc
import sys
import unittest
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

import bufferbridge as bb

cpython: ModuleType = pytest.importorskip(
    "test.test_memoryview", reason="this Python was installed without CPython's own tests (test.test_memoryview)"
)


def java_class(name: str) -> bb.JavaClass:
    return bb.jclass(f"org.bufferbridge.fixtures.{name}")


def holding(buffer: bb.JavaBuffer, items: bytes) -> bb.JavaBuffer:
    """The buffer, which begins with these items."""
    with memoryview(buffer) as view:
        for i, item in enumerate(items):
            view[i] = item
    return buffer


class JavaSource:
    """The sources of these tests, instead of CPython's."""

    getitem_type: Callable[[Any, bytes], bytes] = staticmethod(bytes)
    itemsize = 1
    format = "B"

    def _check_contents(self, tp: object, source: bb.JavaBuffer, contents: bytes) -> None:
        """Compares the items, because two JavaBuffers are equal if their Java objects are."""
        with memoryview(source) as view:
            actual = view.tolist()
        start = self.source_bytes.index(b"a")
        self.assertEqual(actual[start : start + len(contents)], list(contents))

    def test_gc(self) -> None:
        """The part of CPython's test that needs no subclass of the source."""
        for tp in self._types:

            class Holder:
                def __init__(self, base: bb.JavaBuffer) -> None:
                    self.m = memoryview(base)

            holder: Any = Holder(tp(b"abc"))
            holder.itself = holder
            seen = weakref.ref(holder)
            del holder
            gc.collect()
            self.assertIsNone(seen())

    test_issue22668 = None  # uses an array.array, and no source


class UserExporter(JavaSource):
    blocking = True

    def setUp(self) -> None:
        self.made: list[bb.JavaBuffer] = []

    def exporter(self, items: bytes, readonly: bool) -> bb.JavaBuffer:
        exporter = java_class("exporters.RecordingExporter")(len(items), "B", [len(items)], [1], 0, readonly)
        for i, item in enumerate(items):
            exporter.setByteAt(i, item - 256 if item > 127 else item)
        if not self.blocking:
            exporter.neverBlocking()
        self.made.append(exporter)
        return exporter

    def ro_type(self, items: bytes) -> bb.JavaBuffer:
        return self.exporter(items, True)

    def rw_type(self, items: bytes) -> bb.JavaBuffer:
        return self.exporter(items, False)

    def tearDown(self) -> None:
        gc.collect()
        for exporter in self.made:
            self.assertEqual(exporter.acquired(), exporter.released())
            self.assertEqual(exporter.strangers(), 0)


class NonBlockingExporter(UserExporter):
    blocking = False


class NewMemory(JavaSource):
    def ro_type(self, items: bytes) -> bb.JavaBuffer:
        return self.rw_type(items).asReadOnly()

    def rw_type(self, items: bytes) -> bb.JavaBuffer:
        return holding(bb.empty(len(items)), items)


class Segment(JavaSource):
    def ro_type(self, items: bytes) -> bb.JavaBuffer:
        return self.rw_type(items).asReadOnly()

    def rw_type(self, items: bytes) -> bb.JavaBuffer:
        return holding(java_class("memory.Memories").automatic(len(items)), items)


class DirectBuffer(JavaSource):
    format = "b"

    def ro_type(self, items: bytes) -> bb.JavaBuffer:
        return self.rw_type(items).asReadOnlyBuffer()

    def rw_type(self, items: bytes) -> bb.JavaBuffer:
        return holding(java_class("memory.Memories").direct(len(items)), items)


class IntView(JavaSource):
    itemsize = 4
    format = "i"

    def ro_type(self, items: bytes) -> bb.JavaBuffer:
        return self.rw_type(items).asReadOnly()

    def rw_type(self, items: bytes) -> bb.JavaBuffer:
        memory = java_class("memory.Memories").automatic(4 * len(items))
        return holding(java_class("memory.Memories").view(memory, "i", len(items)), items)

    def getitem_type(self, item: bytes) -> bytes:
        return item[0].to_bytes(4, sys.byteorder)

    def test_getbuffer(self) -> None:
        """CPython's test, but the items are not text."""
        for tp in self._types:
            source = tp(self._source)
            references = sys.getrefcount(source)
            view = self._view(source)
            self.assertEqual(bytes(view), b"".join(self.getitem_type(bytes([item])) for item in b"abcdef"))
            del view
            self.assertEqual(sys.getrefcount(source), references)

    def test_hash(self) -> None:
        """Only views of bytes have a hash."""
        with self.assertRaises(ValueError):
            hash(self._view(self.ro_type(self._source)))


class IntArray(IntView):
    def setUp(self) -> None:
        try:
            memoryview(java_class("memory.Memories").array("int", 1)).release()
        except BufferError as refusal:
            self.skipTest(str(refusal))

    def ro_type(self, items: bytes) -> bb.JavaBuffer:
        return bb.jclass("java.nio.IntBuffer").wrap(self.rw_type(items)).asReadOnlyBuffer()

    def rw_type(self, items: bytes) -> bb.JavaBuffer:
        return holding(java_class("memory.Memories").array("int", len(items)), items)


# The class with _source comes first, so its methods replace CPython's.
for _source in (UserExporter, NonBlockingExporter, NewMemory, Segment, DirectBuffer, IntView, IntArray):
    for _level in ("BaseMemoryviewTests", "BaseMemorySliceTests", "BaseMemorySliceSliceTests"):
        _name = f"Test{_source.__name__}{_level.removeprefix('Base').removesuffix('Tests')}"
        _bases = (_source, getattr(cpython, _level), cpython.AbstractMemoryTests, unittest.TestCase)
        globals()[_name] = type(_name, _bases, {"__module__": __name__})

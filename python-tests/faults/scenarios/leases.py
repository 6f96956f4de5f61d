"""Leases of every kind of Python buffer, while calls fail."""

from __future__ import annotations

import ctypes
import sys
import time

import numpy as np

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario, settled
from support.memory import is_locked


class Plain(ctypes.Structure):
    _fields_ = [("a", ctypes.c_int), ("b", ctypes.c_int)]


class Inherits(Plain):
    _fields_ = [("c", ctypes.c_int)]


def leases() -> list[Scenario]:
    leasing = bb.jclass(FIXTURES + "leases.Leasing")
    memories = bb.jclass(FIXTURES + "memory.Memories")

    def kept(_: int) -> None:
        source = bytearray(b"\1\2\3")
        references = sys.getrefcount(source)
        leasing.retain(source)
        try:
            assert leasing.keptByte(2) == 3
            assert leasing.kept() is source
            assert leasing.ownerText() in (
                str(source),
                "<a Python object whose str() failed>",
                "<a Python object whose str() does not fit in Java's memory>",
            )
        finally:
            leasing.closeKept()
        source.append(4)
        assert sys.getrefcount(source) == references

    def retained(_: int) -> None:
        source = bytearray(b"\1\2\3")
        items = bb.jclass("java.util.ArrayList")()
        with bb.retain(source) as lease:
            items.add(lease)
            assert items.get(0) is source
        source.append(4)

    def closed_elsewhere(_: int) -> None:
        source = bytearray(b"\1\2\3")
        leasing.retain(source)
        try:
            leasing.closeKeptElsewhere()
        finally:
            leasing.closeKept()
        source.append(4)

    def writable(_: int) -> None:
        source = np.zeros(3)
        leasing.fill(source, 2.5)
        assert source.tolist() == [2.5] * 3
        try:
            leasing.fill(b"abc", 1.0)
        except BufferError:
            pass
        else:
            raise AssertionError("read-only memory was written")

    def forgotten(_: int) -> None:
        source = bytearray(b"\1\2\3")
        references = sys.getrefcount(source)
        leasing.forget(source)
        for _again in range(20):
            memories.collectGarbage()
            if not bb.leases():
                break
            time.sleep(0.002)
        assert bb.leases() == []
        assert sys.getrefcount(source) == references

    def views(_: int) -> None:
        source = bytearray(b"\1\2\3")
        leasing.retain(source)
        try:
            back = leasing.keptView()
            with memoryview(back) as view:
                assert view[1] == 2
            back.release()
            del back
        finally:
            leasing.closeKept()
        source.append(4)

    def listed(_: int) -> None:
        sources = [bytearray(3) for _ in range(3)]
        exporter = memories.array("byte", 8)
        exports: list[memoryview] = []
        references = [sys.getrefcount(source) for source in sources]
        leasing.retain(sources[0])
        try:
            exports += [memoryview(exporter) for _ in range(40)]
            assert len(bb.exports()) == 40
            assert [lease.owner is sources[0] for lease in bb.leases()] == [True]
        finally:
            for view in exports:
                view.release()
            exporter.release()
            leasing.closeKept()
        assert [sys.getrefcount(source) for source in sources] == references

    kept_views = bb.jclass(FIXTURES + "leases.KeptViews")

    def kept_by_python(_: int) -> None:
        source, other = bytearray(b"\1\2\3"), bytearray(3)
        references = sys.getrefcount(source)
        held: list[memoryview] = []
        try:
            result = kept_views.retainedBesideOthers(
                source, lambda view: held.append(memoryview(view)), np.zeros(2), other
            )
            assert result == "done"
            assert held[0].tolist() == [1, 2, 3]
            other.append(1)
            held.clear()
            kept_views.view(source, lambda view: held.append(memoryview(view)))
        finally:
            held.clear()
            kept_views.closeAndForget()
        assert settled(lambda: not is_locked(source))
        assert sys.getrefcount(source) == references

    def structures(_: int) -> None:
        plain, inherits = Plain(1, 2), Inherits(1, 2, 3)
        assert leasing.field(plain, "b") == 2
        try:
            leasing.field(inherits, "c")
        except BufferError:
            pass
        else:
            raise AssertionError("a field was read in the wrong place")

    def held(_: int) -> None:
        memory = memories.automatic(16)
        level = bb.leak_level()
        try:
            bb.set_leak_level("paranoid")
            with memoryview(memory):
                assert [info.exports for info in bb.holdings() if info.holder is memory] == [1]
                try:
                    memory.release()
                except BufferError as refused:
                    assert "still used by 1 array or memoryview" in str(refused)
                else:
                    raise AssertionError("memory was let go of under an export")
            assert leaks.holdings().size() >= 1
        finally:
            set_level(levels.valueOf(level.upper()))
            memory.release()

    leaks, levels = bb.jclass("org.bufferbridge.Leaks"), bb.jclass("org.bufferbridge.LeakLevel")
    set_level = leaks.setLevel
    leasing.retain(b"")
    leasing.closeKept()  # so that the next close finds an object, on which it has no effect
    close = leasing.closeKept
    return [
        Scenario("a retained lease", kept, clean=close),
        Scenario("a lease that Python closes", retained, slow=True),
        Scenario("a lease closed on another thread", closed_elsewhere, clean=close),
        Scenario("writable leases", writable),
        Scenario("a forgotten lease", forgotten, slow=True),
        Scenario("a view of a lease, exported", views, clean=close),
        Scenario("the lists of exports and leases", listed, clean=close),
        Scenario("memory of a call that Python keeps", kept_by_python, clean=kept_views.closeAndForget, slow=True),
        Scenario("structures of ctypes", structures),
        Scenario("the list of what is held, and a refused release", held),
    ]

"""Exports of every kind of Java memory, while calls fail."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario, read_and_let_go

PYBUF_WRITABLE = 1


def known_memory() -> list[Scenario]:
    memories = bb.jclass(FIXTURES + "memory.Memories")
    arena = memories.exporting()
    shared = memories.shared()
    objects = {
        "a global arena's segment": memories.global_(16),
        "an automatic arena's segment": memories.automatic(16),
        "an ExportArena's segment": memories.in_(arena, 16),
        "a shared arena's segment": memories.in_(shared, 16),
        "a direct NIO buffer": memories.direct(16),
        "a heap NIO buffer": memories.heap(16),
        "a heap segment": memories.heapSegment(16),
        "an int array": memories.array("int", 8),
        "JNA memory": memories.jna(16),
        "a BufferView": memories.view(memories.automatic(24), "<i", [2, 3]),
        "a view of 60 dimensions": memories.view(memories.automatic(24), "B", [1] * 59 + [24]),
        "a view with a long format": memories.view(
            memories.automatic(600), "T{" + "".join(f"B:f{i}:" for i in range(200)) + "}", [3]
        ),
    }
    scenarios = [
        Scenario(f"export of {name}", lambda _, memory=memory: read_and_let_go(memory))
        for name, memory in objects.items()
    ]
    rows = memories.rows(memories.shared(), "i", 3, 2)

    def export_rows(_: int) -> None:
        assert rows.supports(0x11C)
        assert not rows.supports(0)
        rows.release()

    def export_booleans(_: int) -> None:
        booleans = memories.array("boolean", 4)
        read_and_let_go(booleans, first=1)

    def making_room(_: int) -> None:
        """At most six arrays can be pinned here, so arrays without exports are let go of."""
        arrays = [memories.array("int", 8) for _ in range(8)]
        arrays.append(memories.exporterOfHeap(memories.array("byte", 8)))
        try:
            for array in arrays:
                with memoryview(array) as view:
                    assert view.nbytes > 0
        finally:
            for array in arrays:
                array.release()

    def too_many(_: int) -> None:
        arrays = [memories.array("int", 8) for _ in range(7)]
        views = []
        try:
            views += [memoryview(array) for array in arrays]
        except BufferError as refusal:
            assert "6 arrays" in str(refusal) or "injected" in str(refusal)
        finally:
            for view in views:
                view.release()
            for array in arrays:
                array.release()

    def closing(_: int) -> None:
        own = memories.exporting()
        try:
            memory = memories.in_(own, 8)
            with memoryview(memory) as view:
                assert view[3] == 3
                try:
                    own.close()
                except bb.JavaError as refusal:
                    assert "Python holds" in str(refusal) or "injected" in str(refusal)
                else:
                    raise AssertionError("the arena was closed under an export")
            memory.release()
        finally:
            own.closeWhenReleased()

    def closing_when_released(_: int) -> None:
        own = memories.exporting()
        memory = memories.in_(own, 8)
        view = memoryview(memory)
        own.closeWhenReleased()
        try:
            assert view[3] == 3
        finally:
            view.release()
            memory.release()

    return [
        *scenarios,
        Scenario("export of rows behind pointers", export_rows),
        Scenario("an ExportArena that waits for Python", closing_when_released),
        Scenario("export of booleans", export_booleans),
        Scenario("making room for pins", making_room, twice=True),
        Scenario("more pins than there may be", too_many),
        Scenario("closing an ExportArena", closing),
    ]


def upcalls() -> list[Scenario]:
    recording = bb.jclass(FIXTURES + "exporters.RecordingExporter")
    memories = bb.jclass(FIXTURES + "memory.Memories")
    throwing = bb.jclass(FIXTURES + "exporters.ThrowingExporter")
    blocking = recording.ofBytes(16)
    never = recording.ofBytes(16).neverBlocking()
    wide = recording(8, "B", [1] * 59 + [8], [8] * 59 + [1], 0, False)
    heap = memories.exporterOfHeap(memories.array("byte", 16))
    read_only = recording(8, "B", [8], [1], 0, True)

    def exported(exporter: bb.JavaBuffer) -> Callable[[int], None]:
        def run(_: int) -> None:
            try:
                with memoryview(exporter) as view:
                    assert view.tobytes()[0] == 0
            finally:
                assert exporter.export_count == 0

        return run

    def outstanding(exporter: bb.JavaBuffer) -> Callable[[int], None]:
        run = exported(exporter)

        def counted(number: int) -> None:
            run(number)
            assert exporter.outstanding() == 0
            assert exporter.strangers() == 0

        return counted

    def refused(_: int) -> None:
        try:
            memoryview(read_only)[0] = 1
        except TypeError:
            pass
        assert not read_only.supports(1)
        assert read_only.outstanding() == 0

    def keeps_an_address(_: int) -> None:
        """As torch.frombuffer does: the library keeps the released view."""
        exporter = recording.ofBytes(8)
        assert exporter.supports(PYBUF_WRITABLE)
        assert exporter.outstanding() == 0

    def first_meeting(_: int) -> None:
        """The library does not know the exporter of a new JavaBuffer yet."""
        exporter = memories.exporterOfHeap(memories.array("byte", 4))
        with memoryview(exporter) as view:
            assert view[2] == 2

    def throws(place: str) -> Callable[[int], None]:
        exporter = throwing.in_(place, "IllegalArgumentException")

        def run(_: int) -> None:
            try:
                memoryview(exporter).release()
            except bb.JavaValueError:
                assert place != "RELEASE"
            else:
                assert place == "RELEASE"
            assert exporter.export_count == 0

        return run

    return [
        Scenario("export by upcall", outstanding(blocking)),
        Scenario("export by upcall with the GIL", outstanding(never)),
        Scenario("export by upcall of a large descriptor", outstanding(wide)),
        Scenario("export by upcall of heap memory", exported(heap)),
        Scenario("refusals of an exporter", refused),
        Scenario("an exporter whose address is kept", keeps_an_address),
        Scenario("the first export of an exporter", first_meeting),
        Scenario("an exporter that throws in getBuffer", throws("GET")),
        Scenario("an exporter that throws in releaseBuffer", throws("RELEASE")),
    ]


def guarded() -> list[Scenario]:
    exporters = bb.jclass(FIXTURES + "exporters.GuardedBytes")

    def changes(_: int) -> None:
        """An export before a change, and one after it that finds another epoch; a question finds one, too."""
        kept = exporters("SHARED")
        try:
            for grow in (True, False):
                with memoryview(kept) as view:
                    assert view[0] == 0
                if grow:
                    kept.grow(16)
            kept.grow(32)
            assert kept.nbytes == 32
        finally:
            assert kept.export_count == 0 == kept.guarded()

    def replaced_under_an_address(_: int) -> None:
        exporter = exporters("SHARED")
        address = np.ndarray(8, "u1", exporter)
        exporter.grow(16)
        memoryview(exporter).release()
        assert address[0] == 0
        assert exporter.guarded() == 0

    return [
        Scenario("guarded memory that changes", changes, twice=True),
        Scenario("guarded memory replaced under an address", replaced_under_an_address),
    ]

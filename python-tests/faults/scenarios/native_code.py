"""The C API, while calls fail."""

from __future__ import annotations

import bufferbridge as bb
from faults.library import native
from faults.scenarios.scenario import FIXTURES, Scenario
from support import c_api
from support.memory import is_locked


def native_code() -> list[Scenario]:
    memories = bb.jclass(FIXTURES + "memory.Memories")
    recording = bb.jclass(FIXTURES + "exporters.RecordingExporter")
    numbers = memories.view(memories.automatic(24), "i", [2, 3])
    asked = recording.ofBytes(16)
    read_only = numbers.asReadOnly()

    def held(_: int) -> None:
        for memory in (numbers, asked):
            for release in (c_api.TABLE.release, c_api.RELEASE_WITH_THE_GIL):
                view = c_api.View()
                try:
                    c_api.TABLE.acquire(memory, c_api.READ, view)
                    assert (view.length, memory.export_count) == (memory.nbytes, 1)
                finally:
                    release(view)
                assert view.is_empty() and memory.export_count == 0
        numbers.release()

    def held_for_java(_: int) -> None:
        for memory in (numbers, asked):
            view = c_api.acquire_java(memory)
            try:
                assert view.length in (16, 24) and len(bb.exports()) == 1
            finally:
                c_api.release(view)
            assert bb.exports() == []

    left: list[int] = []

    def leased(_: int) -> None:
        source = bytearray(b"\1\2\3")
        lease = c_api.TABLE.lease(source, c_api.READ)
        left.append(lease)
        view = c_api.acquire_java(lease)
        try:
            assert (view.length, is_locked(source)) == (3, True)
        finally:
            c_api.release(view)
        close()
        assert not is_locked(source)

    def close() -> None:
        while left:
            c_api.TABLE.close_lease(left[-1])
            c_api.jni(c_api.DELETE_LOCAL_REF, left.pop())
            native().bb_fault_user_deleted_reference()

    def refused(_: int) -> None:
        for use in (
            lambda: c_api.acquire(3),
            lambda: c_api.acquire_java(bb.java.util.ArrayList()),
            lambda: c_api.acquire_java(read_only, c_api.WRITE),
        ):
            try:
                use()
            except (TypeError, c_api.JavaThrewError):
                pass
            else:
                raise AssertionError("what has no memory was acquired")

    return [
        Scenario("memory that native code holds", held),
        Scenario("memory that JNI code holds", held_for_java),
        Scenario("a lease of native code", leased, clean=close),
        Scenario("what native code cannot hold", refused, slow=True),  # Java keeps what it threw
    ]

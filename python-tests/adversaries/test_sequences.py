"""Random sequences of exports, leases, arenas, calls, threads and collections, compared with a model.

The model is a few dictionaries. They have the bytes of each memory, its exports, and the holders that keep it from
closing. Hypothesis draws the steps, and shortens a sequence that fails.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

import bufferbridge as bb
from support.threads import ROUNDS

SIZE = 16
FIXTURES = "org.bufferbridge.fixtures."


class Memory:
    """One Java memory: Python's objects for it, and its model."""

    def __init__(self, buffer: bb.JavaBuffer, kind: str, arena: Any = None) -> None:
        self.buffer = buffer
        self.kind = kind
        self.arena = arena
        self.bytes = bytearray(SIZE)
        self.exports = 0
        self.is_held = False
        self.is_freed = False  # a block that release() has ended
        self.has_escaped = False  # Java code was given the object, and keeps the block alive
        self.is_closed = False


class Export:
    def __init__(self, memory: Memory, view: memoryview, start: int) -> None:
        self.memory = memory
        self.view = view
        self.start = start


class Lease:
    def __init__(self, number: int, owner: bytearray) -> None:
        self.number = number
        self.owner = owner


class Sequences(RuleBasedStateMachine):
    """Steps in any order. After each step the library and the model agree."""

    memories = Bundle("memories")
    exports = Bundle("exports")
    owners = Bundle("owners")
    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.all_memories: list[Memory] = []
        self.all_exports: list[Export] = []
        self.all_leases: list[Lease] = []
        self.numbers = iter(range(1 << 30))
        self.kept = bb.jclass(FIXTURES + "leases.Kept")
        self.workers = ThreadPoolExecutor(2)

    def on(self, thread: bool, action: Callable[[], Any]) -> Any:
        """Runs the action on this thread, or on another one."""
        return self.workers.submit(action).result() if thread else action()

    def refuses(self, action: Callable[[], Any], *errors: type[BaseException]) -> None:
        with pytest.raises(errors):
            action()

    # ---------------------------------------------------------------------------- making memory

    @initialize()
    def begin(self) -> None:
        assert bb.exports() == []
        assert bb.leases() == []

    def add(self, memory: Memory) -> Memory:
        self.all_memories.append(memory)
        return memory

    @rule(target=memories, thread=st.booleans())
    def empty(self, thread: bool) -> Memory:
        return self.add(Memory(self.on(thread, lambda: bb.empty(SIZE)), "block"))

    @rule(target=memories)
    def in_an_export_arena(self) -> Memory:
        arena = bb.jclass("org.bufferbridge.ExportArena").open()
        return self.add(Memory(arena.allocate(SIZE, 8), "export arena", arena))

    @rule(target=memories)
    def in_a_shared_arena(self) -> Memory:
        arena = bb.jclass("java.lang.foreign.Arena").ofShared()
        return self.add(Memory(arena.allocate(SIZE), "arena", arena))

    @rule(target=memories)
    def direct_buffer(self) -> Memory:
        return self.add(Memory(bb.jclass("java.nio.ByteBuffer").allocateDirect(SIZE), "direct"))

    @rule(target=memories, blocks=st.booleans())
    def exporter(self, blocks: bool) -> Memory:
        return self.add(Memory(bb.jclass(FIXTURES + "leases.Releases").Telling(blocks), "exporter"))

    @rule(target=memories, memory=memories)
    def copied(self, memory: Memory) -> Any:
        if memory.kind == "exporter":
            return multiple()
        if not self.may_export(memory):
            self.refuses(lambda: bb.copy(memory.buffer), BufferError, bb.JavaError)
            return multiple()
        copy = self.add(Memory(bb.copy(memory.buffer), "block"))
        copy.bytes[:] = memory.bytes
        return copy

    # ---------------------------------------------------------------------------------- exports

    def may_export(self, memory: Memory) -> bool:
        return not memory.is_closed and not memory.is_freed

    @rule(target=exports, memory=memories, thread=st.booleans())
    def export(self, memory: Memory, thread: bool) -> Any:
        if not self.may_export(memory):
            self.refuses(lambda: memoryview(memory.buffer), BufferError)
            return multiple()
        view = self.on(thread, lambda: memoryview(memory.buffer).cast("B"))
        memory.exports += 1
        memory.is_held = True
        made = Export(memory, view, 0)
        self.all_exports.append(made)
        return made

    @rule(target=exports, export=exports, start=st.integers(0, SIZE - 1))
    def part(self, export: Export, start: int) -> Any:
        """A slice shares the export, which stays until both are gone."""
        if export not in self.all_exports or export.start + start >= SIZE:
            return multiple()
        view = memoryview(export.view[start:])
        made = Export(export.memory, view, export.start + start)
        self.all_exports.append(made)
        return made

    @rule(export=consumes(exports), thread=st.booleans(), by_death=st.booleans())
    def let_go(self, export: Export, thread: bool, by_death: bool) -> None:
        if by_death:
            export.view = None  # type: ignore[assignment]
        else:
            self.on(thread, export.view.release)
        self.all_exports.remove(export)
        self.count(export.memory)

    def count(self, memory: Memory) -> None:
        """The number of exports: a memoryview and its slices are one."""
        memory.exports = memory.buffer.export_count

    @rule(export=exports, index=st.integers(0, SIZE - 1), value=st.integers(0, 255), thread=st.booleans())
    def write_from_python(self, export: Export, index: int, value: int, thread: bool) -> None:
        if export not in self.all_exports or index < export.start:
            return
        self.on(thread, lambda: export.view.__setitem__(index - export.start, value))
        export.memory.bytes[index] = value

    @rule(memory=memories, index=st.integers(0, SIZE - 1), value=st.integers(0, 127), thread=st.booleans())
    def write_from_java(self, memory: Memory, index: int, value: int, thread: bool) -> None:
        if memory.kind == "exporter" or not self.may_export(memory):
            return
        memory.has_escaped = True
        view = bb.jclass("org.bufferbridge.Buffers").viewOf(memory.buffer)
        self.on(
            thread, lambda: view.asSegment().set(bb.jclass("java.lang.foreign.ValueLayout").JAVA_BYTE, index, value)
        )
        memory.bytes[index] = value

    @rule(memory=memories)
    def java_reads_through_a_lease_of_an_export(self, memory: Memory) -> None:
        """Java memory is exported to numpy, and Java leases the array: the bytes are the same."""
        if not self.may_export(memory):
            return
        array = np.frombuffer(memory.buffer, "u1")
        memory.is_held = True
        assert self.kept.sum(array) == sum(memory.bytes)

    # -------------------------------------------------------------------------- ends of memory

    @rule(memory=memories, thread=st.booleans())
    def release(self, memory: Memory, thread: bool) -> None:
        if any(export.memory is memory for export in self.all_exports):
            self.refuses(lambda: self.on(thread, memory.buffer.release), BufferError)
        else:
            self.on(thread, memory.buffer.release)
            memory.is_freed = memory.kind == "block" and not memory.has_escaped
            memory.is_held = False

    @rule(memory=memories, thread=st.booleans())
    def close_the_arena(self, memory: Memory, thread: bool) -> None:
        if memory.arena is None or memory.is_closed:
            return
        if memory.is_held:
            self.refuses(lambda: self.on(thread, memory.arena.close), bb.JavaError)
        else:
            self.on(thread, memory.arena.close)
            memory.is_closed = True

    @rule(memory=consumes(memories))
    def drop(self, memory: Memory) -> None:
        """Drops the Python object; views keep it alive."""
        self.all_memories.remove(memory)
        if not any(export.memory is memory for export in self.all_exports):
            memory.buffer = None  # type: ignore[assignment]

    # ----------------------------------------------------------------------------------- leases

    @rule(target=owners, size=st.integers(1, SIZE))
    def owner(self, size: int) -> bytearray:
        return bytearray(size)

    def is_leased(self, owner: bytearray) -> bool:
        return any(lease.owner is owner for lease in self.all_leases)

    @rule(target=leases, owner=owners, thread=st.booleans(), shared=st.booleans())
    def lease(self, owner: bytearray, thread: bool, shared: bool) -> Lease:
        made = Lease(next(self.numbers), owner)
        self.on(thread, lambda: self.kept.keep(made.number, owner))
        if shared:
            self.kept.share(made.number)
        self.all_leases.append(made)
        return made

    @rule(lease=leases, index=st.integers(0, SIZE - 1), value=st.integers(0, 127), thread=st.booleans())
    def java_reads_and_writes(self, lease: Lease, index: int, value: int, thread: bool) -> None:
        if lease not in self.all_leases or index >= len(lease.owner):
            return
        assert self.on(thread, lambda: self.kept.at(lease.number, index)) == lease.owner[index]
        self.on(thread, lambda: self.kept.setByte(self.kept.view(lease.number), index, value))
        assert lease.owner[index] == value

    @rule(owner=owners)
    def grow(self, owner: bytearray) -> None:
        if self.is_leased(owner):
            self.refuses(lambda: owner.append(1), BufferError)
        else:
            owner.append(1)
            owner.pop()

    @rule(lease=leases)
    def a_lease_comes_back(self, lease: Lease) -> None:
        if lease in self.all_leases:
            assert self.kept.lent(lease.number) is lease.owner

    @rule(lease=consumes(leases), thread=st.booleans())
    def close_a_lease(self, lease: Lease, thread: bool) -> None:
        self.on(thread, lambda: self.kept.close(lease.number))
        self.all_leases.remove(lease)

    # ------------------------------------------------------------------------------ collections

    @rule()
    def collect_in_python(self) -> None:
        gc.collect()

    @precondition(lambda self: len(self.all_memories) % 3 == 1)
    @rule()
    def collect_in_java(self) -> None:
        bb.jclass("java.lang.System").gc()

    # ------------------------------------------------------------------------------- invariants

    @invariant()
    def what_is_out_is_counted(self) -> None:
        out = {id(export.memory) for export in self.all_exports}
        assert len({id(info.exporter) for info in bb.exports()}) == len(out)
        assert bb.jclass("org.bufferbridge.Leaks").liveExports() == len(bb.exports())
        assert len(bb.leases()) == len(self.all_leases)

    @invariant()
    def every_view_shows_the_bytes(self) -> None:
        for export in self.all_exports:
            assert export.view.tolist() == list(export.memory.bytes[export.start :])

    def teardown(self) -> None:
        for export in self.all_exports:
            export.view.release()
        for lease in self.all_leases:
            self.kept.close(lease.number)
        self.workers.shutdown()
        self.all_memories.clear()
        self.all_exports.clear()
        self.all_leases.clear()
        gc.collect()
        assert bb.exports() == []
        assert bb.leases() == []


def test_sequences_agree_with_the_model() -> None:
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=10 * ROUNDS,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""The groups of a run: the cases that are measured together, and their targets."""

from __future__ import annotations

from groups import arrays, calls, memory
from groups.start import start
from rows import Group


def groups(versions: list[str]) -> list[Group]:
    """All groups in the order of the table. There is one group of acquire and release for each version of CPython."""
    return [
        *map(memory.acquire, versions),
        memory.from_c(),
        memory.busy(),
        memory.peers(),
        calls.calls(),
        calls.fields(),
        calls.objects(),
        calls.strings(),
        calls.lists(),
        calls.functions(),
        calls.from_java(),
        calls.threads(),
        arrays.passing(),
        arrays.arrays(),
        arrays.tensors(),
        arrays.tables(),
        arrays.blocks(),
        arrays.loops(),
        arrays.views(),
        memory.leases(),
        start(),
        memory.growth(),
        memory.weight(),
    ]

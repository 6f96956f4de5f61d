"""The table of first uses, of classes and of memory; uses_of_classes.py and uses_of_memory.py fill it.

Each entry prepares new classes or memory, and names the functions and slots of the library that it covers.
"""

from __future__ import annotations

from collections.abc import Callable

import bufferbridge as bb

FIXTURES = "org.bufferbridge.fixtures."

# Prepares an attack, and returns the action that eight threads take at once.
Prepare = Callable[[], Callable[[], object]]

ENTRIES: dict[str, Prepare] = {}
COVERED: dict[str, set[str]] = {}


def entry(*covers: str) -> Callable[[Prepare], Prepare]:
    def add(prepare: Prepare) -> Prepare:
        ENTRIES[prepare.__name__] = prepare
        COVERED[prepare.__name__] = set(covers)
        return prepare

    return add


def fresh_class() -> bb.JavaClass:
    return bb.jclass(bb.jclass(FIXTURES + "classes.FirstUses").fresh())


def fresh_object() -> bb.JavaBuffer:
    """An exporter whose class is new to the library."""
    return bb.jclass(FIXTURES + "classes.FirstUses").object()

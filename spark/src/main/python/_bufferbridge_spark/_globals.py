"""The variables that PySpark's worker keeps for its one task, made to hold for each of several tasks at a time.

A worker process runs one task after another, so `TaskContext`, `SparkFiles`, the accumulators and the broadcast
variables are global there. Here each is that of the task which runs on this thread, or, on a thread that a function has
started, that of the task which began last.

Importing this module changes those classes of PySpark for the whole process, before PySpark's worker is imported.
"""

from __future__ import annotations

import collections
import importlib
import os
import sys
import threading
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

import pyspark.accumulators
from pyspark.core.broadcast import Broadcast, _broadcastRegistry
from pyspark.core.files import SparkFiles
from pyspark.taskcontext import TaskContext


def version() -> str:
    """Return what PySpark compares: the major and the minor version."""
    return ".".join(map(str, sys.version_info[:2]))


class State:
    """What PySpark's worker keeps in global variables for its task."""

    def __init__(self) -> None:
        self.context: TaskContext | None = None
        self.files: str | None = None
        self.accumulators: dict[int, Any] = {}


class _Running(threading.local):
    state: State | None = None


_running = _Running()
_latest = State()


def current() -> State:
    """Return the state of the task on this thread."""
    return _running.state or _latest


def enter(state: State) -> State | None:
    """Make a state that of this thread, and return the one before, for `leave`."""
    global _latest
    before = _running.state
    _running.state = _latest = state
    return before


def leave(before: State | None) -> None:
    """Undo `enter`."""
    _running.state = before


class _OfState:
    """A class attribute that reads an attribute of the current state."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: object = None) -> Any:
        return getattr(current(), self.name)


class _Accumulators(MutableMapping[int, Any]):
    """The accumulators of the current task, in the place of PySpark's dict."""

    def __getitem__(self, key: int) -> Any:
        return current().accumulators[key]

    def __setitem__(self, key: int, value: Any) -> None:
        current().accumulators[key] = value

    def __delitem__(self, key: int) -> None:
        del current().accumulators[key]

    def __iter__(self) -> Iterator[int]:
        return iter(list(current().accumulators))

    def __len__(self) -> int:
        return len(current().accumulators)


def _set_context(cls: type, context: TaskContext | None) -> None:
    current().context = context


TaskContext.__new__ = lambda cls, *arguments, **keywords: object.__new__(cls)  # not the one that there is
TaskContext._setTaskContext = classmethod(_set_context)
TaskContext._taskContext = _OfState("context")
SparkFiles._root_directory = _OfState("files")
SparkFiles._is_running_on_worker = True
pyspark.accumulators._accumulatorRegistry = _Accumulators()


_broadcasts_lock = threading.Lock()
_broadcast_uses: collections.Counter[int] = collections.Counter()


def take_broadcasts(variables: Iterable[tuple[int, str | None]]) -> list[int]:
    """Register broadcast variables by their files, as PySpark's worker does; `drop_broadcasts` takes what this returns.

    Spark sends each task all its variables, so an entry that another task needs has to stay.
    """
    taken = []
    with _broadcasts_lock:
        for number, path in variables:
            if number >= 0:
                _broadcast_uses[number] += 1
                taken.append(number)
                if number not in _broadcastRegistry:
                    _broadcastRegistry[number] = Broadcast(path=path)
    return taken


def drop_broadcasts(taken: list[int]) -> None:
    """Forget the broadcast variables that no task needs any longer."""
    with _broadcasts_lock:
        for number in taken:
            _broadcast_uses[number] -= 1
            if not _broadcast_uses[number]:
                del _broadcast_uses[number]
                _broadcastRegistry.pop(number, None)
    taken.clear()


_paths_lock = threading.Lock()
_folder_of_modules: str | None = None


def add_modules(folder: str, includes: list[str]) -> str | None:
    """Make the files of `addPyFile` importable, as PySpark's worker does, or return why that cannot be.

    Modules are global, so only one folder of such files can be importable. Sessions of Spark Connect have folders of
    their own, most of them without modules.
    """
    global _folder_of_modules
    with _paths_lock:
        if _folder_of_modules != folder:
            if not includes and not _has_modules(folder):
                return None
            if _folder_of_modules is not None:
                return f"Python already has the modules of another session's folder, {_folder_of_modules}"
            _folder_of_modules = folder
        changed = False
        for path in [folder, *(os.path.join(folder, name) for name in includes)]:
            if path not in sys.path:
                sys.path.insert(1, path)
                changed = True
        if changed:
            importlib.invalidate_caches()
    return None


def _has_modules(folder: str) -> bool:
    try:
        return any(name.endswith((".py", ".zip", ".egg", ".so")) for name in os.listdir(folder))
    except OSError:
        return False

"""Objects in the making, while another thread, a finaliser or a callback of the collector looks at all objects."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

import bufferbridge as bb

FRESH = "org.bufferbridge.fixtures.classes.FreshClasses"


@contextmanager
def onlooker(wanted: type) -> Iterator[None]:
    """A thread that takes references to all tuples or lists, as memory profilers do, and looks at their items."""
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            for candidate in gc.get_objects():
                if type(candidate) is wanted:
                    for _ in candidate:
                        pass

    interval = sys.getswitchinterval()
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(interval)
        gc.unfreeze()


def pass_all(items: bb.JavaObject) -> None:
    bb.jclass("org.bufferbridge.fixtures.calls.CallingItems").passAll(lambda *_: None, items)


ACTIONS: dict[str, tuple[type, Callable[[bb.JavaObject], object]]] = {
    "a list of items": (list, list),
    "a tuple of arguments": (tuple, pass_all),
    "a tuple of lengths": (tuple, lambda items: [memory.shape for memory in [bb.empty((2, 3))] * 20]),
    "names": (list, lambda items: dir(items)),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_all_that_is_found_is_finished(name: str) -> None:
    wanted, action = ACTIONS[name]
    fresh = bb.jclass(FRESH)
    first = 30 * list(ACTIONS).index(name)
    parts = [fresh.arrays(first + 10 * part, 10) for part in range(3)]
    with onlooker(wanted):
        for part in parts:
            action(part)


def test_an_unpickled_buffer_is_found_when_it_is_complete() -> None:
    seen = []

    def look(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            for found in gc.get_objects():
                if type(found) is bb.UnpickledBuffer:
                    seen.append((found.nbytes, repr(found)))

    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.callbacks.append(look)
    gc.set_threshold(1)
    try:
        kept = [bb.UnpickledBuffer(b"12345678", "B", 1, (8,), False, False) for _ in range(30)]
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks.remove(look)
        gc.unfreeze()
    assert len(kept) == 30
    assert {nbytes for nbytes, _ in seen} <= {8}

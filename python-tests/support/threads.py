"""Shared by the adversarial tests: how long they go on, and threads that begin at one moment."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

# How often each entry is attacked: a few times in `make test`, more in `make adversaries`.
ROUNDS = int(os.environ.get("BUFFERBRIDGE_ADVERSARIES_ROUNDS", "3"))

THREADS = 8


def at_once(action: Callable[[], object], count: int = THREADS) -> list[object]:
    """Runs the action on new threads that first wait for each other. Returns each one's result or exception."""
    barrier = threading.Barrier(count)
    outcomes: list[object] = [None] * count

    def run(place: int) -> None:
        barrier.wait()
        try:
            outcomes[place] = action()
        except BaseException as raised:
            outcomes[place] = raised

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a thread does not come back"
    return outcomes


def on_a_stack_of(size: int, function: Callable[[], object]) -> None:
    """Runs the function on a new thread with a stack of that size, and raises what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            function()
        except BaseException as error:
            raised.append(error)

    before = threading.stack_size(size)
    try:
        thread = threading.Thread(target=run)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if raised:
        raise raised[0]


def members(of: type) -> set[str]:
    """The methods, slots and attributes that a type of the library adds."""
    return {f"{of.__name__}.{name}" for name in vars(of) if name not in ("__doc__", "__module__", "__name__")}

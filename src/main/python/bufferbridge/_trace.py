"""What the native half asks of Python about exports, leases, refusals and leaks. Called from C, with the GIL."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import NamedTuple

logger = logging.getLogger("bufferbridge")

_HOST = "bufferbridge._host"
"""What Java calls to run Python code: a frame of it says nothing about who acquired memory."""


class Acquisition(NamedTuple):
    """Where memory was acquired. Holds no frame and no code, so it keeps nothing alive."""

    thread: str
    python: tuple[tuple[str, int, str], ...]
    """File, line and function of each call, innermost first."""
    java: str | None


def acquisition(java_place: str | None, previous: Acquisition | None) -> Acquisition:
    """This thread and its stacks; where it has no Python stack, that of `previous`.

    Args:
        java_place: what Java's Tracing.place() says: the thread's name in Java, and lines of its Java stack.
        previous: where the same memory was acquired before.
    """
    frames = []
    frame = sys._getframe().f_back
    while frame is not None:
        if frame.f_globals.get("__name__") != _HOST:
            frames.append((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
        frame = frame.f_back
    python = tuple(frames)
    if not python and previous is not None:
        python = previous.python
    name, _, stack = (java_place or "").partition("\n")
    return Acquisition(thread_name(threading.get_ident(), name), python, stack or None)


def thread_name(ident: int, java_name: str = "") -> str:
    """The name of a thread that Python knows; not current_thread(), which would invent one for Java's."""
    for thread in threading.enumerate():
        if thread.ident == ident:
            return thread.name
    return java_name or f"thread {ident}"


def python_stack(acquired: Acquisition | None) -> str | None:
    """As a traceback shows it, innermost call last."""
    if acquired is None or not acquired.python:
        return None
    frames = [traceback.FrameSummary(*call) for call in reversed(acquired.python)]
    return "".join(traceback.StackSummary.from_list(frames).format()).rstrip()


def java_stack(acquired: Acquisition | None) -> str | None:
    return None if acquired is None else acquired.java


def refused(owner: str, flags: int, reason: str) -> None:
    """A request that is refused, whoever refuses."""
    logger.debug("refused: %s, request 0x%x: %s", owner, flags, reason)


def leak(owner: object, ident: int, acquired: Acquisition | None) -> tuple[str, str, str | None, str | None]:
    """What a report says of a lease that was forgotten: owner, thread and stacks."""
    thread = thread_name(ident) if acquired is None else acquired.thread
    return type(owner).__qualname__, thread, python_stack(acquired), java_stack(acquired)

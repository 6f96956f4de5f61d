"""Stacks and thread names of exports, leases and leaks, and how Python logs a refusal. C calls it, with the GIL."""

from __future__ import annotations

import sys
import threading
from typing import NamedTuple

from bufferbridge._reports.log import logger

_HOST = "bufferbridge._process.host"
"""The module through which Java runs Python code: its frames do not show who acquired memory."""


class Acquisition(NamedTuple):
    """Where memory was acquired. Refers to no frame and no code, so it keeps nothing alive."""

    thread: str
    python: tuple[tuple[str, int, str], ...]
    """File, line and function of each call, innermost first."""
    java: str | None


def acquisition(java_place: str | None, previous: Acquisition | None) -> Acquisition:
    """This thread and its stacks. If the thread has no Python stack, the result has that of `previous`.

    Args:
        java_place: the result of Java's Tracing.place(): the thread's name in Java, and the lines of its Java stack.
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
    """The thread's name in Python, otherwise `java_name`, otherwise its number.

    current_thread() is not used, because it would register a dummy for a Java thread.
    """
    for thread in threading.enumerate():
        if thread.ident == ident:
            has_own_name = not isinstance(thread, threading._DummyThread)  # a dummy is made by current_thread()
            return thread.name if has_own_name else java_name or thread.name
    return java_name or f"thread {ident}"


def python_stack(acquired: Acquisition | None) -> str | None:
    """The Python stack as a traceback shows it, innermost call last; None if there is none."""
    if acquired is None or not acquired.python:
        return None
    import traceback

    frames = [traceback.FrameSummary(*call) for call in reversed(acquired.python)]
    return "".join(traceback.StackSummary.from_list(frames).format()).rstrip()


def java_stack(acquired: Acquisition | None) -> str | None:
    return None if acquired is None else acquired.java


def refused(exporter: str, flags: int, reason: str) -> None:
    """Logs a refused request, whether the exporter or the library refused it."""
    logger.debug("refused: %s, request 0x%x: %s", exporter, flags, reason)


def leak(exporter: object, ident: int, acquired: Acquisition | None) -> tuple[str, str, str | None, str | None]:
    """The facts for the report of a leaked lease: exporter, thread and stacks."""
    thread = thread_name(ident) if acquired is None else acquired.thread
    return type(exporter).__qualname__, thread, python_stack(acquired), java_stack(acquired)

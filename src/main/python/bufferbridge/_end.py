"""The end of a process in which Python started the JVM, or adopted it; `end.c` tells the whole."""

from __future__ import annotations

import atexit
import functools
import sys
import threading
import time
from collections.abc import Callable

from bufferbridge import _faulthandler, _host, _native

# How long threads of Java's that are in Python are waited for, in seconds. They are many calls' time from
# leaving; one that takes longer is as a daemon thread of Python's.
_PATIENCE = 5.0

_thread_of_java: int | None = None


def arm() -> None:
    """From now on the end of either runtime is an orderly end of the other. A second call does nothing more."""
    atexit.unregister(_at_end_of_python)
    atexit.register(_at_end_of_python)


def leave_at_end() -> None:
    """From now on the end of Python leaves the JVM, which somebody else started and ends."""
    atexit.register(_leave_jvm)


def at_end_of_java() -> None:
    """For the shutdown hook of Java's, on a thread of its own."""
    global _thread_of_java
    _thread_of_java = threading.get_ident()
    # The main thread may be amid the atexit functions too. They are forgotten when they have run, and if it found
    # none that has it wait, it would finalise the interpreter.
    _host.at_exit(functools.partial(atexit.register, _at_end_of_python))


def _at_end_of_python() -> None:
    if not _native.is_running():
        return  # a forked child: the JVM is its parent's
    if not _native.python_ends():
        if threading.get_ident() != _thread_of_java:
            _native.wait_for_java()  # which ends the process
        return
    try:
        while not _native.run_java_hooks():
            pass
    finally:
        _close(_native.close_java)


def _leave_jvm() -> None:
    if _native.is_running():  # it may have ended before
        _close(_native.leave_jvm)


def _close(close_java: Callable[[], None]) -> None:
    """Closes the ways in both directions: first Java's into Python, whose threads may be on their way through."""
    try:
        _close_gate()
    finally:
        try:
            close_java()
        finally:
            _faulthandler.let_go()


def _close_gate() -> None:
    deadline = time.monotonic() + _PATIENCE
    while (inside := _native.close_gate()) and time.monotonic() < deadline:
        pass  # a moment each time, so that Ctrl-C is seen in between
    if inside:
        print(
            f"bufferbridge: Python ends while {inside} threads of Java's are in it, after {_PATIENCE:.0f} s of waiting",
            file=sys.stderr,
        )

"""The end of a process in which Python started or adopted the JVM. The head of `end.c` describes all of it."""

from __future__ import annotations

import atexit
import functools
import sys
import threading
import time
from collections.abc import Callable

from bufferbridge import _native
from bufferbridge._process import fault_handler, host, output

# In seconds: how long Python waits for Java threads that are in Python. This is enough time for many calls. A thread
# that needs longer is treated like a Python daemon thread.
_PATIENCE = 5.0

_thread_of_java: int | None = None


def arm() -> None:
    """From now on the end of either runtime ends the other in order. A second call has no further effect."""
    atexit.unregister(_at_end_of_python)
    atexit.register(_at_end_of_python)


def leave_at_end() -> None:
    """From now on the end of Python leaves the foreign JVM; the code that started that JVM ends it."""
    atexit.register(_leave_jvm)


def at_end_of_java() -> None:
    """Called by the Java shutdown hook, on a thread of its own."""
    global _thread_of_java
    _thread_of_java = threading.get_ident()
    output.stop()
    # The main thread may be running the atexit functions too. Python forgets them when they have run. If the main
    # thread then found no function that makes it wait, it would finalise the interpreter.
    host.at_exit(functools.partial(atexit.register, _at_end_of_python))


def _at_end_of_python() -> None:
    if not _native.is_running():
        return  # a forked child: the JVM belongs to its parent
    if not _native.python_ends():
        if threading.get_ident() != _thread_of_java:
            _native.wait_for_java()  # Java ends the process
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
    """Closes both directions. Java's way into Python comes first, because Java threads may be passing through."""
    try:
        output.stop()
        _close_gate()
    finally:
        try:
            close_java()
        finally:
            fault_handler.let_go()


def _close_gate() -> None:
    deadline = time.monotonic() + _PATIENCE
    while (inside := _native.close_gate()) and time.monotonic() < deadline:
        pass  # each call waits only a moment, so that Python sees Ctrl-C in between
    if inside:
        print(
            f"bufferbridge: Python ends while {inside} Java threads are in it, after {_PATIENCE:.0f} s of waiting",
            file=sys.stderr,
        )

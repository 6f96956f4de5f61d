"""Joining a JVM that somebody else has started: another bridge, or a Java program with a Python in it."""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from pathlib import Path

from bufferbridge import _end, _faulthandler, _leaks, _native
from bufferbridge._command_line import StrPath, class_path, own_jars
from bufferbridge._start import alone
from bufferbridge._trace import logger

_adopted: tuple[str, ...] | None = None


def adopt(classpath: Iterable[StrPath] | StrPath | None = None, *, leak_level: _leaks.LeakLevel | None = None) -> None:
    """Joins the JVM that JPype, jpy, pyjnius, Jep or a Java program has started in this process, instead of `start`.

    Everything works then as in a JVM of our own; `wrap` makes the other bridge's objects ours. Classes are looked
    for with the context class loader of the calling thread, on the JVM's class path and on `classpath`. Where the
    JVM has the bufferbridge jar on its class path, that one is used, so that classes of yours that implement
    BufferExporter are exporters; it has to be of the same release.

    The JVM is given native access for unnamed modules, as --enable-native-access=ALL-UNNAMED gives it. Its options,
    its signals and its end stay the matter of whoever started it: when it ends, memory that is out stays mapped,
    every later call raises, and nothing is released to it any more. When Python ends, calls that come later are
    refused and late releases are dropped.

    In a JVM that is joined already, or that `start` has started, nothing is to be done.

    Args:
        classpath: jars and folders beside those the JVM has; "folder/*" stands for all jars in it.
        leak_level: as set_leak_level takes it.

    Raises:
        RuntimeError: no JVM runs; it is older than Java 22; its bufferbridge jar is of another release; it runs
            with another class path; it has ended; or this is a forked child of its process.
        FileNotFoundError: an entry of the class path does not exist.
        ValueError: there is no such leak level.
    """
    global _adopted
    _native.refuse_gone()
    entries = None if classpath is None else class_path(classpath)
    if leak_level is not None:
        _leaks.require_level(leak_level)
    with alone():
        if not _native.is_running():
            _join(entries or ())
            _adopted = entries or ()
        elif entries is not None and entries != _adopted:
            found = "with none of its own" if _adopted is None else f"with {list(_adopted)}"
            raise RuntimeError(f"the JVM was joined already, {found}, and cannot be given classpath {list(entries)}")
    if leak_level is not None:
        _leaks.set_leak_level(leak_level)


def _join(entries: tuple[str, ...]) -> None:
    urls = tuple(
        Path(entry).absolute().as_uri() + ("/" if Path(entry).is_dir() else "") for entry in (*own_jars(), *entries)
    )
    logger.debug("joining the JVM of this process, with %s", urls)
    if _native.has_foreign_jvm():
        _faulthandler.before_adoption()
    _native.adopt_jvm(urls)
    _faulthandler.guard()
    _end.leave_at_end()
    atexit.register(_leaks.report_what_is_out)  # runs first
    logger.info("joined the JVM of this process")

"""Joining a JVM that other code has started: another bridge, or a Java program that has a Python in it."""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from pathlib import Path

from bufferbridge import _native, _public
from bufferbridge._process import end, fault_handler
from bufferbridge._process.command_line import StrPath, class_path
from bufferbridge._process.jars import own_jars
from bufferbridge._process.start import alone
from bufferbridge._reports import leaks
from bufferbridge._reports.log import logger

_adopted: tuple[str, ...] | None = None


def adopt(classpath: Iterable[StrPath] | StrPath | None = None, *, leak_level: leaks.LeakLevel | None = None) -> None:
    """Joins the JVM that JPype, jpy, pyjnius, Jep or a Java program has started in this process; replaces `start`.

    Everything then works as in a JVM that `start` started; `wrap` turns objects of the other bridge into JavaObjects.
    Classes are searched with the context class loader of the calling thread, on the JVM's class path and on
    `classpath`. If the JVM's class path has the bufferbridge jar, `adopt` uses that jar. So user classes that implement
    BufferExporter are exporters. The jar has to be of the same release.

    `adopt` gives unnamed modules native access, as --enable-native-access=ALL-UNNAMED does. The code that started the
    JVM decides on its options, its signals and its end. When the JVM ends, memory that is out stays mapped. Every later
    call raises, and nothing is released to the JVM any more. When Python ends, later calls are refused and late
    releases are dropped.

    In a JVM that is joined already, or that `start` has started, `adopt` does nothing.

    Args:
        classpath: jars and folders in addition to those of the JVM; "folder/*" means all jars in the folder.
        leak_level: the argument of set_leak_level.

    Raises:
        RuntimeError: no JVM runs; the JVM is older than Java 22; its bufferbridge jar is of another release; it was
            joined with another class path; it has ended; or this is a forked child of its process.
        FileNotFoundError: an entry of the class path does not exist.
        ValueError: there is no such leak level.
    """
    global _adopted
    _native.refuse_gone()
    entries = None if classpath is None else class_path(classpath)
    if leak_level is not None:
        leaks.require_level(leak_level)
    with alone():
        if not _native.is_running():
            _join(entries or ())
            _adopted = entries or ()
        elif entries is not None and entries != _adopted:
            found = "not by adopt()" if _adopted is None else f"with {list(_adopted)}"
            raise RuntimeError(f"the JVM was joined already, {found}, and cannot be given classpath {list(entries)}")
    if leak_level is not None:
        leaks.set_leak_level(leak_level)


def _join(entries: tuple[str, ...]) -> None:
    _public.load_all()
    urls = tuple(
        Path(entry).absolute().as_uri() + ("/" if Path(entry).is_dir() else "") for entry in (*own_jars(), *entries)
    )
    logger.debug("joining the JVM of this process, with %s", urls)
    if _native.has_foreign_jvm():
        fault_handler.before_adoption()
    _native.adopt_jvm(urls)
    fault_handler.guard()
    end.leave_at_end()
    atexit.register(leaks.report_what_is_out)  # runs first
    logger.info("joined the JVM of this process")

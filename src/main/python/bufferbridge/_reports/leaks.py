"""The leak level, which sets how closely the library watches for leaks, and the leaks that it found."""

from __future__ import annotations

from collections import Counter
from typing import Literal, NamedTuple, get_args

from bufferbridge import _native
from bufferbridge._reports import exports
from bufferbridge._reports.log import logger

LeakLevel = Literal["off", "simple", "advanced", "paranoid"]


class LeakInfo(NamedTuple):
    """Leaks of one kind and place: memory that Java code did not close before the last reference to it went."""

    kind: str
    """"lease", a retained PythonBuffer; or "arena", an ExportArena, whose memory is lost."""
    owner: str
    """The type of the leased Python object; for an arena, the arena's class."""
    request: int | None
    """The PyBUF_ flags of the first lease's request; None for an arena."""
    count: int  # type: ignore[assignment]  # a tuple has a method of that name
    """How many leaks there were so far."""
    nbytes: int
    """The bytes of all of them together."""
    python_stack: str | None
    """The Python stack where the first was acquired, innermost call last; None if no stack was taken."""
    java_stack: str | None
    """The Java stack where the first was acquired, innermost call first; None if no stack was taken."""


def leak_level() -> LeakLevel:
    """The current level: "off", "simple", "advanced" or "paranoid".

    Raises:
        RuntimeError: no JVM is running.
    """
    level: LeakLevel = _native.jclass("org.bufferbridge.Leaks").level().name().lower()
    return level


def set_leak_level(level: LeakLevel) -> None:
    """Sets how closely the library watches for leaks from now on. It takes no stacks of memory that is out already.

    "off" reports no leaks. "simple", the default, reports one leak of each type and counts the others, without
    stacks. "advanced" adds the stacks of both languages where a lease was retained, and those of every 64th export.
    "paranoid" takes the stacks of every export and every lease.

    Raises:
        ValueError: there is no such level.
        RuntimeError: no JVM is running.
    """
    require_level(level)
    levels = _native.jclass("org.bufferbridge.LeakLevel")
    _native.jclass("org.bufferbridge.Leaks").setLevel(levels.valueOf(level.upper()))


def require_level(level: LeakLevel) -> None:
    if level not in get_args(LeakLevel):
        raise ValueError(f"the leak level {level!r} is none of {', '.join(get_args(LeakLevel))}")


def leaks() -> list[LeakInfo]:
    """The leaks found at levels above "off": one LeakInfo for each combination of kind, owner and stacks.

    Java's garbage collector finds the leaks, so a leak is listed some time after it happened.

    Raises:
        RuntimeError: no JVM is running.
    """
    found = _native.jclass("org.bufferbridge.Leaks").found()
    return [_info(found.get(i)) for i in range(found.size())]


def _info(leak: _native.JavaObject) -> LeakInfo:
    request = leak.request()
    return LeakInfo(
        leak.kind().name().lower(),
        leak.owner(),
        None if request is None else exports.Request(request.flags()),
        leak.count(),
        leak.byteSize(),
        leak.pythonStack(),
        leak.javaStack(),
    )


def report_what_is_out() -> None:
    """At exit, reports exports and leases that are out, at "advanced" and "paranoid".

    At lower levels they are no leak, because they end with the process.
    """
    if not _native.is_running() or leak_level() not in ("advanced", "paranoid"):
        return
    messages: Counter[str] = Counter()
    for export in exports.exports():
        exporter = _native.class_name(export.exporter)
        messages[f"an export of {exporter}, {export.nbytes} bytes, is out at exit{_places(export)}"] += 1
    for lease in exports.leases_to_close():
        owner = type(lease.owner).__qualname__
        messages[f"a lease of {owner}, {lease.nbytes} bytes, is out at exit{_places(lease)}"] += 1
    for message, count in messages.items():
        logger.warning("%s%s", message, "" if count == 1 else f"\n({count} of these)")


def _places(out: exports.ExportInfo | exports.LeaseInfo) -> str:
    stacks = {"Java": out.java_stack, "Python": out.python_stack}
    return "".join(f"\nacquired in {language}:\n{stack}" for language, stack in stacks.items() if stack)

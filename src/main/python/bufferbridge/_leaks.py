"""How closely leaks are watched for, and which were found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

from bufferbridge import _exports, _native
from bufferbridge._trace import logger

LeakLevel = Literal["off", "simple", "advanced", "paranoid"]


@dataclass(frozen=True)
class LeakInfo:
    """Memory that Java code should have closed, and nothing refers to any more: leaks of one kind and place."""

    kind: str
    """"lease", a PythonBuffer that was retained; or "arena", an ExportArena, whose memory is lost."""
    owner: str
    """The type of the Python object that was leased; of an arena, its class."""
    request: int | None
    """The PyBUF_ flags the first lease was asked with; None for an arena."""
    count: int
    """How many there were so far."""
    nbytes: int
    """How many bytes they had together."""
    python_stack: str | None
    """From where in Python the first was acquired, innermost call last; None if no stack was taken."""
    java_stack: str | None
    """From where in Java, innermost call first; None if no stack was taken."""


def leak_level() -> LeakLevel:
    """The level of now: "off", "simple", "advanced" or "paranoid".

    Raises:
        RuntimeError: no JVM is running.
    """
    level: LeakLevel = _native.jclass("org.bufferbridge.Leaks").level().name().lower()
    return level


def set_leak_level(level: LeakLevel) -> None:
    """Watches more or less closely from now on. Of what is out already, no stacks are taken.

    "off": leaks are not reported. "simple", the default: they are reported, one of each type and the others
    counted, without stacks. "advanced": with the stacks of both languages where a lease was retained, and
    with those of every 64th export. "paranoid": stacks are taken of every export and every lease.

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
    """The leaks that were found, at levels above "off": one for each kind, owner and stacks.

    Java's garbage collector notices what was forgotten, so some time later.

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
        None if request is None else _exports.Request(request.flags()),
        leak.count(),
        leak.byteSize(),
        leak.pythonStack(),
        leak.javaStack(),
    )


def report_what_is_out() -> None:
    """At exit, from "advanced" on. Before that, what is out is no leak: it ends with the process."""
    if not _native.is_running() or leak_level() not in ("advanced", "paranoid"):
        return
    messages: Counter[str] = Counter()
    for export in _exports.exports():
        exporter = _native.class_name(export.exporter)
        messages[f"an export of {exporter}, {export.nbytes} bytes, is out at exit{_places(export)}"] += 1
    for lease in _exports.leases():
        owner = type(lease.owner).__qualname__
        messages[f"a lease of {owner}, {lease.nbytes} bytes, is out at exit{_places(lease)}"] += 1
    for message, count in messages.items():
        logger.warning("%s%s", message, "" if count == 1 else f"\n({count} of these)")


def _places(out: _exports.ExportInfo | _exports.LeaseInfo) -> str:
    stacks = {"Java": out.java_stack, "Python": out.python_stack}
    return "".join(f"\nacquired in {language}:\n{stack}" for language, stack in stacks.items() if stack)

"""What each language holds of the other's memory."""

from __future__ import annotations

import time
from typing import NamedTuple

from bufferbridge import _native, _trace


class ExportInfo(NamedTuple):
    """One export that is out.

    Exports of memory the library knows are only counted, so of them just exporter and size are known, until
    a leak level or a recording of Flight Recorder traces them.
    """

    exporter: _native.JavaBuffer
    request: int | None
    """The consumer's PyBUF_ flags; None if the export is only counted."""
    nbytes: int
    """product(shape) * itemsize of the granted view, bytes."""
    since: float | None = None
    """When it was acquired, as time.time() tells it; None if the export is only counted."""
    thread: str | None = None
    """The thread that acquired it, one of Java's by number; None if the export is only counted."""
    python_stack: str | None = None
    """From where in Python, innermost call last; None if no stack was taken."""
    java_stack: str | None = None
    """From where in Java, innermost call first; None if no stack was taken, or no Java code led there."""

    @property
    def age(self) -> float | None:
        """Seconds since it was acquired."""
        return None if self.since is None else max(0.0, time.time() - self.since)


class LeaseInfo(NamedTuple):
    """One lease that is out."""

    owner: object
    """The Python object that Java holds a buffer of."""
    request: int
    """The PyBUF_ flags it was asked with."""
    nbytes: int
    """The buffer's len, bytes."""
    retained: bool
    """Whether it lasts beyond its call, until Java closes it."""
    since: float
    """When it was acquired, as time.time() tells it."""
    thread: str
    """The thread that acquired it, one of Java's by number."""
    python_stack: str | None = None
    """From where in Python, innermost call last; None if no stack was taken."""
    java_stack: str | None = None
    """From where in Java it was retained, innermost call first; None if no stack was taken."""

    @property
    def age(self) -> float:
        """Seconds since it was acquired."""
        return max(0.0, time.time() - self.since)


def exports() -> list[ExportInfo]:
    """The exports that are out: who granted them, for which request, how large, since when and from where.

    A snapshot: other threads may acquire and release meanwhile.
    """
    infos = []
    for exporter, request, nbytes, _, since, ident, acquired in _native.exports():
        if since is None or ident is None:
            infos.append(ExportInfo(exporter, request, nbytes))
        else:
            infos.append(ExportInfo(exporter, request, nbytes, since / 1e9, *_where(ident, acquired)))
    return infos


def leases() -> list[LeaseInfo]:
    """The Python buffers that Java holds, oldest first.

    A snapshot: other threads may acquire and release meanwhile.
    """
    return [
        LeaseInfo(owner, request, nbytes, retained, since / 1e9, *_where(ident, acquired))
        for owner, request, nbytes, retained, since, ident, acquired in _native.leases()
    ]


def _where(ident: int, acquired: _trace.Acquisition | None) -> tuple[str, str | None, str | None]:
    thread = _trace.thread_name(ident) if acquired is None else acquired.thread
    return thread, _trace.python_stack(acquired), _trace.java_stack(acquired)


def texts(of_leases: bool) -> list[str | None]:
    """For Java (OutLists.java): the same rows, field by field, of text and None."""
    fields: list[str | None] = []
    for owner, request, nbytes, retained, since, ident, acquired in _native.leases() if of_leases else _native.exports():
        fields += [_java_class(owner) if isinstance(owner, _native.JavaBuffer) else type(owner).__qualname__]
        fields += [None if value is None else str(value) for value in (request, nbytes)]
        fields += ["retained" if retained else "", None if since is None else str(since)]
        fields += (None, None, None) if ident is None else _where(ident, acquired)
    return fields


def _java_class(exporter: _native.JavaBuffer) -> str:
    name: str = exporter.getClass().getTypeName()
    return name

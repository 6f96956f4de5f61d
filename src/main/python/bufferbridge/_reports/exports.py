"""Lists of the exports, leases and holdings that are out.

The text of an info is one line of bounded length: types, sizes and addresses. It never has the contents of memory or
the result of an object's own `__repr__`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from bufferbridge import _native
from bufferbridge._reports import trace, users

_LONGEST = 120
"""The longest text of one field, in characters."""


def described(value: object) -> str:
    """Type and address, for a message. Runs no code of the object."""
    if isinstance(value, _native.JavaBuffer):
        return f"<JavaBuffer {_native.class_name(value)[:_LONGEST]} at {id(value):#x}>"
    return object.__repr__(value)[:_LONGEST]


def _field(value: object) -> str:
    if value is None or type(value) in (bool, int, float, Request):
        return repr(value)
    if type(value) is not str:
        return described(value)
    import reprlib

    lines = value.count("\n") + 1
    return reprlib.repr(value) if lines == 1 else f"<{lines} lines>"


def _line(info: ExportInfo | HoldingInfo | LeaseInfo) -> str:
    fields = ", ".join(f"{name}={_field(value)}" for name, value in info._asdict().items())
    return f"{type(info).__name__}({fields})"


class Request(int):
    """The PyBUF_ flags of a request: an int with the repr of Java's BufferRequest."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"BufferRequest[{self._names()}]"

    __str__ = int.__repr__

    def _names(self) -> str:
        if int(self) in _WHOLE_REQUESTS:
            return _WHOLE_REQUESTS[int(self)]
        names = []
        rest = int(self)
        for name, flag in _FLAGS.items():
            if self & flag == flag and rest & flag:
                names.append(name)
                rest &= ~flag
        return "|".join([*names, f"{rest:#x}"] if rest else names)


_WHOLE_REQUESTS = {
    0x0: "SIMPLE",
    0x9: "CONTIG",
    0x19: "STRIDED",
    0x1D: "RECORDS",
    0x1C: "RECORDS_RO",
    0x11D: "FULL",
    0x11C: "FULL_RO",
}
_FLAGS = {
    "C_CONTIGUOUS": 0x38,
    "F_CONTIGUOUS": 0x58,
    "ANY_CONTIGUOUS": 0x98,
    "INDIRECT": 0x118,
    "STRIDES": 0x18,
    "ND": 0x8,
    "WRITABLE": 0x1,
    "FORMAT": 0x4,
}


class ExportInfo(NamedTuple):
    """One export that is out.

    Exports of known memory are only counted, so their infos have just exporter and size. A leak level or a recording
    of Flight Recorder traces them, and then their infos have all fields.
    """

    exporter: _native.JavaBuffer
    request: int | None
    """The PyBUF_ flags of the consumer's request; None if the export is only counted."""
    nbytes: int
    """product(shape) * itemsize of the granted view, in bytes."""
    since: float | None = None
    """When the export was acquired, on the clock of time.time(); None if it is only counted."""
    thread: str | None = None
    """The thread that acquired the export; None if the export is only counted.

    This is its name in Python. A thread without one has its name in Java if a stack was taken, otherwise its number.
    """
    python_stack: str | None = None
    """The Python stack of the acquisition, innermost call last; None if no stack was taken."""
    java_stack: str | None = None
    """The Java stack of the acquisition, innermost call first. None if no stack was taken or it had no Java frame."""

    @property
    def age(self) -> float | None:
        """Seconds since it was acquired."""
        return None if self.since is None else max(0.0, time.time() - self.since)

    def __repr__(self) -> str:
        return _line(self)


class LeaseInfo(NamedTuple):
    """One lease that is out."""

    owner: object
    """The Python object that Java holds a buffer of."""
    request: int
    """The PyBUF_ flags of the request."""
    nbytes: int
    """The buffer's len, in bytes."""
    retained: bool
    """Whether the lease outlasts its call: until Java closes it, or Python lets go of its memory."""
    since: float
    """When the lease was acquired, on the clock of time.time()."""
    thread: str
    """The thread that acquired the lease, named as in ExportInfo."""
    python_stack: str | None = None
    """The Python stack of the acquisition, innermost call last; None if no stack was taken."""
    java_stack: str | None = None
    """The Java stack where the lease was retained, innermost call first; None if no stack was taken."""

    @property
    def age(self) -> float:
        """Seconds since it was acquired."""
        return max(0.0, time.time() - self.since)

    def __repr__(self) -> str:
        return _line(self)


class HoldingInfo(NamedTuple):
    """Known memory that one JavaBuffer holds.

    The JavaBuffer holds the memory from its first export until it dies or its `release()` is called. It holds it even
    while no export is out, because consumers such as `np.ndarray(buffer=x)` keep only the object. Meanwhile an arena
    that owns the memory refuses to close.
    """

    holder: _native.JavaBuffer
    """The JavaBuffer that holds the memory; its `release()` lets go."""
    exports: int
    """How many of its exports are out; often 0."""
    nbytes: int
    """product(shape) * itemsize, in bytes."""
    address: int
    """Where the memory begins; in Java, `MemorySegment.address()`."""
    since: float
    """When the holding began, on the clock of time.time()."""
    thread: str
    """The thread that began the holding, named as in ExportInfo."""
    python_stack: str | None = None
    """The Python stack of that moment, innermost call last; None if no stack was taken (leak level "paranoid")."""
    java_stack: str | None = None
    """The Java stack of that moment, innermost call first. None if no stack was taken or it had no Java frame."""

    @property
    def age(self) -> float:
        """Seconds since the holding began."""
        return max(0.0, time.time() - self.since)

    def __repr__(self) -> str:
        return _line(self)


def exports() -> list[ExportInfo]:
    """The exports that are out: exporter, request, size, time, thread and stacks of each.

    A snapshot: other threads may acquire and release meanwhile.
    """
    infos = []
    for exporter, request, nbytes, _, since, ident, acquired in _native.exports():
        if request is None or since is None or ident is None:
            infos.append(ExportInfo(exporter, None, nbytes))
        else:
            infos.append(ExportInfo(exporter, Request(request), nbytes, since / 1e9, *_where(ident, acquired)))
    return infos


def leases() -> list[LeaseInfo]:
    """The leases that are out, oldest first.

    A snapshot: other threads may acquire and release meanwhile.
    """
    return _leases(_native.leases())


def leases_to_close() -> list[LeaseInfo]:
    """The same without those that nobody has to close."""
    return _leases(row for row in _native.leases() if row[3] != 2)


def _leases(rows: Iterable[tuple[Any, ...]]) -> list[LeaseInfo]:
    return [
        LeaseInfo(owner, Request(request), nbytes, retained != 0, since / 1e9, *_where(ident, acquired))
        for owner, request, nbytes, retained, since, ident, acquired in rows
    ]


def holdings() -> list[HoldingInfo]:
    """The JavaBuffers that hold known memory, oldest first, whether or not they have exports out.

    One of these, or one of `exports()`, keeps open each arena that refuses to close. A snapshot: in the meantime other
    threads may begin holdings and let go.
    """
    return [
        HoldingInfo(holder, count, nbytes, address, since / 1e9, *_where(ident, acquired))
        for holder, count, nbytes, address, since, ident, acquired in _native.holdings()
    ]


def _where(ident: int, acquired: trace.Acquisition | None) -> tuple[str, str | None, str | None]:
    thread = trace.thread_name(ident) if acquired is None else acquired.thread
    return thread, trace.python_stack(acquired), trace.java_stack(acquired)


def texts(which: str) -> list[str | None]:
    """For Java (OutLists.java): the rows of exports, leases or holdings, field by field, as texts and None."""
    fields: list[str | None] = []
    for owner, second, nbytes, fourth, since, ident, acquired in getattr(_native, which)():
        fields += [_native.class_name(owner) if isinstance(owner, _native.JavaBuffer) else type(owner).__qualname__]
        fields += [None if value is None else str(value) for value in (second, nbytes)]
        fields += [str(fourth) if which == "holdings" else "retained" if fourth else ""]
        fields += [None if since is None else str(since)]
        fields += (None, None, None) if ident is None else _where(ident, acquired)
    return fields


def summary() -> str:
    """The exports and leases that are out, in one line of bounded length, for a refusal."""
    most = 8
    out = [f"an export of {described(export.exporter)}, {export.nbytes} bytes" for export in exports()]
    out += [f"a lease of {described(lease.owner)}, {lease.nbytes} bytes" for lease in leases()]
    return "; ".join(out[:most]) + (f"; and {len(out) - most} more" if len(out) > most else "")


def refusal_of_release(buffer: _native.JavaBuffer, count: int, ends_with_block: int) -> str:
    """Why an object with exports out is not released: their number, where one was acquired if traced, the way out."""
    places = [_place(export) for export in exports() if export.exporter is buffer and export.python_stack]
    traced = f"; one was acquired at {places[-1]}" if places else ""
    way_out = "delete {them} first, or leave out `with`" if ends_with_block else "delete {them} first"
    return users.still_used(_native.class_name(buffer), count, way_out, traced)


def _place(export: ExportInfo) -> str:
    assert export.python_stack is not None
    line = [line for line in export.python_stack.splitlines() if line.startswith('  File "')][-1]
    place = line.strip()
    return place if len(place) <= _LONGEST else f"...{place[-_LONGEST:]}"

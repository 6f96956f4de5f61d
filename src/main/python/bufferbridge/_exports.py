"""What each language holds of the other's memory.

The infos have texts of one line and bounded length: types, sizes and addresses, and never the contents of memory or
what an object says of itself.
"""

from __future__ import annotations

import reprlib
import time
from typing import NamedTuple

from bufferbridge import _blocks, _native, _trace

_LONGEST = 120
"""Of one field of a text, in characters."""


def described(value: object) -> str:
    """Type and address, for a message; no code of the object's runs."""
    if isinstance(value, _native.JavaBuffer):
        return f"<JavaBuffer {_native.class_name(value)[:_LONGEST]} at {id(value):#x}>"
    return object.__repr__(value)[:_LONGEST]


def _field(value: object) -> str:
    if value is None or type(value) in (bool, int, float, Request):
        return repr(value)
    if type(value) is not str:
        return described(value)
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
    """The thread that acquired it; None if the export is only counted.

    Its name in Python; else its name in Java if a stack was taken, or its number.
    """
    python_stack: str | None = None
    """From where in Python, innermost call last; None if no stack was taken."""
    java_stack: str | None = None
    """From where in Java, innermost call first; None if no stack was taken, or no Java code led there."""

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
    """The PyBUF_ flags it was asked with."""
    nbytes: int
    """The buffer's len, bytes."""
    retained: bool
    """Whether it lasts beyond its call: until Java closes it, or Python lets go of memory of it that it has in turn."""
    since: float
    """When it was acquired, as time.time() tells it."""
    thread: str
    """The thread that acquired it: its name in Python; else its name in Java if a stack was taken, or its number."""
    python_stack: str | None = None
    """From where in Python, innermost call last; None if no stack was taken."""
    java_stack: str | None = None
    """From where in Java it was retained, innermost call first; None if no stack was taken."""

    @property
    def age(self) -> float:
        """Seconds since it was acquired."""
        return max(0.0, time.time() - self.since)

    def __repr__(self) -> str:
        return _line(self)


class HoldingInfo(NamedTuple):
    """What one JavaBuffer holds: Java memory that the library knows.

    It is held from the first export on until the object dies or its `release()` is called, also while no export is out:
    consumers such as `np.ndarray(buffer=x)` keep the object only. An arena that owns the memory refuses to close
    meanwhile.
    """

    holder: _native.JavaBuffer
    """Who holds; its `release()` lets go."""
    exports: int
    """How many exports of it are out; often 0."""
    nbytes: int
    """product(shape) * itemsize, bytes."""
    address: int
    """Where the memory begins; in Java, `MemorySegment.address()`."""
    since: float
    """When it was taken hold of, as time.time() tells it."""
    thread: str
    """The thread that took hold: its name in Python; else its name in Java if a stack was taken, or its number."""
    python_stack: str | None = None
    """From where in Python, innermost call last; None if no stack was taken (leak level "paranoid")."""
    java_stack: str | None = None
    """From where in Java, innermost call first; None if no stack was taken, or no Java code led there."""

    @property
    def age(self) -> float:
        """Seconds since it was taken hold of."""
        return max(0.0, time.time() - self.since)

    def __repr__(self) -> str:
        return _line(self)


def exports() -> list[ExportInfo]:
    """The exports that are out: who granted them, for which request, how large, since when and from where.

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
    """The Python buffers that Java holds, oldest first.

    A snapshot: other threads may acquire and release meanwhile.
    """
    return [
        LeaseInfo(owner, Request(request), nbytes, retained, since / 1e9, *_where(ident, acquired))
        for owner, request, nbytes, retained, since, ident, acquired in _native.leases()
    ]


def holdings() -> list[HoldingInfo]:
    """The JavaBuffers that hold memory, oldest first, also where no export is out.

    An arena that refuses to close is kept open by one of these, or by one of `exports()`. A snapshot: other threads may
    take hold and let go meanwhile.
    """
    return [
        HoldingInfo(holder, count, nbytes, address, since / 1e9, *_where(ident, acquired))
        for holder, count, nbytes, address, since, ident, acquired in _native.holdings()
    ]


def _where(ident: int, acquired: _trace.Acquisition | None) -> tuple[str, str | None, str | None]:
    thread = _trace.thread_name(ident) if acquired is None else acquired.thread
    return thread, _trace.python_stack(acquired), _trace.java_stack(acquired)


def texts(which: str) -> list[str | None]:
    """For Java (OutLists.java): the rows of exports, leases or holdings, field by field, of text and None."""
    fields: list[str | None] = []
    for owner, second, nbytes, fourth, since, ident, acquired in getattr(_native, which)():
        fields += [_native.class_name(owner) if isinstance(owner, _native.JavaBuffer) else type(owner).__qualname__]
        fields += [None if value is None else str(value) for value in (second, nbytes)]
        fields += [str(fourth) if which == "holdings" else "retained" if fourth else ""]
        fields += [None if since is None else str(since)]
        fields += (None, None, None) if ident is None else _where(ident, acquired)
    return fields


def summary() -> str:
    """What is out, in one line of bounded length, for a refusal."""
    most = 8
    out = [f"an export of {described(export.exporter)}, {export.nbytes} bytes" for export in exports()]
    out += [f"a lease of {described(lease.owner)}, {lease.nbytes} bytes" for lease in leases()]
    return "; ".join(out[:most]) + (f"; and {len(out) - most} more" if len(out) > most else "")


def refusal_of_release(buffer: _native.JavaBuffer, count: int, ends_block: int) -> str:
    """Why an object with exports out is not released: how many, by whom as far as that is traced, and the way out."""
    places = [_place(export) for export in exports() if export.exporter is buffer and export.python_stack]
    traced = f"; one was acquired at {places[-1]}" if places else ""
    way_out = "delete {them} first, or leave out `with`" if ends_block else "delete {them} first"
    return _blocks.still_used(_native.class_name(buffer), count, way_out, traced)


def _place(export: ExportInfo) -> str:
    assert export.python_stack is not None
    line = [line for line in export.python_stack.splitlines() if line.startswith('  File "')][-1]
    place = line.strip()
    return place if len(place) <= _LONGEST else f"...{place[-_LONGEST:]}"

"""What each language holds of the other's memory."""

from __future__ import annotations

from typing import NamedTuple

from bufferbridge import _native


class ExportInfo(NamedTuple):
    """One export that is out."""

    exporter: _native.JavaBuffer
    request: int | None
    """The consumer's PyBUF_ flags; None for memory the library knows, whose exports it only counts."""
    nbytes: int
    """product(shape) * itemsize of the granted view, bytes."""


def exports() -> list[ExportInfo]:
    """The exports that are out: who granted them, for which request, how large.

    A snapshot: other threads may acquire and release meanwhile.
    """
    return [ExportInfo(*row) for row in _native.exports()]


class LeaseInfo(NamedTuple):
    """One lease that is out."""

    owner: object
    """The Python object that Java holds a buffer of."""
    request: int
    """The PyBUF_ flags it was asked with."""
    nbytes: int
    """The buffer's len, bytes."""


def leases() -> list[LeaseInfo]:
    """The Python buffers that Java holds, oldest first.

    A snapshot: other threads may acquire and release meanwhile.
    """
    return [LeaseInfo(*row) for row in _native.leases()]

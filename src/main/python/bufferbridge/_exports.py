"""What Python holds of Java's memory."""

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

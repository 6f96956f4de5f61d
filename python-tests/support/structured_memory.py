"""A structure over each kind of Java memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bufferbridge as bb
from support.structures import ALL_FORMATS, Structure

EXPORTERS = ["blocking-exporter", "non-blocking-exporter", "one-view-exporter"]
KINDS = [
    *EXPORTERS,
    "library-exporter",
    "global",
    "automatic",
    "shared",
    "confined",
    "export-arena",
    "mapped-file",
    "direct-buffer",
    "heap-segment",
    "jna",
    "empty",
]


@dataclass(frozen=True)
class Exported:
    """A structure as a Python buffer.

    Attributes:
        buffer: the exporter.
        address: where its memory begins; 0 on the heap.
        java: the fixture, which reads the memory as Java does.
    """

    buffer: bb.JavaBuffer
    address: int
    java: bb.JavaObject

    @property
    def memory(self) -> bytes:
        return bytes.fromhex(self.java.hexadecimal())


def formats_of(kind: str) -> list[str]:
    """No array's items are aligned to 16 bytes, as a long double must be."""
    return [family for family in ALL_FORMATS if kind != "heap-segment" or family != "beyond-struct"]


def obstacle_of(kind: str) -> str | None:
    """Why this JVM cannot export the kind: asked by trying, so that no rule is copied here."""
    if kind == "heap-segment":
        try:
            memoryview(bb.jclass("org.bufferbridge.fixtures.Memories").heapSegment(8)).release()
        except BufferError as refusal:
            return str(refusal)
    return None


@contextmanager
def exported(kind: str, structure: Structure) -> Iterator[Exported]:
    structured = bb.jclass("org.bufferbridge.fixtures.StructuredMemory")
    size, mask, *geometry = structure.arguments
    if kind in EXPORTERS:
        exporter = bb.jclass("org.bufferbridge.fixtures.RecordingExporter")(size, *geometry)
        if kind == "non-blocking-exporter":
            exporter.neverBlocking()
        elif kind == "one-view-exporter":
            exporter.sharingOneView()
        java = structured.exported(exporter, mask)
    elif kind == "empty":
        java = structured.over(bb.empty(size), mask, *geometry)
    else:
        java = structured.of(kind, *structure.arguments)
    buffer = java.source()
    yield Exported(buffer, java.address(), java)
    # Not after a failure: what is still exported would only hide the reason.
    buffer.release()
    java.close()

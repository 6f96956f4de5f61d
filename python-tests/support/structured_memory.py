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
        java: the fixture, through which Java reads the memory.
    """

    buffer: bb.JavaBuffer
    address: int
    java: bb.JavaObject

    @property
    def memory(self) -> bytes:
        return bytes.fromhex(self.java.hexadecimal())


def formats_of(kind: str) -> list[str]:
    """The formats for a kind of memory. Heap arrays have no long doubles, which need an alignment of 16 bytes."""
    return [family for family in ALL_FORMATS if kind != "heap-segment" or family != "beyond-struct"]


def obstacle_of(kind: str) -> str | None:
    """Why this JVM cannot export the kind. The test tries an export, so that it repeats no rule of the library."""
    if kind == "heap-segment":
        try:
            memoryview(bb.jclass("org.bufferbridge.fixtures.memory.Memories").heapSegment(8)).release()
        except BufferError as refusal:
            return str(refusal)
    return None


@contextmanager
def exported(kind: str, structure: Structure) -> Iterator[Exported]:
    structured = bb.jclass("org.bufferbridge.fixtures.memory.StructuredMemory")
    size, mask, *geometry = structure.arguments
    if kind in EXPORTERS:
        exporter = bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter")(size, *geometry)
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
    # Only without a failure: an error about exports that are out would hide the reason.
    buffer.release()
    java.close()

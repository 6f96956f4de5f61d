"""The controls: CPython's own objects, and numpy where it is installed. Every side has them in its process."""

from __future__ import annotations

import platform
import sys

from timing import Case

ACQUIRE = "memoryview(x).release()"


class PythonExporter:
    """The same as a user's exporter in Java, written in Python (3.12 and later)."""

    def __init__(self) -> None:
        self._memory = bytearray(1000)

    def __buffer__(self, flags: int) -> memoryview:
        return memoryview(self._memory)

    def __release_buffer__(self, view: memoryview) -> None:
        view.release()


def cases() -> dict[str, Case]:
    found = {
        "bytearray": Case(ACQUIRE, x=bytearray(1000)),
        "bytes": Case(ACQUIRE, x=bytes(1000)),
    }
    if sys.version_info >= (3, 12):
        found["python class"] = Case(ACQUIRE, x=PythonExporter())
    try:
        import numpy
    except ImportError:
        return found
    found["numpy array"] = Case(ACQUIRE, x=numpy.zeros(1000))
    found["asarray of bytearray"] = Case("asarray(x)", asarray=numpy.asarray, x=bytearray(1000))
    return found


def versions() -> dict[str, str]:
    return {"python": platform.python_version()}

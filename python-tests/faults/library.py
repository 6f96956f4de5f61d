"""The library of the fault build, and the window of its calls that fail."""

from __future__ import annotations

import ctypes
from typing import NamedTuple

from support.places import ROOT

LIBRARY = ROOT / "target" / "faults" / "bufferbridge" / "_native.abi3.so"

ALL = 2**62


def native() -> ctypes.PyDLL:
    """The running library, which has functions for fault injection."""
    library = ctypes.PyDLL(str(LIBRARY))
    for name in ("bb_fault_arm", "bb_fault_arm_two", "bb_fault_arm_thread"):
        getattr(library, name).argtypes = [ctypes.c_int64, ctypes.c_int64]
        getattr(library, name).restype = None
    return library


class Window(NamedTuple):
    """The calls that fail: the n-th, and either all up to the last-th or a second one."""

    n: int
    last: int = 0
    second: int = 0

    def __str__(self) -> str:
        return f"{self.n}{' and all after it' if self.last else f' and {self.second}' if self.second else ''}"

    def arm(self) -> None:
        if self.second:
            native().bb_fault_arm_two(self.n, self.second)
        else:
            native().bb_fault_arm(self.n, self.last or self.n)

    def arm_this_thread(self) -> None:
        native().bb_fault_arm_thread(self.n, self.last or self.n)

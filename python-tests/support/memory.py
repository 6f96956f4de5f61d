"""Facts about memory from outside: whether a buffer of it is out, and how much there is."""

from __future__ import annotations

import os
from pathlib import Path


def is_locked(data: bytearray) -> bool:
    """Whether a buffer of the bytearray is out, because of which it refuses to grow."""
    try:
        data.append(0)
    except BufferError:
        return True
    data.pop()
    return False


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

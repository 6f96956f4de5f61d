"""Java packages that are imported: afterwards the import system is as before."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_ROOTS = {"java", "javax", "org"}


@contextmanager
def imports_undone() -> Iterator[None]:
    """At its end, no Java package is a module, and `bufferbridge.imports` is as if it had not been imported."""
    path, modules = sys.meta_path[:], set(sys.modules)
    try:
        yield
    finally:
        sys.meta_path[:] = path
        for name in set(sys.modules) - modules:
            if name.partition(".")[0] in _ROOTS or name == "bufferbridge.imports":
                del sys.modules[name]
